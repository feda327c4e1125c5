from orgwarden.findings.lifecycle import follow, opened
from orgwarden.parts.access import IAM_USERS, USER_CREDENTIALS
from tests.access_worlds import governed, held, iam_user, user_arn
from tests.findings.readings import reading
from tests.worlds import A, B, gap, statuses, verdicts

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


def test_a_user_of_whom_the_report_does_not_tell_is_unknown():
    world = governed({IAM_USERS: {JOE: iam_user("joe")}})
    assert statuses(CONTROL, world) == {("", JOE): "UNKNOWN"}


def test_a_user_of_a_member_that_nobody_looks_at_any_more_is_not_gone():
    failed = verdicts(CONTROL, governed({USER_CREDENTIALS: {ANN: held(has_password=True)}}))[B, ANN]
    finding = opened(failed, reading(1, failed))
    unread = verdicts(CONTROL, governed(gaps=gap(USER_CREDENTIALS, B, "not audited"))).values()
    (followed,) = follow([finding], reading(2, *unread))
    assert (followed.after.state, followed.after.not_seen_since is not None) == (finding.state, True)
