"""The smallest worlds for the themes delegation, structure and tags: the sound organization of two, well governed.

The management account A stands in the root, the member B in a unit under a guardrail and a tag policy.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from orgwarden.model import Part, World
from orgwarden.parts.access import IAM_ROLES, IDENTITY_CENTER, Granted, IdentityCenter, Role
from orgwarden.parts.bill_spend import (
    ACCOUNT_SERVICES,
    ACCOUNT_STAGES,
    BILLED_KEYS,
    BilledKey,
    ServiceSpend,
    StageSpend,
)
from orgwarden.parts.cost_explorer import COST_EXPLORER, COST_TAGS, CostTag
from orgwarden.parts.declared import (
    BILLING_TOOLS,
    COST_KEYS,
    DELEGATION_RULES,
    EXPECTED_ADMINISTRATORS,
    FOUNDATIONAL_ACCOUNTS,
    OUR_ACCOUNTS,
    REQUIRED_TAGS,
    STRUCTURE_RULES,
    TAG_RULES,
    UNIT_PURPOSES,
    DelegationRules,
    Foundational,
    StructureRules,
    TagRules,
)
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
from orgwarden.parts.organization import (
    ACCOUNTS,
    ORGANIZATION,
    PLACEMENTS,
    STATES_SINCE,
    TAGS,
    UNITS,
    Account,
    AccountState,
    Organization,
    Unit,
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
from tests.worlds import UNIT, A, B, world

C, D, E = "333333333333", "444444444444", "555555555555"
ROOT_ID = "r-exam"
OTHER_UNIT = "ou-exam-other0001"
SSO, RAM, UNHEARD_OF = "sso.amazonaws.com", "ram.amazonaws.com", "unheard-of.amazonaws.com"
SINCE = "2026-01-02T03:04:05+00:00"
GUARD, FULL = "p-guard00001", "p-FullAWSAccess"
SCP = "SERVICE_CONTROL_POLICY"
DENIES = json.dumps({"Statement": [{"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}]})
ALLOWS_ALL = json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
NO_POLICY = "no policy at all"


def account(id_: str, *, state: AccountState = AccountState.ACTIVE, joined: str = "") -> Account:
    return Account(id=id_, name=f"account {id_[0]}", state=state, joined=joined, method="CREATED")


def joining(*units: str, id_: str = C, state: AccountState = AccountState.ACTIVE, joined: str = "") -> dict[Any, Any]:
    """The parts of a third account, in the units given from the root down."""
    return {ACCOUNTS: {id_: account(id_, state=state, joined=joined)}, PLACEMENTS: {id_: units}}


def policy(kind: str = SCP, *, aws_managed: bool = False) -> Policy:
    return Policy(name="a policy", type=kind, aws_managed=aws_managed)


def tag_policy(*keys: str, values: tuple[str, ...] = (), enforced: bool = True) -> str:
    """An effective tag policy with these keys."""
    told: dict[str, Any] = {"enforced_for": ["ec2:instance"]} if enforced else {}
    told |= {"tag_value": list(values)} if values else {}
    return json.dumps({"tags": {key.lower(): {"tag_key": key, **told} for key in keys}})


def in_force(content: str | None = None, *, asked: str = B) -> EffectivePolicy:
    return EffectivePolicy(account=asked, content=content)


def role(path: str) -> Role:
    granted = Granted(managed=(), inline=(), boundary="")
    return Role(name="a role", path=path, trust="{}", granted=granted, tags={})


def handshake(**given: Any) -> Handshake:
    usual = {"action": "INVITE", "state": "OPEN", "requested": SINCE, "expires": "", "parties": ("o-sound00000", C)}
    return Handshake(**{**usual, **given})


def transfer(**given: Any) -> Transfer:
    usual = {"direction": "OUTBOUND", "status": "ACCEPTED", "source": A, "target": C, "starts": SINCE, "ends": ""}
    return Transfer(**{**usual, **given})


def spent(*services: str, account: str = B, amount: str = "1.50") -> dict[str, ServiceSpend]:
    usual = {"account": account, "amount": Decimal(amount), "currency": "USD", "period": "2026-10"}
    return {f"{account}/{service}/USD": ServiceSpend(service=service, **usual) for service in services}


def staged(*stages: str, account: str = B, amount: str = "1.50") -> dict[str, StageSpend]:
    usual = {"account": account, "amount": Decimal(amount), "currency": "USD", "period": "2026-10"}
    return {f"{account}/{stage}/USD": StageSpend(stage=stage, **usual) for stage in stages}


def billed_key(tagged: int = 7) -> BilledKey:
    return BilledKey(tagged=tagged, lines=9, period="2026-10")


def cost_tag(*, is_active: bool = True) -> CostTag:
    return CostTag(is_ours=True, is_active=is_active, updated="", used="")


def structure(**given: Any) -> StructureRules:
    usual = {
        "billing_transfers": frozenset(),
        "workload_units": None,
        "stage_tags": ("stage", "environment"),
        "production": frozenset({"prod", "production"}),
        "root_days": 7,
        "closing_days": 7,
        "invitation_days": 7,
        "control_tower": False,
    }
    return StructureRules(**{**usual, **given})


def delegation(*, undelegated: Mapping[str, str] | None = None, trusted: frozenset[str] | None = None) -> Any:
    return DelegationRules(undelegated=undelegated or {}, trusted=trusted)


def tag_rules(enforced: tuple[str, ...] | None = None, **values: tuple[str, ...]) -> TagRules:
    return TagRules(values=values, enforced=enforced)


GOVERNED: Mapping[Part[Any], dict[str, Any]] = {
    ORGANIZATION: {
        "*": Organization(id="o-sound00000", management_account=A, feature_set="ALL", root=ROOT_ID),
    },
    UNITS: {UNIT: Unit(name="workloads", parent=ROOT_ID)},
    TAGS: {A: {"owner": "team-a"}, B: {"owner": "team-b"}, UNIT: {}, ROOT_ID: {}},
    STATES_SINCE: {},
    POLICY_TYPES: {"*": (SCP, "TAG_POLICY")},
    POLICIES: {FULL: policy(aws_managed=True), GUARD: policy()},
    POLICY_BODIES: {GUARD: DENIES},
    POLICY_TARGETS: {GUARD: (UNIT,)},
    POLICY_TAGS: {GUARD: {}},
    RESOURCE_POLICY: {"*": None},
    EFFECTIVE_TAG_POLICIES: {ROOT_ID: in_force(asked=A), UNIT: in_force(tag_policy("owner"))},
    TRUSTED_SERVICES: {SSO: SINCE},
    DELEGATIONS: {f"{B}/{SSO}": SINCE},
    ACTIVATIONS: {SSO: Activation(activated=True, said_by="sso:ListInstances")},
    HANDSHAKES: {},
    TRANSFERS: {},
    LANDING_ZONE: {"*": LandingZone(version="3.3", drift="IN_SYNC")},
    ENROLLED: {B: "SUCCEEDED"},
    IDENTITY_CENTER: {"*": IdentityCenter(instance="ssoins-1", store="d-1", region="eu-west-1")},
    IAM_ROLES: {f"arn:aws:iam::{A}:role/r": role("/")},
    DELEGATION_RULES: {"*": delegation()},
    EXPECTED_ADMINISTRATORS: {"*": {SSO: (B,)}},
    STRUCTURE_RULES: {"*": structure()},
    FOUNDATIONAL_ACCOUNTS: {"*": {"security": Foundational(account=B, unit=UNIT)}},
    OUR_ACCOUNTS: {"*": (A, B)},
    UNIT_PURPOSES: {"*": {UNIT: "workloads"}},
    REQUIRED_TAGS: {"*": {"account": ("owner",)}},
    TAG_RULES: {"*": tag_rules()},
    COST_EXPLORER: {"*": True},
    BILLING_TOOLS: {"*": ("cost_explorer",)},
    COST_KEYS: {"*": ("team",)},
    COST_TAGS: {"team": cost_tag()},
    BILLED_KEYS: {"team": billed_key()},
    ACCOUNT_SERVICES: spent("AWSCloudTrail"),
    ACCOUNT_STAGES: staged("prod"),
}


# Where nothing is as it should be: C is closed and still registered, D stands in the root, and tags say what they must
# not.
TROUBLED: Mapping[Part[Any], dict[str, Any]] = {
    ORGANIZATION: {
        "*": Organization(id="o-sound00000", management_account=A, feature_set="CONSOLIDATED_BILLING", root=ROOT_ID)
    },
    ACCOUNTS: {C: account(C, state=AccountState.CLOSED), D: account(D, joined=SINCE), E: account(E)},
    PLACEMENTS: {C: (), D: (), E: (UNIT,)},
    STATES_SINCE: {C: "2026-01-02"},
    UNITS: {UNIT: Unit(name="workloads", parent=ROOT_ID), OTHER_UNIT: Unit(name="others", parent=ROOT_ID)},
    TAGS: {A: {}, B: {"stage": "prod"}, D: {"owner": "nobody"}, E: {"stage": "test"}, UNIT: {}, ROOT_ID: {}},
    POLICIES: {FULL: policy(aws_managed=True), GUARD: policy()},
    POLICY_BODIES: {GUARD: ALLOWS_ALL},
    EFFECTIVE_TAG_POLICIES: {ROOT_ID: in_force(asked=A), UNIT: in_force(tag_policy("cost"))},
    TRUSTED_SERVICES: {SSO: SINCE, RAM: SINCE, UNHEARD_OF: SINCE},
    DELEGATIONS: {f"{B}/{SSO}": SINCE, f"{C}/{SSO}": SINCE, f"{D}/{RAM}": SINCE, f"{B}/{UNHEARD_OF}": SINCE},
    ACTIVATIONS: {SSO: Activation(activated=False, said_by="sso:ListInstances")},
    HANDSHAKES: {"h-1": handshake()},
    TRANSFERS: {"rt-1": transfer()},
    LANDING_ZONE: {"*": LandingZone(version="3.3", drift="DRIFTED")},
    ENROLLED: {B: "FAILED"},
    IDENTITY_CENTER: {"*": None},
    DELEGATION_RULES: {"*": delegation(trusted=frozenset({SSO}))},
    EXPECTED_ADMINISTRATORS: {"*": {SSO: (E,), RAM: (D,)}},
    STRUCTURE_RULES: {"*": structure(control_tower=True)},
    FOUNDATIONAL_ACCOUNTS: {
        "*": {
            "security": Foundational(account=B, unit=OTHER_UNIT),
            "log_archive": Foundational(account="999999999999", unit=""),
        }
    },
    OUR_ACCOUNTS: {"*": (A, B, C, "999999999999")},
    UNIT_PURPOSES: {"*": {}},
    REQUIRED_TAGS: {"*": dict.fromkeys(("account", "unit", "root", "policy"), ("owner",))},
    TAG_RULES: {"*": tag_rules(enforced=("owner",), owner=("team-a",))},
    COST_EXPLORER: {"*": False},
    BILLING_TOOLS: {"*": ("cost_explorer", "storage_lens")},
    COST_KEYS: {"*": ("team", "Team", "stage")},
    COST_TAGS: {"team": cost_tag(is_active=False), "stage": cost_tag()},
    BILLED_KEYS: {"team": billed_key(0), "Team": billed_key(0), "stage": billed_key()},
    ACCOUNT_SERVICES: spent("AWSCloudTrail", "AmazonEC2"),
    ACCOUNT_STAGES: staged("prod", "test"),
}


def governed(
    parts: Mapping[Part[Any], Mapping[str, Any]] | None = None, gaps: Mapping[tuple[str, str], str] | None = None
) -> World:
    """Give the well governed organization with some parts replaced (accounts and placements stay) and some unread."""
    have = {
        part: {key: row for key, row in rows.items() if (part.name, key) not in (gaps or {})}
        for part, rows in {**GOVERNED, **(parts or {})}.items()
        if (part.name, "*") not in (gaps or {})
    }
    return world(have, gaps)


def undeclared(part: Part[Any]) -> dict[tuple[str, str], str]:
    return {(part.name, "*"): "not declared"}
