"""What the payer declared of its bill is read, and what is refused is a gap of that alone; nothing is paid unasked."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orgwarden.collect import billing
from orgwarden.model import EVERYTHING
from orgwarden.parts.cost_explorer import COST_EXPLORER, COST_TAGS, TAG_BACKFILLS
from orgwarden.parts.exports import EXPORTS
from orgwarden.snapshot import merged
from tests.collect.fakes import refusal
from tests.collect.regional import MANAGEMENT, MEMBER, always, regional_aws, staging

ARN = f"arn:aws:bcm-data-exports:us-east-1:{MANAGEMENT}:export/monthly-1"
DENIED, THROTTLED = refusal("AccessDeniedException"), refusal("ThrottlingException")
OUTPUT = {"OutputType": "CUSTOM", "Format": "TEXT_OR_CSV", "Compression": "GZIP", "Overwrite": "CREATE_NEW_REPORT"}
EXPORT = {
    "Name": "monthly",
    "DataQuery": {
        "QueryStatement": "SELECT a FROM FOCUS_1_2_AWS",
        "TableConfigurations": {"FOCUS_1_2_AWS": {"TIME_GRANULARITY": "HOURLY"}},
    },
    "DestinationConfigurations": {
        "S3Destination": {
            "S3Bucket": "bills",
            "S3BucketOwner": MEMBER,
            "S3Prefix": "exports/",
            "S3Region": "eu-west-1",
            "S3OutputConfigurations": OUTPUT,
        }
    },
}
REPORT = {
    "ReportName": "legacy",
    "TimeUnit": "HOURLY",
    "Format": "Parquet",
    "Compression": "Parquet",
    "AdditionalSchemaElements": ["RESOURCES"],
    "S3Bucket": "bills",
    "S3Prefix": "",
    "S3Region": "eu-west-1",
    "ReportVersioning": "OVERWRITE_REPORT",
    "RefreshClosedReports": True,
    "ReportStatus": {"lastStatus": "ERROR_NO_BUCKET"},
}
TEAM = {"TagKey": "team", "Type": "UserDefined", "Status": "Active", "LastUsedDate": "2026-11-01T00:00:00Z"}
BACKFILL = {"BackfillFrom": "2026-01-01", "RequestedAt": "2026-11-20", "BackfillStatus": "PROCESSING"}
WHOLE = {
    "bcm-data-exports:ListExports": always({"Exports": [{"ExportArn": ARN, "ExportName": "monthly"}]}),
    "bcm-data-exports:GetExport": always({"Export": EXPORT, "ExportStatus": {"StatusCode": "HEALTHY"}}),
    "cur:DescribeReportDefinitions": always({"ReportDefinitions": [REPORT]}),
    "ce:GetCostAndUsage": always({"ResultsByTime": []}),
    "ce:ListCostAllocationTags": always({"CostAllocationTags": [TEAM]}),
    "ce:ListCostAllocationTagBackfillHistory": always({"BackfillRequests": [BACKFILL]}),
}


def swept(folder: Path, *, asks: bool = True, caller: str = MANAGEMENT, **changed: Any) -> tuple[Any, Any, Any]:
    named = {name.replace("__", ":").replace("_", "-"): answer for name, answer in changed.items()}
    staged, aws = staging(folder), regional_aws({**WHOLE, **named}, caller=caller)
    billing.sweep(staged, aws=aws, asks_cost_explorer=asks)
    assert staged.finished("billing")
    return *merged(staged.all_pages()), aws.session.asked


def test_exports_and_reports_are_found_with_where_and_how_they_are_delivered(tmp_path: Path):
    rows, gaps, _ = swept(tmp_path)
    assert gaps == {}
    export, report = rows[EXPORTS]["bcm-data-exports/monthly"], rows[EXPORTS]["cur/legacy"]
    assert (export.uri, export.format, export.file) == ("s3://bills/exports/monthly", "FOCUS", "CSV")
    assert (export.overwrites, export.status, export.bucket_owner) == (False, "HEALTHY", MEMBER)
    assert export.settings == {"TIME_GRANULARITY": "HOURLY"}
    assert (report.uri, report.format, report.file) == ("s3://bills/legacy", "CUR", "PARQUET")
    assert (report.overwrites, report.status) == (True, "ERROR_NO_BUCKET")
    settings = {"TIME_GRANULARITY": "HOURLY", "REFRESH_CLOSED_REPORTS": "TRUE", "INCLUDE_RESOURCES": "TRUE"}
    assert report.settings == settings


def test_cost_explorer_and_the_tag_keys_of_costs_are_asked_where_that_is_allowed(tmp_path: Path):
    rows, _, asked = swept(tmp_path)
    assert rows[COST_EXPLORER] == {EVERYTHING: True}
    assert (rows[COST_TAGS]["team"].is_active, rows[COST_TAGS]["team"].used) == (True, "2026-11-01T00:00:00Z")
    assert [one.status for one in rows[TAG_BACKFILLS].values()] == ["PROCESSING"]
    (question,) = [params for _, name, params in asked if name == "ce:GetCostAndUsage"]
    assert question["TimePeriod"] == {"Start": "2026-10-01", "End": "2026-11-01"}


def test_without_leave_no_paid_request_is_made_and_the_setting_is_told(tmp_path: Path):
    _, gaps, asked = swept(tmp_path, asks=False)
    assert {part for part, _ in gaps} == {COST_EXPLORER.name, COST_TAGS.name, TAG_BACKFILLS.name}
    assert all("ORGWARDEN_COST_EXPLORER=on" in cause for cause in gaps.values())
    assert [name for _, name, _ in asked if name.startswith("ce:")] == []


def test_a_payer_without_cost_explorer_is_told_from_a_role_without_the_grant(tmp_path: Path):
    off = refusal("AccessDeniedException")
    off.response["Error"]["Message"] = "User not enabled for cost explorer access"
    rows, gaps, _ = swept(tmp_path, ce__GetCostAndUsage=always(off))
    assert (rows[COST_EXPLORER], gaps) == ({EVERYTHING: False}, {})


@pytest.mark.parametrize(
    ("operation", "lost"),
    [
        ("bcm_data_exports__ListExports", (EXPORTS.name, "bcm-data-exports")),
        ("bcm_data_exports__GetExport", (EXPORTS.name, "bcm-data-exports/monthly")),
        ("cur__DescribeReportDefinitions", (EXPORTS.name, "cur")),
        ("ce__GetCostAndUsage", (COST_EXPLORER.name, EVERYTHING)),
        ("ce__ListCostAllocationTags", (COST_TAGS.name, EVERYTHING)),
        ("ce__ListCostAllocationTagBackfillHistory", (TAG_BACKFILLS.name, EVERYTHING)),
    ],
)
@pytest.mark.parametrize("answer", [DENIED, THROTTLED, refusal("DataUnavailableException"), {"?": []}], ids=str)
def test_what_is_refused_or_broken_is_a_gap_of_that_alone(tmp_path: Path, operation: str, lost: Any, answer: Any):
    _, gaps, _ = swept(tmp_path, **{operation: always(answer)})
    assert set(gaps) == {lost}


def test_where_nothing_is_declared_there_are_no_rows_and_no_gaps(tmp_path: Path):
    nothing = {
        "bcm_data_exports__ListExports": always({"Exports": []}),
        "cur__DescribeReportDefinitions": always({"ReportDefinitions": []}),
        "ce__ListCostAllocationTags": always({"CostAllocationTags": []}),
        "ce__ListCostAllocationTagBackfillHistory": always({"BackfillRequests": []}),
    }
    rows, gaps, _ = swept(tmp_path, **nothing)
    assert gaps == {}
    assert [rows[part] for part in (EXPORTS, COST_TAGS, TAG_BACKFILLS)] == [{}, {}, {}]


def test_an_export_that_went_while_it_was_read_is_not_there(tmp_path: Path):
    gone = always(refusal("ResourceNotFoundException"))
    rows, gaps, _ = swept(tmp_path, bcm_data_exports__GetExport=gone)
    assert (set(rows[EXPORTS]), gaps) == ({"cur/legacy"}, {})


def test_without_a_role_all_is_unread_and_the_remedy_told(tmp_path: Path):
    _, gaps, _ = swept(tmp_path, caller=MEMBER)
    whole = {(part.name, EVERYTHING) for part in (COST_EXPLORER, COST_TAGS, TAG_BACKFILLS)}
    assert set(gaps) == {(EXPORTS.name, "bcm-data-exports"), (EXPORTS.name, "cur"), *whole}
    assert all("ORGWARDEN_MANAGEMENT_ROLE_ARN" in cause for cause in gaps.values())


def test_a_sweep_goes_on_where_it_was_cut_off(tmp_path: Path):
    staged = staging(tmp_path)
    billing.sweep(staged, aws=regional_aws(WHOLE), asks_cost_explorer=True)
    idle = regional_aws({})
    billing.sweep(staged, aws=idle, asks_cost_explorer=True, today=date(2026, 11, 21))
    assert idle.session.asked == []
