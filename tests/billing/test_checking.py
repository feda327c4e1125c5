"""Checks are asked in order; one without column or witness is a gap, and a broken delivery stops all others."""

import pytest

from orgwarden.billing.checking import CHECKS, INCOMPLETE, NO_MANIFEST, NOT_GIVEN, Asking, Weight, Witness, ask
from orgwarden.billing.witnesses import put
from orgwarden.model import Severity
from orgwarden.parts.bill import DELIVERY_COMPLETE, EXPORT_TIES_TO_INVOICE, LINES_UNIQUE, ONE_CURRENCY, TAGS_ADD_UP
from tests.billing.ledgered import ACCOUNT, FILE, bill, check, found, line


def asking(**changed):
    usual = {"format": "CUR", "missing": frozenset(), "has_manifest": True, "silent": NOT_GIVEN, "further": {}}
    return Asking(**{**usual, **changed})


def asked(con=None, **changed):
    return ask(con or bill(line(line_id="a")), asking(**changed))


def test_without_witnesses_what_needs_one_is_a_gap_and_halves_are_asked():
    rows, gaps = asked()
    unwitnessed = {one.part for one in CHECKS if not one.witnesses}
    halves = {one.part for one in CHECKS if one.is_half}
    assert set(rows) == unwitnessed | halves
    assert {part for part, _ in gaps} == {one.part.name for one in CHECKS if one.witnesses}
    assert gaps[EXPORT_TIES_TO_INVOICE.name, "*"] == NOT_GIVEN[Witness.INVOICES]


def test_every_witness_has_a_remedy():
    assert all("--" in NOT_GIVEN[witness] for witness in Witness)


@pytest.mark.parametrize(
    ("missing", "format_", "told"),
    [
        ("line_id", "CUR", "the export has no column identity_line_item_id"),
        ("line_id", "FOCUS", "FOCUS has no column that tells the identity of a line"),
        ("fee", "FOCUS", "FOCUS has no column that tells the commitment fee of a line"),
        ("fee", "CUR", "the export has no column savings_plan_savings_plan_effective_cost"),
        ("invoice", "FOCUS", "the export has no column InvoiceId"),
        ("start", "CUR", "the export has no column line_item_usage_start_date"),
    ],
)
def test_a_column_that_is_missing_is_named(missing, format_, told):
    rows, gaps = asked(missing=frozenset({missing}), format=format_, silent={})
    without = {one.part for one in CHECKS if missing in one.columns}
    assert without
    assert {gaps[part.name, "*"] for part in without} == {told}
    assert not without & set(rows)


def test_without_a_manifest_nobody_knows_whether_the_delivery_is_complete():
    assert asked(has_manifest=False)[1][DELIVERY_COMPLETE.name, "*"] == NO_MANIFEST


def test_a_delivery_that_is_not_complete_stops_what_comes_after():
    con = bill(line())
    put(con, "footer", ("file", "rows"), [(FILE, 9)])
    rows, gaps = asked(con, silent={})
    assert set(rows) == {DELIVERY_COMPLETE}
    assert {gaps[one.part.name, "*"] for one in CHECKS if one.part is not DELIVERY_COMPLETE} == {INCOMPLETE}


def test_a_gap_of_a_key_is_one_beside_the_ties():
    rows, gaps = asked(silent={}, further={("billing.tags_add_up", "team"): "not asked by it"})
    assert rows[TAGS_ADD_UP]
    assert gaps[TAGS_ADD_UP.name, "team"] == "not asked by it"


def test_two_ties_of_one_subject_are_both_kept():
    con = bill(line("1", service="X"), line("2", service="X", currency="EUR"))
    con.execute("insert into organization_account select $1, '', 'ACTIVE', null, true", [ACCOUNT])
    rows, _ = asked(con, silent={})
    amounts = [
        tie.unit for part, ties in rows.items() if part.name == "bill.no_workload_spend" for tie in ties.values()
    ]
    assert sorted(amounts) == ["EUR", "USD"]


def test_amounts_in_evidence_have_no_zeros_behind_and_long_evidence_ends():
    told = found(bill(line("1.50"), line("2", currency="EUR", seller="S" * 900)), "one_currency")[""].evidence
    assert told.endswith(" …")
    assert "1.500" not in told
    assert "2 EUR of S" in told


def test_what_blocks_is_high_and_what_is_listed_low():
    assert [one.severity for one in Weight] == [Severity.HIGH, Severity.MEDIUM, Severity.LOW]
    assert {one.part for one in CHECKS[:3]} == {DELIVERY_COMPLETE, LINES_UNIQUE, ONE_CURRENCY}
    assert check("delivery_complete").number == "R6"
