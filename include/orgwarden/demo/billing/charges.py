"""What is not usage: support, marketplace, discounts, tax, credits and refunds.

Each stands on the bill of an account and under a seller, so that invoices can be added up from lines alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal

from orgwarden.demo.billing.line import CENT, DIGITS, MARKETPLACE, ZERO, BillType, Kind, Line, Product, issuer
from orgwarden.demo.billing.plan import Account, Discounts, Plan, Seller, end_of, start_of
from orgwarden.demo.billing.usage import EC2, HOUR, S3, WAF, line_id
from orgwarden.model import Period

SUPPORT = Product(
    code="AWSSupportBusiness",
    name="AWS Support (Business)",
    category="Other",
    usage_type="Dollar",
    operation="",
    unit="Dollar",
)
SUBSCRIPTION = Product(
    code="7g37id8u1hdk2ttz5example",
    name="Fjordware Log Shipper",
    category="Other",
    usage_type="SoftwareUsage",
    operation="",
    unit="Units",
)
PROMOTION = Product(code="AmazonEC2", name=EC2.name, category="Compute", usage_type="BoxUsage", operation="", unit="")
SUPPORT_FEE, SUBSCRIPTION_FEE = Decimal("100.00"), Decimal("49.99")
CREDIT, REFUND = Decimal("-7.50"), Decimal("-3.25")
RATES = {EC2.code: (Kind.EDP, Decimal("0.09")), S3.code: (Kind.PRIVATE_RATE, Decimal("0.05"))}
RATES[WAF.code] = (Kind.BUNDLED, Decimal("0.5"))
# One line in so many is discounted: enough to show the kind, and few enough not to double the export.
DISCOUNTED_EVERY = 10


def fees(plan: Plan, period: Period) -> Iterator[Line]:
    """Give support for the whole organization, and a subscription from the marketplace with an invoice of its own."""
    yield _month_line(plan, period, plan.payer, SUPPORT, Kind.FEE, SUPPORT_FEE, "Business support")
    buyer = plan.members[0]
    line = _month_line(plan, period, buyer, SUBSCRIPTION, Kind.FEE, SUBSCRIPTION_FEE, "Contract of the marketplace")
    yield replace(
        line, bill_type=BillType.PURCHASE, publisher=MARKETPLACE, legal_entity="Fjordware Ltd.", tags=buyer.tags
    )


def credits_and_refunds(plan: Plan, period: Period) -> Iterator[Line]:
    """Give a promotional credit, and a refund that corrects the month before."""
    yield _month_line(plan, period, plan.members[0], PROMOTION, Kind.CREDIT, CREDIT, "Migration credit")
    line = _month_line(plan, period, plan.members[1], S3, Kind.REFUND, REFUND, "Storage billed too high")
    yield replace(line, bill_type=BillType.REFUND)


def discounted(plan: Plan, lines: Iterable[Line]) -> Iterator[Line]:
    """Give the lines with the discount of every tenth noted on it and, where discounts are rows, its row behind."""
    for number, line in enumerate(lines):
        if plan.discounts is Discounts.NONE or number % DISCOUNTED_EVERY or line.product.code not in RATES:
            yield line
            continue
        kind, rate = RATES[line.product.code]
        off = -(line.unblended * rate).quantize(DIGITS, ROUND_HALF_EVEN)
        yield replace(line, discount=off)
        if plan.discounts is Discounts.ROWS and off:
            yield _discount_row(line, kind, off)


def _discount_row(line: Line, kind: Kind, off: Decimal) -> Line:
    told = {"kind": kind, "unblended": off, "public": ZERO, "line_id": line_id(kind, line.line_id), "resource": ""}
    return replace(line, **told, description=f"{kind} of {line.product.name}")  # type: ignore[arg-type]


def taxes(plan: Plan, period: Period, lines: Iterable[Line]) -> Iterator[Line]:
    """Give the tax of each account and seller on what the lines bill, rounded to cents as AWS does per account."""
    billed: dict[tuple[str, Seller], Decimal] = defaultdict(Decimal)
    for line in lines:
        billed[line.account, line.seller] += line.amount
    accounts = {account.id: account for account in plan.accounts}
    for (account, seller), amount in sorted(billed.items(), key=lambda item: (item[0][0], item[0][1].name)):
        due = (max(amount, ZERO) * seller.tax).quantize(CENT, ROUND_HALF_EVEN)
        yield _month_line(plan, period, accounts[account], EC2, Kind.TAX, due, "Tax", seller=seller)


def _month_line(  # noqa: PLR0913, PLR0917 - what makes a charge of a month
    plan: Plan,
    period: Period,
    account: Account,
    product: Product,
    kind: Kind,
    amount: Decimal,
    description: str,
    *,
    seller: Seller | None = None,
) -> Line:
    start = start_of(period)
    return Line(
        kind=kind,
        product=product,
        start=start,
        end=end_of(period) if kind is not Kind.CREDIT else start + HOUR,
        unblended=amount,
        public=max(amount, ZERO),
        line_id=line_id(kind, plan.payer.id, account.id, product.code, seller.name if seller else ""),
        description=description,
        **issuer(account, seller),
    )
