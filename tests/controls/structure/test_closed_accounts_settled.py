import pytest

from orgwarden.parts.declared import FOUNDATIONAL_ACCOUNTS, OUR_ACCOUNTS, STRUCTURE_RULES, Foundational
from orgwarden.parts.delegation import DELEGATIONS, HANDSHAKES
from orgwarden.parts.organization import ACCOUNTS, STATES_SINCE, AccountState
from tests.governance_worlds import SINCE, SSO, C, governed, handshake, joining, structure, undeclared
from tests.worlds import A, B, gap, statuses, verdicts

CONTROL = "structure.closed_accounts_settled"
INVITATION = "h-11111111"


def closing(state=AccountState.CLOSED, *, since="2026-11-21", gaps=None):
    return governed({**joining(state=state), STATES_SINCE: {C: since}}, gaps)


def unsettled(part, row, *, state=AccountState.CLOSED, gaps=None):
    return governed({**joining(state=state), STATES_SINCE: {C: "2026-11-21"}, part: row}, gaps)


def invited(gaps=None, **given):
    return governed({HANDSHAKES: {INVITATION: handshake(**given)}}, gaps)


def test_open_accounts_are_no_members():
    assert statuses(CONTROL, governed()) == {}


@pytest.mark.parametrize("state", [AccountState.CLOSED, AccountState.SUSPENDED])
def test_an_account_that_no_longer_works_passes_where_nobody_counts_on_it(state):
    assert statuses(CONTROL, closing(state)) == {(C, ""): "PASS"}


@pytest.mark.parametrize("state", [AccountState.CLOSED, AccountState.SUSPENDED])
@pytest.mark.parametrize(
    ("part", "row", "place"),
    [
        (OUR_ACCOUNTS, (B, C), "structure.our_accounts"),
        (FOUNDATIONAL_ACCOUNTS, {"backup": Foundational(account=C, unit="")}, "structure.foundational.backup"),
    ],
    ids=["ours", "foundational"],
)
def test_one_that_is_still_declared_deviates_and_says_where(state, part, row, place):
    said = verdicts(CONTROL, unsettled(part, {"*": row}, state=state))[C, ""]
    assert said.status == "FAIL"
    assert said.evidence == {"declared_under": (place,)}


def test_one_that_still_administers_a_service_deviates():
    said = verdicts(CONTROL, unsettled(DELEGATIONS, {f"{C}/{SSO}": SINCE}))[C, ""]
    assert said.status == "FAIL"
    assert said.evidence == {"services": (SSO,)}


def test_what_nobody_declared_expects_nothing():
    gaps = undeclared(OUR_ACCOUNTS) | undeclared(FOUNDATIONAL_ACCOUNTS)
    assert statuses(CONTROL, closing(gaps=gaps)) == {(C, ""): "PASS"}


@pytest.mark.parametrize(("since", "status"), [("2026-11-15", "PASS"), ("2026-11-13", "FAIL")])
def test_an_account_may_be_pending_closure_for_some_days(since, status):
    assert statuses(CONTROL, closing(AccountState.PENDING_CLOSURE, since=since)) == {(C, ""): status}


@pytest.mark.parametrize("state", ["OPEN", "REQUESTED"])
def test_an_invitation_that_nobody_answered_for_long_deviates_and_says_who_was_invited(state):
    said = verdicts(CONTROL, invited(state=state))["", INVITATION]
    assert said.status == "FAIL"
    assert said.evidence == {"invited": (C,), "since": "2026-01-02", "expires": ""}


def test_a_new_invitation_passes_and_one_without_a_date_is_unknown():
    assert statuses(CONTROL, invited(requested="2026-11-20T12:00:00+00:00")) == {("", INVITATION): "PASS"}
    assert statuses(CONTROL, invited(requested="")) == {("", INVITATION): "UNKNOWN"}


@pytest.mark.parametrize("given", [{"state": "DECLINED"}, {"action": "ENABLE_ALL_FEATURES"}], ids=str)
def test_other_handshakes_and_answered_ones_are_no_members(given):
    assert statuses(CONTROL, invited(**given)) == {}


def test_zero_days_leave_nothing_open():
    rules = {STRUCTURE_RULES: {"*": structure(closing_days=0, invitation_days=0)}}
    today = {HANDSHAKES: {INVITATION: handshake(requested="2026-11-21T00:00:00Z")}}
    said = statuses(
        CONTROL,
        governed({**joining(state=AccountState.PENDING_CLOSURE), STATES_SINCE: {C: "2026-11-21"}, **rules, **today}),
    )
    assert said == {(C, ""): "FAIL", ("", INVITATION): "FAIL"}


def test_unread_registrations_are_unknown_where_they_may_be_the_accounts_own():
    for unread in (gap(DELEGATIONS), gap(DELEGATIONS, C)):
        assert statuses(CONTROL, closing(gaps=unread)) == {(C, ""): "UNKNOWN"}
    assert statuses(CONTROL, closing(gaps=gap(DELEGATIONS, B))) == {(C, ""): "PASS"}
    expected = unsettled(OUR_ACCOUNTS, {"*": (C,)}, gaps=gap(DELEGATIONS))
    assert statuses(CONTROL, expected) == {(C, ""): "FAIL"}


def test_an_unread_day_and_unread_rules_are_unknown():
    for unread in (gap(STATES_SINCE), gap(STATES_SINCE, C), gap(STRUCTURE_RULES)):
        assert statuses(CONTROL, closing(AccountState.PENDING_CLOSURE, gaps=unread)) == {(C, ""): "UNKNOWN"}
    assert statuses(CONTROL, invited(gap(STRUCTURE_RULES))) == {("", INVITATION): "UNKNOWN"}


def test_unread_accounts_and_handshakes_are_unknown_and_hide_neither_the_other():
    assert statuses(CONTROL, invited(gap(ACCOUNTS))) == {("", ""): "UNKNOWN", ("", INVITATION): "FAIL"}
    assert statuses(CONTROL, closing(gaps=gap(HANDSHAKES))) == {(C, ""): "PASS", ("", ""): "UNKNOWN"}
    assert statuses(CONTROL, closing(gaps=gap(ACCOUNTS, A))) == {(C, ""): "PASS", (A, ""): "UNKNOWN"}
