"""What the folders of an export say by their names: its period, its version, and where the export itself stands.

AWS spells the period in four ways, and people copy exports to any depth: so names are read from their end, and all
that is found in a folder or a bucket is read in one way.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from orgwarden.model import Period

Parts = tuple[str, ...]
PARTITION = re.compile(r"billing_period=(\d{4})-(\d{2})(?:-\d{2})?", re.IGNORECASE)
RANGE = re.compile(r"(\d{4})(\d{2})01-\d{8}")
YEAR, MONTH = re.compile(r"year=(\d{4})", re.IGNORECASE), re.compile(r"month=(\d{1,2})", re.IGNORECASE)
PLAIN = re.compile(r"(\d{4})-(\d{2})")
DATA, METADATA = "data", "metadata"
# Shorter ids may stand in a name by chance.
TELLING = 8


@dataclass(frozen=True, slots=True)
class Partition:
    """A period that a path names, and the place of its folders: ``parts[start:end]``."""

    period: Period
    start: int
    end: int

    def of(self, path: Parts) -> Parts:
        """Give the folders of a path that name the period."""
        return path[self.start : self.end]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a manifest stands; ``version`` is the folder below the period's, empty where it stands in the period's."""

    parts: Parts
    export: Parts
    period: Period | None
    version: str

    @property
    def folder(self) -> Parts:
        return self.parts[:-1]


def parts_of(path: str) -> Parts:
    """Split a path or a key, unescaped: manifests and copies may spell ``=`` as ``%3D``."""
    return tuple(unquote(part) for part in path.split("/") if part not in {"", "."})


def spelled(parts: Parts) -> str:
    """Give parts as a path, or as the URI that they were split from."""
    return f"{parts[0]}//{'/'.join(parts[1:])}" if parts and parts[0].endswith(":") else f"/{'/'.join(parts)}"


def partition_of(folders: Sequence[str]) -> Partition | None:
    """Give the deepest period that the folders name."""
    for end in range(len(folders), 0, -1):
        for length in (1, 2):
            period = _period(folders[max(end - length, 0) : end]) if length <= end else None
            if period:
                return Partition(period, end - length, end)
    return None


def named_period(folders: Sequence[str]) -> Period | None:
    """Give the deepest period that folders name as AWS does or in plain (``2026-10``), as people do."""
    partition = partition_of(folders)
    for at in range(len(folders) - 1, partition.end - 1 if partition else -1, -1):
        if (plain := PLAIN.fullmatch(folders[at])) and (period := _month(*plain.groups())):
            return period
    return partition.period if partition else None


def contradicts(folders: Sequence[str], period: Period) -> bool:
    """Say whether folders name another period, if only another year or month."""
    year, month = (int(part) for part in period.text.split("-"))
    named = named_period(folders)
    years = {int(found[1]) for folder in folders if (found := YEAR.fullmatch(folder))}
    months = {int(found[1]) for folder in folders if (found := MONTH.fullmatch(folder))}
    return named != period if named else not (years <= {year} and months <= {month})


def place_of(parts: Parts) -> Place:
    """Tell where a manifest stands by its name alone."""
    folder = parts[:-1]
    partition = partition_of(folder)
    if partition is None:
        return Place(parts=parts, export=without_kind(folder), period=None, version="")
    above, below = folder[: partition.start], folder[partition.end :]
    return Place(parts=parts, export=without_kind(above), period=partition.period, version="/".join(below))


def without_kind(folder: Parts) -> Parts:
    """Give the export's folder, of that folder or of its ``data/`` or ``metadata/``."""
    return folder[:-1] if folder and folder[-1].casefold() in {DATA, METADATA} else folder


def carries(folder: str, version: str) -> bool:
    """Say whether a folder is named by an execution or assembly id."""
    name, wanted = folder.casefold(), version.casefold()
    return bool(wanted) and (
        name == wanted or name.endswith(f"-{wanted}") or (len(wanted) >= TELLING and wanted in name)
    )


def shared_head(one: Parts, other: Parts) -> int:
    """Count the folders that two paths have in common from their beginning."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def shared_tail(one: Parts, other: Parts) -> int:
    """Count the folders that two paths have in common from their end; the case of a partition does not matter."""
    return shared_head(tuple(map(_folded, one[::-1])), tuple(map(_folded, other[::-1])))


def is_spelled_alike(one: Parts, other: Parts) -> bool:
    """Say whether folders are the same, but for the case of a partition."""
    return tuple(map(_folded, one)) == tuple(map(_folded, other))


def _folded(part: str) -> str:
    return part.casefold() if any(form.fullmatch(part) for form in (PARTITION, YEAR, MONTH)) else part


def _period(folders: Sequence[str]) -> Period | None:
    if len(folders) == 1:
        found = PARTITION.fullmatch(folders[0]) or RANGE.fullmatch(folders[0])
        return _month(*found.groups()) if found else None
    year, month = YEAR.fullmatch(folders[0]), MONTH.fullmatch(folders[1])
    return _month(year[1], month[1]) if year and month else None


def _month(year: str, month: str) -> Period | None:
    return Period(f"{year}-{int(month):02}") if 1 <= int(month) <= 12 else None  # noqa: PLR2004 - the months of a year
