from orgwarden.parts.declared import EXPECTED_ADMINISTRATORS
from orgwarden.parts.delegation import DELEGATIONS
from orgwarden.parts.organization import ACCOUNTS, AccountState
from tests.governance_worlds import SSO as SERVICE
from tests.governance_worlds import C, D, account, governed, undeclared
from tests.worlds import A, B, gap, statuses, verdicts

CONTROL = "delegation.expected_account"


def expecting(*accounts):
    return {EXPECTED_ADMINISTRATORS: {"*": {SERVICE: accounts}}}


def test_an_account_that_is_meant_to_administer_the_service_passes():
    assert statuses(CONTROL, governed(expecting(C, B))) == {(B, SERVICE): "PASS"}


def test_any_other_account_deviates_and_the_ones_meant_are_told():
    said = verdicts(CONTROL, governed(expecting(C)))[B, SERVICE]
    assert said.status == "FAIL"
    assert said.evidence == {"expected": (C,)}


def test_a_service_for_which_nobody_is_declared_is_unknown_with_the_remedy():
    for declared in ({EXPECTED_ADMINISTRATORS: {"*": {}}}, {}):
        gaps = {} if declared else undeclared(EXPECTED_ADMINISTRATORS)
        assert statuses(CONTROL, governed(declared, gaps)) == {(B, SERVICE): "UNKNOWN"}
    said = verdicts(CONTROL, governed({EXPECTED_ADMINISTRATORS: {"*": {}}}))[B, SERVICE]
    assert "delegation.administrators" in said.cause


def test_the_registration_of_a_closed_account_is_not_applicable():
    closed = {ACCOUNTS: {B: account(B, state=AccountState.CLOSED)}}
    assert statuses(CONTROL, governed({**expecting(C), **closed})) == {(B, SERVICE): "NOT_APPLICABLE"}


def test_it_needs_no_account_to_be_read():
    assert statuses(CONTROL, governed(expecting(B), gap(ACCOUNTS))) == {(B, SERVICE): "PASS"}


def test_an_account_that_may_be_closed_is_unknown_and_one_that_is_not_in_the_organization_deviates():
    for unread in (gap(ACCOUNTS), gap(ACCOUNTS, B)):
        assert statuses(CONTROL, governed(expecting(D), unread)) == {(B, SERVICE): "UNKNOWN"}
    assert statuses(CONTROL, governed(expecting(D), gap(ACCOUNTS, C))) == {(B, SERVICE): "FAIL"}
    gone = {**expecting(D), DELEGATIONS: {f"{C}/{SERVICE}": ""}}
    assert statuses(CONTROL, governed(gone)) == {(C, SERVICE): "FAIL"}
    assert statuses(CONTROL, governed(gone, gap(ACCOUNTS, A))) == {(C, SERVICE): "UNKNOWN"}


def test_what_could_not_be_read_of_the_registrations_is_unknown():
    assert statuses(CONTROL, governed(gaps=gap(DELEGATIONS))) == {("", ""): "UNKNOWN"}
    assert statuses(CONTROL, governed(gaps=gap(DELEGATIONS, C))) == {(B, SERVICE): "PASS", (C, ""): "UNKNOWN"}
