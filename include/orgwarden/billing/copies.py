"""What stands below a folder into which an export was copied: its files by what their names say, its manifests.

Each folder is walked once, whatever links lead to it, and a folder is never left for what is above it.
"""

import os
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from orgwarden.billing.manifests import Manifest, is_manifest_name, parse
from orgwarden.billing.partitions import DATA, METADATA, RANGE, YEAR, Parts, Place, partition_of, parts_of, place_of
from orgwarden.errors import BadInput
from orgwarden.model import Period

Read = Manifest | BadInput


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """The files below a folder, by their unescaped parts; each manifest is read once."""

    files: Mapping[Parts, Path]
    _read: dict[Parts, Read] = field(default_factory=dict, repr=False)

    def folders(self) -> Mapping[Parts, set[str]]:
        found: dict[Parts, set[str]] = defaultdict(set)
        for parts in self.files:
            found[parts[:-1]].add(parts[-1])
        return found

    def places(self) -> list[Place]:
        return [place_of(parts) for parts, path in self.files.items() if is_manifest_name(path.name)]

    def load(self, place: Place) -> Manifest:
        """Read a manifest. Raises ``BadInput``."""
        if place.parts not in self._read:
            self._read[place.parts] = _outcome(self.files[place.parts])
        read = self._read[place.parts]
        if isinstance(read, BadInput):
            raise read
        return read

    def below(self, folder: Parts) -> "Copy":
        return Copy(files={p: path for p, path in self.files.items() if p[: len(folder)] == folder}, _read=self._read)


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """The export that a folder is a part of, and which part: of a month, of a version (the name of its folder)."""

    root: Path
    period: Period | None = None
    version: str = ""


def copy_below(folder: Path) -> Copy:
    """Read the names below a folder. Raises ``BadInput`` for a folder that cannot be read."""
    return _copy(_walk([folder]))


def copy_of_export(root: Path) -> Copy:
    """Read the names below an export's folder, of what belongs to an export: it may stand among anything."""
    beside = [Path(entry.path) for entry in _entries(root) if _is_file(entry)]
    return _copy([*beside, *_walk([child for child in _folders_in(root) if _is_export_part(child)])])


def copy_up_to(folder: Path, most: int) -> Copy:
    """Read so many names below a folder, the nearest first, and leave out what cannot be read."""
    return _copy(islice(_walk([folder], is_strict=False), most))


def read_manifest(path: Path) -> Manifest:
    """Read a manifest file. Raises ``BadInput``."""
    outcome = _outcome(path)
    if isinstance(outcome, BadInput):
        raise outcome
    return outcome


def around(folder: Path) -> Iterator[Around]:
    """Give the export that a folder belongs to, by its own name or by that of what it is a link to."""
    for spelling in dict.fromkeys((folder, folder.resolve())):
        if found := _around(spelling):
            yield found


def _around(folder: Path) -> Around | None:
    parts = folder.parts
    partition = partition_of(parts_of(str(folder)))
    # The parts of a path begin with its root.
    if partition and len(parts) - 1 - partition.end <= 1:
        above = Path(*parts[: partition.start + 1])
        version = "/".join(parts[partition.end + 1 :])
        return Around(
            root=_root_of(above, has_year=partition.end - partition.start > 1), period=partition.period, version=version
        )
    is_kind = folder.name.casefold() in {DATA, METADATA} and _has(
        folder.parent, {DATA, METADATA} - {folder.name.casefold()}
    )
    if is_kind or (_has_years(folder) and _has_ranges(folder.parent)):
        return Around(root=folder.parent)
    above = folder.parent.parent
    return Around(root=above) if _is_year(folder) and _has_ranges(above) else None


def _root_of(above: Path, *, has_year: bool) -> Path:
    """Give the export's folder, of the folder above a month's."""
    is_kind = above.name.casefold() in {DATA, METADATA}
    return above.parent if is_kind or (has_year and _has_ranges(above.parent)) else above


def _has(folder: Path, names: Iterable[str]) -> bool:
    return any(child.name.casefold() in set(names) for child in _folders_in(folder))


def _has_years(folder: Path) -> bool:
    return any(YEAR.fullmatch(child) for child in _names_in(folder))


def _is_year(folder: Path) -> bool:
    return any(map(YEAR.fullmatch, parts_of(folder.name)))


def _has_ranges(folder: Path) -> bool:
    return any(RANGE.fullmatch(child) for child in _names_in(folder))


def _names_in(folder: Path) -> list[str]:
    return [parts_of(child.name)[0] for child in _folders_in(folder)]


def _folders_in(folder: Path) -> list[Path]:
    return [Path(entry.path) for entry in _entries(folder) if _is_folder(entry)]


def _is_export_part(folder: Path) -> bool:
    name = parts_of(folder.name)
    is_named = name[-1].casefold() in {DATA, METADATA} or partition_of(name) or YEAR.fullmatch(name[-1])
    return bool(is_named) or _has_years(folder)


def _copy(paths: Iterable[Path]) -> Copy:
    """Key paths by their unescaped parts; of two that are then alike, the one that is not escaped has the name."""
    files: dict[Parts, Path] = {}
    for path in sorted(dict.fromkeys(paths), key=lambda path: "%" in str(path)):
        parts = parts_of(str(path))
        files[parts if parts not in files else path.parts[1:]] = path
    return Copy(files=files)


def _outcome(path: Path) -> Read:
    try:
        return parse(path.read_bytes(), str(path))
    except OSError as error:
        return BadInput(f"{path} cannot be read: {error.strerror}")
    except BadInput as error:
        return error


def _walk(folders: Iterable[Path], *, is_strict: bool = True) -> Iterator[Path]:
    """Give files, breadth first, each real folder once: first by its own name, then by links to elsewhere."""
    waiting, links = deque(folders), deque[Path]()
    seen = {parent for folder in waiting for parent in folder.resolve().parents}
    while waiting or links:
        folder = waiting.popleft() if waiting else links.popleft()
        real = folder.resolve()
        if real in seen:
            continue
        seen.add(real)
        for entry in _entries(folder, is_strict=is_strict):
            if _is_file(entry):
                yield Path(entry.path)
            # Snapshots, bins and repositories keep copies in hidden folders.
            elif _is_folder(entry) and not entry.name.startswith("."):
                (links if entry.is_symlink() else waiting).append(Path(entry.path))


def _entries(folder: Path, *, is_strict: bool = False) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        if is_strict:
            raise BadInput(f"{folder} cannot be read: {error.strerror}") from error
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Look through links; one that leads round in a circle is none."""
    return os.path.isdir(entry.path) if entry.is_symlink() else entry.is_dir()  # noqa: PTH112 - never raises


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Tell files and links, also those that lead nowhere: a file that was not fetched is no file that is not there."""
    return entry.is_file() if not entry.is_symlink() else not os.path.isdir(entry.path)  # noqa: PTH112 - never raises
