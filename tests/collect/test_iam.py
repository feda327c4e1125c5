"""Each user, group, role and policy is read apart, and what broke off is never the end of the list."""

import pytest

from orgwarden.aws.mailboxes import read_mailbox
from orgwarden.collect import iam
from orgwarden.collect import iam_answers as answers
from orgwarden.model import EVERYTHING
from orgwarden.parts.access import (
    IAM_GROUPS,
    IAM_ROLES,
    IAM_USERS,
    IDENTITY_PROVIDERS,
    MANAGED_POLICIES,
    PERMISSION_SETS,
    Granted,
    PermissionSet,
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page
from tests.collect.fakes import refusal
from tests.collect.sides import MANAGEMENT, api, denied, given, throttled

VEIL = Veil(b"key")
HERE = f"arn:aws:iam::{MANAGEMENT}"
OWN, ADMIN = f"{HERE}:policy/team/own", "arn:aws:iam::aws:policy/AdministratorAccess"
DOCUMENT = {"Version": "2012-10-17", "Statement": []}
TEXT = '{"Statement": [], "Version": "2012-10-17"}'
USER = {"Arn": f"{HERE}:user/ann", "UserName": "ann", "GroupList": ["admins"]}
GROUP = {
    "Arn": f"{HERE}:group/deep/admins",
    "GroupName": "admins",
    "GroupPolicyList": [{"PolicyName": "p", "PolicyDocument": DOCUMENT}],
    "AttachedManagedPolicies": [{"PolicyName": "own", "PolicyArn": OWN}],
}
ROLE = {
    "Arn": f"{HERE}:role/ci",
    "RoleName": "ci",
    "Path": "/",
    "AssumeRolePolicyDocument": "%7B%22Statement%22%3A%20%5B%5D%2C%20%22Version%22%3A%20%222012-10-17%22%7D",
    "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": ADMIN},
    "Tags": [{"Key": "owner", "Value": "ann@corp.example"}],
}
VERSIONS = [{"Document": {"Statement": 1}, "IsDefaultVersion": False}, {"Document": DOCUMENT, "IsDefaultVersion": True}]
POLICY = {"Arn": OWN, "PolicyVersionList": VERSIONS}
SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"


def details(*pages):
    queue = list(pages)
    return iam.details(api({"GetAccountAuthorizationDetails": lambda **_: queue.pop(0)}), VEIL)


def page(*, marker: str = "", **kinds):
    return {**kinds, "IsTruncated": bool(marker), **({"Marker": marker} if marker else {})}


def user(**changed):
    return iam.iam_user(answers.UserDetail.model_validate({**USER, **changed}), {}, VEIL)


def test_users_groups_roles_and_policies_are_read_and_groups_are_known_by_their_arn():
    found = details(
        page(UserDetailList=[USER], RoleDetailList=[ROLE], marker="x"), page(GroupDetailList=[GROUP], Policies=[POLICY])
    )
    assert found.gaps == {}
    assert found.rows[IAM_USERS][USER["Arn"]].groups == (GROUP["Arn"],)
    assert found.rows[IAM_GROUPS][GROUP["Arn"]] == Granted(managed=(OWN,), inline=(TEXT,), boundary="")
    assert found.rows[MANAGED_POLICIES] == {OWN: TEXT}
    role = found.rows[IAM_ROLES][ROLE["Arn"]]
    assert (role.trust, role.granted.boundary) == (TEXT, ADMIN)
    assert role.tags["owner"].startswith("a•••@corp.example~")


def test_an_address_in_a_roles_path_is_masked():
    assert iam.iam_role(
        answers.RoleDetail.model_validate({**ROLE, "Path": "/ann@corp.example/"}), VEIL
    ).path.startswith("/a•••@")


@pytest.mark.parametrize("answer", [refusal("AccessDenied", 403), refusal("Throttling"), {}, {"IsTruncated": True}, []])
def test_what_could_not_be_listed_is_a_gap_of_all_four_and_what_came_before_stands(answer):
    alone = api({"GetAccountAuthorizationDetails": given(answer)})
    assert set(iam.details(alone, VEIL).gaps) == {(part.name, EVERYTHING) for part in iam.DETAILED}
    queue = [page(UserDetailList=[USER], marker="x"), *[answer] * 20]
    broken_off = iam.details(api({"GetAccountAuthorizationDetails": lambda **_: queue.pop(0)}), VEIL)
    assert (IAM_USERS.name, EVERYTHING) in broken_off.gaps
    assert set(broken_off.rows[IAM_USERS]) == {USER["Arn"]}


