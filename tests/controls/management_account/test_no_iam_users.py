import pytest

from orgwarden.parts.access import IAM_USERS, USER_CREDENTIALS
from tests.access_worlds import governed, held, iam_user, user_arn
from tests.worlds import A, B, gap, statuses, verdicts

CONTROL = "management_account.no_iam_users"
HERE = (A, "")
JOE = user_arn("joe")


@pytest.mark.parametrize("has", [{"has_password": True}, {"active_keys": 1}, {"service_keys": 1}], ids=str)
def test_a_user_with_a_password_or_an_active_key_deviates_and_is_named(has):
    said = verdicts(CONTROL, governed({USER_CREDENTIALS: {JOE: held(**has)}}))[HERE]
    assert (said.status, said.evidence["users"]) == ("FAIL", ("joe",))


def test_no_users_users_with_nothing_and_users_of_members_pass():
    assert statuses(CONTROL, governed())[HERE] == "PASS"
    others = {JOE: held(), user_arn("ann", B): held(has_password=True)}
    assert statuses(CONTROL, governed({USER_CREDENTIALS: others}))[HERE] == "PASS"


@pytest.mark.parametrize("key", [A, JOE, "*"])
def test_an_unread_report_or_user_is_unknown(key):
    assert statuses(CONTROL, governed(gaps=gap(USER_CREDENTIALS, key)))[HERE] == "UNKNOWN"


def test_a_user_that_the_report_does_not_tell_of_is_unknown():
    assert statuses(CONTROL, governed({IAM_USERS: {JOE: iam_user("joe")}}))[HERE] == "UNKNOWN"


def test_an_unread_member_hides_nothing_and_a_user_already_seen_deviates():
    assert statuses(CONTROL, governed(gaps=gap(USER_CREDENTIALS, B)))[HERE] == "PASS"
    seen = governed({USER_CREDENTIALS: {JOE: held(active_keys=1)}}, gap(USER_CREDENTIALS, user_arn("ann")))
    assert statuses(CONTROL, seen)[HERE] == "FAIL"
