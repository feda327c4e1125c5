"""The instance is found by asking, and whoever reaches an assignment is known by a hash alone."""

import pytest

from orgwarden.aws.mailboxes import read_mailbox
from orgwarden.collect import identity_center as center
from orgwarden.collect import identity_center_answers as answers
from orgwarden.errors import SkipAndNote
from orgwarden.parts.access import (
    ASSIGNMENTS,
    GROUP_MEMBERS,
    GROUP_NAMES,
    PEOPLE,
    PERMISSION_SET_ACCOUNTS,
    PERMISSION_SETS,
    Assigned,
)
from orgwarden.privacy import Veil
from tests.collect.fakes import refusal
from tests.collect.sides import MANAGEMENT, MEMBER, Sides, api, denied, given, throttled, unreachable

VEIL = Veil(b"key")
SET, INSTANCE, STORE = "arn:aws:sso:::permissionSet/ssoins-1/ps-1", "arn:aws:sso:::instance/ssoins-1", "d-1"
OURS = {"InstanceArn": INSTANCE, "IdentityStoreId": STORE, "OwnerAccountId": MANAGEMENT, "Status": "ACTIVE"}
REGIONS = {
    "ListRegions": given(
        {"Regions": [{"RegionName": r, "RegionOptStatus": "ENABLED"} for r in ("us-east-1", "eu-west-1")]}
    )
}
NONE = {"ListInstances": given({"Instances": []})}
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
SETS = {
    "DescribePermissionSet": given({"PermissionSet": {"Name": "Admin"}}),
    "ListManagedPoliciesInPermissionSet": given({"AttachedManagedPolicies": [{"Name": "x", "Arn": READ_ONLY}]}),
    "ListCustomerManagedPolicyReferencesInPermissionSet": given(
        {"CustomerManagedPolicyReferences": [{"Name": "own"}, {"Name": "deep", "Path": "/team/"}]}
    ),
    "GetInlinePolicyForPermissionSet": given({"InlinePolicy": '{"Statement": [], "Id": "ann@corp.example"}'}),
    "GetPermissionsBoundaryForPermissionSet": lambda **_: refusal("ResourceNotFoundException"),
    "ListAccountsForProvisionedPermissionSet": given({"AccountIds": [MEMBER, MANAGEMENT]}),
    "ListAccountAssignments": given(
        {
            "AccountAssignments": [
                {"PrincipalType": "USER", "PrincipalId": "u-1"},
                {"PrincipalType": "GROUP", "PrincipalId": "g-1"},
            ]
        }
    ),
}


def found(regional, **changed):
    return center.find_instance(Sides({**REGIONS, **changed}, regional=regional), MANAGEMENT)


def read(**changed):
    return center.permission_set(api({**SETS, **changed}), INSTANCE, MANAGEMENT, SET, VEIL)


def causes(page, part):
    return {key: cause for (name, key), cause in page.gaps.items() if name == part.name}


def test_an_instance_in_us_east_1_is_found_by_one_call():
    sides = Sides({"ListInstances": given({"Instances": [OURS]})})
    assert center.find_instance(sides, MANAGEMENT).region == "us-east-1"
    assert sides.asked == [("us-east-1", "ListInstances")]


def test_an_instance_elsewhere_is_found_and_that_of_another_account_is_not_taken_for_it():
    theirs = {"ListInstances": given({"Instances": [{**OURS, "OwnerAccountId": MEMBER}]})}
    instance = found({"us-east-1": theirs, "eu-west-1": {"ListInstances": given({"Instances": [OURS]})}})
    assert (instance.region, instance.store) == ("eu-west-1", STORE)


def test_an_instance_of_several_regions_is_asked_in_its_primary_one():
    replica = {"ListInstances": given({"Instances": [{**OURS, "PrimaryRegion": "eu-west-1"}]})}
    assert found({"us-east-1": replica}).region == "eu-west-1"


def test_that_there_is_none_is_known_only_if_every_region_said_so():
    assert found({"us-east-1": NONE, "eu-west-1": NONE}) is None
    with pytest.raises(SkipAndNote, match="sso-admin:ListInstances was denied"):
        found({"us-east-1": NONE, "eu-west-1": {"ListInstances": denied}})
    with pytest.raises(SkipAndNote, match="account:ListRegions was denied"):
        found({"us-east-1": NONE}, ListRegions=denied)


def test_a_region_that_refuses_does_not_hide_the_instance_of_another():
    ours = {"ListInstances": given({"Instances": [OURS]})}
    strange = {"ListInstances": lambda **_: refusal("UnrecognizedClientException")}
    assert found({"us-east-1": strange, "eu-west-1": ours}).region == "eu-west-1"


def test_a_region_that_cannot_be_reached_does_not_hide_the_instance_of_another_and_is_no_proof_of_none():
    ours = {"ListInstances": given({"Instances": [OURS]})}
    silent = {"ListInstances": unreachable}
    assert found({"us-east-1": silent, "eu-west-1": ours}).region == "eu-west-1"
    with pytest.raises(SkipAndNote, match="cannot be reached"):
        found({"us-east-1": silent, "eu-west-1": NONE})


