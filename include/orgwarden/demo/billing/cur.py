"""Lines as the Cost and Usage Report spells them, in both generations.

A column is named once, as the legacy report names it; Parquet and CUR 2.0 derive their names from that by AWS's rule.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from orgwarden.demo.billing.line import MARKETPLACE, Kind, Line
from orgwarden.demo.billing.plan import Discounts, FileKind, Format, Plan, end_of, start_of
from orgwarden.demo.billing.tagging import column_of, named, underscored
from orgwarden.model import Period

STRING, DOUBLE, TIMESTAMP, MAP, MAP_OF_DOUBLES = "string", "double", "timestamp", "map", "map<string,double>"
Cell = str | Decimal | datetime | Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column of a data file: its name and type as the manifest tells them, and what of a line stands in it."""

    name: str
    type: str
    of: Callable[[Line], Cell]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """A column as the legacy report names it."""

    name: str
    of: Callable[[Line], Cell]
    type: str = STRING
    in_legacy: bool = True
    is_net: bool = False


def columns(plan: Plan, period: Period, lines: Sequence[Line]) -> list[Column]:
    """Give the columns of a month; the legacy report has one for each tag key that occurs in it."""
    told = [one for one in (*_told(plan, period), *_money()) if _is_there(plan, one)]
    if plan.format is Format.CUR2:
        return [Column(name=underscored(one.name), type=one.type, of=one.of) for one in (*told, *_maps(plan))]
    is_parquet = plan.file is FileKind.PARQUET
    plain = [
        Column(name=underscored(one.name) if is_parquet else one.name, type=one.type, of=one.of)
        for one in told
        if one.in_legacy
    ]
    return [*plain, *_tag_columns(plan, lines)]


def _is_there(plan: Plan, column: _Told) -> bool:
    return not column.is_net or plan.discounts is not Discounts.NONE


def _tag_columns(plan: Plan, lines: Sequence[Line]) -> list[Column]:
    keys = sorted({key for line in lines for key in named(plan.format, plan.file, line.tags)})
    return [Column(name=column_of(plan.format, plan.file, key), type=STRING, of=_tag(plan, key)) for key in keys]


def _tag(plan: Plan, key: str) -> Callable[[Line], Cell]:
    return lambda line: named(plan.format, plan.file, line.tags).get(key, "")


def _maps(plan: Plan) -> list[_Told]:
    return [
        _Told(name="resource_tags", type=MAP, of=lambda line: _tags(plan, line)),
        _Told(name="cost_category", type=MAP, of=lambda _: {}),
        _Told(name="product", type=MAP, of=lambda line: {"product_name": line.product.name}),
        _Told(name="discount", type=MAP_OF_DOUBLES, of=_discount),
    ]


def _tags(plan: Plan, line: Line) -> Mapping[str, str]:
    return {column_of(plan.format, plan.file, key): value for key, value in line.tags.items()}


def _discount(line: Line) -> Mapping[str, Decimal]:
    return {"total_discount": line.discount} if line.discount and not line.kind.is_discount else {}


def _told(plan: Plan, period: Period) -> list[_Told]:
    first, end = start_of(period), end_of(period)
    return [
        _Told(name="identity/LineItemId", of=lambda line: line.line_id),
        _Told(name="identity/TimeInterval", of=lambda line: f"{iso(line.start)}/{iso(line.end)}"),
        _Told(name="bill/InvoiceId", of=lambda line: line.invoice),
        _Told(name="bill/InvoicingEntity", of=lambda line: line.seller.name),
        _Told(name="bill/BillingEntity", of=lambda line: line.publisher),
        _Told(name="bill/BillType", of=lambda line: line.bill_type),
        _Told(name="bill/PayerAccountId", of=lambda _: plan.payer.id),
        _Told(name="bill/PayerAccountName", of=lambda _: plan.payer.name, in_legacy=False),
        _Told(name="bill/BillingPeriodStartDate", of=lambda _: first, type=TIMESTAMP),
        _Told(name="bill/BillingPeriodEndDate", of=lambda _: end, type=TIMESTAMP),
        _Told(name="lineItem/UsageAccountId", of=lambda line: line.account),
        _Told(name="lineItem/UsageAccountName", of=lambda line: line.account_name, in_legacy=False),
        _Told(name="lineItem/LineItemType", of=lambda line: line.kind),
        _Told(name="lineItem/UsageStartDate", of=lambda line: line.start, type=TIMESTAMP),
        _Told(name="lineItem/UsageEndDate", of=lambda line: line.end, type=TIMESTAMP),
        _Told(name="lineItem/ProductCode", of=lambda line: line.product.code),
        _Told(name="lineItem/UsageType", of=lambda line: line.product.usage_type),
        _Told(name="lineItem/Operation", of=lambda line: line.product.operation),
        _Told(name="lineItem/ResourceId", of=lambda line: line.resource),
        _Told(name="lineItem/LegalEntity", of=lambda line: line.legal_entity or line.seller.name),
        _Told(name="lineItem/LineItemDescription", of=lambda line: line.description),
        _Told(name="lineItem/TaxType", of=lambda line: "VAT" if line.kind is Kind.TAX else ""),
        _Told(name="lineItem/CurrencyCode", of=lambda line: line.currency),
        _Told(name="lineItem/UsageAmount", of=lambda line: line.quantity, type=DOUBLE),
        _Told(name="product/ProductName", of=lambda line: line.product.name),
        _Told(name="product/productFamily", of=lambda line: line.product.category),
        _Told(name="product/regionCode", of=lambda line: line.region),
        _Told(name="product/servicecode", of=lambda line: line.product.code),
        _Told(name="pricing/unit", of=lambda line: line.product.unit),
        _Told(name="pricing/term", of=lambda line: "Reserved" if line.kind is Kind.RI_USAGE else "OnDemand"),
        _Told(name="reservation/ReservationARN", of=lambda line: _arn(line, is_savings_plan=False)),
        _Told(name="savingsPlan/SavingsPlanARN", of=lambda line: _arn(line, is_savings_plan=True)),
        _Told(name="savingsPlan/PaymentOption", of=_payment),
    ]


