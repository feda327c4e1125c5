"""What a collection would have read in the management account: who gets in, what lies there, who hears alarms, as rows.

The management account does not grow with the organization, but for permission sets, which are provisioned in every
account, and the users that member accounts still have.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from itertools import cycle, islice
from typing import Any

from orgwarden.aws.services import services
from orgwarden.demo import aws_policies
from orgwarden.demo.bench import formula
from orgwarden.demo.bench.inventory import Rows, veil
from orgwarden.demo.organization import MANAGEMENT_ID
from orgwarden.demo.seed import Seed
from orgwarden.model import EVERYTHING
from orgwarden.parts.access import (
    ASSIGNMENTS,
    GROUP_MEMBERS,
    GROUP_NAMES,
    IAM_GROUPS,
    IAM_ROLES,
    IAM_USERS,
    IDENTITY_CENTER,
    IDENTITY_PROVIDERS,
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
    TrustAnchor,
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
from orgwarden.parts.resources import (
    MANAGEMENT_SPEND,
    REGIONS,
    RESOURCES,
    WITNESSES,
    Resource,
    Spend,
)

HERE = MANAGEMENT_ID
REGIONS_ON = (
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
)
SETS, PEOPLE_THERE, GROUPS = 60, 400, 80
USERS, ROLES, RESOURCES_THERE, RULES = 40, 400, 2_000, 200
# A permission set is provisioned in one account in so many.
ONE_IN = 4
# A resource in so many has no tags, and nothing else allows most of these.
UNTAGGED = 10
NAMED = (
    "AdministratorAccess",
    "ReadOnlyAccess",
    "PowerUserAccess",
    "SecurityAudit",
    "job-function/Billing",
    "AWSBillingReadOnlyAccess",
    "job-function/ViewOnlyAccess",
    "job-function/NetworkAdministrator",
    "job-function/DatabaseAdministrator",
    "AWSSupportAccess",
)
GITHUB = f"arn:aws:iam::{HERE}:oidc-provider/token.actions.githubusercontent.com"
CENTER = f"arn:aws:iam::{HERE}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"
TOPIC = f"arn:aws:sns:us-east-1:{HERE}:root-alarms"
GROUP = f"arn:aws:logs:us-east-1:{HERE}:log-group:organization-trail:*"
ROOT_USE = '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'
# The filters of the CIS benchmark, as many trails have them; the last tells accounts apart, so it is tried on each.
FILTERS = (
    ROOT_USE,
    '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
    '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }',
    "{ ($.eventName = DeleteGroupPolicy) || ($.eventName = PutRolePolicy) || ($.eventName = AttachUserPolicy) }",
    "{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = StopLogging) }",
    '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
    "{ ($.eventSource = kms.amazonaws.com) && (($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion)) }",
    "{ ($.eventSource = s3.amazonaws.com) && (($.eventName = PutBucketAcl) || ($.eventName = PutBucketPolicy)) }",
    "{ ($.eventSource = config.amazonaws.com) && ($.eventName = StopConfigurationRecorder) }",
    "{ ($.eventName = CreateSecurityGroup) || ($.eventName = AuthorizeSecurityGroupIngress) }",
    "{ ($.eventName = CreateNetworkAcl) || ($.eventName = DeleteNetworkAclEntry) }",
    "{ ($.eventName = CreateCustomerGateway) || ($.eventName = AttachInternetGateway) }",
    "{ ($.eventName = CreateRoute) || ($.eventName = DeleteRouteTable) }",
    "{ ($.eventName = CreateVpc) || ($.eventName = AcceptVpcPeeringConnection) }",
    f'{{ ($.recipientAccountId = "{HERE}") && ($.eventName = CreateOrganizationalUnit) }}',
)
TYPES = ("AWS::CloudTrail::Trail", "AWS::IAM::Role", "AWS::S3::Bucket", "AWS::EC2::VPC", "AWS::Lambda::Function")


def access(declared: Seed) -> Rows:
    """Give the rows of the sweep of access."""
    live = formula.live(declared)
    return {**_identity_center(live), **_iam(live)}


def _identity_center(live: list[str]) -> Rows:
    sets = [f"arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-{place:016}" for place in range(SETS)]
    people, groups = ([f"{what}-{place:04}" for place in range(n)] for what, n in (("u", PEOPLE_THERE), ("g", GROUPS)))
    members = cycle(people)
    return {
        IDENTITY_CENTER: {EVERYTHING: IdentityCenter(instance="ssoins-0123", store="d-0123456789", region="us-east-1")},
        PERMISSION_SETS: {arn: _permission_set(place) for place, arn in enumerate(sets)},
        PERMISSION_SET_ACCOUNTS: {arn: (HERE, *live[place % ONE_IN :: ONE_IN]) for place, arn in enumerate(sets)},
        ASSIGNMENTS: {
            arn: Assigned(users=(people[place],), groups=(groups[place], groups[-place]))
            for place, arn in enumerate(sets)
        },
        GROUP_NAMES: {group: f"team {group}" for group in groups},
        GROUP_MEMBERS: {group: tuple(islice(members, 20)) for group in groups},
        PEOPLE: {
            one: Person(
                key=veil().mailbox(f"{one}@nordvik.example"), masked=f"{one[:3]}•••@nordvik.example", is_enabled=True
            )
            for one in people
        },
    }


def _permission_set(place: int) -> PermissionSet:
    names = [NAMED[place % len(NAMED)], NAMED[place // len(NAMED) % len(NAMED)]]
    managed = tuple(dict.fromkeys(f"{aws_policies.PREFIX}{name}" for name in names))
    inline = _policy("Allow", [f"s3:Get{place}*", "logs:Describe*", "logs:StartQuery"])
    return PermissionSet(name=f"Set{place:03}", managed=managed, customer=(), inline=inline, boundary="")


def _iam(live: list[str]) -> Rows:
    users = {f"arn:aws:iam::{HERE}:user/machine-{place:03}": place for place in range(USERS)}
    roles = dict(_role(place, live) for place in range(ROLES))
    linked = {arn: row for one in services().values() if one.linked_role for arn, row in [_linked(one.linked_role)]}
    theirs = {f"arn:aws:iam::{id_}:user/legacy": _credentials(place) for place, id_ in enumerate(live)}
    named = [f"{aws_policies.PREFIX}{name}" for name in NAMED]
    return {
        IAM_USERS: {arn: _user(arn, place) for arn, place in users.items()},
        IAM_GROUPS: {f"arn:aws:iam::{HERE}:group/operators": _granted(2)},
        IAM_ROLES: {**linked, **roles},
        MANAGED_POLICIES: {arn: json.dumps(aws_policies.catalog()[arn][1]["Document"]) for arn in named},
        USER_CREDENTIALS: {**{arn: _credentials(place) for arn, place in users.items()}, **theirs},
        IDENTITY_PROVIDERS: {CENTER: "SAML", GITHUB: "OIDC"},
        TRUST_ANCHORS: {
            f"arn:aws:rolesanywhere:eu-north-1:{HERE}:trust-anchor/a": TrustAnchor(region="eu-north-1", is_enabled=True)
        },
    }


def _user(arn: str, place: int) -> IamUser:
    groups = (f"arn:aws:iam::{HERE}:group/operators",) if place % 2 else ()
    return IamUser(name=arn.rpartition("/")[2], person="", groups=groups, granted=_granted(place))


def _credentials(place: int) -> UserCredentials:
    return UserCredentials(has_password=place % 7 == 0, has_mfa=place % 14 == 0, active_keys=place % 2, service_keys=0)


def _linked(principal: str) -> tuple[str, Role]:
    path, name = f"/aws-service-role/{principal}/", f"AWSServiceRoleFor{principal.partition('.')[0].title()}"
    trust = _trust({"Service": principal})
    role = Role(name=name, path=path, trust=trust, granted=Granted(managed=(), inline=(), boundary=""), tags={})
    return f"arn:aws:iam::{HERE}:role{path}{name}", role


def _role(place: int, live: list[str]) -> tuple[str, Role]:
    """Give a role that trusts, in turn, a service, an account of ours, a permission set's people, GitHub."""
    principals: tuple[Mapping[str, str], ...] = (
        {"Service": "lambda.amazonaws.com"},
        {"AWS": f"arn:aws:iam::{live[place % len(live)]}:root"},
        {"Federated": CENTER},
        {"Federated": GITHUB},
    )
    name, principal = f"role-{place:03}", principals[place % len(principals)]
    role = Role(name=name, path="/", trust=_trust(principal), granted=_granted(place), tags={"owner": "platform"})
    return f"arn:aws:iam::{HERE}:role/{name}", role


