"""What commitments cover and leave unused; an export that does not tell is not taken for one without waste."""

from decimal import Decimal

from orgwarden.reports.finance.sheets.commitments import UNTOLD, commitments
from tests.reports.finance.packs import PLAN, books, row


def test_used_unused_saved_and_utilisation_of_a_savings_plan():
    coverage, each = commitments(books()).tables
    assert each.rows == (
        (PLAN, "Savings Plan", Decimal(20), Decimal(12), Decimal(3), Decimal(5), Decimal(15), Decimal("0.8")),
    )
    assert each.total == ("Total", "", *each.rows[0][2:])
    assert coverage.rows[0][:3] == ("AmazonEC2", Decimal("170.34"), Decimal("20.00"))


def test_an_export_that_does_not_tell_what_was_unused_says_so():
    made = commitments(books(row("0", commitment=PLAN, amortized=Decimal(9), list=Decimal(10))))
    assert UNTOLD in made.notes
    assert made.tables[1].rows[0][4:] == (None, Decimal(1), None, None)


def test_a_bill_without_commitments_says_so():
    made = commitments(books(row("1")))
    assert UNTOLD not in made.notes
    assert [table.rows for table in made.tables] == [(), ()]
    assert made.tables[1].empty == "The bill has no commitments."
