"""Reads single policies of AWS Organizations again, and what there is one of: enabled types, the resource policy.

A new policy is seen by none of this: where a control looks through all policies, their sweep is made anew.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel

from orgwarden.collect.actions import Action, called
from orgwarden.collect.answers import Text
from orgwarden.collect.api import Api, Missing
from orgwarden.collect.batches import gap, read_side_by_side, row_or_gap
from orgwarden.collect.effective_policies import Reader
from orgwarden.collect.masking import masked_document
from orgwarden.collect.policies import (
    UNPARSABLE,
    UNPARSABLE_RESOURCE_POLICY,
    DescribeResourcePolicy,
    Document,
    ListRoots,
    ListTargetsForPolicy,
    Summary,
)
from orgwarden.collect.single_accounts import read_accounts, read_tags
from orgwarden.errors import SkipAndNote
from orgwarden.model import EVERYTHING, Part, World
from orgwarden.parts.organization import PLACEMENTS
from orgwarden.parts.policies import (
    EFFECTIVE_TAG_POLICIES,
    POLICIES,
    POLICY_BODIES,
    POLICY_TAGS,
    POLICY_TARGETS,
    POLICY_TYPES,
    RESOURCE_POLICY,
    TAG_POLICY,
    EffectivePolicy,
    Policy,
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page, merged

DESCRIBED: tuple[Part[Any], ...] = (POLICIES, POLICY_BODIES)
ACTIONS: tuple[Action, ...] = called(
    (
        "organizations:DescribeEffectivePolicy",
        "organizations:DescribePolicy",
        "organizations:DescribeResourcePolicy",
        "organizations:ListRoots",
        "organizations:ListTagsForResource",
        "organizations:ListTargetsForPolicy",
    )
)
NO_LONGER_THERE = "PolicyNotFoundException"
MOVED = "the account that was asked for the place does not stand there now: run organization_inventory"


class Described(Summary):
    """The summary of one policy, with its type, which a list by type need not say."""

    Type: Text


class Whole(Document):
    """A policy with its summary and its text."""

    PolicySummary: Described


class DescribePolicy(BaseModel):
    """organizations:DescribePolicy."""

    Policy: Whole


def read_policies(wanted: Mapping[str, Collection[str]], *, api: Api, veil: Veil) -> Page:
    """Read policies: ``wanted`` has their ids by the name of the part; one that was deleted has no row."""
    described = {policy for part in DESCRIBED for policy in wanted.get(part.name, ())}
    pages = (
        read_side_by_side(sorted(described), lambda policy: _described(api, policy, veil)),
        read_side_by_side(sorted(wanted.get(POLICY_TARGETS.name, ())), lambda policy: _targets(api, policy)),
        read_tags(POLICY_TAGS, wanted.get(POLICY_TAGS.name, ()), api=api, veil=veil),
    )
    rows, gaps = merged(pages)
    return Page(rows=rows, gaps=gaps)


def _described(api: Api, policy: str, veil: Veil) -> Page:
    try:
        said = api.call("DescribePolicy", DescribePolicy, missing=NO_LONGER_THERE, PolicyId=policy).Policy
    except Missing:
        return Page()
    except SkipAndNote as error:
        return Page(gaps={(part.name, policy): error.cause for part in DESCRIBED})
    told = said.PolicySummary
    row = Policy(name=veil.text(told.Name), type=told.Type, aws_managed=told.AwsManaged)
    if row.aws_managed:
        return Page(rows={POLICIES: {policy: row}})
    try:
        return Page(rows={POLICIES: {policy: row}, POLICY_BODIES: {policy: masked_document(said.Content, veil)}})
    except ValueError:
        return Page(rows={POLICIES: {policy: row}}, gaps={(POLICY_BODIES.name, policy): UNPARSABLE})


def _targets(api: Api, policy: str) -> Page:
    try:
        listing = api.pages("ListTargetsForPolicy", ListTargetsForPolicy, missing=NO_LONGER_THERE, PolicyId=policy)
        found = sorted(target.TargetId for page, _ in listing for target in page.Targets)
    except Missing:
        return Page()
    except SkipAndNote as error:
        return gap(POLICY_TARGETS, policy, error.cause)
    return Page(rows={POLICY_TARGETS: {policy: tuple(found)}})


def read_types(api: Api) -> Page:
    """Read which policy types are enabled."""

    def read() -> tuple[str, ...]:
        root = api.call("ListRoots", ListRoots).Roots[0]
        return tuple(sorted(kind.Type for kind in root.PolicyTypes if kind.Status == "ENABLED"))

    return row_or_gap(POLICY_TYPES, EVERYTHING, read)


def read_resource_policy(api: Api, veil: Veil) -> Page:
    """Read the organization's resource policy."""

    def read() -> str | None:
        try:
            answer = api.call(
                "DescribeResourcePolicy", DescribeResourcePolicy, missing="ResourcePolicyNotFoundException"
            )
            return masked_document(answer.ResourcePolicy.Content, veil)
        except Missing:
            return None
        except ValueError as error:
            raise SkipAndNote(UNPARSABLE_RESOURCE_POLICY) from error

    return row_or_gap(RESOURCE_POLICY, EVERYTHING, read)


def read_effective(  # noqa: PLR0913 - what is asked for, and by what
    places: Collection[str], *, types: Page, before: World, api: Api, veil: Veil, today: date
) -> Page:
    """Read what tag policies come to at places that were read before, through the account that spoke for each.

    ``types`` has the enabled types, where these were read again.
    """
    known: Mapping[str, EffectivePolicy] = before.parts.get(EFFECTIVE_TAG_POLICIES, {})
    enabled = {**before.parts.get(POLICY_TYPES, {}), **types.rows.get(POLICY_TYPES, {})}.get(EVERYTHING, ())
    reader = Reader(api, veil, TAG_POLICY in enabled)
    page = read_side_by_side(sorted(places), lambda place: _effective(reader, place, known[place].account))
    return without_the_moved(page, before=before, api=api, veil=veil, today=today) if reader.is_enabled else page


def _effective(reader: Reader, place: str, account: str) -> Page:
    return row_or_gap(
        EFFECTIVE_TAG_POLICIES, place, lambda: EffectivePolicy(account=account, content=reader.content(account))
    )


def without_the_moved(page: Page, *, before: World, api: Api, veil: Veil, today: date) -> Page:
    """Make a gap of each place of which an account told that does not stand there now: it told of another place.

    Accounts were chosen by where they stood ``before``.
    """
    told: Mapping[str, EffectivePolicy] = page.rows.get(EFFECTIVE_TAG_POLICIES, {})
    speakers = {row.account for place, row in told.items() if place != row.account}
    now = read_accounts(speakers, before=before, api=api, veil=veil, today=today)
    lost = {place: _why_it_is_not_there(row.account, place, now) for place, row in told.items() if place != row.account}
    gaps = {(EFFECTIVE_TAG_POLICIES.name, place): cause for place, cause in lost.items() if cause}
    kept = {place: row for place, row in told.items() if not lost.get(place)}
    return Page(rows={**page.rows, EFFECTIVE_TAG_POLICIES: kept}, gaps={**page.gaps, **gaps})


def _why_it_is_not_there(account: str, place: str, now: Page) -> str:
    """Say why nobody knows that an account stands directly in a unit, or in the root; empty: it does."""
    if cause := now.gaps.get((PLACEMENTS.name, account)):
        return cause
    above = now.rows.get(PLACEMENTS, {}).get(account)
    stands = above is not None and (above[-1] == place if above else place.startswith("r-"))
    return "" if stands else MOVED
