"""Where the files of a month lie, and the manifest that lists them, as AWS delivers both.

Data Exports and the legacy report differ in folders, names and the manifest's shape; neither tells rows or bytes.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from orgwarden.demo.billing.cur import Column
from orgwarden.demo.billing.files import extension
from orgwarden.demo.billing.plan import FileKind, Format, Mode, Plan, end_of, start_of
from orgwarden.model import Period

LEGACY_TYPES = {"double": "OptionalBigDecimal", "timestamp": "DateTime", "string": "OptionalString"}
ARN = "arn:aws:bcm-data-exports:us-east-1:{payer}:export/{name}-{id}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """One refresh of a month: its number, counted from 0, and the id that AWS gives it."""

    number: int
    id: str
    folder: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Where one version of a month goes, below the folder that stands for the bucket; ``manifests`` are all alike."""

    version: Version
    files: tuple[Path, ...]
    manifests: tuple[Path, ...]


def version(plan: Plan, period: Period, number: int) -> Version:
    """Give a refresh: the first final one came five days after the month, the others a fortnight apart."""
    name = f"{plan.seed}/{plan.format}/{plan.export}/{period}/{number}"
    execution = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
    moment = _moment(plan, period, number)
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
    return Version(
        number=number,
        id=execution,
        folder=execution if plan.format is Format.LEGACY else f"{stamp}-{execution}",
    )


def _moment(plan: Plan, period: Period, number: int) -> datetime:
    after = timedelta(days=5 + 14 * (number - plan.drafts), hours=23, minutes=48, seconds=2, milliseconds=356)
    planned = end_of(period) + after
    if plan.today is None:
        return planned
    # None is of tomorrow.
    return min(planned, datetime(plan.today.year, plan.today.month, plan.today.day, number, tzinfo=UTC))


def layout(plan: Plan, period: Period, refresh: Version) -> Layout:
    """Give the places of a version's files and manifests."""
    told = _legacy if plan.format is Format.LEGACY else _data_exports
    data, manifest, folder = told(plan, period)
    inside = refresh.folder if plan.mode is Mode.CREATE_NEW else ""
    return Layout(
        version=refresh,
        files=tuple(data / inside / name for name in _names(plan)),
        manifests=tuple(dict.fromkeys((folder / inside / manifest, folder / manifest))),
    )


def _names(plan: Plan) -> list[str]:
    ends = extension(plan.format, plan.file)
    width = 1 if plan.format is Format.LEGACY else 5
    return [f"{plan.export}-{number:0{width}d}.{ends}" for number in range(1, plan.chunks + 1)]


def _data_exports(plan: Plan, period: Period) -> tuple[Path, str, Path]:
    word = "billing_period" if plan.format is Format.FOCUS else "BILLING_PERIOD"
    home, month = Path(plan.prefix) / plan.export, f"{word}={period}"
    return home / "data" / month, f"{plan.export}-Manifest.json", home / "metadata" / month


def _legacy(plan: Plan, period: Period) -> tuple[Path, str, Path]:
    first, end = start_of(period), end_of(period)
    home = Path(plan.prefix) / plan.export
    folder = home / f"{first:%Y%m%d}-{end:%Y%m%d}"
    is_athena = plan.file is FileKind.PARQUET and plan.mode is Mode.OVERWRITE
    data = home / plan.export / f"year={first.year}" / f"month={first.month}" if is_athena else folder
    return data, f"{plan.export}-Manifest.json", folder


def manifest(plan: Plan, period: Period, laid: Layout, columns: Sequence[Column]) -> str:
    """Give the text of the manifest."""
    told = _legacy_manifest if plan.format is Format.LEGACY else _exports_manifest
    return json.dumps(told(plan, period, laid, columns), indent=2, ensure_ascii=False)


def _exports_manifest(plan: Plan, _: Period, laid: Layout, columns: Sequence[Column]) -> Mapping[str, Any]:
    types = {"timestamp": "timestamp_milliseconds", "map": "map<string,string>"}
    export = uuid.uuid5(uuid.NAMESPACE_URL, plan.export)
    return {
        "executionId": laid.version.id,
        "exportArn": ARN.format(payer=plan.payer.id, name=plan.export, id=export),
        "columns": [{"name": one.name, "type": types.get(one.type, one.type)} for one in columns],
        "dataFiles": [f"s3://{plan.bucket}/{path.as_posix()}" for path in laid.files],
        "additionalOutputFiles": [],
    }


def _legacy_manifest(plan: Plan, period: Period, laid: Layout, columns: Sequence[Column]) -> Mapping[str, Any]:
    compression = {FileKind.PARQUET: "Parquet", FileKind.ZIP: "ZIP", FileKind.GZIP: "GZIP", FileKind.CSV: "NONE"}
    return {
        "assemblyId": laid.version.id,
        "account": plan.payer.id,
        "columns": [_legacy_column(one) for one in columns],
        "charset": "UTF-8",
        "compression": compression[plan.file],
        "contentType": "Parquet" if plan.file is FileKind.PARQUET else "text/csv",
        "reportId": laid.version.id.replace("-", ""),
        "reportName": plan.export,
        "billingPeriod": {
            "start": f"{start_of(period):%Y%m%dT000000.000Z}",
            "end": f"{end_of(period):%Y%m%dT000000.000Z}",
        },
        "bucket": plan.bucket,
        "reportKeys": [path.as_posix() for path in laid.files],
        "additionalArtifactKeys": [],
    }


def _legacy_column(column: Column) -> Mapping[str, str]:
    category, _, name = column.name.partition("/")
    if not name:
        category, name = "", column.name
    return {"category": category, "name": name, "type": LEGACY_TYPES[column.type]}
