"""Each check's statement on a bill of a few lines: what ties, what does not, and by how much."""

from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from orgwarden.aws.cost_explorer import Cost
from orgwarden.aws.invoices import Invoice
from orgwarden.billing import witnesses
from orgwarden.billing.checking import CHECKS, Witness, ties
from orgwarden.billing.witnesses import Listed, put
from orgwarden.ties import is_broken
from tests.billing.ledgered import ACCOUNT, FILE, OTHER, PAYER, bill, check, found, given, line, sides

TAX = {"line_type": "Tax", "charge_category": "Tax"}
PLAN = "arn:aws:savingsplans::100000000001:savingsplan/1"
COVERED = {"line_type": "SavingsPlanCoveredUsage", "commitment": PLAN}
NEGATION = {"line_type": "SavingsPlanNegation", "commitment": PLAN}


def broken(con, name):
    return {subject for subject, tie in found(con, name).items() if is_broken(tie)}


def invoice(total, id_="INV1", **changed):
    usual = {
        "invoice": id_, "type": "INVOICE", "bill_type": "ANNIVERSARY", "seller": "AWS Inc", "payer": PAYER,
        "currency": "USD", "total": Decimal(total), "before_tax": None, "payment_currency": "USD",
        "payment_total": Decimal(total), "rate": None, "original_invoice": "", "issued": None, "due": None,
        "period": "2026-10", "publisher": "AWS", "is_turned": False,
    }  # fmt: skip
    return Invoice(**{**usual, **changed})


def invoiced(con, *invoices):
    witnesses.put_invoices(con, invoices)
    given(con, Witness.INVOICES)
    return con


def cost(amount, account=ACCOUNT, **changed):
    usual = {
        "account": account, "record_type": "Usage", "tag_key": "", "tag_value": "", "currency": "USD",
        "amount": Decimal(amount), "is_estimated": False, "period": "2026-10",
    }  # fmt: skip
    return Cost(**{**usual, **changed})


def explored(con, *costs):
    witnesses.put_costs(con, costs, ("team",))
    return con


def listed(con, *accounts):
    witnesses.put_organization(con, accounts)
    given(con, Witness.ORGANIZATION)
    return con


def account(id_, *, state="ACTIVE", joined="2020-01-01", is_management=False):
    return Listed(account=id_, name=id_, state=state, joined=date.fromisoformat(joined), is_management=is_management)


def test_each_check_has_one_statement_and_each_statement_its_check():
    there = {file.name.removesuffix(".sql") for file in files("orgwarden.billing.checks").iterdir()}
    assert {check.name for check in CHECKS} == {name for name in there if not name.startswith("__")}
    assert [check.number for check in sorted(CHECKS, key=lambda c: int(c.number[1:]))] == [
        f"R{n}" for n in range(1, 22)
    ]


@pytest.mark.parametrize("name", [one.name for one in CHECKS])
def test_a_bill_without_witnesses_breaks_nothing_of_its_own(name):
    if not check(name).witnesses or check(name).is_half:
        assert broken(bill(line("1.5")), name) == set()


# --- R1


def test_an_invoice_is_held_against_the_lines_that_are_on_it_and_blank_ones_are_on_none():
    con = invoiced(
        bill(line("10.004"), line("5", invoice=""), line("2", invoice="INV2")), invoice("10"), invoice("2", "INV2")
    )
    assert sides(con, "export_ties_to_invoice") == {"INV1": (Decimal("10.004"), 10), "INV2": (2, 2)}
    assert broken(con, "export_ties_to_invoice") == set()


def test_a_cent_is_allowed_for_each_tax_line_and_at_least_one():
    con = invoiced(bill(*[line("0.019", **TAX)] * 3), invoice("0.03"))
    assert found(con, "export_ties_to_invoice")["INV1"].tolerance == Decimal("0.03")
    assert broken(con, "export_ties_to_invoice") == set()
    assert broken(invoiced(bill(line("0.019", **TAX)), invoice("0.03")), "export_ties_to_invoice") == {"INV1"}


def test_an_invoice_without_lines_and_lines_on_no_invoice_that_was_given_are_told():
    con = invoiced(bill(line("10")), invoice("7", "INV9"))
    told = found(con, "export_ties_to_invoice")
    assert broken(con, "export_ties_to_invoice") == {"INV1", "INV9"}
    assert "no line of the export" in told["INV9"].evidence
    assert "not among the invoices" in told["INV1"].evidence


