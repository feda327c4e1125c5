"""The bill is read where it is delivered soundly, in the richest form, and whole."""

from dataclasses import replace

from orgwarden.billing.declared_exports import bills
from orgwarden.parts.exports import Export

VIEW = "arn:aws:billing::111111111111:billingview"
CUR2 = Export(
    name="cur2",
    table="COST_AND_USAGE_REPORT",
    bucket="bills",
    bucket_owner="",
    prefix="p",
    region="eu-west-1",
    file="PARQUET",
    compression="PARQUET",
    overwrites=True,
    settings={},
    status="HEALTHY",
    refreshed="",
)
FOCUS = replace(CUR2, name="focus", table="FOCUS_1_2_AWS")
LEGACY = replace(CUR2, name="legacy", table="")


def found(*exports: Export) -> list[str]:
    return [one.name for one in bills({one.name: one for one in exports})]


def test_the_richest_form_is_read_first():
    assert found(LEGACY, FOCUS, CUR2) == ["cur2", "focus", "legacy"]
    monthly = replace(CUR2, name="a", settings={"TIME_GRANULARITY": "MONTHLY"})
    assert found(monthly, CUR2) == ["cur2", "a"]


def test_one_that_is_not_delivered_is_read_last():
    assert found(replace(CUR2, status="INSUFFICIENT_PERMISSION"), LEGACY) == ["legacy", "cur2"]


def test_what_is_no_bill_or_a_part_of_one_is_left_out():
    assert found(replace(CUR2, table="CARBON_EMISSIONS")) == []
    assert found(replace(CUR2, settings={"BILLING_VIEW_ARN": f"{VIEW}/custom-1"})) == []
    assert found(replace(CUR2, settings={"BILLING_VIEW_ARN": f"{VIEW}/primary"})) == ["cur2"]


def test_an_export_tells_its_folder_and_its_format():
    assert [(one.uri, one.format) for one in (CUR2, FOCUS, LEGACY)] == [
        ("s3://bills/p/cur2", "CUR"),
        ("s3://bills/p/focus", "FOCUS"),
        ("s3://bills/p/legacy", "CUR"),
    ]
