"""Reads what decides a finding again: single keys in a few calls, and lists by the sweep that knows how to list them.

Accounts come first: of one that has left or was closed since nothing more is asked, for nothing of it is there.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from orgwarden.collect import anew, root
from orgwarden.collect import identity_center as center
from orgwarden.collect import single_accounts as accounts
from orgwarden.collect import single_policies as policies
from orgwarden.collect import single_regions as regions
from orgwarden.collect.batches import gap, read_side_by_side
from orgwarden.collect.contacts import contacts_of, nothing_of
from orgwarden.collect.mail_domains import read_domain
from orgwarden.collect.means import Means
from orgwarden.collect.runbooks import read_link
from orgwarden.collect.single_root_users import read_root_users
from orgwarden.errors import RetryLater, SkipAndNote
from orgwarden.model import EVERYTHING, Part, World
from orgwarden.parts.access import IDENTITY_CENTER, USER_CREDENTIALS
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, ALTERNATE_TYPES, MAIL_DOMAINS, PRIMARY_CONTACTS
from orgwarden.parts.organization import ACCOUNTS, ORGANIZATION, TAGS, UNITS, Account
from orgwarden.parts.policies import (
    EFFECTIVE_TAG_POLICIES,
    POLICIES,
    POLICY_BODIES,
    POLICY_TAGS,
    POLICY_TARGETS,
    POLICY_TYPES,
    RESOURCE_POLICY,
)
from orgwarden.parts.resources import REGIONS, RESOURCES, WITNESSES
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_FEATURES, ROOT_MFA, ROOT_USE
from orgwarden.parts.runbooks import RUNBOOK_LINKS
from orgwarden.reached import account_of
from orgwarden.snapshot import Page, merged

Key = tuple[str, str]
CONTACTS: tuple[Part[Any], ...] = (PRIMARY_CONTACTS, ALTERNATE_CONTACTS)
OF_A_POLICY: tuple[Part[Any], ...] = (POLICIES, POLICY_BODIES, POLICY_TARGETS, POLICY_TAGS)
OF_A_ROOT_USER: tuple[Part[Any], ...] = (ROOT_CREDENTIALS, ROOT_USE, ROOT_MFA, USER_CREDENTIALS)
# Of these there is one.
ONES: tuple[Part[Any], ...] = (ORGANIZATION, POLICY_TYPES, RESOURCE_POLICY, ROOT_FEATURES, IDENTITY_CENTER, REGIONS)
ACCOUNT, UNIT, POLICY = r"\d{12}", "ou-[a-z0-9-]+", "p-[A-Za-z0-9_]+"
# All accounts there are now, and all that is told with them.
EVERY_ACCOUNT: Key = (ACCOUNTS.name, EVERYTHING)
WITH_AN_ACCOUNT = frozenset(part.name for part in accounts.DESCRIBED)
# What one answer tells together, by the names of the parts.
TOLD_WITH: Mapping[str, tuple[Part[Any], ...]] = {
    part.name: together
    for together in (accounts.DESCRIBED, policies.DESCRIBED, (ROOT_CREDENTIALS, ROOT_USE, ROOT_MFA))
    for part in together
}
PLACE = rf"{ACCOUNT}|{UNIT}|r-[a-z0-9]+"
# What a key has to look like to be read by itself, by the name of its part.
SINGLE: Mapping[str, re.Pattern[str]] = {
    part.name: re.compile(pattern)
    for pattern, parts in {
        ACCOUNT: (*accounts.DESCRIBED, PRIMARY_CONTACTS, ROOT_CREDENTIALS, ROOT_USE, ROOT_MFA),
        rf"{ACCOUNT}/({'|'.join(ALTERNATE_TYPES)})": (ALTERNATE_CONTACTS,),
        r"[^/:*]+\.[^/:*]+": (MAIL_DOMAINS,),
        r"l-[0-9a-f]{24}": (RUNBOOK_LINKS,),
        UNIT: (UNITS,),
        PLACE: (TAGS, EFFECTIVE_TAG_POLICIES),
        POLICY: OF_A_POLICY,
        rf"{ACCOUNT}|arn:[^:]+:iam::{ACCOUNT}:.+": (USER_CREDENTIALS,),
        "arn:.+": (RESOURCES,),
        re.escape(EVERYTHING): ONES,
    }.items()
    for part in parts
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Again:
    """What was read again: rows and gaps, and the keys (part, key) of which nothing is there any more.

    ``keys`` are all that are known now, those too that one answer told beside what was asked; ``whole`` are the parts
    that were read whole, by name.
    """

    page: Page
    gone: frozenset[Key]
    keys: frozenset[Key] = frozenset()
    whole: frozenset[str] = frozenset()


def is_single(key: Key, world: World) -> bool:
    """Say whether a key (part, key) can be read by itself: what is in force is asked of who spoke for the place."""
    part, name = key
    if part == EFFECTIVE_TAG_POLICIES.name and name not in world.parts.get(EFFECTIVE_TAG_POLICIES, {}):
        return False
    return part in SINGLE and bool(SINGLE[part].fullmatch(name))


def is_readable(key: Key, world: World) -> bool:
    """Say whether a key can be read again at all, by itself or with its part."""
    return key == EVERY_ACCOUNT or key[0] in anew.PARTS or is_single(key, world)


def reread(keys: Collection[Key], *, before: World, means: Means) -> Again:
    """Read these keys (part, key) again, and whole the parts of those of which no single key can be read.

    Raises ``KeyError`` for what a whole reading alone gives.
    """
    if strangers := {f"{part} of {key}" for part, key in keys if not is_readable((part, key), before)}:
        raise KeyError(f"nobody can read again: {', '.join(sorted(strangers))}")
    listed = {part for part, key in keys if not is_single((part, key), before)} - {ACCOUNTS.name}
    whole = anew.together_with(listed)
    wanted = _by_part(key for key in keys if key[0] not in whole)
    pages = [_singles(wanted, before, means)]
    if whole:
        pages.append(anew.read_anew(listed, before=before, means=means))
    rows, gaps = merged(pages)
    whole |= WITH_AN_ACCOUNT if EVERY_ACCOUNT in keys else frozenset()
    told = {(part.name, key) for part, found in rows.items() for key in found} | gaps.keys()
    asked = {(part, key) for part, found in wanted.items() for key in found}
    asked |= {(beside.name, key) for part, key in asked for beside in TOLD_WITH.get(part, ())}
    gone = (asked | set(_under(wanted, whole, before))) - told
    return Again(page=Page(rows=rows, gaps=gaps), gone=frozenset(gone), keys=frozenset(asked | told), whole=whole)


def _by_part(keys: Iterable[Key]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for part, key in keys:
        found[part].add(key)
    return found


def _under(wanted: Mapping[str, set[str]], whole: Collection[str], before: World) -> Iterable[Key]:
    """Give what was known before of all that is read as one: whole parts, an account's users, a region's resources."""
    reported = _accounts(wanted, (USER_CREDENTIALS,))
    places = regions.regions_of(wanted[RESOURCES.name], before)
    kept = ((part.name, key, row) for part, rows in before.parts.items() for key, row in rows.items())
    known = (*kept, *((part, key, None) for part, key in before.gaps))
    for part, key, row in known:
        if (
            part in whole
            or (part == USER_CREDENTIALS.name and _account(key) in reported)
            or (part == RESOURCES.name and row is not None and row.region in places)
            or (part in {RESOURCES.name, WITNESSES.name} and key in places)
        ):
            yield part, key


def _accounts(wanted: Mapping[str, set[str]], parts: Iterable[Part[Any]]) -> set[str]:
    return {_account(key) for part in parts for key in wanted[part.name]}


def _account(key: str) -> str:
    """Give the account of a key: an account's id, a slot of one, or an ARN."""
    return account_of(key) if key.startswith("arn:") else key.partition("/")[0]


