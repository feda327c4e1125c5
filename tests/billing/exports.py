"""Writes exports as AWS lays them out; each data file holds its own key, so that a test sees which one was taken."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

ARN_ID = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
STAMPS = ("20261003T041500Z", "20261017T041500Z", "20261102T041500Z")
LAYOUTS = ("cur2", "focus", "legacy", "athena")


def following(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02}"


def dates(month: str) -> str:
    return f"{month.replace('-', '')}01-{following(month).replace('-', '')}01"


@dataclass(frozen=True, kw_only=True)
class Export:
    """One export of one layout; ``versions`` 0: replaced in place. The newest version is the last one."""

    layout: str = "cur2"
    name: str = "acme"
    prefix: str = "billing/payer"
    versions: int = 0
    chunks: int = 2
    months: tuple[str, ...] = ("2026-09", "2026-10")
    has_own_manifest: bool = True

    @property
    def is_legacy(self) -> bool:
        return self.layout in {"legacy", "athena"}

    @property
    def folder(self) -> str:
        return f"{self.prefix}/{self.name}".strip("/")

    def versions_of(self, month: str) -> list[str]:
        """Give the folders of the versions, the newest last; one without a name where files are replaced."""
        ids = [self.id_of(month, n) for n in range(self.versions)]
        return [id_ if self.is_legacy else f"{STAMPS[n]}-{id_}" for n, id_ in enumerate(ids)] or [""]

    def id_of(self, month: str, version: int) -> str:
        """Give an id of its own to each export, month and version, as AWS does."""
        return str(uuid5(NAMESPACE_URL, f"{self.layout} {self.folder} {month} {version}"))

    def month_folder(self, month: str) -> str:
        if self.layout == "legacy":
            return f"{self.folder}/{dates(month)}"
        if self.layout == "athena":
            return f"{self.folder}/{self.name}/year={month[:4]}/month={int(month[5:])}"
        return f"{self.folder}/data/{self.partition(month)}"

    def partition(self, month: str) -> str:
        return f"{'BILLING_PERIOD' if self.layout == 'cur2' else 'billing_period'}={month}"

    def manifest_folder(self, month: str) -> str:
        if self.is_legacy:
            return f"{self.folder}/{dates(month)}"
        return f"{self.folder}/metadata/{self.partition(month)}"

    def files(self, month: str, version: str) -> list[str]:
        """Give the keys of one version's files: the same names in every month and version."""
        kind = {"legacy": "csv.gz", "focus": "csv.gz"}.get(self.layout, "snappy.parquet")
        folder = "/".join(filter(None, (self.month_folder(month), version)))
        return [f"{folder}/{self.name}-{n:05}.{kind}" for n in range(1, self.chunks + 1)]

    def newest(self, month: str) -> list[str]:
        return self.files(month, self.versions_of(month)[-1])

    def manifest_key(self, month: str, version: str = "") -> str:
        return "/".join(filter(None, (self.manifest_folder(month), version, f"{self.name}-Manifest.json")))

    def manifest(self, month: str, version: str) -> bytes:
        number = max(self.versions_of(month).index(version), 0)
        return (_report if self.is_legacy else _data_export)(self, month, self.id_of(month, number), version)

    def objects(self) -> dict[str, bytes]:
        """Give all keys of the bucket with what they hold."""
        found: dict[str, bytes] = {}
        for month in self.months:
            for version in self.versions_of(month):
                found |= {key: key.encode() for key in self.files(month, version)}
                found[self.manifest_key(month, version)] = self.manifest(month, version)
            if self.has_own_manifest:
                found[self.manifest_key(month)] = self.manifest(month, self.versions_of(month)[-1])
        return found


def _data_export(export: Export, month: str, execution: str, version: str) -> bytes:
    told = {
        "executionId": execution,
        "exportArn": f"arn:aws:bcm-data-exports:us-east-1:111111111111:export/{export.name}-{ARN_ID}",
        "columns": [{"name": "line_item_unblended_cost", "type": "double"}],
        "dataFiles": [f"s3://corp-bills/{key}" for key in export.files(month, version)],
        "additionalOutputFiles": [f"s3://corp-bills/{export.folder}/data/create.sql"],
    }
    return json.dumps(told).encode()


def _report(export: Export, month: str, assembly: str, version: str) -> bytes:
    told = {
        "assemblyId": assembly,
        "account": "111111111111",
        "columns": [{"category": "lineItem", "name": "UnblendedCost"}],
        "charset": "UTF-8",
        "compression": "GZIP",
        "contentType": "text/csv",
        "reportId": f"id-of-{export.name}",
        "reportName": export.name,
        "billingPeriod": {
            "start": f"{month.replace('-', '')}01T000000.000Z",
            "end": f"{following(month).replace('-', '')}01T000000.000Z",
        },
        "bucket": "corp-bills",
        "reportKeys": export.files(month, version),
        "additionalArtifactKeys": [],
    }
    return json.dumps(told).encode()


def put(root: Path, objects: dict[str, bytes], *, below: str = "") -> Path:
    """Write objects below a folder, without the head ``below`` of their keys."""
    for key, data in objects.items():
        path = root / key.removeprefix(below).lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def taken(delivery) -> list[str]:
    """Give the keys of the files of a delivery, as the files hold them."""
    return [file.path.read_text() for file in delivery.files]


def uris(keys: Iterable[str]) -> list[str]:
    return [f"s3://corp-bills/{key}" for key in keys]


def places(export: Export, month: str = "2026-10") -> list[str]:
    """All that may be named of a month: parents, the export, its parts, the month's folders, the manifest."""
    version = export.versions_of(month)[-1]
    found = ["", export.prefix, export.folder, export.month_folder(month), export.manifest_folder(month)]
    found += [export.manifest_key(month), export.manifest_key(month, version)]
    if version:
        found += [f"{export.month_folder(month)}/{version}", f"{export.manifest_folder(month)}/{version}"]
    if not export.is_legacy:
        found += [f"{export.folder}/data", f"{export.folder}/metadata"]
    if export.layout == "athena":
        found += [f"{export.folder}/{export.name}", f"{export.folder}/{export.name}/year={month[:4]}"]
    return list(dict.fromkeys(found))
