"""Who governs the organization of 45 accounts: enough of everything for several pages, answered always alike."""

import json
from typing import Any

from orgwarden.collect.sessions import Aws
from tests.collect import reports
from tests.collect.fakes import refusal
from tests.collect.regional import Answers, regional_aws
from tests.collect.test_alerts import WHOLE as ALERTS
from tests.stress.mortal import AFTER, Counter
from tests.stress.organization import ACCOUNTS, MANAGEMENT, PAGE, ROOT, UNITS, Answer

POLICIES = [f"p-{number:08}" for number in range(65)]
ADMINISTRATORS = ACCOUNTS[1:26]
SETS = [f"arn:aws:sso:::permissionSet/ssoins-1/ps-{number:02}" for number in range(25)]
KINDS = ("SERVICE_CONTROL_POLICY", "TAG_POLICY")
CREDENTIALS = {"AccessKeyId": "ASIA", "SecretAccessKey": "any", "SessionToken": "any"}
NOTHING = json.dumps({"Version": "2012-10-17", "Statement": []})
TRUST = json.dumps({"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ACCOUNTS[1]}}]})
ROLE = {"Arn": f"arn:aws:iam::{MANAGEMENT}:role/r", "RoleName": "r", "Path": "/", "AssumeRolePolicyDocument": TRUST}
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
NO_CREDENTIALS = {
    "AccountMFAEnabled": 0,
    "AccountAccessKeysPresent": 0,
    "AccountSigningCertificatesPresent": 0,
    "AccountPasswordPresent": 0,
}


def governing(counter: Counter | None = None) -> Aws:
    """Give AWS as it tells who governs; each answer is a moment of the counter."""
    aws, counted = regional_aws(_answers(), caller=MANAGEMENT), counter or Counter()
    aws.session.answers = {name: _counted(name, answer, counted) for name, answer in aws.session.answers.items()}
    return aws


def _counted(name: str, answer: Answer, counter: Counter) -> Answer:
    def answered(region: str, **asked: Any) -> Any:
        given = answer(region, **asked)
        counter.die_if(at=counter.step(name), when=AFTER)
        return given

    return answered


def _answers() -> Answers:
    services = {
        "organizations": {**_of_policies(), **_of_delegation()},
        "guardduty": {"ListOrganizationAdminAccounts": {"AdminAccounts": [{"AdminStatus": "ENABLED"}]}},
        "sts": {"AssumeRoot": {"Credentials": CREDENTIALS}},
        "iam": _of_iam(),
        "sso-admin": _of_permission_sets(),
        "identitystore": _of_people(),
    }
    named = {
        f"{service}:{operation}": told for service, all_told in services.items() for operation, told in all_told.items()
    }
    return {**ALERTS, **{name: told if callable(told) else _always(told) for name, told in named.items()}}


def _always(answer: Any) -> Answer:
    return lambda _region, **_: answer


def _of_policies() -> dict[str, Any]:
    return {
        "ListRoots": {"Roots": [{"Id": ROOT, "PolicyTypes": [{"Type": kind, "Status": "ENABLED"} for kind in KINDS]}]},
        "ListPolicies": _policies,
        "ListTargetsForPolicy": lambda _, PolicyId, **__: {
            "Targets": [{"TargetId": UNITS[ROOT][int(PolicyId[2:]) % 3]}]
        },
        "DescribePolicy": {"Policy": {"Content": NOTHING}},
        "ListTagsForResource": lambda _, ResourceId, **__: {"Tags": [{"Key": "owner", "Value": ResourceId[-1]}]},
        "DescribeResourcePolicy": refusal("ResourcePolicyNotFoundException"),
        "DescribeEffectivePolicy": refusal("EffectivePolicyNotFoundException"),
    }


def _policies(_region: str, Filter: str, **asked: Any) -> dict[str, Any]:
    if Filter != KINDS[0]:
        return {"Policies": []}
    page, more = _page(POLICIES, **asked)
    return {"Policies": [{"Id": id_, "Name": id_, "AwsManaged": False} for id_ in page], **more}


def _page(things: Any, NextToken: str = "0", **_: Any) -> tuple[Any, dict[str, str]]:
    end = int(NextToken) + PAGE
    return things[end - PAGE : end], ({"NextToken": str(end)} if end < len(things) else {})


def _of_delegation() -> dict[str, Any]:
    trusted = [{"ServicePrincipal": f"{name}.amazonaws.com"} for name in ("guardduty", "iam", "sso")]
    return {
        "ListAWSServiceAccessForOrganization": {"EnabledServicePrincipals": trusted},
        "ListDelegatedAdministrators": _administrators,
        "ListDelegatedServicesForAccount": {"DelegatedServices": [{"ServicePrincipal": "config.amazonaws.com"}]},
        "ListHandshakesForOrganization": {"Handshakes": []},
        "ListInboundResponsibilityTransfers": {"ResponsibilityTransfers": []},
        "ListOutboundResponsibilityTransfers": {"ResponsibilityTransfers": []},
    }


def _administrators(_region: str, **asked: Any) -> dict[str, Any]:
    page, more = _page(ADMINISTRATORS, **asked)
    return {"DelegatedAdministrators": [{"Id": account} for account in page], **more}


def _of_iam() -> dict[str, Any]:
    return {
        "ListOrganizationsFeatures": {"OrganizationId": "o-1", "EnabledFeatures": ["RootCredentialsManagement"]},
        "GetAccountSummary": {"SummaryMap": NO_CREDENTIALS},
        "GetUser": {"User": {}},
        "GenerateCredentialReport": {"State": "COMPLETE"},
        "GetCredentialReport": {"Content": reports.report(reports.root())},
        "ListVirtualMFADevices": {"VirtualMFADevices": []},
        "ListServiceSpecificCredentials": {"ServiceSpecificCredentials": []},
        "GetAccountAuthorizationDetails": {"IsTruncated": False, "RoleDetailList": [ROLE]},
        "GetPolicy": {"Policy": {"DefaultVersionId": "v1"}},
        "GetPolicyVersion": {"PolicyVersion": {"Document": NOTHING}},
        "ListSAMLProviders": {"SAMLProviderList": []},
        "ListOpenIDConnectProviders": {"OpenIDConnectProviderList": []},
    }


def _of_permission_sets() -> dict[str, Any]:
    instance = {"InstanceArn": "ssoins-1", "IdentityStoreId": "d-1", "OwnerAccountId": MANAGEMENT, "Status": "ACTIVE"}
    return {
        "ListInstances": {"Instances": [instance]},
        "ListPermissionSetsProvisionedToAccount": {"PermissionSets": SETS},
        "DescribePermissionSet": lambda _, PermissionSetArn, **__: {"PermissionSet": {"Name": PermissionSetArn[-5:]}},
        "ListManagedPoliciesInPermissionSet": {"AttachedManagedPolicies": [{"Arn": READ_ONLY}]},
        "ListCustomerManagedPolicyReferencesInPermissionSet": {"CustomerManagedPolicyReferences": []},
        "GetInlinePolicyForPermissionSet": {"InlinePolicy": ""},
        "GetPermissionsBoundaryForPermissionSet": refusal("ResourceNotFoundException"),
        "ListAccountsForProvisionedPermissionSet": {"AccountIds": [MANAGEMENT]},
        "ListAccountAssignments": lambda _, PermissionSetArn, **__: {
            "AccountAssignments": [{"PrincipalType": "GROUP", "PrincipalId": f"g-{PermissionSetArn[-2:]}"}]
        },
    }


def _of_people() -> dict[str, Any]:
    return {
        "DescribeGroup": lambda _, GroupId, **__: {"GroupId": GroupId, "DisplayName": GroupId},
        "ListGroupMemberships": lambda _, GroupId, **__: {
            "GroupMemberships": [{"MemberId": {"UserId": f"u-{GroupId[-1]}"}}]
        },
        "DescribeUser": lambda _, UserId, **__: {"UserId": UserId, "UserName": UserId},
    }
