"""Each control of the bill: it deviates on what breaks, passes on what ties, and is unknown without its witness."""

from dataclasses import replace

import pytest

from orgwarden.billing.checking import CHECKS
from orgwarden.controls import arriving, catalogue
from orgwarden.model import Status
from orgwarden.parts.bill import (
    ACCOUNTS_MATCH_INVENTORY,
    BILLS,
    COMMITMENTS_AMORTIZE,
    COST_COVERAGE,
    INVOICES_ISSUED,
    NO_WORKLOAD_SPEND,
    SAVINGS_PLANS_NEGATE,
)
from orgwarden.population import Arrival
from tests.bill_worlds import MONTH, OTHER_PAYER, PAYER, billed, judged, still_open, tie
from tests.worlds import blind

STRANGER = "999999999999"
each_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.control)
OF_A_BILL = [one for one in CHECKS if one.control.startswith("billing.") and one.part is not ACCOUNTS_MATCH_INVENTORY]
each_of_a_bill = pytest.mark.parametrize("check", OF_A_BILL, ids=lambda check: check.control)


def statuses(check, world):
    return {one.status for one in judged(check.control, world)}


@each_check
def test_a_tie_that_breaks_deviates_with_its_witness_or_without(check):
    for gap in ("", "not given"):
        assert Status.FAIL in statuses(check, billed(check.part, tie("1", "9", PAYER, evidence="why"), gap=gap))


@each_check
def test_what_ties_passes_and_is_unknown_without_the_witness(check):
    assert statuses(check, billed(check.part, tie("1", "1", PAYER))) == {Status.PASS}
    assert statuses(check, billed(check.part, tie("1", "1", PAYER), gap="not given")) == {Status.UNKNOWN}


@each_check
def test_where_nothing_was_read_it_is_unknown(check):
    assert statuses(check, blind()) == {Status.UNKNOWN}
    assert statuses(check, billed(check.part, gap="not given")) == {Status.UNKNOWN}


@each_check
def test_it_weighs_what_its_check_does_and_is_judged_where_a_bill_arrives(check):
    (control,) = (one for one in catalogue() if one.id == check.control)
    assert control.severity is check.weight.severity
    assert control in arriving(Arrival.BILL)
    assert control not in arriving(Arrival.SNAPSHOT)


@each_of_a_bill
def test_what_is_asked_of_a_month_is_asked_of_its_payer_and_stays_with_the_month(check):
    (verdict,) = judged(check.control, billed(check.part, tie("1", "1")))
    assert (verdict.subject.account, verdict.subject.scope) == (PAYER, "2026-10")


@each_of_a_bill
def test_each_payer_is_judged_by_itself(check):
    both = (MONTH, replace(MONTH, payer=OTHER_PAYER))
    said = judged(check.control, billed(check.part, tie("1", "2"), tie("3", "3", payer=OTHER_PAYER), bills=both))
    assert {(one.subject.account, one.status) for one in said} == {(PAYER, Status.FAIL), (OTHER_PAYER, Status.PASS)}


def test_a_payer_of_another_provider_is_a_resource():
    azure = replace(MONTH, payer="a-billing-profile")
    (verdict,) = judged(
        "billing.one_currency", billed(CHECKS[2].part, tie("1", "1", payer=azure.payer), bills=(azure,))
    )
    assert (verdict.subject.account, verdict.subject.resource, verdict.accounts) == ("", "a-billing-profile", ())


def test_bills_that_could_not_be_read_are_unknown_beside_those_that_were():
    world = billed(INVOICES_ISSUED, tie("0", "0"))
    said = judged("billing.invoices_issued", replace(world, gaps={(BILLS.name, "*"): "cut off"}))
    assert [one.status for one in said] == [Status.PASS, Status.UNKNOWN]


def test_lines_of_an_open_month_need_no_invoice_yet():
    (verdict,) = judged("billing.invoices_issued", billed(INVOICES_ISSUED, tie("9", "0"), bills=(still_open(),)))
    assert verdict.status is Status.NOT_APPLICABLE


@pytest.mark.parametrize("part", [SAVINGS_PLANS_NEGATE, COMMITMENTS_AMORTIZE], ids=lambda part: part.name)
def test_without_commitments_nothing_is_asked_of_them(part):
    (verdict,) = judged(part.name.replace("bill.", "billing."), billed(part))
    assert (verdict.status, bool(verdict.reason)) == (Status.NOT_APPLICABLE, True)


def test_accounts_are_judged_one_by_one_whatever_the_month():
    ties = (
        tie("1", "1", PAYER),
        tie("1", "0", STRANGER, evidence="billed and unknown"),
        tie("1", "0", "47", evidence="no id"),
    )
    said = {
        one.subject: one for one in judged("billing.accounts_match_inventory", billed(ACCOUNTS_MATCH_INVENTORY, *ties))
    }
    assert {(s.account, s.resource, s.scope): v.status for s, v in said.items()} == {
        (PAYER, "", ""): Status.PASS,
        (STRANGER, "", ""): Status.FAIL,
        ("", "47", ""): Status.FAIL,
    }
    assert {v.reason for v in said.values()} == {"", "billed and unknown", "no id"}


def test_services_of_the_management_account_are_judged_one_by_one_and_in_two_currencies_together():
    eur = tie("5", "5", "AmazonEC2", unit="EUR")
    world = billed(NO_WORKLOAD_SPEND, tie("1", "1", "AWSConfig"), tie("3", "0", "AmazonEC2"))
    world = replace(world, parts={**world.parts, NO_WORKLOAD_SPEND: {**world.parts[NO_WORKLOAD_SPEND], "eur": eur}})
    said = {one.subject.resource: one.status for one in judged("management_account.no_workload_spend", world)}
    assert said == {"": Status.PASS, "AWSConfig": Status.PASS, "AmazonEC2": Status.FAIL}


def test_a_management_account_without_spend_passes():
    (verdict,) = judged("management_account.no_workload_spend", billed(NO_WORKLOAD_SPEND))
    assert (verdict.subject.account, verdict.status) == (PAYER, Status.PASS)


def test_each_cost_key_is_judged_by_itself_and_has_no_period():
    said = judged("tags.cost_coverage", billed(COST_COVERAGE, tie("1", "9", "team"), tie("9", "9", "stage")))
    assert {(one.subject.resource, one.subject.scope, one.status) for one in said} == {
        ("team", "", Status.FAIL),
        ("stage", "", Status.PASS),
    }