@pytest.mark.parametrize("answer", [throttled, given({}), given({"Instances": [{}]})])
def test_an_answer_that_tells_no_instances_is_not_that_there_are_none(answer):
    with pytest.raises(SkipAndNote):
        found({"us-east-1": {"ListInstances": answer}, "eu-west-1": NONE})


def test_a_permission_set_is_read_with_its_accounts_and_assignments():
    page = read()
    row = page.rows[PERMISSION_SETS][SET]
    assert page.gaps == {}
    assert (row.name, row.managed, row.customer, row.boundary) == ("Admin", (READ_ONLY,), ("own", "team/deep"), "")
    assert "ann@" not in row.inline
    assert page.rows[PERMISSION_SET_ACCOUNTS][SET] == (MANAGEMENT, MEMBER)
    assert page.rows[ASSIGNMENTS][SET] == Assigned(users=("u-1",), groups=("g-1",))


@pytest.mark.parametrize(
    ("boundary", "named"),
    [
        ({"ManagedPolicyArn": READ_ONLY}, READ_ONLY),
        ({"CustomerManagedPolicyReference": {"Name": "own", "Path": "/"}}, "own"),
    ],
)
def test_a_boundary_is_a_policy_of_aws_or_of_the_account(boundary, named):
    answer = given({"PermissionsBoundary": boundary})
    assert read(GetPermissionsBoundaryForPermissionSet=answer).rows[PERMISSION_SETS][SET].boundary == named


@pytest.mark.parametrize("operation", sorted(SETS))
@pytest.mark.parametrize("answer", [denied, throttled, given([])])
def test_what_could_not_be_read_of_a_permission_set_is_a_gap_and_the_rest_stands(operation: str, answer):
    page = read(**{operation: answer})
    assert len(page.gaps) == 1
    assert len(page.rows) == 2


def test_an_inline_policy_that_does_not_parse_is_no_set_without_one():
    assert SET in causes(read(GetInlinePolicyForPermissionSet=given({"InlinePolicy": "{"})), PERMISSION_SETS)
    assert SET in causes(read(GetInlinePolicyForPermissionSet=given({})), PERMISSION_SETS)
    assert read(GetInlinePolicyForPermissionSet=given({"InlinePolicy": ""})).rows[PERMISSION_SETS][SET].inline == ""


def test_a_group_has_a_name_and_members_and_an_unread_one_is_not_empty():
    memberships = {"ListGroupMemberships": given({"GroupMemberships": [{"MemberId": {"UserId": "u-2"}}]})}
    described = {"DescribeGroup": given({"GroupId": "g-1", "DisplayName": "Admins"})}
    page = center.group(api({**memberships, **described}), STORE, "g-1", VEIL)
    assert (page.rows[GROUP_NAMES], page.rows[GROUP_MEMBERS]) == ({"g-1": "Admins"}, {"g-1": ("u-2",)})
    unread = center.group(api({"ListGroupMemberships": denied, **described}), STORE, "g-1", VEIL)
    assert set(causes(unread, GROUP_MEMBERS)) == {"g-1"}
    unknown = given({"GroupMemberships": [{"MemberId": {}}]})
    assert (
        GROUP_MEMBERS not in center.group(api({"ListGroupMemberships": unknown, **described}), STORE, "g-1", VEIL).rows
    )


def test_nobody_gets_in_by_an_assignment_of_what_was_deleted():
    gone = lambda **_: refusal("ResourceNotFoundException", 400)  # noqa: E731 - an answer
    page = center.group(api({"DescribeGroup": gone, "ListGroupMemberships": gone}), STORE, "g-1", VEIL)
    assert page.rows[GROUP_MEMBERS] == {"g-1": ()}
    person = center.person(api({"DescribeUser": gone}), STORE, "u-1", VEIL).rows[PEOPLE]["u-1"]
    assert not person.is_enabled


@pytest.mark.parametrize(
    "answer", [denied, throttled, given({}), given({"UserId": "u", "UserStatus": "?"}), given({"UserId": "u"})]
)
def test_a_person_that_could_not_be_read_is_a_gap(answer):
    assert set(causes(center.person(api({"DescribeUser": answer}), STORE, "u-1", VEIL), PEOPLE)) == {"u-1"}


def described(**told):
    return center.described(answers.DescribeUser.model_validate({"UserId": "u-1", **told}), VEIL)


def test_a_person_is_known_by_the_primary_address_then_by_a_user_name_that_is_one_then_by_the_name():
    ann = read_mailbox("ann@corp.example", veil=VEIL)
    emails = [{"Value": "other@corp.example"}, {"Value": "Ann+aws@corp.example", "Primary": True}]
    assert described(UserName="x", Emails=emails).key == ann.key
    assert described(UserName="ann@corp.example", Emails=[{"Value": "none"}]).masked == "a•••@corp.example"
    named = described(UserName="Ann")
    assert (named.key, named.masked, named.is_enabled) == (VEIL.person("ann"), "A•••", True)


def test_only_a_status_that_says_so_disables_a_person():
    assert not described(UserName="ann", UserStatus="DISABLED").is_enabled
    assert described(UserName="ann", UserStatus="ENABLED").is_enabled