def _singles(wanted: Mapping[str, set[str]], before: World, means: Means) -> Page:
    listed = _accounts(wanted, accounts.DESCRIBED)
    api = means.aws.here("organizations")
    described = accounts.read_accounts(listed, before=before, api=api, veil=means.veil, today=means.today)
    left = _left(listed | (before.parts.get(ACCOUNTS, {}).keys() if EVERYTHING in listed else set()), described)
    here = defaultdict(set, {part: {key for key in keys if _account(key) not in left} for part, keys in wanted.items()})
    pages = [
        described,
        accounts.read_units(wanted[UNITS.name], before=before, api=api, veil=means.veil),
        accounts.read_tags(TAGS, here[TAGS.name], api=api, veil=means.veil),
        _contacts(here, before.management, means),
        read_side_by_side(sorted(wanted[MAIL_DOMAINS.name]), lambda domain: read_domain(domain, means.dns.records)),
        _links(wanted[RUNBOOK_LINKS.name], means),
        policies.read_policies(wanted, api=api, veil=means.veil),
        _root_users(here, before.management, means),
        *_ones(here, before, means),
    ]
    if wanted[RESOURCES.name] or wanted[REGIONS.name]:
        pages.append(regions.read_regions(wanted[RESOURCES.name], before=before, means=means))
    rows, gaps = merged(pages)
    return Page(rows=rows, gaps=gaps)


