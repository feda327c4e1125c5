"""Names of columns: three spellings, one meaning."""

import pytest

from orgwarden.billing.columns import CUR, CUR_COLUMNS, FOCUS, Field, canonical, map_key, recognise
from orgwarden.errors import BadInput

LEGACY = {
    "bill/PayerAccountId": "bill_payer_account_id",
    "lineItem/UnblendedCost": "line_item_unblended_cost",
    "lineItem/NetUnblendedCost": "line_item_net_unblended_cost",
    "savingsPlan/SavingsPlanARN": "savings_plan_savings_plan_a_r_n",
    "savingsPlan/NetSavingsPlanEffectiveCost": "savings_plan_net_savings_plan_effective_cost",
    "reservation/ReservationARN": "reservation_reservation_a_r_n",
    "reservation/UnusedRecurringFee": "reservation_unused_recurring_fee",
    "pricing/publicOnDemandCost": "pricing_public_on_demand_cost",
    "product/regionCode": "product_region_code",
    "identity/TimeInterval": "identity_time_interval",
}


@pytest.mark.parametrize(("name", "spelled"), LEGACY.items())
def test_the_legacy_csv_is_spelled_as_its_parquet(name: str, spelled: str) -> None:
    assert canonical(name) == spelled
    assert any(spelled in names for names in CUR_COLUMNS.values())


@pytest.mark.parametrize(
    ("raw", "format_", "key"),
    [
        ("user_user_id", CUR, "user_id"),
        ("user:a:b", CUR, "a:b"),
        ("aws_x", CUR, "aws:x"),
        ("aws_x", FOCUS, "aws_x"),
        ("user_x", FOCUS, "user_x"),
        ("User:x", FOCUS, "User:x"),
        ("user_", CUR, ""),
    ],
)
def test_a_key_loses_its_formats_prefix_once(raw: str, format_: str, key: str) -> None:
    assert map_key(raw, format_) == key


def _fields(*names: str) -> list[Field]:
    return [Field(name=name, sql=f"c{n}", type="VARCHAR") for n, name in enumerate(names)]


def test_columns_may_be_written_in_lower_case_as_catalogues_do() -> None:
    names = (
        "billingaccountid",
        "subaccountid",
        "billingperiodstart",
        "chargecategory",
        "billedcost",
        "billingcurrency",
    )
    assert recognise(_fields(*names), "a.parquet").format == FOCUS


def test_the_exact_spelling_wins_over_another_case() -> None:
    names = ("BillingAccountId", "SubAccountId", "BillingPeriodStart", "ChargeCategory", "BillingCurrency")
    found = recognise(_fields("billedcost", *names, "BilledCost"), "a.parquet")
    assert found.fields["unblended"].name == "BilledCost"


def test_what_has_no_column_of_a_bill_is_no_export() -> None:
    with pytest.raises(BadInput, match=r"a\.csv is no billing export"):
        recognise(_fields("name", "value"), "a.csv")
