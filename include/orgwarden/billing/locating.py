"""Finds the delivery of a month in what a person names: a file, a folder, a month, a version, a manifest, or a parent.

Whatever cannot be told for certain is asked, because a bill that is read from the wrong files looks like a bill.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from orgwarden.billing.by_hand import is_data_name, of_month, one_of_each
from orgwarden.billing.choosing import PeriodMissing, choose, choose_part
from orgwarden.billing.copies import Around, Copy, around, copy_below, copy_of_export, copy_up_to, read_manifest
from orgwarden.billing.manifests import Manifest, NotAManifest
from orgwarden.billing.matching import FileMissing, Wanted, match
from orgwarden.billing.partitions import Parts, Place, carries, partition_of, parts_of, place_of
from orgwarden.errors import BadInput
from orgwarden.model import Period

KINDS_SAID = ".parquet, .csv, .csv.gz or .zip"
# How far above a manifest its files are looked for, and among how many.
LEVELS, MOST = 2, 20_000
DECEMBER = 12

Chosen = tuple[Place, Manifest]


@dataclass(frozen=True, kw_only=True, slots=True)
class DataFile:
    """A file of the export, on this machine; ``name`` is what people call it, ``etag`` empty where S3 did not say."""

    path: Path
    name: str
    size: int
    etag: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """The files of one month in one version; without ``manifest`` they were accepted by hand, and ``notes`` say so.

    ``period`` is what manifest or folders say, ``None`` where only the lines can tell; ``version`` is the execution
    or assembly id; ``export`` the export's name; both are empty where they are not known. ``at`` is when the manifest
    was written, ``None`` where nobody asked.
    """

    files: tuple[DataFile, ...]
    manifest: Manifest | None
    period: Period | None
    version: str
    export: str
    notes: tuple[str, ...] = ()
    at: datetime | None = None


def locate(path: Path, period: Period | None) -> Delivery:
    """Find the delivery of a month, or the only one there is. Raises ``BadInput`` that says what to name instead."""
    named = _absolute(path)
    if named.is_dir():
        return _in_folder(named, period)
    if named.name.casefold().endswith(".json"):
        return _by_manifest(named, period)
    return _single(named, period)


def earlier(path: Path, period: Period, months: int) -> list[Delivery]:
    """Give the deliveries of the months before, of the same export, newest first, as far as they are there.

    Raises ``BadInput`` for one that is there and broken.
    """
    ours, named = locate(path, period), _absolute(path)
    # A file that is named alone may be a part of a month, and no month to compare with whole ones.
    whole = _whole_export(named) if ours.manifest or named.is_dir() else None
    found = (_earlier(ours, *whole, month) for month in months_before(period, months)) if whole else ()
    return [delivery for delivery in found if delivery]


def months_before(period: Period, months: int) -> Iterator[Period]:
    """Give the months before a month, the newest first."""
    year, month = (int(part) for part in period.text.split("-"))
    for _ in range(months):
        year, month = (year, month - 1) if month > 1 else (year - 1, DECEMBER)
        yield Period(f"{year}-{month:02}")


def _agree(path: Path, period: Period | None, asked: Period | None) -> None:
    if asked and period and asked != period:
        raise PeriodMissing(f"{path} is of {period}: there is no delivery of {asked} in it")


def _absolute(path: Path) -> Path:
    if not os.path.exists(path):  # noqa: PTH110 - never raises, whatever the name
        raise BadInput(f"{path} is not there: give an export's folder, its manifest or a data file")
    named = path.resolve() if ".." in path.parts else path.absolute()
    if not named.is_dir() and not named.is_file():
        raise BadInput(f"{path} is neither a folder nor a file: give an export's folder, its manifest or a data file")
    return named


# --- a folder


def _in_folder(folder: Path, asked: Period | None) -> Delivery:
    copy = copy_below(folder)
    if chosen := choose(copy.places(), asked, copy.load):
        return _first_whole(chosen, _copies(chosen[0], copy, folder))
    for export in around(folder):
        if delivery := _by_manifest_beside(folder, copy, export, asked):
            return delivery
    return _by_hand(copy, folder, asked)


def _copies(place: Place, copy: Copy, folder: Path) -> Iterator[Copy]:
    """Give where the files may be: the manifest's own export, what was named, and the export around it."""
    base = parts_of(str(folder))
    if len(place.export) > len(base) and place.export[: len(base)] == base:
        yield copy.below(place.export)
    yield copy
    for export in around(folder):
        yield copy_of_export(export.root)
        yield copy_up_to(export.root, MOST)


