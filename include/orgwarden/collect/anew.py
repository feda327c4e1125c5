"""Reads whole parts again by the sweep that read them, as far as it can be told to leave out the others.

Where a control looks through a list, a single row of it decides nothing. The sweep goes on in a staging of its own, in
which what it builds on, and what nobody asks for, stands as it was seen before; so a step of it that is staged is not
read again.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orgwarden.collect import access, alerts, billing, cost_tags, delegation, policies
from orgwarden.collect.batches import SIZE
from orgwarden.collect.means import Means
from orgwarden.collect.single_policies import without_the_moved
from orgwarden.model import EVERYTHING, Part, World
from orgwarden.parts.access import (
    IAM_GROUPS,
    IAM_ROLES,
    IAM_USERS,
    IDENTITY_CENTER,
    IDENTITY_PROVIDERS,
    MANAGED_POLICIES,
    PERMISSION_SETS,
    TRUST_ANCHORS,
)
from orgwarden.parts.alerts import ALARMS, ALERT_TARGETS, EVENT_RULES, METRIC_FILTERS, TRAILS
from orgwarden.parts.delegation import (
    ACTIVATIONS,
    DELEGATIONS,
    ENROLLED,
    HANDSHAKES,
    LANDING_ZONE,
    TRANSFERS,
    TRUSTED_SERVICES,
)
from orgwarden.parts.exports import EXPORTS
from orgwarden.parts.organization import ACCOUNTS, ORGANIZATION, PLACEMENTS, UNITS, Organization
from orgwarden.parts.policies import POLICY_TYPES, TAG_POLICY
from orgwarden.snapshot import Page, Staging, merged
from orgwarden.store import MemoryStore

# What each sweep builds on.
GROUND: tuple[Part[Any], ...] = (ACCOUNTS, UNITS, PLACEMENTS)
Sweep = Callable[[Staging, Means], object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Parts that one sweep reads together; ``steps`` are those to leave out where nobody asks for one of the parts.

    Each step is staged with the rows of its parts as they were before; without any, as one that found nothing.
    """

    sweep: Sweep
    parts: tuple[Part[Any], ...]
    steps: Mapping[str, tuple[Part[Any], ...]]


def _policies(staging: Staging, means: Means) -> object:
    return policies.sweep(staging, aws=means.aws, veil=means.veil)


def _delegation(staging: Staging, means: Means) -> object:
    return delegation.sweep(staging, aws=means.aws, veil=means.veil, control_tower=means.control_tower)


def _access(staging: Staging, means: Means) -> object:
    return access.sweep(staging, aws=means.aws, veil=means.veil, registered=means.registered)


def _alerts(staging: Staging, means: Means) -> object:
    return alerts.sweep(staging, aws=means.aws, veil=means.veil)


def _billing(staging: Staging, means: Means) -> object:
    return billing.sweep(staging, aws=means.aws, asks_cost_explorer=means.asks_cost_explorer, today=means.today)


def _by_step(sweep: Sweep, steps: Mapping[str, tuple[Part[Any], ...]]) -> Iterator[Group]:
    """Give a group for each step of a sweep that is read by itself."""
    yield from (Group(sweep=sweep, parts=parts, steps={step: parts}) for step, parts in steps.items())