def _money() -> list[_Told]:
    plain: dict[str, Callable[[Line], Decimal | None]] = {
        "lineItem/UnblendedRate": lambda line: line.public and Decimal(1),
        "lineItem/UnblendedCost": lambda line: line.unblended,
        "lineItem/BlendedCost": lambda line: line.unblended,
        "pricing/publicOnDemandCost": lambda line: line.public,
        "savingsPlan/TotalCommitmentToDate": lambda line: _fee_of(
            line, Kind.SP_RECURRING, line.recurring + line.upfront
        ),
        "savingsPlan/UsedCommitment": lambda line: _fee_of(line, Kind.SP_RECURRING, line.used),
        "savingsPlan/SavingsPlanEffectiveCost": lambda line: _fee_of(line, Kind.SP_COVERED, line.effective),
        "savingsPlan/AmortizedUpfrontCommitmentForBillingPeriod": (
            lambda line: _fee_of(line, Kind.SP_RECURRING, line.upfront)
        ),
        "savingsPlan/RecurringCommitmentForBillingPeriod": (
            lambda line: _fee_of(line, Kind.SP_RECURRING, line.recurring)
        ),
        "reservation/EffectiveCost": lambda line: _fee_of(line, Kind.RI_USAGE, line.effective),
        "reservation/AmortizedUpfrontCostForUsage": lambda line: _fee_of(line, Kind.RI_USAGE, line.upfront),
        "reservation/RecurringFeeForUsage": lambda line: _fee_of(line, Kind.RI_USAGE, line.recurring),
        "reservation/AmortizedUpfrontFeeForBillingPeriod": lambda line: _fee_of(line, Kind.RI_FEE, line.upfront),
        "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod": (
            lambda line: _fee_of(line, Kind.RI_FEE, line.unused_upfront)
        ),
        "reservation/UnusedRecurringFee": lambda line: _fee_of(line, Kind.RI_FEE, line.unused_recurring),
        "reservation/UpfrontValue": lambda line: _fee_of(line, Kind.RI_FEE, line.upfront),
    }
    net = {
        "lineItem/NetUnblendedCost": lambda line: line.net,
        **{_net(name): plain[name] for name in plain if name.startswith(WITH_NET)},
    }
    told = [_Told(name=name, of=of, type=DOUBLE) for name, of in plain.items()]
    return [*told, *(_Told(name=name, of=of, type=DOUBLE, is_net=True) for name, of in net.items())]


# Commitments have no discount here, so their net twins repeat them.
WITH_NET = (
    "savingsPlan/SavingsPlanEffectiveCost",
    "savingsPlan/AmortizedUpfront",
    "savingsPlan/RecurringCommitment",
    "reservation/EffectiveCost",
    "reservation/AmortizedUpfront",
    "reservation/RecurringFee",
    "reservation/Unused",
)


def _net(name: str) -> str:
    category, bare = name.split("/")
    return f"{category}/Net{bare}"


def _fee_of(line: Line, kind: Kind, amount: Decimal) -> Decimal | None:
    return amount if line.kind is kind else None


def _arn(line: Line, *, is_savings_plan: bool) -> str:
    bought = line.commitment
    return bought.arn if bought is not None and bought.is_savings_plan is is_savings_plan else ""


def _payment(line: Line) -> str:
    bought = line.commitment
    return bought.payment if bought is not None and bought.is_savings_plan and line.publisher != MARKETPLACE else ""


def iso(moment: datetime) -> str:
    """Give a moment as AWS writes it, in UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
