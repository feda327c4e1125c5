import pytest

from orgwarden.parts.declared import OUR_ACCOUNTS, STRUCTURE_RULES
from orgwarden.parts.delegation import TRANSFERS
from orgwarden.parts.organization import ACCOUNTS, AccountState
from tests.governance_worlds import C, account, governed, structure, transfer, undeclared
from tests.worlds import A, B, gap, statuses, verdicts

CONTROL = "structure.single_organization"
PAYS = "rt-11111111"


def paid(*, declared=(), ours=(), gaps=None, **given):
    rules = {STRUCTURE_RULES: {"*": structure(billing_transfers=frozenset(declared))}}
    parts = {**rules, OUR_ACCOUNTS: {"*": ours}, TRANSFERS: {PAYS: transfer(**given)}}
    return governed(parts, gaps)


def test_accounts_of_ours_that_are_in_the_organization_pass():
    assert statuses(CONTROL, governed()) == {(A, ""): "PASS", (B, ""): "PASS"}


def test_an_account_of_ours_that_is_not_in_it_deviates_unless_not_all_were_listed():
    ours = {OUR_ACCOUNTS: {"*": (B, C)}}
    assert statuses(CONTROL, governed(ours)) == {(B, ""): "PASS", (C, ""): "FAIL"}
    for unread in (gap(ACCOUNTS, C), gap(ACCOUNTS, A)):
        assert statuses(CONTROL, governed(ours, unread)) == {(B, ""): "PASS", (C, ""): "UNKNOWN"}
    assert statuses(CONTROL, governed(ours, gap(ACCOUNTS))) == {(B, ""): "UNKNOWN", (C, ""): "UNKNOWN"}


def test_a_closed_account_of_ours_is_not_applicable():
    closed = {ACCOUNTS: {B: account(B, state=AccountState.CLOSED)}}
    assert statuses(CONTROL, governed(closed))[B, ""] == "NOT_APPLICABLE"


@pytest.mark.parametrize(
    "given", [{"direction": "OUTBOUND", "target": C}, {"direction": "INBOUND", "source": C, "target": A}], ids=str
)
def test_an_undeclared_transfer_of_billing_deviates_and_a_declared_one_passes(given):
    said = verdicts(CONTROL, paid(**given))["", PAYS]
    assert said.status == "FAIL"
    assert said.evidence["management_account"] == C
    assert statuses(CONTROL, paid(declared=(C,), **given)) == {("", PAYS): "PASS"}


def test_a_transfer_that_is_not_in_force_is_not_applicable():
    assert statuses(CONTROL, paid(status="WITHDRAWN")) == {("", PAYS): "NOT_APPLICABLE"}


def test_without_a_list_of_our_accounts_one_row_is_unknown_and_transfers_are_judged_all_the_same():
    assert statuses(CONTROL, paid(gaps=undeclared(OUR_ACCOUNTS))) == {("", ""): "UNKNOWN", ("", PAYS): "FAIL"}


def test_unread_transfers_and_rules_are_unknown():
    for unread in (gap(TRANSFERS), gap(TRANSFERS, "INBOUND")):
        assert statuses(CONTROL, governed(gaps=unread))["", ""] == "UNKNOWN"
    assert statuses(CONTROL, paid(gaps=gap(STRUCTURE_RULES))) == {("", PAYS): "UNKNOWN"}
