from orgwarden.parts.access import USER_CREDENTIALS
from tests.access_worlds import governed, held, user_arn
from tests.worlds import A, B, gap, statuses

CONTROL = "management_account.iam_users_have_mfa"
JOE, ANN = user_arn("joe"), user_arn("ann", B)


def status(row):
    return statuses(CONTROL, governed({USER_CREDENTIALS: {JOE: row}}))[A, JOE]


def test_a_password_without_mfa_deviates_and_with_it_passes():
    assert status(held(has_password=True)) == "FAIL"
    assert status(held(has_password=True, has_mfa=True)) == "PASS"


def test_without_a_password_it_is_not_applicable():
    assert status(held(active_keys=2)) == "NOT_APPLICABLE"


def test_users_of_members_are_judged_where_they_were_read():
    world = governed({USER_CREDENTIALS: {ANN: held(has_password=True)}})
    assert statuses(CONTROL, world) == {(B, ANN): "FAIL"}


def test_an_unread_report_or_user_is_unknown_where_it_stands():
    assert statuses(CONTROL, governed(gaps=gap(USER_CREDENTIALS, A))) == {(A, ""): "UNKNOWN"}
    assert statuses(CONTROL, governed(gaps=gap(USER_CREDENTIALS, ANN))) == {(B, ANN): "UNKNOWN"}
