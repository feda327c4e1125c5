"""A small bill with everything that a bill may have, names that want to be formulas included, as a pack."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from orgwarden.baseline.billing import Billing
from orgwarden.model import Period, Status, Subject, Verdict
from orgwarden.reports.finance.books import Books, open_books
from orgwarden.reports.finance.pack import Pack, Source
from tests.billing.ledgers import ledger, put, row

PAYER, SHOP, ERP, DATA = "100000000001", "100000000002", "100000000003", "004720599729"
NASTY = ('=HYPERLINK("http://x")', "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "<script>alert(1)</script>", "a\"b'c&d")
PLAN = "arn:aws:savingsplans::100000000001:savingsplan/1"
SUPPORT = {"account": PAYER, "service": "AWSSupportEnterprise", "line_type": "Fee", "charge_category": "Purchase"}
TAX = {"line_type": "Tax", "charge_category": "Tax"}
BILLING = Billing.model_validate(
    {
        "cost_centres": {
            "tag_key": "cost-center",
            "accounts": ({"account": DATA, "cost_centre": "@Data"},),
            "owners": {"ERP": {"name": "Anna <b>Berg</b>", "mail": "anna@corp.example"}},
        },
        "shared": (
            {"name": "support", "services": ("AWSSupport*",), "rule": "amortized"},
            {"name": "tax", "line_types": ("Tax",), "rule": "fixed", "shares": {"ERP": 60, "Shop": 30}},
        ),
        "journal": {
            "expense": "6540", "payable": "2400", "accrual": "2990",
            "codes": ({"charge_category": "Tax", "code": "2645"},),
        },
    }
)  # fmt: skip


def lines() -> list[Mapping[str, Any]]:
    """The rows of the month: tag_1 is env, tag_2 cost-center."""
    return [
        row("100.005", account=SHOP, tag_1="prod", tag_2="Shop"),
        row("50.334", account=ERP, tag_1="=cmd", tag_2="ERP", service="AmazonS3"),
        row("50.333", account=ERP, tag_2="ERP", invoice="2100000002", seller="AWS EMEA SARL"),
        row("33.333333333333333333", account=DATA, service="=WEBSERVICE(1)"),
        row("10.001", **SUPPORT),
        row("25.0049", account=SHOP, **TAX),
        row("-5.5", account=SHOP, line_type="Credit", charge_category="Credit"),
        row("-1.25", account=ERP, line_type="Refund", charge_category="Adjustment", invoice="2100000003"),
        row("20", account=ERP, line_type="SavingsPlanCoveredUsage", commitment=PLAN, amortized=Decimal(12)),
        row("-20", account=ERP, line_type="SavingsPlanNegation", commitment=PLAN, amortized=Decimal(0)),
        row(
            "15", account=PAYER, line_type="SavingsPlanRecurringFee", charge_category="Purchase", commitment=PLAN,
            amortized=Decimal(3), fee=Decimal(15), service="ComputeSavingsPlans",
        ),
        row("9.99", account=SHOP, publisher="AWS Marketplace", service="@market", line_type="Fee"),
        row("0.004", account=""),
    ]  # fmt: skip


def earlier_lines() -> list[Mapping[str, Any]]:
    months = ("2026-06", "2026-07", "2026-08", "2026-09")
    usual = {"tag_1": "prod", "tag_2": "Shop", "account": SHOP}
    return [
        row(f"{80 + 10 * at}.001", **usual, period=month, day=date.fromisoformat(f"{month}-03"))
        for at, month in enumerate(months)
    ] + [row("7.777", account="100000000009", period="2026-09", day=date(2026, 9, 9))]


def verdicts() -> tuple[Verdict, ...]:
    bad = {"details": ("=1+1", "-2")}
    return (
        Verdict(control="billing.accounts_add_up", subject=Subject(account=PAYER), status=Status.PASS),
        Verdict(
            control="billing.lines_unique", subject=Subject(account=PAYER, resource="=r"), status=Status.FAIL,
            reason="=2 lines stand twice", evidence=bad,
        ),
        Verdict(
            control="billing.export_ties_to_invoice", subject=Subject(account=PAYER), status=Status.UNKNOWN,
            cause="the invoices were not given",
        ),
    )  # fmt: skip


def pack(*rows: Mapping[str, Any], earlier: bool = True, tags: int = 2, **changed: Any) -> Pack:
    """A pack of these rows, by default of the whole small bill."""
    con = ledger(*(rows or lines()), tags=tags)
    if earlier:
        put(con, "earlier_ledger", earlier_lines(), tags=tags)
    usual: dict[str, Any] = {
        "period": Period("2026-10"),
        "payer": PAYER,
        "status": "FINAL",
        "version": 1,
        "currency": "USD",
        "con": con,
        "tag_keys": ("env", "cost-center"),
        "made": datetime(2026, 11, 9, 8, tzinfo=UTC),
        "earlier": "earlier_ledger" if earlier else "",
        "billing": BILLING,
        "names": {SHOP: NASTY[0], ERP: NASTY[6], PAYER: "management"},
        "verdicts": verdicts(),
        "numbers": {
            "billing.lines_unique": "R7", "billing.export_ties_to_invoice": "R1", "billing.accounts_add_up": "R4",
        },
        "notes": ("=a note",),
        "sources": (Source(name="Export", place="=s3://bucket", version="v1"),),
    }  # fmt: skip
    return Pack(**{**usual, **changed})


def with_invoices(made: Pack) -> Pack:
    """Give the pack the invoices that its export ties to."""
    made.con.execute(
        "create or replace table invoice (invoice varchar, type varchar, bill_type varchar, seller varchar, "
        "payer varchar, currency varchar, total decimal(38,18), before_tax decimal(38,18), payment_currency varchar, "
        "payment_total decimal(38,18), rate decimal(38,18), original_invoice varchar, issued date, due date)"
    )
    for invoice, kind, total, currency, paid, rate in (
        ("2100000001", "INVOICE", "217.84", "USD", "217.84", None),
        ("2100000002", "INVOICE", "50.33", "EUR", "46.30", "0.92"),
        ("2100000003", "CREDIT_MEMO", "-1.25", "USD", "-1.25", None),
        ("2100000009", "PAYMENT_RECEIPT", "999", "USD", "999", None),
    ):
        made.con.execute(
            "insert into invoice values (?, ?, '', 'AWS', ?, 'USD', ?, null, ?, ?, ?, '', '2026-11-03', '2026-12-01')",
            [invoice, kind, PAYER, total, currency, paid, rate],
        )
    return made


def books(*rows: Mapping[str, Any], **changed: Any) -> Books:
    return open_books(pack(*rows, **changed))
