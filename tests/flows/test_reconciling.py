"""A month's bill is judged once, whoever gives the witnesses; what was not given leaves no table that says nothing."""

from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from orgwarden.aws.cost_explorer import Cost
from orgwarden.baseline import Baseline
from orgwarden.billing.checking import Witness
from orgwarden.billing.ledger import connect
from orgwarden.billing.lines import open_lines
from orgwarden.billing.locating import locate
from orgwarden.billing.witnesses import read_invoices
from orgwarden.demo.billing import FileKind, Format, Plan, generate
from orgwarden.errors import BadInput
from orgwarden.flows.hearing import NO_ACCOUNT_COSTS, NO_LAST, Given
from orgwarden.flows.reconciling import ESTIMATED, FINAL, reconcile
from orgwarden.model import Period, Status
from orgwarden.parts.bill import BILLS, MATERIALITY

SEPTEMBER, OCTOBER = Period("2025-09"), Period("2025-10")
PAYER = "123456789012"
COST = Cost(
    account=PAYER, record_type="", tag_key="", tag_value="", currency="USD", amount=Decimal(1), is_estimated=False,
    period="2025-10",
)  # fmt: skip


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    return generate(Plan(months=(SEPTEMBER, OCTOBER), rows=1_000), tmp_path_factory.mktemp("bill"))


def reconciled(con, root, given=None, period=OCTOBER, today=date(2025, 11, 26)):
    delivery = locate(root, period)
    lines = open_lines(con, delivery, period)
    return reconcile(con, delivery, lines, given or Given(), today=today, connect=connect)


def tables(con):
    return {name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()}


def by_number(found):
    return {one.check.number: one for one in found.checks}


def test_the_bill_is_judged_with_its_total_and_status(export):
    with closing(connect()) as con:
        found = reconciled(con, export.root)
    (bill,) = found.world.parts[BILLS].values()
    assert bill.totals == {"USD": export.last.truth.total}
    assert (bill.payer, bill.status, found.status) == (PAYER, FINAL, FINAL)
    assert found.sums["USD"].total == export.last.truth.total


def test_lines_without_an_invoice_make_an_estimate(tmp_path):
    made = generate(Plan(months=(OCTOBER,), rows=1_000, broken=("billing.invoices_issued",)), tmp_path)
    with closing(connect()) as con:
        assert reconciled(con, made.root).status == ESTIMATED


def test_a_month_is_over_by_the_day_that_the_caller_says_and_not_by_a_clock(export):
    with closing(connect()) as con:
        found = reconciled(con, export.root, today=date(2025, 10, 31))
    assert (found.status, by_number(found)["R13"].status) == (ESTIMATED, Status.NOT_APPLICABLE)


def test_without_a_column_of_invoices_nobody_knows_that_a_month_is_final(tmp_path):
    made = generate(Plan(months=(OCTOBER,), rows=1_000, format=Format.FOCUS, focus_version="1.0"), tmp_path)
    with closing(connect()) as con:
        found = reconciled(con, made.root)
    assert (found.status, by_number(found)["R13"].reason) == (ESTIMATED, "the export has no column InvoiceId")


def test_the_table_of_a_witness_is_there_only_where_it_spoke(export):
    invoices = read_invoices(export.last.witnesses / "invoices.json", OCTOBER)
    with closing(connect()) as con:
        found = reconciled(con, export.root, Given(invoices=invoices))
        assert {"ledger", "invoice"} <= tables(con)
        assert not tables(con) & {"cost_explorer", "earlier_ledger", "organization_account", "published_total"}
    assert found.witnesses == (Witness.INVOICES,)


def test_why_a_witness_is_silent_is_told_where_it_is_known(export):
    given = Given(silent={Witness.INVOICES: "invoicing:ListInvoiceSummaries was denied"})
    with closing(connect()) as con:
        assert by_number(reconciled(con, export.root, given))["R1"].reason == given.silent[Witness.INVOICES]


def test_answers_by_tag_alone_say_nothing_of_accounts(export):
    costs = [replace(COST, tag_key="cost-center", tag_value="red"), replace(COST, tag_key="cost-center")]
    with closing(connect()) as con:
        found = by_number(reconciled(con, export.root, Given(costs=costs)))
    assert (found["R2"].status, found["R2"].reason) == (Status.UNKNOWN, NO_ACCOUNT_COSTS)


def test_no_month_before_is_told_and_not_taken_for_one_without_costs(export):
    with closing(connect()) as con:
        found = by_number(reconciled(con, export.root, Given(earlier=())))
    assert {found[number].status for number in ("R8", "R17")} == {Status.UNKNOWN}
    assert "no month before" in found["R17"].reason


def test_hours_are_asked_only_of_the_month_right_before(export):
    older = locate(export.root, Period("2025-09"))
    with closing(connect()) as con:
        assert by_number(reconciled(con, export.root, Given(earlier=(older,))))["R8"].status is Status.PASS