@pytest.mark.parametrize(
    "broken", [{"UserName": None}, {"UserPolicyList": [{"PolicyDocument": "%7B"}]}, {"GroupList": 1}]
)
def test_a_user_that_does_not_parse_is_a_gap_of_its_own(broken):
    found = details(page(UserDetailList=[{**USER, **broken}, {**USER, "Arn": f"{HERE}:user/ben"}]))
    assert found.gaps == {(IAM_USERS.name, USER["Arn"]): iam.UNPARSABLE}
    assert set(found.rows[IAM_USERS]) == {f"{HERE}:user/ben"}


def test_what_has_not_even_an_arn_leaves_the_list_incomplete():
    assert details(page(RoleDetailList=[{}])).gaps == {(IAM_ROLES.name, EVERYTHING): iam.UNPARSABLE}


def test_a_user_is_the_person_whose_address_is_its_name_or_its_tag():
    ann = read_mailbox("ann@corp.example", veil=VEIL).key
    assert user(UserName="Ann@corp.example").person == ann
    assert (
        user(Tags=[{"Key": "team", "Value": "x@corp.example"}, {"Key": "Email", "Value": "ann@corp.example"}]).person
        == ann
    )
    assert user(Tags=[{"Key": "Email", "Value": "nobody"}]).person == ""


def test_a_user_that_is_named_by_an_address_is_masked_in_name_and_arn():
    found = details(
        page(UserDetailList=[{**USER, "UserName": "ann@corp.example", "Arn": f"{HERE}:user/ann@corp.example"}])
    )
    ((arn, row),) = found.rows[IAM_USERS].items()
    assert "ann@" not in arn + row.name


def test_policies_that_nobody_names_are_left_out_with_their_gaps_but_not_that_of_the_list():
    gaps = {(MANAGED_POLICIES.name, key): "x" for key in (EVERYTHING, OWN, "other")}
    left = iam.without_unnamed(Page(rows={MANAGED_POLICIES: {OWN: TEXT, ADMIN: TEXT}}, gaps=gaps), {OWN})
    assert left.rows[MANAGED_POLICIES] == {OWN: TEXT}
    assert set(left.gaps) == {(MANAGED_POLICIES.name, EVERYTHING), (MANAGED_POLICIES.name, OWN)}


@pytest.mark.parametrize(("boundary", "named"), [("", set()), ("limit", {f"{HERE}:policy/limit"}), (ADMIN, {ADMIN})])
def test_a_permission_set_names_policies_of_aws_and_those_of_the_account_by_that_name(boundary, named):
    row = PermissionSet(
        name="x", managed=("arn:aws:iam::aws:policy/A",), customer=("team/own",), inline="", boundary=boundary
    )
    found = iam.named_policies({PERMISSION_SETS: {SET: row}}, MANAGEMENT)
    assert found == {"arn:aws:iam::aws:policy/A", OWN, *named}


def test_the_version_in_force_of_a_policy_is_read():
    one = api(
        {
            "GetPolicy": given({"Policy": {"DefaultVersionId": "v7"}}),
            "GetPolicyVersion": lambda VersionId, **_: {"PolicyVersion": {"Document": {"Id": VersionId}}},
        }
    )
    assert iam.managed_policy(one, ADMIN, VEIL).rows[MANAGED_POLICIES] == {ADMIN: '{"Id": "v7"}'}


@pytest.mark.parametrize("operation", ["GetPolicy", "GetPolicyVersion"])
@pytest.mark.parametrize(
    "answer",
    [
        denied,
        throttled,
        given({}),
        lambda **_: refusal("NoSuchEntity", 404),
        given({"PolicyVersion": {"Document": "x"}}),
    ],
)
def test_a_policy_that_could_not_be_read_is_a_gap(operation: str, answer):
    whole = {
        "GetPolicy": given({"Policy": {"DefaultVersionId": "v7"}}),
        "GetPolicyVersion": given({"PolicyVersion": {"Document": DOCUMENT}}),
    }
    found = iam.managed_policy(api({**whole, operation: answer}), ADMIN, VEIL)
    assert set(found.gaps) == {(MANAGED_POLICIES.name, ADMIN)}


def test_providers_are_listed_and_one_list_that_fails_leaves_the_other():
    saml, oidc = f"{HERE}:saml-provider/idp", f"{HERE}:oidc-provider/ci.example"
    whole = {
        "ListSAMLProviders": given({"SAMLProviderList": [{"Arn": saml}]}),
        "ListOpenIDConnectProviders": given({"OpenIDConnectProviderList": [{"Arn": oidc}]}),
    }
    assert iam.providers(api(whole), VEIL).rows[IDENTITY_PROVIDERS] == {saml: "SAML", oidc: "OIDC"}
    for answer in (denied, throttled, given({})):
        found = iam.providers(api({**whole, "ListSAMLProviders": answer}), VEIL)
        assert found.rows[IDENTITY_PROVIDERS] == {oidc: "OIDC"}
        assert set(found.gaps) == {(IDENTITY_PROVIDERS.name, EVERYTHING)}
