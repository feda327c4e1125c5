"""Lines as FOCUS spells them: what a commitment covers is billed at nothing, discounts are inside, corrections named.

The rows differ from those of a Cost and Usage Report of the same month, and their billed cost comes to the same by
account, tag and invoice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal

from orgwarden.demo.billing.cur import DOUBLE, MAP, MAP_OF_DOUBLES, STRING, TIMESTAMP, Column
from orgwarden.demo.billing.line import ZERO, Kind, Line
from orgwarden.demo.billing.plan import Discounts, Format, Plan, end_of, start_of
from orgwarden.demo.billing.tagging import column_of
from orgwarden.model import Period

# FOCUS keeps up to 15 places: every so many usage lines are told as two halves that need them.
HALVED_EVERY = 7
PLACES = Decimal("1e-15")
CATEGORIES = {
    Kind.USAGE: "Usage",
    Kind.SP_COVERED: "Usage",
    Kind.RI_USAGE: "Usage",
    Kind.SP_RECURRING: "Purchase",
    Kind.SP_UPFRONT: "Purchase",
    Kind.RI_FEE: "Purchase",
    Kind.FEE: "Purchase",
    Kind.TAX: "Tax",
    Kind.CREDIT: "Credit",
    Kind.REFUND: "Adjustment",
}
BOUGHT_ONCE = (Kind.SP_UPFRONT, Kind.FEE)
RECURRING = (Kind.SP_RECURRING, Kind.RI_FEE)


def as_focus(lines: Iterable[Line]) -> Iterator[Line]:
    """Give the lines that FOCUS has: no negation, no discounts, and a row for the unused part of each fee."""
    for number, line in enumerate(lines):
        if line.kind is Kind.SP_NEGATION or line.kind.is_discount:
            continue
        if line.kind is Kind.SP_COVERED:
            yield replace(line, unblended=ZERO)
        elif line.kind in RECURRING:
            yield from (line, *_unused(line))
        else:
            yield from _halved(replace(line, unblended=line.net), number)


def _unused(line: Line) -> Iterator[Line]:
    unused = line.unused_recurring + line.unused_upfront
    kind = Kind.SP_COVERED if line.kind is Kind.SP_RECURRING else Kind.RI_USAGE
    if unused:
        yield replace(line, kind=kind, unblended=ZERO, public=ZERO, effective=unused, recurring=ZERO, upfront=ZERO)


def _halved(line: Line, number: int) -> Iterator[Line]:
    is_small = line.kind is Kind.USAGE and 0 < line.unblended < 1 and line.copies == 1
    if number % HALVED_EVERY or not is_small:
        yield line
        return
    first = (line.unblended / 3).quantize(PLACES, ROUND_HALF_EVEN)
    for part in (first, line.unblended - first):
        yield replace(line, unblended=part, discount=ZERO, public=part)


def columns(plan: Plan, period: Period) -> list[Column]:
    """Give the columns of the table; 1.2 has some more than 1.0, the invoice among them."""
    told = [*_about_bill(plan, period), *_about_charge(plan), *_money(), *_extensions(plan)]
    newer = _since_1_2() if plan.focus_version == "1.2" else []
    return sorted((*told, *newer), key=lambda column: column.name)


def _text(name: str, of: Callable[[Line], str | None]) -> Column:
    """Give a column whose empty text is null."""
    return Column(name=name, type=STRING, of=lambda line: of(line) or None)


def _about_bill(plan: Plan, period: Period) -> list[Column]:
    first, end = start_of(period), end_of(period)
    return [
        _text("BillingAccountId", lambda _: plan.payer.id),
        _text("BillingAccountName", lambda _: plan.payer.name),
        _text("BillingCurrency", lambda line: line.currency),
        Column(name="BillingPeriodStart", type=TIMESTAMP, of=lambda _: first),
        Column(name="BillingPeriodEnd", type=TIMESTAMP, of=lambda _: end),
        _text("InvoiceIssuerName", lambda line: line.seller.name),
        _text("ProviderName", lambda _: "AWS"),
        _text("PublisherName", lambda line: line.publisher),
        _text("SubAccountId", lambda line: line.account),
        _text("SubAccountName", lambda line: line.account_name),
    ]


def _about_charge(plan: Plan) -> list[Column]:
    return [
        _text("AvailabilityZone", lambda _: None),
        _text("ChargeCategory", lambda line: CATEGORIES[line.kind]),
        _text("ChargeClass", lambda line: "Correction" if line.kind is Kind.REFUND else None),
        _text("ChargeDescription", lambda line: line.description),
        _text("ChargeFrequency", _frequency),
        Column(name="ChargePeriodStart", type=TIMESTAMP, of=lambda line: line.start),
        Column(name="ChargePeriodEnd", type=TIMESTAMP, of=lambda line: line.end),
        _text("CommitmentDiscountCategory", lambda line: _of_commitment(line, "Spend", "Usage")),
        _text("CommitmentDiscountId", lambda line: line.commitment.arn if line.commitment else None),
        _text("CommitmentDiscountName", lambda _: None),
        _text("CommitmentDiscountStatus", _status),
        _text("CommitmentDiscountType", lambda line: _of_commitment(line, "Savings Plan", "Reserved Instance")),
        _text("PricingCategory", _pricing),
        _text("PricingUnit", lambda line: line.product.unit),
        _text("ConsumedUnit", lambda line: line.product.unit if CATEGORIES[line.kind] == "Usage" else None),
        _text("RegionId", lambda line: line.region),
        _text("RegionName", lambda line: line.region),
        _text("ResourceId", lambda line: line.resource),
        _text("ResourceName", lambda line: line.resource),
        _text("ResourceType", lambda _: None),
        _text("ServiceCategory", lambda line: line.product.category),
        _text("ServiceName", lambda line: line.product.name),
        _text("SkuId", lambda line: f"SKU{line.line_id[:12].upper()}"),
        _text("SkuPriceId", lambda line: f"SKU{line.line_id[:12].upper()}.JRTCKXETXF"),
        Column(name="Tags", type=MAP, of=lambda line: _tags(plan, line)),
    ]


def _tags(plan: Plan, line: Line) -> Mapping[str, str] | None:
    named = {column_of(Format.FOCUS, plan.file, key): value for key, value in line.tags.items()}
    # Untagged is an empty map as often as none at all.
    return named or (None if line.line_id[0] in "01234567" else {})


def _money() -> list[Column]:
    amounts: dict[str, Callable[[Line], Decimal | None]] = {
        "BilledCost": lambda line: line.unblended,
        "EffectiveCost": effective,
        "ListCost": lambda line: line.public,
        "ListUnitPrice": lambda line: Decimal("0.1") if line.public else None,
        "ContractedCost": lambda line: line.public + line.discount,
        "ContractedUnitPrice": lambda line: Decimal("0.1") if line.public else None,
        "ConsumedQuantity": lambda line: line.quantity if CATEGORIES[line.kind] == "Usage" else None,
        "PricingQuantity": lambda line: line.quantity,
    }
    return [Column(name=name, type=DOUBLE, of=of) for name, of in amounts.items()]


def effective(line: Line) -> Decimal:
    """Give the amortized cost: a commitment's fees cost nothing, what they cover has its share of them."""
    if line.kind in {Kind.SP_COVERED, Kind.RI_USAGE}:
        return line.effective
    if line.commitment is not None:
        return ZERO
    return line.unblended