def _by_manifest_beside(folder: Path, copy: Copy, export: Around, asked: Period | None) -> Delivery | None:
    """Look for the manifest of a folder that has none in the export around it; ``None``: it has none there either."""
    _agree(folder, export.period, asked)
    whole = copy_of_export(export.root)
    try:
        chosen = choose_part(whole.places(), asked or export.period, export.version, whole.load)
    except PeriodMissing:
        return None
    if not chosen:
        return None
    delivery = _first_whole(chosen, (copy, whole))
    inside = folder.resolve()
    return delivery if all(file.path.resolve().is_relative_to(inside) for file in delivery.files) else None


# --- a manifest


def _by_manifest(path: Path, asked: Period | None) -> Delivery:
    manifest = read_manifest(path)
    _agree(path, manifest.period, asked)
    try:
        return _near(path, manifest)
    except FileMissing:
        if not path.is_symlink():
            raise
        return _near(path.resolve(), manifest)


def _near(path: Path, manifest: Manifest) -> Delivery:
    return _first_whole((place_of(parts_of(str(path))), manifest), _copies_near(path.parent))


def _copies_near(folder: Path) -> Iterator[Copy]:
    """Give where the files of a manifest may be: its folder, its export, and a few levels above it."""
    yield copy_below(folder)
    exports = list(around(folder))
    for export in exports:
        yield copy_of_export(export.root)
        yield copy_up_to(export.root, MOST)
    for parent in folder.parents[: 0 if exports else LEVELS]:
        yield copy_up_to(parent, MOST)


def _first_whole(chosen: Chosen, copies: Iterable[Copy]) -> Delivery:
    """Give the delivery where all of its files are found first; else tell what is missing where most of it is."""
    if not chosen[1].files:
        raise BadInput(f"{chosen[1].place} lists no files: there is nothing of the month to read")
    missing: FileMissing | None = None
    for copy in copies:
        try:
            return _delivery(chosen[1], _matched(chosen, copy), copy)
        except FileMissing as error:
            missing = max(filter(None, (missing, error)), key=lambda one: one.near)
    raise missing or FileMissing(f"nothing of {chosen[1].place} is there: fetch its files")


def _matched(chosen: Chosen, copy: Copy) -> dict[str, Parts]:
    place, manifest = chosen
    others = [other for other in copy.places() if other.parts != place.parts]
    wanted = Wanted(manifest=manifest, place=place, others=others, is_same=partial(_is_same, copy, manifest))
    return match(wanted, copy.folders())


def _is_same(copy: Copy, manifest: Manifest, other: Place) -> bool:
    """Say whether another manifest states the same delivery, or none at all."""
    try:
        return copy.load(other).files == manifest.files
    except NotAManifest:
        return True
    except BadInput:
        return bool(other.folder) and carries(other.folder[-1], manifest.version)


def _delivery(manifest: Manifest, found: dict[str, Parts], copy: Copy) -> Delivery:
    return Delivery(
        files=tuple(_file(copy.files[parts], uri) for uri, parts in found.items()),
        manifest=manifest,
        period=manifest.period,
        version=manifest.version,
        export=manifest.export,
    )


def _file(path: Path, name: str) -> DataFile:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise FileMissing(f"{name} cannot be read at {path}: {error.strerror}; fetch it again") from error
    if not size:
        raise BadInput(f"{name} is empty: fetch it again")
    return DataFile(path=path, name=name, size=size)


# --- by hand


