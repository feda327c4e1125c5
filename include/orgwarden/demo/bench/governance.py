"""What a collection would have read of policies, delegation, root users and the bill's set-up, as rows."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import accumulate

from orgwarden.demo.bench import formula
from orgwarden.demo.bench.inventory import Rows
from orgwarden.demo.organization import FULL_ACCESS, MANAGEMENT_ID
from orgwarden.demo.seed import Seed
from orgwarden.demo.services.activation import SAID_BY
from orgwarden.demo.services.effective_policies import effective
from orgwarden.model import EVERYTHING
from orgwarden.parts.cost_explorer import COST_EXPLORER, COST_TAGS, TAG_BACKFILLS, CostTag, TagBackfill
from orgwarden.parts.delegation import (
    ACTIVATIONS,
    DELEGATIONS,
    ENROLLED,
    HANDSHAKES,
    LANDING_ZONE,
    TRANSFERS,
    TRUSTED_SERVICES,
    Activation,
    Handshake,
    LandingZone,
    Transfer,
)
from orgwarden.parts.exports import EXPORTS, Export
from orgwarden.parts.policies import (
    EFFECTIVE_TAG_POLICIES,
    POLICIES,
    POLICY_BODIES,
    POLICY_TAGS,
    POLICY_TARGETS,
    POLICY_TYPES,
    RESOURCE_POLICY,
    EffectivePolicy,
    Policy,
)
from orgwarden.parts.root import (
    ROOT_CREDENTIALS,
    ROOT_FEATURES,
    ROOT_MFA,
    ROOT_USE,
    MfaKind,
    RootCredentials,
    RootMfa,
    RootUse,
)

SINCE, LATER = "2025-03-04T05:06:07+00:00", "2026-12-01T00:00:00+00:00"
INVITATIONS = 20
# One root user in so many still has its credentials.
HOLDING = 10
GONE = RootCredentials(has_password=False, has_mfa=False, has_access_keys=False, has_certificates=False)
HELD = RootCredentials(has_password=True, has_mfa=True, has_access_keys=False, has_certificates=False)


def policies(declared: Seed) -> Rows:
    """Give the rows of the sweep of policies."""
    customers = {f"p-{place:010}": one for place, one in enumerate(formula.policies_of(declared))}
    aws = {id_: Policy(name=id_[2:], type=kind, aws_managed=True) for kind, id_ in FULL_ACCESS.items()}
    places = {**{path: unit.id for path, unit in declared.units.items()}, "root": declared.organization.root}
    return {
        POLICY_TYPES: {EVERYTHING: tuple(sorted(declared.policy_types))},
        POLICIES: {**aws, **{id_: Policy(name=p.name, type=p.type, aws_managed=False) for id_, p in customers.items()}},
        POLICY_BODIES: {id_: json.dumps(one.content) for id_, one in customers.items()},
        POLICY_TARGETS: {
            id_: tuple(sorted(places.get(path, path) for path in one.attach)) for id_, one in customers.items()
        },
        POLICY_TAGS: {id_: {"owner": "platform", "env": "prod"} for id_ in customers},
        RESOURCE_POLICY: {EVERYTHING: _resource_policy(declared)},
        EFFECTIVE_TAG_POLICIES: dict(_in_force(declared, {"": declared.organization.root, **places})),
    }


def _resource_policy(declared: Seed) -> str:
    manager = f"arn:aws:iam::{declared.id_of('sec-ops')}:root"
    actions = ["organizations:CreatePolicy", "organizations:UpdatePolicy", "organizations:AttachPolicy"]
    said = {"Effect": "Allow", "Principal": {"AWS": manager}, "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [said]})


def _in_force(declared: Seed, places: Mapping[str, str]) -> Iterator[tuple[str, EffectivePolicy]]:
    """Give what the tag policies come to wherever somebody asks for it."""
    attached: dict[str, list[str]] = defaultdict(list)
    for one in formula.policies_of(declared):
        for place in one.attach if one.type == formula.TAG_POLICY else ():
            attached[place].append(json.dumps(one.content))
    units = {one.id: one.unit for one in (declared.management, *declared.accounts)}
    for place, account in formula.asked_in_force(declared).items():
        path = units.get(place, place)
        own = [place] if place in units else []
        steps = ["root", *accumulate(path.split("/"), "{}/{}".format), *own] if path else ["root", *own]
        content = effective(attached[step] for step in steps)
        row = EffectivePolicy(account=account, content=json.dumps(content) if content else None)
        yield places.get(place, place), row


def delegation(declared: Seed) -> Rows:
    """Give the rows of the sweep of delegation, Control Tower among them."""
    registered = declared.delegated_administrators.items()
    trusted = declared.trusted_access
    return {
        TRUSTED_SERVICES: dict.fromkeys(trusted, SINCE),
        DELEGATIONS: {f"{declared.id_of(name)}/{one}": SINCE for name, services in registered for one in services},
        ACTIVATIONS: {
            one: Activation(activated=True, said_by=":".join(SAID_BY[one][:2])) for one in trusted if one in SAID_BY
        },
        HANDSHAKES: {f"h-{place:08}": _invitation(place) for place in range(INVITATIONS)},
        TRANSFERS: {"rt-00000001": _transfer()},
        LANDING_ZONE: {EVERYTHING: LandingZone(version="3.3", drift="IN_SYNC")},
        ENROLLED: dict.fromkeys(formula.live(declared), "SUCCEEDED"),
    }


def _invitation(place: int) -> Handshake:
    state = ("OPEN", "ACCEPTED", "EXPIRED")[place % 3]
    parties = (MANAGEMENT_ID, f"{place:012}")
    return Handshake(action="INVITE", state=state, requested=SINCE, expires=LATER, parties=parties)


def _transfer() -> Transfer:
    return Transfer(
        direction="INBOUND", status="ACCEPTED", source="210987654321", target=MANAGEMENT_ID, starts=SINCE, ends=""
    )


def root(declared: Seed) -> Rows:
    """Give the rows of the sweep of root users, as an audit of all accounts reads them."""
    live = formula.live(declared)
    held = {MANAGEMENT_ID, *live[::HOLDING]}
    used = RootUse(password_used=SINCE, password_changed=SINCE, keys=())
    unused = RootUse(password_used="", password_changed=None, keys=())
    keys = RootMfa(devices=(MfaKind.FIDO, MfaKind.TOKEN), is_whole=True)
    return {
        ROOT_FEATURES: {EVERYTHING: ("RootCredentialsManagement", "RootSessions")},
        ROOT_CREDENTIALS: {id_: HELD if id_ in held else GONE for id_ in live},
        ROOT_USE: {id_: used if id_ in held else unused for id_ in live},
        ROOT_MFA: {id_: keys if id_ in held else RootMfa(devices=(), is_whole=True) for id_ in live},
    }


def billing(_: Seed) -> Rows:
    """Give the rows of the sweep of billing, Cost Explorer among them."""
    export = Export(
        name="monthly",
        table="COST_AND_USAGE_REPORT",
        bucket="bills",
        bucket_owner="",
        prefix="exports",
        region="eu-west-1",
        file="PARQUET",
        compression="PARQUET",
        overwrites=True,
        settings={"TIME_GRANULARITY": "HOURLY"},
        status="HEALTHY",
        refreshed=SINCE,
    )
    return {
        EXPORTS: {"bcm-data-exports/monthly": export},
        COST_EXPLORER: {EVERYTHING: True},
        COST_TAGS: {"cost-center": CostTag(is_ours=True, is_active=True, updated=SINCE, used=SINCE)},
        TAG_BACKFILLS: {SINCE: TagBackfill(since=SINCE, requested=SINCE, completed=SINCE, status="SUCCEEDED")},
    }