def test_a_receipt_is_never_added_and_a_credit_memo_lowers():
    refund = line("-3", line_type="Refund", charge_category="Adjustment", invoice="CM1")
    con = invoiced(
        bill(line("10"), refund),
        invoice("10"),
        invoice("10", "INV1R", type="PAYMENT_RECEIPT"),
        invoice("-3", "CM1", type="CREDIT_MEMO"),
    )
    assert sides(con, "export_ties_to_invoice") == {"INV1": (10, 10), "CM1": (-3, -3)}


@pytest.mark.parametrize(
    ("facts", "measured"), [({}, 10), ({"has_net": True}, 9), ({"has_net": True, "has_discount_rows": True}, 10)]
)
def test_the_measure_is_net_where_discounts_are_inside_and_as_billed_where_they_have_lines(facts, measured):
    con = invoiced(bill(line("10", net_unblended=Decimal(9)), **facts), invoice("9"))
    assert sides(con, "export_ties_to_invoice")["INV1"] == (measured, 9)


def test_an_invoice_is_read_in_the_currency_of_the_export():
    con = invoiced(bill(line("9", currency="EUR")), invoice("10", payment_currency="EUR", payment_total=Decimal(9)))
    assert sides(con, "export_ties_to_invoice") == {"INV1": (9, 9)}


def test_what_is_nearest_to_a_difference_is_named():
    con = invoiced(bill(line("100"), line("7", **TAX, account=OTHER)), invoice("100"))
    assert (
        found(con, "export_ties_to_invoice")["INV1"].evidence == f"AWS Inc, nearest to the difference: Tax of {OTHER}"
    )


# --- R2, R3


def test_each_account_is_held_against_cost_explorer_and_its_record_types_where_both_name_them():
    con = explored(bill(line("10"), line("2", **TAX)), cost("10"), cost("2", record_type="Tax"))
    assert sides(con, "export_ties_to_cost_explorer") == {
        f"account {ACCOUNT}": (12, 12),
        f"Usage of account {ACCOUNT}": (10, 10),
        f"Tax of account {ACCOUNT}": (2, 2),
    }


def test_a_record_type_of_another_name_is_compared_in_the_sum_of_its_account_alone():
    con = explored(bill(line("10", line_type="RIFee")), cost("10", record_type="Recurring reservation fee"))
    assert sides(con, "export_ties_to_cost_explorer") == {f"account {ACCOUNT}": (10, 10)}


def test_what_moved_between_record_types_breaks_though_the_account_ties():
    con = explored(bill(line("10"), line("2", **TAX)), cost("11"), cost("1", record_type="Tax"))
    assert broken(con, "export_ties_to_cost_explorer") == {f"Usage of account {ACCOUNT}", f"Tax of account {ACCOUNT}"}


def test_an_account_of_one_side_alone_breaks():
    con = explored(bill(line("10")), cost("10"), cost("3", OTHER))
    assert broken(con, "export_ties_to_cost_explorer") == {f"account {OTHER}"}


def test_an_answer_by_account_beside_one_by_record_type_is_not_added_to_it():
    con = explored(bill(line("10")), cost("10"), cost("10", record_type=""))
    assert broken(con, "export_ties_to_cost_explorer") == set()


def test_charge_categories_of_focus_are_no_record_types():
    con = explored(bill(line("8"), format="FOCUS"), cost("9"), cost("-1", record_type="EdpDiscount"))
    assert sides(con, "export_ties_to_cost_explorer") == {f"account {ACCOUNT}": (8, 8)}


def test_the_values_of_a_tag_and_the_untagged_rest_are_the_bill_and_each_is_what_cost_explorer_says():
    con = explored(
        bill(line("10", tag_1="red"), line("2")),
        cost("9", record_type="", tag_key="team", tag_value="red"),
        cost("3", record_type="", tag_key="team"),
    )
    assert sides(con, "tags_add_up") == {"team": (12, 12), "team=red": (10, 9), "team=(untagged)": (2, 3)}


def test_a_tag_that_cost_explorer_was_not_asked_by_is_partitioned_and_not_compared():
    assert set(sides(explored(bill(line("10", tag_1="red")), cost("10")), "tags_add_up")) == {"team"}


