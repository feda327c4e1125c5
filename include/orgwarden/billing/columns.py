"""What the columns of a billing export mean: AWS and FOCUS spell them in three ways, everything after reads one.

CUR 2.0 and the Parquet of the legacy report write ``line_item_unblended_cost``, the CSV of the legacy report writes
``lineItem/UnblendedCost``, FOCUS writes ``BilledCost``. Tags come as a map, as a struct or as columns of their own.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from orgwarden.errors import BadInput

CUR = "CUR"
FOCUS = "FOCUS"
AWS_TAG = "aws:"

# Canonical name → names in the export, the first that is there counts. CUR's are spelled as CUR 2.0 spells them.
CUR_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "payer": ("bill_payer_account_id",),
    "account": ("line_item_usage_account_id",),
    "period": ("bill_billing_period_start_date",),
    "line_type": ("line_item_line_item_type",),
    "currency": ("line_item_currency_code",),
    "unblended": ("line_item_unblended_cost",),
    "start": ("line_item_usage_start_date",),
    "bill_type": ("bill_bill_type",),
    "invoice": ("bill_invoice_id",),
    "seller": ("bill_invoicing_entity",),
    "publisher": ("bill_billing_entity",),
    "service": ("line_item_product_code",),
    "region": ("product_region_code", "product_region"),
    "usage_type": ("line_item_usage_type",),
    "operation": ("line_item_operation",),
    "resource": ("line_item_resource_id",),
    "line_id": ("identity_line_item_id",),
    "time_interval": ("identity_time_interval",),
    "savings_plan": ("savings_plan_savings_plan_a_r_n",),
    "reservation": ("reservation_reservation_a_r_n",),
    "net_unblended": ("line_item_net_unblended_cost",),
    "blended": ("line_item_blended_cost",),
    "list": ("pricing_public_on_demand_cost",),
    "sp_effective": ("savings_plan_savings_plan_effective_cost",),
    "sp_commitment": ("savings_plan_total_commitment_to_date",),
    "sp_used": ("savings_plan_used_commitment",),
    "sp_upfront": ("savings_plan_amortized_upfront_commitment_for_billing_period",),
    "ri_effective": ("reservation_effective_cost",),
    "ri_unused_upfront": ("reservation_unused_amortized_upfront_fee_for_billing_period",),
    "ri_unused_recurring": ("reservation_unused_recurring_fee",),
    "ri_upfront": ("reservation_amortized_upfront_fee_for_billing_period",),
    "net_sp_effective": ("savings_plan_net_savings_plan_effective_cost",),
    "net_ri_effective": ("reservation_net_effective_cost",),
    "net_ri_unused_upfront": ("reservation_net_unused_amortized_upfront_fee_for_billing_period",),
    "net_ri_unused_recurring": ("reservation_net_unused_recurring_fee",),
}
FOCUS_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "payer": ("BillingAccountId",),
    "account": ("SubAccountId",),
    "period": ("BillingPeriodStart",),
    "line_type": ("ChargeCategory",),
    "currency": ("BillingCurrency",),
    "unblended": ("BilledCost",),
    "start": ("ChargePeriodStart",),
    "bill_type": ("ChargeClass",),
    "invoice": ("InvoiceId",),
    "seller": ("InvoiceIssuerName",),
    "publisher": ("PublisherName",),
    "provider": ("ProviderName",),
    "service": ("ServiceName",),
    "region": ("RegionId", "Region"),
    "usage_type": ("x_UsageType",),
    "operation": ("x_Operation",),
    "resource": ("ResourceId",),
    "commitment": ("CommitmentDiscountId",),
    "commitment_status": ("CommitmentDiscountStatus",),
    "effective": ("EffectiveCost",),
    "list": ("ListCost",),
}
COLUMNS = {CUR: CUR_COLUMNS, FOCUS: FOCUS_COLUMNS}
REQUIRED = ("payer", "account", "period", "line_type", "unblended", "currency")
LEGACY_CSV: Mapping[str, str] = {
    "bill_payer_account_id": "bill/PayerAccountId",
    "line_item_usage_account_id": "lineItem/UsageAccountId",
    "bill_billing_period_start_date": "bill/BillingPeriodStartDate",
    "line_item_line_item_type": "lineItem/LineItemType",
    "line_item_currency_code": "lineItem/CurrencyCode",
    "line_item_unblended_cost": "lineItem/UnblendedCost",
}
AMOUNTS = frozenset(
    {"unblended", "net_unblended", "blended", "list", "effective"}
    | {name for name in CUR_COLUMNS if name.startswith(("sp_", "ri_", "net_"))}
)
TIMES = frozenset({"period", "start"})
TAG_COLUMNS = {CUR: "resource_tags", FOCUS: "Tags"}
FLAT_TAG = re.compile(r"resource_tags(?:(?:_|\.)(?P<key>.+))", re.DOTALL)
CSV_TAG = re.compile(r"resourceTags/(?P<key>.+)", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One column of a file: its name as written there, how DuckDB's SQL names it, and DuckDB's type of it.

    ``is_full``: it was read to its end, and no value is null. ``is_short``: so was it, and each is a double whose
    shortest decimal has up to 5 digits before the point and 10 after it.
    """

    name: str
    sql: str
    type: str
    is_full: bool = False
    is_short: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """What the columns of one file mean: fields by canonical name, and where its tags stand."""

    format: str
    fields: Mapping[str, Field]
    flat_tags: tuple[tuple[str, Field], ...]
    map_tags: Field | None


