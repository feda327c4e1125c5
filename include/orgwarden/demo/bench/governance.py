"""What a collection would have read of policies, delegation and root users, as rows."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from orgwarden.demo.bench import formula
from orgwarden.demo.bench.inventory import Rows
from orgwarden.demo.organization import EVERYTHING as FULL_ACCESS_TEXTS
from orgwarden.demo.organization import FULL_ACCESS, MANAGEMENT_ID
from orgwarden.demo.seed import PolicySeed, Seed
from orgwarden.demo.services.activation import SAID_BY
from orgwarden.demo.services.effective_policies import effective
from orgwarden.model import EVERYTHING
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
        RESOURCE_POLICY: {EVERYTHING: FULL_ACCESS_TEXTS["RESOURCE_CONTROL_POLICY"]},
        EFFECTIVE_TAG_POLICIES: dict(_in_force(declared, list(customers.values()))),
    }
