"""Where the payer has its billing data delivered: the exports it declared, and the reports that came before them.

Of an export only the place, the form and the settings of its table are read; its query is not.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.activation_answers import SMALL
from orgwarden.collect.answers import Text
from orgwarden.collect.api import Api, Missing
from orgwarden.collect.batches import gap, read_side_by_side
from orgwarden.collect.listing import listed, moment
from orgwarden.collect.sessions import Aws
from orgwarden.errors import SkipAndNote
from orgwarden.parts.exports import DATA_EXPORTS, EXPORTS, LEGACY, Export
from orgwarden.snapshot import Page, merged

ACTIONS: tuple[Action, ...] = called(
    ("bcm-data-exports:ListExports", "bcm-data-exports:GetExport", "cur:DescribeReportDefinitions"),
    side=Side.MANAGEMENT,
    why="the exports of the organization's bill are declared in the account that pays it, and told to it alone",
)
OVERWRITE = "OVERWRITE_REPORT"
HEALTHY = "HEALTHY"


class Status(BaseModel):
    """How an export is delivered."""

    StatusCode: Text = HEALTHY
    StatusReason: str = ""
    LastRefreshedAt: datetime | None = None


class ListedExport(BaseModel):
    """One export of bcm-data-exports:ListExports."""

    ExportArn: Text
    ExportName: Text


class ListExports(BaseModel):
    """One page of bcm-data-exports:ListExports."""

    Exports: list[ListedExport]
    NextToken: str | None = None


class Output(BaseModel):
    """In what form files are delivered."""

    Format: Text
    Compression: str = ""
    Overwrite: str = ""


class Destination(BaseModel):
    """Where files are delivered."""

    S3Bucket: Text
    S3BucketOwner: str = ""
    S3Prefix: str = ""
    S3Region: str = ""
    S3OutputConfigurations: Output


class Destinations(BaseModel):
    """Where an export is delivered; there is one place."""

    S3Destination: Destination


class Query(BaseModel):
    """What is exported, as far as it is read: the tables, with their settings."""

    TableConfigurations: dict[str, dict[str, str]] = {}


class DeclaredExport(BaseModel):
    """An export as it was declared."""

    Name: Text
    DataQuery: Query
    DestinationConfigurations: Destinations


class GetExport(BaseModel):
    """bcm-data-exports:GetExport."""

    Export: DeclaredExport
    ExportStatus: Status = Status()


class Delivered(BaseModel):
    """How a report was delivered last."""

    model_config = SMALL

    last_delivery: str = ""
    last_status: str = ""


class Report(BaseModel):
    """One report of cur:DescribeReportDefinitions."""

    ReportName: Text
    S3Bucket: Text
    S3Prefix: str = ""
    S3Region: str = ""
    Format: Text
    Compression: str = ""
    ReportVersioning: str = ""
    TimeUnit: str = ""
    AdditionalSchemaElements: list[str] = []
    RefreshClosedReports: bool | None = None
    ReportStatus: Delivered = Delivered()


class DescribeReportDefinitions(BaseModel):
    """One page of cur:DescribeReportDefinitions."""

    ReportDefinitions: list[Report]
    NextToken: str | None = None


def read_exports(aws: Aws, management: str) -> Page:
    """Give exports and reports by service and name; what could not be read is a gap of its service, or its own."""
    rows, gaps = merged([_exports(aws, management), _reports(aws, management)])
    return Page(rows=rows, gaps=gaps)


def _exports(aws: Aws, management: str) -> Page:
    names: dict[str, str] = {}
    try:
        api = aws.management(DATA_EXPORTS, management)
        for page, _ in api.pages("ListExports", ListExports):
            names |= {one.ExportArn: f"{DATA_EXPORTS}/{one.ExportName}" for one in page.Exports}
    except SkipAndNote as error:
        return gap(EXPORTS, DATA_EXPORTS, error.cause)
    described = read_side_by_side(sorted(names), lambda arn: _export(api, names[arn], arn))
    rows, gaps = merged([Page(rows={EXPORTS: {}}), described])
    return Page(rows=rows, gaps=gaps)


def _export(api: Api, key: str, arn: str) -> Page:
    try:
        said = api.call("GetExport", GetExport, missing="ResourceNotFoundException", ExportArn=arn)
    except Missing:
        return Page()
    except SkipAndNote as error:
        return gap(EXPORTS, key, error.cause)
    return Page(rows={EXPORTS: {key: _declared(said)}})


def _declared(said: GetExport) -> Export:
    place = said.Export.DestinationConfigurations.S3Destination
    output, tables = place.S3OutputConfigurations, said.Export.DataQuery.TableConfigurations
    table = min(tables, default="")
    return Export(
        name=said.Export.Name,
        table=table,
        bucket=place.S3Bucket,
        bucket_owner=place.S3BucketOwner,
        prefix=place.S3Prefix,
        region=place.S3Region,
        file=_file(output.Format),
        compression=output.Compression.upper(),
        overwrites=output.Overwrite == OVERWRITE,
        settings=tables.get(table, {}),
        status=said.ExportStatus.StatusReason or said.ExportStatus.StatusCode,
        refreshed=moment(said.ExportStatus.LastRefreshedAt),
    )


def _reports(aws: Aws, management: str) -> Page:
    def rows(page: DescribeReportDefinitions) -> Mapping[str, Export]:
        return {f"{LEGACY}/{one.ReportName}": _report(one) for one in page.ReportDefinitions}

    try:
        api = aws.management(LEGACY, management)
    except SkipAndNote as error:
        return gap(EXPORTS, LEGACY, error.cause)
    return listed(api, "DescribeReportDefinitions", DescribeReportDefinitions, EXPORTS, rows, key=LEGACY)


def _report(said: Report) -> Export:
    return Export(
        name=said.ReportName,
        table="",
        bucket=said.S3Bucket,
        bucket_owner="",
        prefix=said.S3Prefix,
        region=said.S3Region,
        file=_file(said.Format),
        compression=said.Compression.upper(),
        overwrites=said.ReportVersioning == OVERWRITE,
        settings=_settings(said),
        status=HEALTHY if said.ReportStatus.last_status in {"", "SUCCESS"} else said.ReportStatus.last_status,
        refreshed=said.ReportStatus.last_delivery,
    )


def _settings(said: Report) -> dict[str, str]:
    """Give what changes the meaning of a report's rows, as the settings of an export's table are spelled."""
    told: dict[str, Any] = {"TIME_GRANULARITY": said.TimeUnit, "REFRESH_CLOSED_REPORTS": said.RefreshClosedReports}
    included = {f"INCLUDE_{name}": True for name in said.AdditionalSchemaElements}
    return {name: str(value).upper() for name, value in (told | included).items() if value not in ("", None)}


def _file(written: str) -> str:
    return "PARQUET" if written.upper() == "PARQUET" else "CSV"
