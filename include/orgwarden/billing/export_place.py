"""Where the bill is delivered, on this machine or in a bucket: which months it has, in which version, and their files.

A look costs a manifest; only fetching costs the files.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orgwarden.billing.choosing import PeriodMissing
from orgwarden.billing.ledger import connect
from orgwarden.billing.locating import Delivery, earlier, locate, months_before
from orgwarden.billing.staging import look, prune, stage
from orgwarden.model import Period

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

S3 = "s3://"
# The months before are compared with at each new delivery; what was superseded is not asked for again.
KEPT = timedelta(days=3)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportPlace:
    """An export or a folder of exports: a path, or ``s3://bucket/prefix`` from where files are fetched to ``into``."""

    named: str
    client: Callable[[], Any]
    into: Path

    @property
    def is_bucket(self) -> bool:
        return self.named.startswith(S3)

    def version(self, period: Period) -> str:
        """Give what changes when the month is delivered anew. Raises ``PeriodMissing`` where it never was."""
        if not self.is_bucket:
            return version_of(locate(Path(self.named), period))
        return version_of(look(self.client(), self.named, period))

    def delivery(self, period: Period | None) -> Delivery:
        """Give the month's files on this machine; those that are there are not fetched again."""
        if not self.is_bucket:
            return _dated(locate(Path(self.named), period))
        return stage(self.client(), self.named, period, self.into)

    def before(self, period: Period, months: int) -> list[Delivery]:
        """Give the months before, the newest first, as far as they are there."""
        if not self.is_bucket:
            return earlier(Path(self.named), period, months)
        return [*self._fetched_before(period, months)]

    def _fetched_before(self, period: Period, months: int) -> Iterator[Delivery]:
        for month in months_before(period, months):
            try:
                yield self.delivery(month)
            except PeriodMissing:
                continue


@dataclass(frozen=True, kw_only=True, slots=True)
class Bills:
    """How bills are read: where they are delivered (empty: nobody set it), what fetches them, where to, in what memory.

    ``memory`` is what DuckDB may use, such as 2GB.
    """

    export: str
    client: Callable[[], Any]
    stage: Path
    memory: str

    def at(self, named: str) -> ExportPlace:
        """Give the place of an export."""
        self._make_stage()
        return ExportPlace(named=named, client=self.client, into=self._files)

    def connect(self) -> "DuckDBPyConnection":
        """Open a DuckDB that may spill to the disk."""
        self._make_stage()
        return connect(self.memory, temp=self.stage / "spill")

    def prune(self, now: datetime) -> None:
        """Remove what was fetched and has not been used for some days; it is fetched again when needed."""
        prune(self._files, now - KEPT)

    @property
    def _files(self) -> Path:
        return self.stage / "files"

    def _make_stage(self) -> None:
        """Make the folder, for its owner alone: who may read the bill is decided where it was delivered."""
        self.stage.mkdir(mode=0o700, parents=True, exist_ok=True)


def version_of(delivery: Delivery) -> str:
    """Give the version that a manifest states, else one made of names and sizes: files by hand have none."""
    if delivery.version:
        return delivery.version
    told = "\n".join(sorted(f"{file.name} {file.size} {file.etag}" for file in delivery.files))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _dated(delivery: Delivery) -> Delivery:
    """Give a delivery of this machine with the time at which its manifest, or the last of its files, was written."""
    manifest = Path(delivery.manifest.place) if delivery.manifest else None
    written = [manifest] if manifest and manifest.is_file() else [file.path for file in delivery.files]
    return replace(delivery, at=datetime.fromtimestamp(max(path.stat().st_mtime for path in written), UTC))