def _trust(principal: Mapping[str, str]) -> str:
    action = "sts:AssumeRoleWithWebIdentity" if ":oidc-provider/" in str(principal) else "sts:AssumeRole"
    said = {"Effect": "Allow", "Principal": principal, "Action": action}
    return json.dumps({"Version": "2012-10-17", "Statement": [said]})


def _granted(place: int) -> Granted:
    managed = (f"{aws_policies.PREFIX}{NAMED[place % len(NAMED)]}",)
    actions = [f"dynamodb:GetItem{place}", "sqs:SendMessage", "ec2:Describe*", f"s3:Put{place}*"]
    return Granted(managed=managed, inline=(_policy("Allow", actions),), boundary="")


def _policy(effect: str, actions: list[str]) -> str:
    said: dict[str, Any] = {"Effect": effect, "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [said]})


def resources(_: Seed) -> Rows:
    """Give the rows of the sweep of the management account's resources."""
    places = (*REGIONS_ON, "global")
    return {
        REGIONS: {EVERYTHING: REGIONS_ON},
        RESOURCES: dict(_resource(place, places[place % len(places)]) for place in range(RESOURCES_THERE)),
        WITNESSES: dict.fromkeys(places, ("resource-explorer", "tagging")),
        MANAGEMENT_SPEND: {
            f"{region}/AmazonS3": Spend(amount=Decimal("12.3456789"), currency="USD", period="2026-10")
            for region in REGIONS_ON
        },
    }


def _resource(place: int, region: str) -> tuple[str, Resource]:
    kind = TYPES[place % len(TYPES)]
    arn = f"arn:aws:{kind.split('::')[1].lower()}:{region}:{HERE}:{kind.rpartition(':')[2].lower()}/{place:05}"
    tags = {"owner": "platform", "env": "prod"} if place % UNTAGGED else {}
    return arn, Resource(type=kind, region=region, tags=tags)


def alerts(_: Seed) -> Rows:
    """Give the rows of the sweep of trails and alarms."""
    trail = Trail(
        home="us-east-1",
        is_of_organization=True,
        is_multi_region=True,
        is_validated=True,
        is_logging=True,
        events="ALL",
        log_group=GROUP,
    )
    names = [f"Security/filter-{place:02}" for place in range(len(FILTERS))]
    rules = (_rule(place) for place in range(RULES))
    return {
        TRAILS: {f"arn:aws:cloudtrail:us-east-1:{HERE}:trail/organization": trail},
        EVENT_RULES: {f"arn:aws:events:{one.region}:{HERE}:rule/rule-{n:03}": one for n, one in enumerate(rules)},
        METRIC_FILTERS: {
            f"us-east-1/organization-trail/filter-{n:02}": MetricFilter(
                log_group="organization-trail", pattern=pattern, metrics=(names[n],)
            )
            for n, pattern in enumerate(FILTERS)
        },
        ALARMS: {
            f"arn:aws:cloudwatch:us-east-1:{HERE}:alarm:alarm-{n:02}": Alarm(
                metric=name, is_on=True, actions=(TOPIC,), at_one_event=True
            )
            for n, name in enumerate(names)
        },
        ALERT_TARGETS: {TOPIC: Target(is_live=True, told="2 confirmed")},
    }


def _rule(place: int) -> EventRule:
    pattern = json.dumps({"source": [f"aws.service-{place}"], "detail-type": ["AWS API Call via CloudTrail"]})
    return EventRule(region=REGIONS_ON[place % len(REGIONS_ON)], state="ENABLED", pattern=pattern, targets=(TOPIC,))