def _extensions(plan: Plan) -> list[Column]:
    inside = plan.discounts is not Discounts.NONE
    return [
        Column(name="x_CostCategories", type=MAP, of=lambda _: {}),
        Column(name="x_Discounts", type=MAP_OF_DOUBLES, of=lambda line: _discounts(line) if inside else {}),
        _text("x_Operation", lambda line: line.product.operation),
        _text("x_ServiceCode", lambda line: line.product.code),
        _text("x_UsageType", lambda line: line.product.usage_type),
    ]


def _discounts(line: Line) -> Mapping[str, Decimal]:
    return {"total_discount": line.discount} if line.discount else {}


def _since_1_2() -> list[Column]:
    return [
        _text("BillingAccountType", lambda _: "BillingAccount"),
        _text("CapacityReservationId", lambda _: None),
        _text("CapacityReservationStatus", lambda _: None),
        Column(name="CommitmentDiscountQuantity", type=DOUBLE, of=lambda _: None),
        _text("CommitmentDiscountUnit", lambda _: None),
        _text("InvoiceId", lambda line: line.invoice),
        _text("PricingCurrency", lambda line: line.currency),
        Column(name="PricingCurrencyEffectiveCost", type=DOUBLE, of=effective),
        _text("ServiceSubcategory", lambda _: None),
        _text("SkuMeter", lambda line: line.product.usage_type),
        Column(name="SkuPriceDetails", type=MAP, of=lambda _: {}),
        _text("SubAccountType", lambda _: "Account"),
    ]


def _frequency(line: Line) -> str:
    if line.kind in BOUGHT_ONCE or line.kind is Kind.CREDIT:
        return "One-Time"
    return "Recurring" if line.kind in RECURRING else "Usage-Based"


def _of_commitment(line: Line, plan: str, instance: str) -> str | None:
    if line.commitment is None:
        return None
    return plan if line.commitment.is_savings_plan else instance


def _status(line: Line) -> str | None:
    if line.kind not in {Kind.SP_COVERED, Kind.RI_USAGE}:
        return None
    return "Unused" if line.unused_recurring or line.unused_upfront else "Used"


def _pricing(line: Line) -> str | None:
    if CATEGORIES[line.kind] not in {"Usage", "Purchase"}:
        return None
    return "Committed" if line.kind in {Kind.SP_COVERED, Kind.RI_USAGE} else "Standard"