def test_values_that_do_not_come_to_the_bill_break():
    con = bill(line("10", tag_1="red"))
    con.execute("update tag_total set amount = 9")
    assert broken(con, "tags_add_up") == {"team"}


# --- R4, R5, R6, R7


def test_a_line_without_account_breaks_even_where_it_costs_nothing():
    con = bill(line("1"), line("0", account=""))
    assert broken(con, "accounts_add_up") == {"lines that name no account"}
    con = bill(line("1"), line("2", account=""))
    assert broken(con, "accounts_add_up") == {"lines that name no account", "the sum of all accounts"}


@pytest.mark.parametrize(
    "change",
    [
        "update ledger set unblended = unblended + 0.000000000000000001 where region = 'eu-west-1'",
        "update ledger set lines = lines + 1 where region = 'eu-west-1'",
    ],
)
def test_a_ledger_that_has_another_sum_or_number_of_lines_than_the_export_breaks_by_every_dimension(change):
    con = bill(line("1"), line("2", region="eu-west-1"))
    con.execute(change)
    assert len(broken(con, "dimensions_add_up")) == 5


def test_a_line_type_that_is_new_counts_and_is_told():
    told = found(bill(line("1", line_type="QuantumFee")), "dimensions_add_up")
    assert "QuantumFee" in told["line type"].evidence
    assert not is_broken(told["line type"])


def test_fewer_rows_than_the_footer_counts_and_files_that_are_not_listed_break():
    con = bill(line("1"))
    put(con, "footer", ("file", "rows"), [(FILE, 1)])
    assert broken(con, "delivery_complete") == set()
    con.execute("update footer set rows = 2; update file set listed = false")
    assert broken(con, "delivery_complete") == {FILE, f"{FILE} (unlisted)"}


def test_a_line_is_twice_there_by_its_id_interval_and_kind_together():
    one = {"line_id": "a", "time_interval": "1/2"}
    con = bill(
        line("1", **one),
        line("1", **one, line_type="Tax"),
        line("1", line_id="a", time_interval="2/3"),
        line("9"),
        line("9"),
    )
    assert sides(con, "lines_unique") == {"": (5, 5)}
    con = bill(*[line("1.5", **one)] * 3, line("9"))
    assert sides(con, "lines_unique") == {"": (4, 2)}
    assert found(con, "lines_unique")[""].evidence == f"the surplus costs 3 USD; one of them is a, in {FILE}"


def test_lines_none_of_which_bears_an_id_are_not_told_apart():
    assert ties(bill(line("9"), line("9")), check("lines_unique")) == ({}, [f"{PAYER}/"])


# --- R9, R10, R11


def test_an_account_is_unknown_idle_or_no_id_at_all():
    con = listed(
        bill(line("1"), line("2", account=OTHER), line("3", account="4720599729")),
        account(ACCOUNT),
        account("100000000009"),
        account("100000000010", joined="2026-10-02"),
        account("100000000011", state="SUSPENDED"),
    )
    assert broken(con, "accounts_match_inventory") == {OTHER, "4720599729", "100000000009"}


def test_without_an_organization_an_id_that_is_none_breaks_and_no_other():
    con = bill(line("1"), line("3", account="4720599729"), line("4", account="subscription", provider="Azure"))
    given(con)
    assert broken(con, "accounts_match_inventory") == {"4720599729"}


@pytest.mark.parametrize(
    "expected",
    [
        {"service": "AWSCloudTrail"},
        {"service": "AWS Key Management Service"},
        {"service": "AWSSupportEnterprise", "line_type": "Fee", "charge_category": "Purchase"},
        {"service": "AmazonS3", "resource": "bucket"},
        TAX,
        {"line_type": "SavingsPlanRecurringFee", "charge_category": "Purchase", "commitment": PLAN},
        {"line_type": "Credit", "charge_category": "Credit"},
        {"service": "AmazonEC2", "commitment": PLAN, "commitment_status": "Unused"},
    ],
    ids=str,
)
def test_what_has_to_be_in_the_management_account_is_expected_there(expected):
    con = listed(bill(line("5", account=PAYER, **expected)), account(PAYER, is_management=True))
    assert broken(con, "no_workload_spend") == set()