def test_a_change_is_asked_only_from_the_month_right_before(tmp_path):
    made = generate(Plan(months=(Period("2025-08"), OCTOBER), rows=1_000), tmp_path)
    older = locate(made.root, Period("2025-08"))
    with closing(connect()) as con:
        found = by_number(reconciled(con, made.root, Given(earlier=(older,))))
    assert (found["R17"].status, found["R17"].reason) == (Status.UNKNOWN, NO_LAST)


def test_a_month_before_that_is_cut_holds_this_one_not_back_and_is_told(tmp_path):
    made = generate(Plan(months=(SEPTEMBER, OCTOBER), rows=1_000), tmp_path)
    older = locate(made.root, SEPTEMBER)
    file = older.files[0].path
    file.write_bytes(file.read_bytes()[:-9])
    with closing(connect()) as con:
        found = reconciled(con, made.root, Given(earlier=(older,)))
    assert found.sums["USD"].total == made.last.truth.total
    for number in ("R8", "R17"):
        one = by_number(found)[number]
        assert (one.status, file.name in one.reason) == (Status.UNKNOWN, True)


def test_an_older_month_that_is_cut_leaves_no_pass_against_the_median(tmp_path):
    made = generate(Plan(months=(Period("2025-08"), SEPTEMBER, OCTOBER), rows=1_000), tmp_path)
    last, older = (locate(made.root, month) for month in (SEPTEMBER, Period("2025-08")))
    with closing(connect()) as con:
        assert by_number(reconciled(con, made.root, Given(earlier=(last, older))))["R17"].status is Status.PASS
    file = older.files[0].path
    file.write_bytes(file.read_bytes()[:-9])
    with closing(connect()) as con:
        found = by_number(reconciled(con, made.root, Given(earlier=(last, older))))
    assert (found["R17"].status, file.name in found["R17"].reason) == (Status.UNKNOWN, True)
    assert found["R8"].status is Status.PASS


def test_another_format_that_cannot_be_read_ends_it_where_somebody_gave_it_and_nothing_where_it_was_found(
    export, tmp_path
):
    other = generate(Plan(months=(OCTOBER,), rows=1_000, format=Format.FOCUS), tmp_path)
    delivery = locate(other.root, OCTOBER)
    file = delivery.files[0].path
    file.write_bytes(file.read_bytes()[:-9])
    with closing(connect()) as con, pytest.raises(BadInput, match=file.name):
        reconciled(con, export.root, Given(other=delivery))
    with closing(connect()) as con:
        found = by_number(reconciled(con, export.root, Given(other=delivery, is_found=True)))["R20"]
    assert (found.status, file.name in found.reason) == (Status.UNKNOWN, True)


def test_a_declared_key_is_found_under_the_name_of_a_column(tmp_path):
    made = generate(Plan(months=(OCTOBER,), rows=1_000, format=Format.LEGACY, file=FileKind.PARQUET), tmp_path)
    baseline = Baseline.model_validate({"billing": {"cost_keys": ("cost-center",)}})
    with closing(connect()) as con:
        found = reconciled(con, made.root, Given(baseline=baseline))
    assert "cost-center" in found.ledger.tag_keys
    assert found.sums["USD"].tags["cost-center"] == made.last.truth.tags["cost_center"]
    assert by_number(found)["R11"].status is not Status.UNKNOWN


def test_what_is_material_is_what_the_owners_say(export):
    baseline = Baseline.model_validate({"billing": {"materiality": {"amount": 7, "percent": 1}}})
    with closing(connect()) as con:
        found = reconciled(con, export.root, Given(baseline=baseline))
    limits = found.world.parts[MATERIALITY]["*"]
    assert (limits.units, limits.share) == (7, Decimal("0.01"))


def test_a_control_that_is_switched_off_is_not_asked(export):
    baseline = Baseline.model_validate({"controls": {"billing.lines_unique": {"off": "the export is from a reseller"}}})
    with closing(connect()) as con:
        found = by_number(reconciled(con, export.root, Given(baseline=baseline)))
    assert (found["R7"].status, found["R7"].reason) == (
        Status.NOT_APPLICABLE,
        "switched off: the export is from a reseller",
    )


def test_an_export_in_the_same_format_is_no_other_witness(export):
    from orgwarden.errors import BadInput

    with closing(connect()) as con, pytest.raises(BadInput, match="the other export is CUR, too"):
        reconciled(con, export.root, Given(other=locate(export.root, OCTOBER)))


def test_what_is_accepted_in_the_baseline_is_told_and_counts_as_no_deviation(tmp_path):
    made = generate(Plan(months=(OCTOBER,), rows=1_000, broken=("billing.lines_unique",)), tmp_path)
    exemption = {
        "control": "billing.lines_unique", "account": PAYER, "owner": "finance", "approver": "controller",
        "reason": "known", "expires": date(2099, 1, 1),
    }  # fmt: skip
    baseline = Baseline.model_validate({"exemptions": (exemption,)})
    with closing(connect()) as con:
        found = by_number(reconciled(con, made.root, Given(baseline=baseline)))
    assert (found["R7"].status, found["R7"].counts, found["R7"].is_exempted) == (Status.FAIL, Status.PASS, True)
    assert not any(one.is_exempted for number, one in found.items() if number != "R7")