def recognise(fields: Sequence[Field], file: str) -> Layout:
    """Tell what the columns mean; raises BadInput where this is no billing export, or lacks what a bill needs."""
    found = {name: _found(fields, name) for name in (CUR, FOCUS)}
    name = CUR if len(found[CUR]) >= len(found[FOCUS]) else FOCUS
    if not found[name]:
        raise BadInput(
            f"{file} is no billing export: none of its {len(fields)} columns is one of CUR or FOCUS; name the data "
            "files of an AWS Data Export (CUR 2.0, FOCUS 1.0 to 1.2) or of a Cost and Usage Report"
        )
    _require(found[name], name, [field.name for field in fields], file)
    _refuse_doubled(found[name], [field.name for field in fields], file)
    return Layout(
        format=name,
        fields=found[name],
        flat_tags=tuple(_flat_tags(fields, name)),
        map_tags=next((one for one in fields if _is_tag_column(one, name)), None),
    )


def canonical(name: str) -> str:
    """Spell a column of the legacy CSV as its Parquet does: ``bill/PayerAccountId`` → ``bill_payer_account_id``."""
    if "/" not in name:
        return name
    spelled = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?=[A-Z])", "_", name).lower())
    return spelled.strip("_")


def map_key(raw: str, format_: str) -> str:
    """Give a key of a tag map without its format's prefix; AWS's own keys as ``aws:…``."""
    own = ("user_", "user:") if format_ == CUR else ("user:",)
    aws = ("aws_", AWS_TAG) if format_ == CUR else (AWS_TAG,)
    for prefix in own:
        if raw.startswith(prefix):
            return raw[len(prefix) :]
    for prefix in aws:
        if raw.startswith(prefix):
            return AWS_TAG + raw[len(prefix) :]
    return raw


def _found(fields: Sequence[Field], format_: str) -> dict[str, Field]:
    spelled: Callable[[str], str] = canonical if format_ == CUR else str
    exact = {spelled(one.name): one for one in reversed(fields)}
    folded = {spelled(one.name).lower(): one for one in reversed(fields)}
    found: dict[str, Field] = {}
    for name, spellings in COLUMNS[format_].items():
        field = _first(exact, spellings) or _first(folded, [one.lower() for one in spellings])
        if field is not None:
            found[name] = field
    return found


def _first(fields: Mapping[str, Field], names: Iterable[str]) -> Field | None:
    return next((fields[name] for name in names if name in fields), None)


def _require(found: Mapping[str, Field], format_: str, names: Sequence[str], file: str) -> None:
    missing = [_as_written(COLUMNS[format_][name][0], names) for name in REQUIRED if name not in found]
    if missing:
        raise BadInput(
            f"{file} has no column {', '.join(missing)}, which no bill can do without; "
            "add it to the export's columns, or name the whole export"
        )


def _refuse_doubled(found: Mapping[str, Field], names: Sequence[str], file: str) -> None:
    """Raise BadInput for a column that there is twice: which of the two is the bill's nobody can tell."""
    doubled = [field.name for field in found.values() if names.count(field.name) > 1]
    if doubled:
        raise BadInput(
            f"{file} has the column {doubled[0]} twice; have it delivered again, or leave one of the two out"
        )


def _as_written(name: str, names: Sequence[str]) -> str:
    """Name a missing column as the others of its file are spelled."""
    if not any(one.startswith(("lineItem/", "bill/")) for one in names):
        return name
    return LEGACY_CSV.get(name, name)


def _is_tag_column(field: Field, format_: str) -> bool:
    return field.name.lower() == TAG_COLUMNS[format_].lower()


def _flat_tags(fields: Sequence[Field], format_: str) -> Iterable[tuple[str, Field]]:
    for field in fields:
        key = _flat_key(field.name, format_)
        if key:
            yield map_key(key, format_), field


def _flat_key(name: str, format_: str) -> str:
    """Give the key of a tag that has a column of its own, or '' where the column is no tag."""
    if format_ == FOCUS:
        return name.removeprefix("Tags.") if name.startswith("Tags.") else ""
    found = CSV_TAG.fullmatch(name) or FLAT_TAG.fullmatch(name)
    return found["key"] if found else ""