def _left(asked: Collection[str], described: Page) -> set[str]:
    """Give the accounts that have left the organization, or are closed: AWS has nothing of them that is judged."""
    rows: Mapping[str, Account] = described.rows.get(ACCOUNTS, {})
    unknown = {key for part, key in described.gaps if part == ACCOUNTS.name}
    if EVERYTHING in unknown:
        return set()
    asked = {*asked} - {EVERYTHING}
    return {a for a in asked if a not in unknown and (a not in rows or rows[a].state.is_closed)}


def _contacts(here: Mapping[str, set[str]], management: str, means: Means) -> Page:
    """Read contacts, of the alternate ones those kinds alone that are asked for."""
    slots = [key.partition("/") for key in sorted(here[ALTERNATE_CONTACTS.name])]

    def read(account: str) -> Page:
        kinds = tuple(kind for one, _, kind in slots if one == account)
        if account != management:
            return contacts_of(means.aws.here("account"), account, {"AccountId": account}, means.veil, kinds)
        try:
            return contacts_of(means.aws.management("account", management), account, {}, means.veil, kinds)
        except SkipAndNote as error:
            return nothing_of(account, error.cause)

    return read_side_by_side(sorted(_accounts(here, CONTACTS)), read)


def _links(keys: Collection[str], means: Means) -> Page:
    """Ask links again; one that the baseline no longer names is gone."""
    named = sorted(keys & means.documents.keys())
    return read_side_by_side(named, lambda key: read_link(key, means.documents[key], means.links))


def _root_users(here: Mapping[str, set[str]], management: str, means: Means) -> Page:
    return read_root_users(_accounts(here, OF_A_ROOT_USER), management=management, means=means)


def _ones(here: Mapping[str, set[str]], before: World, means: Means) -> Iterable[Page]:
    """Read what there is one of, and what tag policies come to, which hangs on the enabled types."""
    api, management = means.aws.here("organizations"), before.management
    types = policies.read_types(api) if here[POLICY_TYPES.name] else Page()
    yield types
    places = here[EFFECTIVE_TAG_POLICIES.name]
    yield policies.read_effective(places, types=types, before=before, api=api, veil=means.veil, today=means.today)
    if here[ORGANIZATION.name]:
        yield accounts.read_organization(before, api)
    if here[RESOURCE_POLICY.name]:
        yield policies.read_resource_policy(api, means.veil)
    if here[ROOT_FEATURES.name]:
        yield root.features(means.aws, management)
    if here[IDENTITY_CENTER.name]:
        yield _identity_center(management, means)


def _identity_center(management: str, means: Means) -> Page:
    try:
        return Page(rows={IDENTITY_CENTER: {EVERYTHING: center.find_instance(means.aws, management)}})
    except (SkipAndNote, RetryLater) as error:
        return gap(IDENTITY_CENTER, EVERYTHING, str(error))