GROUPS: tuple[Group, ...] = (
    Group(sweep=_policies, parts=policies.PARTS, steps={}),
    *_by_step(
        _delegation,
        {
            "trusted-services": (TRUSTED_SERVICES,),
            "delegations": (DELEGATIONS,),
            "handshakes": (HANDSHAKES,),
            "transfers": (TRANSFERS,),
            "activations": (ACTIVATIONS,),
            "control-tower": (LANDING_ZONE, ENROLLED),
        },
    ),
    Group(
        sweep=_access,
        parts=(IDENTITY_CENTER, *access.OF_THE_INSTANCE),
        # Without an instance nobody is asked; which policies the permission sets name is still to be known.
        steps={"access-identity-center": (), "access-permission-sets": (PERMISSION_SETS,)},
    ),
    Group(
        sweep=_access,
        parts=(IAM_USERS, IAM_GROUPS, IAM_ROLES, MANAGED_POLICIES, IDENTITY_PROVIDERS, TRUST_ANCHORS),
        steps={
            "access-iam": (IAM_USERS, IAM_GROUPS, IAM_ROLES, MANAGED_POLICIES),
            "access-identity-providers": (IDENTITY_PROVIDERS,),
            "access-trust-anchors": (TRUST_ANCHORS,),
        },
    ),
    *_by_step(_alerts, {"trails": (TRAILS,)}),
    Group(
        sweep=_alerts,
        parts=(EVENT_RULES, METRIC_FILTERS, ALARMS, ALERT_TARGETS),
        steps={
            "event-rules": (EVENT_RULES,),
            "metric-filters": (METRIC_FILTERS,),
            "alarms": (ALARMS,),
            "alert-targets": (ALERT_TARGETS,),
        },
    ),
    *_by_step(_billing, {"exports": (EXPORTS,), "cost-explorer": cost_tags.PARTS}),
)
PARTS = frozenset(part.name for group in GROUPS for part in group.parts)


def together_with(parts: Collection[str]) -> frozenset[str]:
    """Give the names of all parts that are read with one of these."""
    return frozenset(part.name for group in GROUPS if _is_asked(group, parts) for part in group.parts)


def read_anew(parts: Collection[str], *, before: World, means: Means) -> Page:
    """Read parts (by name) whole, with those that are read together with them; of no others are there rows or gaps."""
    asked = [group for group in GROUPS if _is_asked(group, parts)]
    sweeps = dict.fromkeys(group.sweep for group in asked)
    rows, gaps = merged(page for sweep in sweeps for page in _swept(sweep, asked, before, means))
    wanted = [part for group in asked for part in group.parts]
    names = {part.name for part in wanted}
    page = Page(
        rows={part: rows.get(part, {}) for part in wanted},
        gaps={(part, key): cause for (part, key), cause in gaps.items() if part in names},
    )
    if TAG_POLICY not in page.rows.get(POLICY_TYPES, {}).get(EVERYTHING, ()):
        return page
    # Who spoke for a unit was chosen by the placements of before.
    api = means.aws.here("organizations")
    return without_the_moved(page, before=before, api=api, veil=means.veil, today=means.today)


def _is_asked(group: Group, parts: Collection[str]) -> bool:
    return any(part.name in parts for part in group.parts)


def _swept(sweep: Sweep, asked: Collection[Group], before: World, means: Means) -> Iterator[Page]:
    staging = Staging(MemoryStore(), "")
    staging.put("ground", 1, _ground(before))
    for group in GROUPS:
        if group.sweep is sweep and group not in asked:
            _leave_out(group, staging, before)
    sweep(staging, means)
    yield from staging.all_pages()


def _ground(before: World) -> Page:
    """Give the organization as it was seen; of one that could not be read again a sweep needs the ids alone."""
    bare = Organization(id=before.organization, management_account=before.management, feature_set="", root="")
    row = before.parts.get(ORGANIZATION, {}).get(EVERYTHING, bare)
    page = _as_before(GROUND, before)
    return Page(rows={**page.rows, ORGANIZATION: {EVERYTHING: row}}, gaps=page.gaps)


def _leave_out(group: Group, staging: Staging, before: World) -> None:
    """Stage the steps of a group as read; a step that reads in batches has a page for each of them."""
    for step, parts in group.steps.items():
        page = _as_before(parts, before)
        size = len(page.gaps) + max((len(found) for found in page.rows.values()), default=0)
        for number in range(max(1, -(-size // SIZE))):
            staging.put(step, number + 1, Page() if number else page)


def _as_before(parts: Collection[Part[Any]], before: World) -> Page:
    names = {part.name for part in parts}
    rows = {part: before.parts.get(part, {}) for part in parts}
    return Page(rows=rows, gaps={place: cause for place, cause in before.gaps.items() if place[0] in names})
