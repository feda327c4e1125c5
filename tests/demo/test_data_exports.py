"""Data exports: what was declared is listed and described, healthy unless a patch says otherwise."""

import pytest

from tests.demo.asking import refusal

OUTPUT = {"OutputType": "CUSTOM", "Format": "PARQUET", "Compression": "PARQUET", "Overwrite": "OVERWRITE_REPORT"}
PLACE = {"S3Bucket": "billing", "S3Prefix": "exports", "S3Region": "eu-west-1", "S3OutputConfigurations": OUTPUT}
REPORT = {
    "ReportName": "legacy",
    "TimeUnit": "HOURLY",
    "Format": "Parquet",
    "Compression": "Parquet",
    "AdditionalSchemaElements": ["RESOURCES"],
    "S3Bucket": "billing",
    "S3Prefix": "cur",
    "S3Region": "eu-west-1",
    "ReportVersioning": "OVERWRITE_REPORT",
}


def _export(name):
    return {
        "Name": name,
        "DataQuery": {
            "QueryStatement": "SELECT line_item_unblended_cost FROM COST_AND_USAGE_REPORT",
            "TableConfigurations": {"COST_AND_USAGE_REPORT": {"TIME_GRANULARITY": "HOURLY"}},
        },
        "DestinationConfigurations": {"S3Destination": PLACE},
        "RefreshCadence": {"Frequency": "SYNCHRONOUS"},
    }


@pytest.fixture
def exports(empty):
    return empty.client("bcm-data-exports", region="us-east-1")


@pytest.fixture
def reports(empty):
    return empty.client("cur", region="us-east-1")


def test_an_export_is_listed_and_described_as_it_was_declared(exports):
    arn = exports.create_export(Export=_export("cur2"))["ExportArn"]
    (listed,) = exports.list_exports()["Exports"]
    assert (listed["ExportArn"], listed["ExportName"]) == (arn, "cur2")
    assert listed["ExportStatus"]["StatusCode"] == "HEALTHY"
    assert exports.get_export(ExportArn=arn)["Export"] == {**_export("cur2"), "ExportArn": arn}


def test_an_export_is_as_ill_as_a_patch_says(empty, exports):
    exports.create_export(Export=_export("cur2"))
    told = {"status": "UNHEALTHY", "reason": "INSUFFICIENT_PERMISSION"}
    assert empty.http("PATCH", "/demo/state", {"exports": {"cur2": told}})[0] == 200
    (listed,) = exports.list_exports()["Exports"]
    status = listed["ExportStatus"]
    assert (status["StatusCode"], status["StatusReason"]) == ("UNHEALTHY", "INSUFFICIENT_PERMISSION")


def test_exports_come_in_pages(exports):
    for name in ("a", "b", "c"):
        exports.create_export(Export=_export(name))
    first = exports.list_exports(MaxResults=2)
    rest = exports.list_exports(MaxResults=2, NextToken=first["NextToken"])
    assert [one["ExportName"] for one in (*first["Exports"], *rest["Exports"])] == ["a", "b", "c"]


def test_what_is_not_there_or_there_already_is_refused(exports):
    arn = exports.create_export(Export=_export("cur2"))["ExportArn"]
    assert refusal(exports.create_export, Export=_export("cur2"))[0] == "ValidationException"
    exports.delete_export(ExportArn=arn)
    assert refusal(exports.get_export, ExportArn=arn)[0] == "ResourceNotFoundException"


def test_each_account_has_exports_of_its_own(empty, exports):
    exports.create_export(Export=_export("cur2"))
    member = empty.as_role(empty.new_account("one"), "bcm-data-exports")
    assert member.list_exports()["Exports"] == []


def test_a_report_is_described_as_it_was_declared(reports):
    assert reports.describe_report_definitions()["ReportDefinitions"] == []
    reports.put_report_definition(ReportDefinition=REPORT)
    assert reports.describe_report_definitions()["ReportDefinitions"] == [REPORT]
    assert refusal(reports.put_report_definition, ReportDefinition=REPORT)[0] == "DuplicateReportNameException"
