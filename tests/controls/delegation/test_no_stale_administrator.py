import pytest

from orgwarden.parts.delegation import DELEGATIONS, TRUSTED_SERVICES
from orgwarden.parts.organization import ACCOUNTS, AccountState
from tests.governance_worlds import RAM, SINCE, SSO, C, account, governed
from tests.worlds import B, gap, statuses, verdicts

CONTROL = "delegation.no_stale_administrator"
STALE = (AccountState.CLOSED, AccountState.PENDING_CLOSURE, AccountState.SUSPENDED)


def registered(*keys, state=AccountState.ACTIVE, gaps=None):
    accounts = {ACCOUNTS: {C: account(C, state=state)}}
    return governed({**accounts, DELEGATIONS: dict.fromkeys(keys, SINCE)}, gaps)


def test_an_open_account_for_a_trusted_service_passes():
    assert statuses(CONTROL, governed()) == {(B, SSO): "PASS"}


@pytest.mark.parametrize("state", STALE)
def test_of_two_administrators_of_one_service_the_one_that_no_longer_works_deviates(state):
    said = verdicts(CONTROL, registered(f"{B}/{SSO}", f"{C}/{SSO}", state=state))
    assert {place: v.status for place, v in said.items()} == {(B, SSO): "PASS", (C, SSO): "FAIL"}
    assert said[C, SSO].evidence == {"state": state.value}


def test_of_two_services_of_one_account_the_one_without_trusted_access_deviates():
    world = registered(f"{B}/{SSO}", f"{B}/{RAM}")
    assert statuses(CONTROL, world) == {(B, SSO): "PASS", (B, RAM): "FAIL"}


def test_an_account_that_left_deviates_unless_not_all_accounts_were_listed():
    gone = "444444444444"
    assert statuses(CONTROL, registered(f"{gone}/{SSO}")) == {(gone, SSO): "FAIL"}
    assert statuses(CONTROL, registered(f"{gone}/{SSO}", gaps=gap(ACCOUNTS, gone))) == {(gone, SSO): "UNKNOWN"}


def test_what_is_seen_to_be_stale_deviates_whatever_else_is_unread():
    assert statuses(CONTROL, registered(f"{B}/{RAM}", gaps=gap(ACCOUNTS))) == {(B, RAM): "FAIL"}
    closed = registered(f"{C}/{SSO}", state=AccountState.CLOSED, gaps=gap(TRUSTED_SERVICES))
    assert statuses(CONTROL, closed) == {(C, SSO): "FAIL"}


def test_unread_accounts_and_services_are_unknown():
    for unread in (gap(ACCOUNTS), gap(TRUSTED_SERVICES)):
        assert statuses(CONTROL, registered(f"{B}/{SSO}", gaps=unread)) == {(B, SSO): "UNKNOWN"}
    assert statuses(CONTROL, registered(f"{B}/{RAM}", gaps=gap(TRUSTED_SERVICES, "x"))) == {(B, RAM): "UNKNOWN"}


def test_registrations_that_could_not_be_read_are_unknown():
    throttled = gap(DELEGATIONS, cause="throttled for good")
    assert statuses(CONTROL, governed(gaps=throttled)) == {("", ""): "UNKNOWN"}
    assert statuses(CONTROL, governed(gaps=gap(DELEGATIONS, C))) == {(B, SSO): "PASS", (C, ""): "UNKNOWN"}
