"""What AWS writes beside an export once it is complete: which files make up a month, and in which version.

A month is read by its manifest and never by listing: a listing has old versions too, and doubles the month.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orgwarden.billing.partitions import Parts, named_period, partition_of, parts_of
from orgwarden.errors import BadInput
from orgwarden.model import Period

Text = Annotated[str, Field(min_length=1)]
SUFFIX = "manifest.json"
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/]*)/(.*)", re.DOTALL)
START = re.compile(r"(\d{4})-?(\d{2})-?\d{2}")
UUID = re.compile(r"-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)


class NotAManifest(BadInput):
    """The file is whole, and says nothing of an export: a manifest of something else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """One delivery as AWS states it; ``files`` are URIs, or bare keys where the manifest names no bucket.

    ``version`` is the execution or assembly id, ``export`` the export's name, ``origin`` what AWS calls it for good (an
    ARN, a report id). ``is_ordered``: versions have folders that begin with a timestamp, as those of Data Exports do.
    """

    version: str
    period: Period | None
    columns: tuple[str, ...]
    files: tuple[str, ...]
    place: str
    export: str = ""
    origin: str = ""
    is_ordered: bool = False


class _BillingPeriod(BaseModel):
    start: Text


class _Stated(BaseModel):
    """What both shapes may have."""

    model_config = ConfigDict(populate_by_name=True)

    columns: Any = None
    billing_period: _BillingPeriod | None = Field(default=None, alias="billingPeriod")


class _DataExport(_Stated):
    """A manifest of Data Exports: CUR 2.0 and FOCUS."""

    execution: str = Field(default="", alias="executionId")
    arn: str = Field(default="", alias="exportArn")
    files: list[Text] = Field(alias="dataFiles")


class _Report(_Stated):
    """A manifest of the legacy Cost and Usage Report."""

    assembly: str = Field(default="", alias="assemblyId")
    name: str = Field(default="", alias="reportName")
    id: str = Field(default="", alias="reportId")
    bucket: str = ""
    keys: list[Text] = Field(alias="reportKeys")


def is_manifest_name(name: str) -> bool:
    """Say whether a file may be a manifest by its name; hidden ones are what some systems leave beside a copy."""
    return name.casefold().endswith(SUFFIX) and not name.startswith(".")


def parse(data: bytes, place: str) -> Manifest:
    """Read a manifest of either shape; ``place`` is its path or URI. Raises ``BadInput``, or ``NotAManifest``."""
    told = _object(data, place)
    try:
        if "dataFiles" in told:
            return _of_data_export(_DataExport.model_validate(told), place)
        if "reportKeys" in told:
            return _of_report(_Report.model_validate(told), place)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise BadInput(
            f"{place} is no manifest of an export: {where} is not as AWS writes it; fetch it again"
        ) from error
    raise NotAManifest(f"{place} names neither dataFiles nor reportKeys: give the manifest of an export")


def bucket_and_key(uri: str) -> tuple[str, str]:
    """Split a listed file into bucket and key; a bare key has no bucket."""
    found = URI.fullmatch(uri)
    return (found[1], found[2]) if found else ("", uri)


def key_parts(uri: str) -> Parts:
    """Give the components of a listed file's key, unescaped."""
    return parts_of(bucket_and_key(uri)[1])


def _object(data: bytes, place: str) -> Mapping[str, Any]:
    try:
        told = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{place} is cut or is no JSON: fetch the manifest again") from error
    if not isinstance(told, dict):
        raise NotAManifest(f"{place} holds no JSON object: give the manifest of an export")
    return told


def _of_data_export(told: _DataExport, place: str) -> Manifest:
    files = tuple(dict.fromkeys(told.files))
    return Manifest(
        version=told.execution,
        period=_period(told, place, files),
        columns=_columns(told.columns),
        files=files,
        place=place,
        export=_name_by_file(place) or UUID.sub("", told.arn.rpartition("/")[2]),
        origin=told.arn,
        is_ordered=True,
    )


def _of_report(told: _Report, place: str) -> Manifest:
    whole = (f"s3://{told.bucket}/{key}" if told.bucket and not URI.fullmatch(key) else key for key in told.keys)
    files = tuple(dict.fromkeys(whole))
    return Manifest(
        version=told.assembly,
        period=_period(told, place, files),
        columns=_columns(told.columns),
        files=files,
        place=place,
        export=told.name or _name_by_file(place),
        origin=told.id or told.name,
    )


def _period(told: _Stated, place: str, files: tuple[str, ...]) -> Period | None:
    """Give what the manifest states, else what its path names, else what the keys of its files name alike."""
    stated = START.match(told.billing_period.start) if told.billing_period else None
    if stated and (period := named_period([f"{stated[1]}-{stated[2]}"])):
        return period
    if by_path := partition_of(parts_of(place)[:-1]):
        return by_path.period
    by_keys = {found.period if (found := partition_of(key_parts(file)[:-1])) else None for file in files}
    return by_keys.pop() if len(by_keys) == 1 else None


def _name_by_file(place: str) -> str:
    return parts_of(place)[-1][: -len(SUFFIX)].rstrip("-_.") if is_manifest_name(parts_of(place)[-1]) else ""


def _columns(told: Any) -> tuple[str, ...]:
    """Give the names of the columns; in legacy manifests ``category/name``."""
    items = told if isinstance(told, list) else []
    return tuple(name for name in map(_column, items) if name)


def _column(item: Any) -> str:
    if not isinstance(item, dict):
        return item if isinstance(item, str) else ""
    return "/".join(str(item[part]) for part in ("category", "name") if item.get(part))