def test_a_workload_in_the_management_account_breaks_also_where_a_commitment_pays_it():
    covered = line("7", account=PAYER, **COVERED, service="AmazonECS", amortized=Decimal(4))
    negation = line("-7", account=PAYER, **NEGATION, service="AmazonECS", amortized=Decimal(0))
    bucket = line("1", account=PAYER, service="AmazonS3", resource="another")
    con = listed(bill(covered, negation, bucket, line("9")), account(PAYER, is_management=True))
    assert sides(con, "no_workload_spend") == {"AmazonECS": (4, 0), "AmazonS3": (1, 0)}


def test_of_an_export_without_resources_nobody_can_tell_which_bucket_is_in_the_management_account():
    lines = [line("5", account=PAYER, service="AmazonS3"), line("2", account=PAYER, service="awskms")]
    con = listed(bill(*lines), account(PAYER, is_management=True))
    told, untold = ties(con, check("no_workload_spend"))
    assert ([*told], untold) == ([f"{PAYER}/awskms"], [f"{PAYER}/AmazonS3"])


def test_coverage_counts_usage_with_a_value_that_is_allowed():
    con = bill(line("90", tag_1="red"), line("6", tag_1="Red"), line("4"), line("50", **TAX))
    put(con, "cost_key", ("key", "share"), [("team", "0.95")])
    assert sides(con, "cost_coverage") == {"team": (96, 100)}
    assert broken(con, "cost_coverage") == set()
    put(con, "cost_value", ("key", "value"), [("team", "red")])
    assert sides(con, "cost_coverage") == {"team": (90, 100)}
    told = found(con, "cost_coverage")["team"]
    assert is_broken(told)
    assert told.evidence == f"most of the rest: {ACCOUNT} AmazonEC2 10; values that are not allowed: Red"


# --- R8, R12, R13, R14, R15


def test_hours_that_what_always_ran_is_missing_are_told_as_ranges():
    con = bill(line("1"))
    put(con, "always_on", ("account", "service"), [(ACCOUNT, "AmazonRDS")])
    hours = [f"2026-10-01 {hour:02}:00" for hour in range(6)]
    put(con, "period_hour", ("hour", "place", "unit"), ((hour, at, "hours") for at, hour in enumerate(hours)))
    used = [hours[0], hours[3]]
    put(con, "active_hour", ("account", "service", "hour"), ((ACCOUNT, "AmazonRDS", hour) for hour in used))
    told = found(con, "hours_complete")[f"{ACCOUNT}, AmazonRDS"]
    assert (told.a, told.b, told.unit) == (2, 6, "hours")
    assert told.evidence == ("missing from 2026-10-01 01:00 to 2026-10-01 02:00, 2026-10-01 04:00 to 2026-10-01 05:00")


def test_hours_that_are_not_asked_for_do_not_stand_in_for_those_that_are_missing():
    con = bill(line("1"))
    put(con, "always_on", ("account", "service"), [(ACCOUNT, "AmazonRDS")])
    hours = [f"2026-10-01 {hour:02}:00" for hour in range(6)]
    put(con, "period_hour", ("hour", "place", "unit"), ((hour, at, "hours") for at, hour in enumerate(hours[:3])))
    used = [hours[0], *hours[2:]]
    put(con, "active_hour", ("account", "service", "hour"), ((ACCOUNT, "AmazonRDS", hour) for hour in used))
    told = found(con, "hours_complete")[f"{ACCOUNT}, AmazonRDS"]
    assert (told.a, told.b, told.evidence) == (2, 3, "missing from 2026-10-01 01:00")


def test_a_published_month_is_compared_by_account_and_line_type():
    con = bill(line("10"), line("-3", line_type="Refund"))
    rows = [(PAYER, ACCOUNT, "Usage", "USD", "10"), (PAYER, OTHER, "Usage", "USD", "1")]
    put(con, "published_total", ("payer", "account", "line_type", "currency", "amount"), rows)
    assert broken(con, "closed_month_unchanged") == {f"{ACCOUNT}, Refund", f"{OTHER}, Usage"}


def test_lines_without_an_invoice_are_counted_with_what_they_come_to():
    told = found(bill(line("1"), line("2.50", invoice=""), line("3", invoice="")), "invoices_issued")[""]
    assert (told.a, told.evidence) == (2, "of 3 lines; they come to 5.5 USD")


