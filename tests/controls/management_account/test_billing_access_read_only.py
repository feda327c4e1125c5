import pytest

from orgwarden.parts.access import (
    IAM_GROUPS,
    IAM_ROLES,
    IAM_USERS,
    IDENTITY_CENTER,
    MANAGED_POLICIES,
    PERMISSION_SETS,
)
from orgwarden.parts.declared import MANAGEMENT_RULES
from tests.access_worlds import (
    ADMINISTRATOR,
    BILLING,
    BILLING_READ,
    READ_ONLY,
    READERS,
    governed,
    granted,
    iam_user,
    permission_set,
    policy,
    role,
    role_arn,
    rules,
    trust,
    user_arn,
)
from tests.worlds import A, gap, statuses, verdicts

CONTROL = "management_account.billing_access_read_only"
HERE = (A, READERS)
FIN = {MANAGEMENT_RULES: rules(finance=("Finance*",))}
CROWD = f"arn:aws:iam::{A}:group/finance"


def one_set(*managed, gaps=None, parts=None, **changed):
    return governed({PERMISSION_SETS: {READERS: permission_set(*managed, **changed)}, **(parts or {})}, gaps)


def test_who_reads_the_bill_alone_passes():
    assert statuses(CONTROL, one_set(BILLING_READ))[HERE] == "PASS"


def test_who_changes_billing_deviates_and_by_which_actions_is_told():
    said = verdicts(CONTROL, one_set(BILLING))[HERE]
    assert (said.status, said.evidence["writes"]) == ("FAIL", ("billing:*", "budgets:*", "ce:*"))


def test_who_is_named_as_finance_and_reaches_beyond_billing_deviates():
    said = verdicts(CONTROL, one_set(BILLING_READ, READ_ONLY, name="FinanceTeam", parts=FIN))[HERE]
    assert (said.status, said.evidence["beyond"]) == ("FAIL", ("ec2:Describe*", "iam:List*", "s3:Get*"))
    assert statuses(CONTROL, one_set(ADMINISTRATOR, name="FinanceTeam", parts=FIN))[HERE] == "FAIL"


def test_who_is_neither_named_nor_about_billing_is_not_asked():
    assert HERE not in statuses(CONTROL, one_set(READ_ONLY))
    assert HERE not in statuses(CONTROL, one_set(ADMINISTRATOR))


def test_a_boundary_counts():
    bounded = one_set(
        BILLING, boundary="limit", parts={MANAGED_POLICIES: {f"arn:aws:iam::{A}:policy/limit": policy("ce:Get*")}}
    )
    assert statuses(CONTROL, bounded)[HERE] == "PASS"


@pytest.mark.parametrize(
    ("part", "arn", "row"),
    [
        (IAM_USERS, user_arn("ann"), iam_user("ann", BILLING)),
        (IAM_GROUPS, CROWD, granted(BILLING)),
        (IAM_ROLES, role_arn("a-role"), role(trust(AWS=A), BILLING)),
    ],
    ids=["user", "group", "role"],
)
def test_users_groups_and_roles_are_judged_alike(part, arn, row):
    assert statuses(CONTROL, governed({part: {arn: row}}))[A, arn] == "FAIL"


def test_what_a_user_has_by_a_group_counts():
    parts = {IAM_USERS: {user_arn("ann"): iam_user("ann", groups=(CROWD,))}, IAM_GROUPS: {CROWD: granted(BILLING)}}
    assert statuses(CONTROL, governed(parts))[A, user_arn("ann")] == "FAIL"


def test_a_role_for_services_alone_is_no_finance_person_unless_it_is_named_as_one():
    arn = role_arn("exporter")
    rows = {IAM_ROLES: {arn: role(trust(Service="lambda.amazonaws.com"), BILLING)}}
    assert statuses(CONTROL, governed(rows)) == {}
    named = {**rows, MANAGEMENT_RULES: rules(finance=(arn,))}
    assert statuses(CONTROL, governed(named)) == {(A, arn): "FAIL"}


def test_without_an_instance_no_set_is_asked():
    world = one_set(BILLING, parts={IDENTITY_CENTER: {"*": None}})
    assert HERE not in statuses(CONTROL, world)


def test_a_policy_that_is_unread_or_cannot_be_understood_is_unknown():
    assert statuses(CONTROL, one_set(BILLING_READ, gaps=gap(MANAGED_POLICIES, BILLING_READ)))[HERE] == "UNKNOWN"
    assert statuses(CONTROL, one_set(inline="no policy"))[HERE] == "UNKNOWN"


@pytest.mark.parametrize("part", [PERMISSION_SETS, IAM_USERS, IAM_GROUPS, IAM_ROLES], ids=lambda part: part.name)
def test_unread_principals_are_unknown(part):
    assert statuses(CONTROL, governed(gaps=gap(part)))["", ""] == "UNKNOWN"
