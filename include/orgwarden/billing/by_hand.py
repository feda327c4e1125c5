"""Which files are taken where no manifest says: all data files of one month, and none of them twice."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from orgwarden.billing.choosing import PeriodMissing, listing
from orgwarden.billing.partitions import Parts, partition_of, spelled
from orgwarden.errors import BadInput
from orgwarden.model import Period

KINDS = (".csv.gz", ".parquet", ".csv", ".gz", ".zip")
# What else ends so, and what AWS writes beside the data for Athena.
OTHERS = (".tar.gz", ".json.gz", ".sql.gz")
STATUS = "cost_and_usage_data_status"
# A version's folder: a timestamp and an execution id, or an assembly id.
VERSION = re.compile(
    r"\d{4}-?\d{2}-?\d{2}T.*|(?:.*-)?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE | re.DOTALL
)


def is_data_name(*parts: str) -> bool:
    """Say whether a file below a folder is data by its name, and neither hidden nor one of Athena's."""
    name = parts[-1].casefold()
    is_hidden = any(part.startswith(".") or part == STATUS for part in parts)
    return name.endswith(KINDS) and not name.endswith(OTHERS) and not is_hidden


def of_month(files: Iterable[Parts], asked: Period | None, where: str) -> tuple[list[Parts], Period | None]:
    """Give the files of the month, and the month as far as folders tell it of all of them. Raises ``BadInput``."""
    by_period: dict[Period | None, list[Parts]] = defaultdict(list)
    for file in files:
        partition = partition_of(file[:-1])
        by_period[partition.period if partition else None].append(file)
    known = by_period.keys() - {None}
    if asked and known:
        if asked not in known:
            raise PeriodMissing(f"there is no delivery of {asked} in {where}: there are those of {listing(known)}")
        return by_period[asked], asked
    if len(known) > 1:
        raise BadInput(f"there are files of several periods in {where}, name one with --period: {listing(known)}")
    return [file for some in by_period.values() for file in some], next(iter(by_period)) if len(
        by_period
    ) == 1 else None


def one_of_each(files: Collection[Parts]) -> None:
    """Refuse what would be counted twice: a file beside itself in another form, two versions of a month."""
    forms: dict[Parts, list[str]] = defaultdict(list)
    for file in files:
        forms[(*file[:-1], _stem(file[-1]))].append(file[-1])
    for stem, names in forms.items():
        if len(names) > 1:
            raise BadInput(f"{spelled(stem[:-1])} has {listing(names)}, the same in several forms: keep one of them")
    _one_version(files)


def _one_version(files: Collection[Parts]) -> None:
    """Take folders below a month's for versions by their names, or because they have files of one name."""
    folders: dict[Parts, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for file in files:
        if partition := partition_of(file[:-1]):
            below = file[partition.end] if partition.end < len(file) - 1 else ""
            folders[file[: partition.end]][below].add(_stem(file[-1]))
    for month, found in folders.items():
        is_twice = sum(map(len, found.values())) > len(set().union(*found.values()))
        if len(found) > 1 and (is_twice or any(map(VERSION.fullmatch, found))):
            choices = listing(below or "its own files" for below in found)
            raise BadInput(f"{spelled(month)} has several versions and no manifest: name one of {choices}")


def _stem(name: str) -> str:
    kind = next(kind for kind in KINDS if name.casefold().endswith(kind))
    return name[: -len(kind)].casefold().removesuffix(".snappy")