def test_what_is_amortized_comes_to_the_fees_within_half_a_percent():
    used = line("0", line_type="DiscountedUsage", commitment="ri", amortized=Decimal(99))
    fee = line("100", line_type="RIFee", commitment="ri", amortized=Decimal(0), fee=Decimal(100))
    assert sides(bill(used, fee, line("5")), "commitments_amortize") == {"ri": (99, 100)}
    assert broken(bill(used, fee), "commitments_amortize") == {"ri"}
    assert broken(bill({**used, "amortized": Decimal("99.5")}, fee), "commitments_amortize") == set()


def test_an_export_that_tells_no_fees_leaves_commitments_untold():
    told, untold = ties(bill(line("1", commitment="ri", fee=None)), check("commitments_amortize"))
    assert (told, untold) == ({}, [f"{PAYER}/ri"])


def test_covered_usage_and_its_negation_cancel_out_plan_by_plan():
    con = bill(line("7", **COVERED), line("-6.98", **NEGATION), line("1"))
    assert sides(con, "savings_plans_negate") == {PLAN: (7, Decimal("6.98"))}
    assert broken(con, "savings_plans_negate") == {PLAN}


# --- R16 to R21


def test_a_pool_is_allocated_in_full():
    con = bill(line("1"))
    rows = [(PAYER, "USD", "support", "10", "10", ""), (PAYER, "USD", "network", "4", "3.99", "no driver")]
    put(con, "shared_pool", ("payer", "currency", "pool", "amount", "allocated", "evidence"), rows)
    assert broken(con, "shared_costs_allocated") == {"network"}


def month(con, period, *lines):
    """Put an earlier month of these lines."""
    columns = [row[0] for row in con.execute("describe ledger").fetchall()]
    rows = [{**one, "period": period, "day": f"{period}-05", "lines": 1} for one in lines]
    put(con, "earlier_ledger", columns, ([row[name] for name in columns] for row in rows))


def test_a_month_is_compared_day_for_day_and_breaks_above_both_limits():
    con = bill(line("1600"), line("1000", account=OTHER), line("100", account=PAYER))
    month(con, "2026-09", line("1000"), line("1300", account=OTHER), line("500", account=PAYER))
    against = "AmazonEC2 against the month before"
    assert sides(con, "month_on_month") == {
        f"{ACCOUNT}, {against}": (1600, 1000),
        f"{OTHER}, {against}": (1000, 1300),
    }
    assert broken(con, "month_on_month") == {f"{ACCOUNT}, {against}"}


def test_a_shorter_month_is_brought_to_the_days_of_this_one():
    con = bill(line("500"), line("500", day="2026-10-06"))
    month(con, "2026-09", line("700"))
    assert sides(con, "month_on_month") == {f"{ACCOUNT}, AmazonEC2 against the month before": (1000, 1400)}


def test_three_months_before_give_a_median_too():
    con = bill(line("1000"))
    for period, amount in (("2026-09", "1000"), ("2026-08", "4000"), ("2026-07", "2000")):
        month(con, period, line(amount))
    assert sides(con, "month_on_month")[f"{ACCOUNT}, AmazonEC2 against the median of three months"] == (1000, 2000)


def test_tax_credits_and_fees_are_not_compared_with_the_month_before():
    con = bill(line("9000", **TAX), line("1"))
    month(con, "2026-09", line("1"))
    assert sides(con, "month_on_month") == {}


def test_a_second_currency_breaks_and_each_is_told_apart():
    told = found(bill(line("1"), line("2", currency="EUR")), "one_currency")[""]
    assert (told.a, told.evidence) == (2, "2 EUR of AWS Inc, 1 USD of AWS Inc")


CREDIT = {"line_type": "Credit", "charge_category": "Credit"}


def test_a_refund_is_on_its_memo_and_a_credit_was_there_before():
    refund = line("-3", line_type="Refund", charge_category="Adjustment", invoice="CM1")
    con = invoiced(bill(line("9"), refund, line("-2", **CREDIT)), invoice("-3", "CM1", type="CREDIT_MEMO"))
    given(con, Witness.INVOICES, Witness.EARLIER)
    assert broken(con, "credits_explained") == {f"Credit of {ACCOUNT}, AmazonEC2"}
    month(con, "2026-09", line("-2", **CREDIT))
    assert broken(con, "credits_explained") == set()
    con.execute("update invoice set total = -4")
    assert broken(con, "credits_explained") == {"credit memo CM1"}


