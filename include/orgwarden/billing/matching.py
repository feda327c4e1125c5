"""Finds the files that a manifest lists in a copy of the export, wherever it was copied to, and never takes another's.

Files of other months and versions have the same names, so a wrong match would be a wrong bill: a folder is taken only
if nothing speaks against it, and all files that AWS wrote to one folder are looked for in one.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from orgwarden.billing.manifests import Manifest, key_parts
from orgwarden.billing.partitions import (
    DATA,
    Parts,
    Place,
    carries,
    contradicts,
    is_spelled_alike,
    partition_of,
    shared_head,
    shared_tail,
    spelled,
)
from orgwarden.errors import BadInput

# Names of files by folder.
Folders = Mapping[Parts, Collection[str]]


class FileMissing(BadInput):
    """The manifest lists a file that is not there; ``near`` counts those that are."""

    def __init__(self, text: str, *, near: int = 0) -> None:
        super().__init__(text)
        self.near = near


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """The manifest whose files are looked for, its place, and the other manifests around, each with its word.

    ``is_same`` says of another manifest whether it states the same delivery; it may read it for that.
    """

    manifest: Manifest
    place: Place
    others: Sequence[Place] = ()
    is_same: Callable[[Place], bool] = lambda _: False

    @property
    def home(self) -> Parts:
        return self.place.folder


def match(wanted: Wanted, folders: Folders) -> dict[str, Parts]:
    """Give the path of each listed file. Raises ``FileMissing``, or ``BadInput`` where two places fit alike."""
    groups: dict[Parts, list[str]] = defaultdict(list)
    for file in wanted.manifest.files:
        groups[key_parts(file)[:-1]].append(file)
    found: dict[str, Parts] = {}
    for key_folder, files in groups.items():
        folder = _folder_of(wanted, key_folder, files, folders)
        found |= {file: (*folder, key_parts(file)[-1]) for file in files}
    if len(set(found.values())) < len(found):
        raise BadInput(
            f"{wanted.manifest.place} lists files that cannot be told apart here: keep them in their folders"
        )
    return found


def _folder_of(wanted: Wanted, key_folder: Parts, files: Sequence[str], folders: Folders) -> Parts:
    names = {key_parts(file)[-1]: file for file in files}
    fit = [f for f in folders if not names.keys().isdisjoint(folders[f]) and _may_hold(wanted, key_folder, f)]
    if not fit:
        raise _missing(wanted, *files)
    best = max(_worth(wanted, key_folder, folder) for folder in fit)
    equal = [f for f in fit if _worth(wanted, key_folder, f) == best]
    whole = [f for f in equal if names.keys() <= set(folders[f])]
    if not whole:
        raise _missing(wanted, *(file for name, file in names.items() if name not in folders[equal[0]]))
    if len(whole) > 1:
        where = ", ".join(sorted(map(spelled, whole)))
        raise BadInput(f"{files[0]} of {wanted.manifest.place} may be any of several: keep one of {where}")
    return whole[0]


def _missing(wanted: Wanted, *files: str) -> FileMissing:
    more = f" (and {len(files) - 1} more)" if len(files) > 1 else ""
    return FileMissing(
        f"{files[0]}{more} is listed by {wanted.manifest.place} and is not there: fetch it, or wait for delivery",
        near=len(wanted.manifest.files) - len(files),
    )


def _worth(wanted: Wanted, key_folder: Parts, folder: Parts) -> tuple[int, int]:
    """Rank a folder: by how much of the key's own folders it has, then by how near it is to the manifest."""
    return shared_tail(key_folder, folder), shared_head(folder, wanted.home)


def _may_hold(wanted: Wanted, key_folder: Parts, folder: Parts) -> bool:
    """Say whether nothing speaks against a folder: not its period, not its version, not another manifest."""
    apart = shared_head(folder, wanted.home)
    return (
        _is_of_period(wanted, key_folder, folder, apart)
        and _is_of_version(wanted, key_folder, folder, apart)
        and not _is_anothers(wanted, folder, apart, is_named=shared_tail(key_folder, folder) > 0)
    )


def _is_of_period(wanted: Wanted, key_folder: Parts, folder: Parts, apart: int) -> bool:
    """Look at the period of the folder, unless the manifest is in that itself, and at what else the folders name."""
    period, partition = wanted.manifest.period, partition_of(folder)
    if not period:
        return True
    is_shared = partition is not None and partition.end <= apart and partition == partition_of(wanted.home)
    if partition and not is_shared and (partition.period != period or not _is_named_alike(key_folder, folder)):
        return False
    return not contradicts(folder[apart:], period)


def _is_named_alike(key_folder: Parts, folder: Parts) -> bool:
    """Say whether both name their period in one way: each kind of export has its own."""
    of_key, here = partition_of(key_folder), partition_of(folder)
    return not of_key or not here or is_spelled_alike(of_key.of(key_folder), here.of(folder))


def _is_of_version(wanted: Wanted, key_folder: Parts, folder: Parts, apart: int) -> bool:
    """Refuse another folder than the version's, and a version's where the key names none."""
    if folder == wanted.home:
        return True
    if named := _version_in(key_folder, wanted.manifest.version):
        return folder[-1:] == (named,)
    partition = partition_of(folder)
    return folder[-1:] == (DATA,) or not _version_in(folder, "") or not partition or partition.end < apart


def _version_in(folder: Parts, version: str) -> str:
    """Give the folder of a version: the last one, if it lies below the period's or carries the id."""
    partition = partition_of(folder)
    is_below = partition is not None and partition.end < len(folder)
    return folder[-1] if folder and (is_below or carries(folder[-1], version)) else ""


def _is_anothers(wanted: Wanted, folder: Parts, apart: int, *, is_named: bool) -> bool:
    """Say whether the manifest of another delivery stands nearer to the folder than any of this one.

    Where nothing of the key names the folder, one that stands as near is enough to leave open whose it is.
    """
    nearness = {other: shared_head(folder, other.folder) for other in wanted.others}
    rivals = [other for other, shared in nearness.items() if shared > apart or (shared == apart and not is_named)]
    same = {other for other in rivals if wanted.is_same(other)}
    ours = max((nearness[other] for other in same), default=apart)
    return any(nearness[other] + (not is_named) > ours for other in rivals if other not in same)
