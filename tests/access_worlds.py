"""The smallest management account: root users in order, one administrator, a trail, and nothing that should not be.

Each factory gives the smallest valid row; ``governed`` gives the world in which a test replaces what it is about.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from orgwarden.model import Part, Period, World
from orgwarden.parts.access import (
    ASSIGNMENTS,
    GROUP_MEMBERS,
    GROUP_NAMES,
    IAM_GROUPS,
    IAM_ROLES,
    IAM_USERS,
    IDENTITY_CENTER,
    MANAGED_POLICIES,
    PEOPLE,
    PERMISSION_SET_ACCOUNTS,
    PERMISSION_SETS,
    TRUST_ANCHORS,
    USER_CREDENTIALS,
    Assigned,
    Granted,
    IamUser,
    IdentityCenter,
    PermissionSet,
    Person,
    Role,
    UserCredentials,
)
from orgwarden.parts.alerts import (
    ALARMS,
    ALERT_TARGETS,
    EVENT_RULES,
    METRIC_FILTERS,
    TRAILS,
    Alarm,
    EventRule,
    MetricFilter,
    Target,
    Trail,
)
from orgwarden.parts.attested import ROOT_USES
from orgwarden.parts.custody import DECLARED_ACCESS, NAMED_PEOPLE, DeclaredAccess
from orgwarden.parts.custody import Person as Registered
from orgwarden.parts.declared import (
    MANAGEMENT_RULES,
    MFA_REGISTER,
    ROOT_RULES,
    Allowed,
    DeclaredPath,
    ManagementRules,
    RootEvent,
    RootRules,
)
from orgwarden.parts.delegation import TRUSTED_SERVICES
from orgwarden.parts.packs import FINAL_PACKS, FinalPack
from orgwarden.parts.policies import POLICIES, POLICY_BODIES, POLICY_TARGETS, Policy
from orgwarden.parts.resources import MANAGEMENT_SPEND, REGIONS, RESOURCES, WITNESSES, Resource
from orgwarden.parts.root import (
    ROOT_CREDENTIALS,
    ROOT_FEATURES,
    ROOT_MFA,
    ROOT_USE,
    MfaKind,
    RootCredentials,
    RootKey,
    RootMfa,
    RootUse,
)
from tests import runbook_worlds
from tests.custody_worlds import MIXED_UP, REGISTER
from tests.worlds import A, B, world

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
BILLING_READ = "arn:aws:iam::aws:policy/AWSBillingReadOnlyAccess"
BILLING = "arn:aws:iam::aws:policy/job-function/Billing"
ADMINISTRATORS = "arn:aws:sso:::permissionSet/ssoins-1/ps-administrators"
READERS = "arn:aws:sso:::permissionSet/ssoins-1/ps-readers"
ADA, BEN, CAT, DAN, EVE = "ada", "ben", "cat", "dan", "eve"
GITHUB = f"arn:aws:iam::{A}:oidc-provider/token.actions.githubusercontent.com"
TOPIC = f"arn:aws:sns:us-east-1:{A}:root-alarm"
TRAIL = f"arn:aws:cloudtrail:us-east-1:{A}:trail/organization"
RULE = f"arn:aws:events:us-east-1:{A}:rule/root"
GROUP = f"arn:aws:logs:us-east-1:{A}:log-group:/trail:*"
FILTER = "us-east-1//trail/root"
ALARM = f"arn:aws:cloudwatch:us-east-1:{A}:alarm:root"


def policy(*actions: str, effect: str = "Allow") -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement(*actions, effect=effect)]})


def statement(*actions: str, effect: str = "Allow") -> dict[str, Any]:
    return {"Effect": effect, "Action": list(actions), "Resource": "*"}


def trust(**principal: str) -> str:
    """A trust policy; ``trust(AWS="222222222222")``."""
    action = "sts:AssumeRoleWithWebIdentity" if "oidc" in principal.get("Federated", "") else "sts:AssumeRole"
    said = {"Effect": "Allow", "Principal": principal, "Action": action}
    return json.dumps({"Version": "2012-10-17", "Statement": [said]})


def credentials(**changed: Any) -> RootCredentials:
    """A root user with a password and MFA."""
    usual = {"has_password": True, "has_mfa": True, "has_access_keys": False, "has_certificates": False}
    return RootCredentials(**{**usual, **changed})


GONE = credentials(has_password=False, has_mfa=False)


def use(password: str = "", *keys: str, changed: str | None = "") -> RootUse:
    return RootUse(
        password_used=password,
        password_changed=changed,
        keys=tuple(RootKey(is_active=True, last_used=key) for key in keys),
    )


def event(day: date, *, account: str = A, kind: str = "use", last: date | None = None) -> RootEvent:
    return RootEvent(kind=kind, account=account, first=day, last=last or day)


def root_rules(
    *events: RootEvent, alert_targets: tuple[str, ...] = (), member_alert_targets: tuple[str, ...] = ()
) -> dict[str, RootRules]:
    rules = RootRules(
        window_days=31,
        password_window_days=365,
        events=events,
        alert_targets=alert_targets,
        member_alert_targets=member_alert_targets,
    )
    return {"*": rules}


def rules(**changed: Any) -> dict[str, ManagementRules]:
    usual = {"administrators": 3, "allowed": (), "paths": (), "finance": (), "people": {}}
    return {"*": ManagementRules(**{**usual, **changed})}


def path(role: str, *trusts: str, expires: date = date(2027, 1, 1)) -> DeclaredPath:
    return DeclaredPath(role=role, trusts=trusts, expires=expires)


def allowed(type_: str = "*", arn: str = "*", **tags: str) -> Allowed:
    return Allowed(name="allowed", type=type_, arn=arn, tags=tags)


def resource(type_: str = "AWS::S3::Bucket", region: str = "us-east-1", **tags: str) -> Resource:
    return Resource(type=type_, region=region, tags=tags)


def person(name: str, *, is_enabled: bool = True) -> Person:
    return Person(key=f"key of {name}", masked=f"{name[0]}•••@corp.example", is_enabled=is_enabled)


def registered(name: str, *, user: str | None = None) -> Registered:
    """Somebody of the register, whose user in the identity store is of the same name unless another is given."""
    return Registered(name=name.title(), identity_center=name if user is None else user)


def declared_access(*people: str, **until: date) -> dict[str, dict[str, DeclaredAccess]]:
    return {"*": {id_: DeclaredAccess(why="their work", until=until.get(id_)) for id_ in (*people, *until)}}


def permission_set(*managed: str, **changed: Any) -> PermissionSet:
    usual = {"name": "a set", "managed": managed, "customer": (), "inline": "", "boundary": ""}
    return PermissionSet(**{**usual, **changed})


def assigned(*users: str, groups: tuple[str, ...] = ()) -> Assigned:
    return Assigned(users=users, groups=groups)


def granted(*managed: str, inline: tuple[str, ...] = (), boundary: str = "") -> Granted:
    return Granted(managed=managed, inline=inline, boundary=boundary)


def user_arn(name: str, account: str = A) -> str:
    return f"arn:aws:iam::{account}:user/{name}"


def iam_user(name: str, *managed: str, person: str = "", groups: tuple[str, ...] = (), **of: Any) -> IamUser:
    return IamUser(name=name, person=person, groups=groups, granted=granted(*managed, **of))


def held(**changed: Any) -> UserCredentials:
    """An IAM user with nothing to sign in or call with."""
    return UserCredentials(**{"has_password": False, "has_mfa": False, "active_keys": 0, "service_keys": 0, **changed})


def role_arn(name: str) -> str:
    return f"arn:aws:iam::{A}:role/{name}"


def role(trusts: str, *managed: str, path: str = "/", name: str = "a-role", **of: Any) -> Role:
    return Role(name=name, path=path, trust=trusts, granted=granted(*managed, **of), tags={})


def trail(**changed: Any) -> Trail:
    usual = {"home": "us-east-1", "events": "ALL", "log_group": ""}
    on = dict.fromkeys(("is_of_organization", "is_multi_region", "is_validated", "is_logging"), True)
    return Trail(**{**usual, **on, **changed})


def event_rule(pattern: Any, *targets: str, region: str = "us-east-1", state: str = "ENABLED") -> EventRule:
    text = pattern if isinstance(pattern, str) else json.dumps(pattern)
    return EventRule(region=region, state=state, pattern=text, targets=targets)


def metric_filter(pattern: str = '{ $.userIdentity.type = "Root" }') -> MetricFilter:
    return MetricFilter(log_group="/trail", pattern=pattern, metrics=("security/root",))


def alarm(*actions: str, is_on: bool = True, metric: str = "security/root", at_one_event: bool | None = True) -> Alarm:
    return Alarm(metric=metric, is_on=is_on, actions=actions, at_one_event=at_one_event)


def final_pack(**changed: Any) -> FinalPack:
    usual = {
        "payer": A, "period": Period("2026-10"), "currency": "USD", "version": "final-v1", "digest": "ab" * 32,
        "billed": "100.00", "made": date(2026, 11, 5),
    }  # fmt: skip
    return FinalPack(**{**usual, **changed})


def target(*, is_live: bool = True) -> Target:
    return Target(is_live=is_live, told="2 confirmed" if is_live else "0 confirmed")


# By a filter of the organization trail: it sees the management account and the members alike.
BY_FILTER: Mapping[Part[Any], dict[str, Any]] = {
    TRAILS: {TRAIL: trail(log_group=GROUP)},
    METRIC_FILTERS: {FILTER: metric_filter()},
    ALARMS: {ALARM: alarm(TOPIC)},
    ALERT_TARGETS: {TOPIC: target()},
}
SOUND: Mapping[Part[Any], dict[str, Any]] = {
    ROOT_RULES: root_rules(),
    ROOT_USES: {},
    MFA_REGISTER: {"*": (MfaKind.FIDO, MfaKind.TOKEN)},
    **REGISTER,
    NAMED_PEOPLE: {"*": {**REGISTER[NAMED_PEOPLE]["*"], ADA: registered(ADA)}},
    DECLARED_ACCESS: declared_access(*REGISTER[NAMED_PEOPLE]["*"], ADA),
    **runbook_worlds.SOUND,
    MANAGEMENT_RULES: rules(),
    ROOT_FEATURES: {"*": ("RootCredentialsManagement", "RootSessions")},
    ROOT_CREDENTIALS: {A: credentials(), B: GONE},
    ROOT_USE: {A: use("2026-01-02T10:00:00Z"), B: use()},
    ROOT_MFA: {A: RootMfa(devices=(), is_whole=False)},
    TRUSTED_SERVICES: {"iam.amazonaws.com": "2026-01-01T00:00:00Z"},
    POLICIES: {},
    POLICY_BODIES: {},
    POLICY_TARGETS: {},
    TRAILS: {TRAIL: trail()},
    EVENT_RULES: {},
    METRIC_FILTERS: {},
    ALARMS: {},
    ALERT_TARGETS: {},
    REGIONS: {"*": ("us-east-1", "eu-central-1")},
    RESOURCES: {},
    WITNESSES: dict.fromkeys(("us-east-1", "eu-central-1", "global"), ("resource-explorer",)),
    MANAGEMENT_SPEND: {},
    IDENTITY_CENTER: {"*": IdentityCenter(instance="ssoins-1", store="d-1", region="us-east-1")},
    PERMISSION_SETS: {ADMINISTRATORS: permission_set(ADMINISTRATOR)},
    PERMISSION_SET_ACCOUNTS: {ADMINISTRATORS: (A,)},
    ASSIGNMENTS: {ADMINISTRATORS: assigned(ADA)},
    GROUP_NAMES: {},
    GROUP_MEMBERS: {},
    PEOPLE: {name: person(name) for name in (ADA, BEN, CAT, DAN, EVE)},
    IAM_USERS: {},
    IAM_GROUPS: {},
    IAM_ROLES: {},
    USER_CREDENTIALS: {},
    TRUST_ANCHORS: {},
    FINAL_PACKS: {"2026-10/111111111111/USD": final_pack()},
    MANAGED_POLICIES: {
        ADMINISTRATOR: policy("*"),
        READ_ONLY: policy("s3:Get*", "ec2:Describe*", "iam:List*"),
        BILLING_READ: policy("ce:Get*", "billing:Get*", "budgets:View*"),
        BILLING: policy("ce:*", "billing:*", "budgets:*"),
    },
}

# Where nothing is as it should be.
TROUBLED: Mapping[Part[Any], dict[str, Any]] = {
    **BY_FILTER,
    ROOT_CREDENTIALS: {B: credentials(has_mfa=False)},
    ROOT_USE: {A: use("2026-11-21T00:00:00Z", changed="2026-11-01T00:00:00Z")},
    ROOT_MFA: {A: RootMfa(devices=(MfaKind.VIRTUAL,), is_whole=False)},
    MFA_REGISTER: {"*": (MfaKind.VIRTUAL,)},
    **MIXED_UP,
    **runbook_worlds.LOST,
    POLICIES: {"p-no": Policy(name="no", type="SERVICE_CONTROL_POLICY", aws_managed=False)},
    POLICY_BODIES: {"p-no": policy("*", effect="Deny")},
    POLICY_TARGETS: {"p-no": ("r-exam",)},
    EVENT_RULES: {RULE: event_rule({"source": ["aws.ec2"]}, TOPIC)},
    RESOURCES: {"arn:aws:s3:::somebodys-data": resource()},
    PERMISSION_SETS: {READERS: permission_set(BILLING)},
    PERMISSION_SET_ACCOUNTS: {READERS: (A, B)},
    ASSIGNMENTS: {READERS: assigned(groups=("g-1",)), ADMINISTRATORS: assigned(ADA, BEN, CAT, DAN)},
    GROUP_NAMES: {"g-1": "finance"},
    GROUP_MEMBERS: {"g-1": (EVE,)},
    IAM_USERS: {user_arn("joe"): iam_user("joe", ADMINISTRATOR)},
    USER_CREDENTIALS: {user_arn("joe"): held(has_password=True)},
    IAM_ROLES: {role_arn("deploy"): role(trust(Federated=GITHUB), ADMINISTRATOR)},
}


def governed(
    parts: Mapping[Part[Any], Mapping[str, Any]] | None = None, gaps: Mapping[tuple[str, str], str] | None = None
) -> World:
    """Give the sound world with some rows replaced (a part's other rows stay) and some keys unread."""
    changed = parts or {}
    rows = {part: {**SOUND.get(part, {}), **changed.get(part, {})} for part in {**SOUND, **changed}}
    return world(rows, gaps)


def bare(part: Part[Any], rows: Mapping[str, Any], parts: Mapping[Part[Any], Mapping[str, Any]] | None = None) -> World:
    """Give the sound world in which one part has these rows and no other."""
    found = governed(parts)
    return World(
        organization=found.organization,
        management=found.management,
        today=found.today,
        parts={**found.parts, part: dict(rows)},
        gaps=found.gaps,
    )