def test_without_the_months_before_a_credit_is_neither_explained_nor_not_and_a_refund_without_memo_is_not():
    refund = line("-3", line_type="Refund", charge_category="Adjustment")
    con = invoiced(bill(line("-2", **CREDIT), refund), invoice("9", "INV1"))
    assert broken(con, "credits_explained") == {f"Refund of {ACCOUNT}, AmazonEC2"}
    assert set(sides(con, "credits_explained")) == {f"Refund of {ACCOUNT}, AmazonEC2"}


def test_a_memo_is_compared_in_the_currency_of_the_export():
    memo = invoice("-4", "CM1", type="CREDIT_MEMO", payment_currency="EUR", payment_total=Decimal(-3))
    con = invoiced(bill(line("-3", line_type="Refund", invoice="CM1", currency="EUR")), memo)
    assert sides(con, "credits_explained") == {"credit memo CM1": (-3, -3)}


def test_an_account_below_zero_is_told():
    con = invoiced(bill(line("-3", line_type="Refund", invoice="CM1")), invoice("-3", "CM1", type="CREDIT_MEMO"))
    assert "negative" in found(con, "credits_explained")["credit memo CM1"].evidence


def test_two_formats_agree_in_the_measure_of_the_invoice_and_differ_by_category():
    con = bill(line("10"), line("2", **TAX))
    rows = [(PAYER, "USD", "Usage", "9"), (PAYER, "USD", "Tax", "2")]
    put(con, "other_total", ("payer", "currency", "charge_category", "amount"), rows)
    told = found(con, "formats_agree")[""]
    assert (told.a, told.b, told.evidence) == (12, 11, "Usage 10 against 9")


def test_cents_that_do_not_come_to_their_total_break():
    con = bill(line("1"))
    rows = [(PAYER, "USD", "by account", "1.00", "1.01"), (PAYER, "USD", "by tag", "1.00", "1.00")]
    put(con, "published_line", ("payer", "currency", "statement", "cents", "total"), rows)
    assert broken(con, "published_lines_add_up") == {"by account"}


def test_amounts_are_compared_in_each_currency_apart():
    con = bill(line("1"), line("2", currency="EUR"))
    assert {tie.unit for tie in found(con, "accounts_add_up").values()} >= {"lines"}
    assert broken(con, "accounts_add_up") | broken(con, "dimensions_add_up") | broken(con, "tags_add_up") == set()


# --- several payers

SECOND = {"payer": "200000000001", "account": "200000000002"}


def test_a_payer_of_whom_no_invoice_was_given_is_not_held_against_those_of_another():
    con = invoiced(bill(line("10"), line("5", **SECOND, invoice="INV9")), invoice("10"))
    assert sides(con, "export_ties_to_invoice") == {"INV1": (10, 10)}


def test_a_payer_that_cost_explorer_does_not_know_is_not_held_against_another():
    con = explored(
        bill(line("10", tag_1="red"), line("5", **SECOND, tag_1="red")),
        cost("10"),
        cost("10", record_type="", tag_key="team", tag_value="red"),
    )
    assert broken(con, "export_ties_to_cost_explorer") | broken(con, "tags_add_up") == set()
    assert witnesses.unheard(con, by_tag=False) == witnesses.unheard(con, by_tag=True) == ["200000000001"]


def test_a_payer_that_cost_explorer_was_asked_about_without_tags_alone_is_not_heard_by_tags():
    con = explored(
        bill(line("10", tag_1="red"), line("5", **SECOND, tag_1="red")),
        cost("10"),
        cost("5", SECOND["account"]),
        cost("10", record_type="", tag_key="team", tag_value="red"),
    )
    assert (witnesses.unheard(con, by_tag=False), witnesses.unheard(con, by_tag=True)) == ([], ["200000000001"])


def test_of_payers_asked_about_in_different_ways_each_is_held_against_its_own_answer():
    con = explored(bill(line("10"), line("5", **SECOND)), cost("10"), cost("4", SECOND["account"], record_type=""))
    assert broken(con, "export_ties_to_cost_explorer") == {f"account {SECOND['account']}"}


def test_of_several_payers_the_one_whose_organization_it_is_is_held_against_it():
    strange = line("1", account="100000000009")
    con = listed(bill(line("1"), strange, line("5", **SECOND)), account(PAYER, is_management=True), account(ACCOUNT))
    assert broken(con, "accounts_match_inventory") == {"100000000009", PAYER}