def _single(path: Path, asked: Period | None) -> Delivery:
    """Take one file: by its manifest where that lists it alone, else by hand."""
    if not is_data_name(path.name):
        raise BadInput(f"{path} is no data file: give one that ends in {KINDS_SAID}")
    partition = partition_of(parts_of(str(path))[:-1])
    period = partition.period if partition else None
    _agree(path, period, asked)
    for chosen in _manifests_of(path, asked or period):
        _agree(path, chosen[1].period, asked)
        return _first_whole(chosen, [Copy(files={parts_of(str(path)): path})])
    note = f"{path.name} was accepted by hand: nothing says whether it is the whole delivery"
    return _accepted([_file(path, path.name)], period, note)


def _manifests_of(path: Path, period: Period | None) -> Iterator[Chosen]:
    """Give the manifests around a file that list it and nothing else."""
    near = Copy(files={parts_of(str(p)): p for p in sorted(path.parent.iterdir()) if p.is_file()})
    parts = parts_of(str(path))
    for copy in (near, *(copy_of_export(export.root) for export in around(path.parent))):
        for place in copy.places():
            if place.period in {None, period} and (manifest := _of_one_file(copy, place)):
                try:
                    if parts in _matched((place, manifest), copy).values():
                        yield place, manifest
                except BadInput:
                    continue


def _of_one_file(copy: Copy, place: Place) -> Manifest | None:
    try:
        manifest = copy.load(place)
    except BadInput:
        return None
    return manifest if len(manifest.files) == 1 else None


def _by_hand(copy: Copy, folder: Path, asked: Period | None) -> Delivery:
    base = len(parts_of(str(folder)))
    data = {parts: path for parts, path in copy.files.items() if is_data_name(*parts[base:])}
    if not data:
        raise BadInput(f"{folder} holds no data of an export: give a folder with files that end in {KINDS_SAID}")
    chosen, period = of_month(data, asked, str(folder))
    one_of_each(chosen)
    files = [_file(data[parts], "/".join(parts[base:])) for parts in sorted(chosen)]
    said = f"{len(files)} files were" if len(files) > 1 else f"{files[0].name} was"
    return _accepted(files, period, f"{said} accepted by hand: no manifest says whether this is the whole delivery")


def _accepted(files: Sequence[DataFile], period: Period | None, note: str) -> Delivery:
    return Delivery(files=tuple(files), manifest=None, period=period, version="", export="", notes=(note,))


# --- earlier months


def _whole_export(named: Path) -> tuple[Path, Copy] | None:
    """Read the export around what was named, or what was named where it is a folder with exports in it."""
    for export in around(named if named.is_dir() else named.parent):
        return export.root, copy_of_export(export.root)
    return (named, copy_below(named)) if named.is_dir() else None


def _earlier(ours: Delivery, root: Path, copy: Copy, month: Period) -> Delivery | None:
    for places in _places_of_export(ours, copy):
        try:
            chosen = choose(places, month, copy.load)
        except PeriodMissing:
            continue
        # One whose period nothing tells is no earlier month for certain.
        if chosen and chosen[1].period == month:
            return _first_whole(chosen, (copy.below(chosen[0].export), copy))
    return None if ours.manifest else _earlier_by_hand(root, copy, month)


def _places_of_export(ours: Delivery, copy: Copy) -> Iterator[list[Place]]:
    """Give the manifests in our export's folder, then those of our export that stand elsewhere; by hand, all."""
    places, manifest = copy.places(), ours.manifest
    if not manifest:
        yield places
        return
    home = place_of(parts_of(manifest.place)).export
    yield [p for p in places if p.export == home]
    yield [p for p in places if p.export != home and _is_of_origin(copy, p, manifest)]


def _is_of_origin(copy: Copy, place: Place, manifest: Manifest) -> bool:
    try:
        return bool(manifest.origin) and copy.load(place).origin == manifest.origin
    except BadInput:
        return False


def _earlier_by_hand(root: Path, copy: Copy, month: Period) -> Delivery | None:
    """Take a month without manifests, where folders name it."""
    named_so = {p: path for p, path in copy.files.items() if (found := partition_of(p[:-1])) and found.period == month}
    return _by_hand(Copy(files=named_so), root, month) if any(is_data_name(p[-1]) for p in named_so) else None
