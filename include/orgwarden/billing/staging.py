"""Fetches the delivery of a month from S3 by its manifest: each listed file once, all of one version, or nothing.

A month is replaced under a reader several times a day. So files are kept by their ETag, the manifest is looked at again
afterwards, and what is newer than its manifest belongs to a delivery that is still under way.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from orgwarden.billing.buckets import Absent, Broken, Bucket, Changed, Object
from orgwarden.billing.choosing import PeriodMissing, choose, choose_part, listing
from orgwarden.billing.locating import DataFile, Delivery
from orgwarden.billing.manifests import Manifest, bucket_and_key, is_manifest_name, parse
from orgwarden.billing.partitions import Place, partition_of, parts_of, place_of
from orgwarden.errors import BadInput, RetryLater, StopAndTell
from orgwarden.model import Period

TRIES = 3
# How long a delivery may be under way; later, what is newer than its manifest was copied, and in another order.
UNDER_WAY = timedelta(hours=6)
# The folder of one version of a file.
VERSION = re.compile(r"[0-9a-f]{16}")
# What a URI's parts begin with.
BUCKET = ("s3:", "bucket")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Manifests:
    """The manifests of a bucket, each fetched once; what was chosen is known by its ETag."""

    bucket: Bucket
    keys: dict[tuple[str, ...], str]
    fetched: dict[tuple[str, ...], Object] = field(default_factory=dict)

    def load(self, place: Place) -> Manifest:
        key = self.keys[place.parts]
        try:
            found = self.fetched[place.parts] = self.bucket.get(key)
        except Absent as error:
            raise BadInput(f"{self.bucket.uri(key)} is not there: name the export's folder or its manifest") from error
        return parse(found.read(), self.bucket.uri(key))


def look(client: Any, uri: str, period: Period) -> Delivery:
    """Give a month's delivery as its manifest states it, without its files. Raises as ``stage`` does."""
    manifests, (place, manifest) = _chosen(*_bucket_and_key(client, uri), period)
    return _delivery(manifest, manifests.fetched[place.parts])


def stage(client: Any, uri: str, period: Period | None, into: Path) -> Delivery:
    """Fetch a delivery below ``into``; what is there already is not fetched again.

    ``uri`` is ``s3://bucket/prefix`` of an export, of a parent or a part of it, or its manifest. Raises ``BadInput``,
    ``Refused`` (the action is named), ``RetryLater`` (throttled, or the delivery is under way), ``StopAndTell``.
    """
    bucket, key = _bucket_and_key(client, uri)
    for _ in range(TRIES):
        try:
            return _staged(bucket, key, period, into)
        except Changed:
            continue
    raise RetryLater(f"{uri} was replaced {TRIES} times while it was read: a delivery is under way", after=600)


def prune(into: Path, unused_since: datetime) -> None:
    """Remove what was fetched below ``into`` and nobody used since then; another worker may do so, too.

    Only what lies in the folder of a version is ours: whatever else somebody keeps there stays.
    """
    limit = unused_since.timestamp()
    for path in [path for path in into.glob("*/*") if VERSION.fullmatch(path.parent.name)]:
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                path.unlink()
                # It is its file's alone; where there is more, it stays.
                with suppress(OSError):
                    path.parent.rmdir()


def _bucket_and_key(client: Any, uri: str) -> tuple[Bucket, str]:
    name, key = bucket_and_key(uri if uri.count("/") > len("//") else f"{uri}/")
    if not uri.startswith("s3://") or not name:
        raise BadInput(f"{uri} is no place in S3: give s3://bucket/prefix of an export, or of its manifest")
    return Bucket(client, name), key


def _staged(bucket: Bucket, key: str, asked: Period | None, into: Path) -> Delivery:
    manifests, (place, manifest) = _chosen(bucket, key, asked)
    if not manifest.files:
        raise BadInput(f"{manifest.place} lists no files: there is nothing of the month to read")
    stated = manifests.fetched[place.parts]
    try:
        files = [_fetched(bucket, listed, stated, into) for listed in manifest.files]
    except RetryLater:
        # A delivery that seems to be under way may have ended meanwhile: then the next manifest is read at once.
        _recheck(bucket, manifests.keys[place.parts], stated)
        raise
    _recheck(bucket, manifests.keys[place.parts], stated)
    return replace(_delivery(manifest, stated), files=tuple(files), notes=_notes(manifest, bucket, files))


def _delivery(manifest: Manifest, stated: Object) -> Delivery:
    return Delivery(
        files=(),
        manifest=manifest,
        period=manifest.period,
        # What states no version of its own is told by its ETag.
        version=manifest.version or stated.etag,
        export=manifest.export,
        at=stated.modified,
    )


# --- the manifest


def _chosen(bucket: Bucket, key: str, asked: Period | None) -> tuple[_Manifests, tuple[Place, Manifest]]:
    if is_manifest_name(key.rpartition("/")[2]):
        return _named(bucket, key, asked)
    manifests = _listed(bucket, key)
    chosen = choose(map(place_of, manifests.keys), asked, manifests.load)
    if not chosen:
        manifests, chosen = _beside(bucket, key, asked)
    if not chosen:
        raise BadInput(f"{bucket.uri(key)} has no manifest: name the folder of an export that was delivered")
    return manifests, chosen


def _named(bucket: Bucket, key: str, asked: Period | None) -> tuple[_Manifests, tuple[Place, Manifest]]:
    parts = parts_of(bucket.uri(key))
    manifests, place = _Manifests(bucket=bucket, keys={parts: key}), place_of(parts)
    manifest = manifests.load(place)
    if asked and manifest.period and manifest.period != asked:
        raise PeriodMissing(f"{manifest.place} is the manifest of {manifest.period}: there is none of {asked} in it")
    return manifests, (place, manifest)


def _listed(bucket: Bucket, prefix: str) -> _Manifests:
    """List the manifests below a folder, and nothing else is taken from the listing."""
    folder = f"{prefix.rstrip('/')}/" if prefix.strip("/") else ""
    keys = (key for key in bucket.keys(folder) if is_manifest_name(key.rpartition("/")[2]))
    return _Manifests(bucket=bucket, keys={parts_of(bucket.uri(key)): key for key in keys})


def _beside(bucket: Bucket, key: str, asked: Period | None) -> tuple[_Manifests, tuple[Place, Manifest] | None]:
    """Look for the manifest of a month's or a version's folder in the export around it."""
    parts = parts_of(bucket.uri(key))
    partition, place = partition_of(parts), place_of((*parts, ""))
    if asked and place.period and place.period != asked:
        raise PeriodMissing(f"{bucket.uri(key)} is of {place.period}: there is no delivery of {asked} in it")
    # Athena's folders of months stand in one of their own.
    export = place.export[:-1] if partition and partition.end - partition.start > 1 else place.export
    if export == parts or len(export) <= len(BUCKET):
        return _Manifests(bucket=bucket, keys={}), None
    manifests = _listed(bucket, "/".join(key.strip("/").split("/")[: len(export) - len(BUCKET)]))
    places = list(map(place_of, manifests.keys))
    return manifests, choose_part(places, asked or place.period, place.version, manifests.load)


# --- the files


def _fetched(bucket: Bucket, listed: str, stated: Object, into: Path) -> DataFile:
    """Fetch one listed file, unless this very version of it is there."""
    found, source, key = _opened(bucket, listed, stated)
    with closing(found):
        if stated.modified < found.modified and found.at - found.modified < UNDER_WAY:
            raise RetryLater(f"{found.uri} is newer than {stated.uri}: a delivery is under way", after=600)
        if not found.size:
            raise BadInput(f"{found.uri} is empty: have the month delivered again")
        path = _place_in(into, found, key)
        if not _is_staged(path, found.size):
            _download(found, source, key, path)
    return DataFile(path=path, name=found.uri, size=found.size, etag=found.etag)


def _is_staged(path: Path, size: int) -> bool:
    """Say whether this version of the file is there, and note that it was used."""
    try:
        os.utime(path)
        return path.stat().st_size == size
    except OSError:
        return False


def _opened(bucket: Bucket, listed: str, stated: Object) -> tuple[Object, Bucket, str]:
    """Open a listed file: in the manifest's bucket, which may be a replica of the one it names, else in that one."""
    name, key = bucket_and_key(listed)
    names = dict.fromkeys((bucket.name, name or bucket.name))
    keys = dict.fromkeys((key, unquote(key)))
    for source in (Bucket(bucket.client, name) for name in names):
        for spelling in keys:
            try:
                return source.get(spelling), source, spelling
            except Absent:
                continue
    raise RetryLater(f"{listed} is listed by {stated.uri} and is not there: a delivery is under way", after=600)


def _place_in(into: Path, found: Object, key: str) -> Path:
    """Give the place of one version of a file; its name is kept, because it tells the format."""
    name = key.rpartition("/")[2]
    if name in {"", ".", ".."}:
        raise BadInput(f"{found.uri} is no file: its manifest lists a folder")
    return into / hashlib.sha256(f"{found.uri}@{found.etag}".encode()).hexdigest()[:16] / name


def _download(found: Object, source: Bucket, key: str, path: Path) -> None:
    """Write the file under another name first: what has its name is whole."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{secrets.token_hex(6)}.part")
        try:
            _written(found, source, key, fresh)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise StopAndTell(f"{path} cannot be written: {error.strerror or error}") from error


def _written(found: Object, source: Bucket, key: str, fresh: Path) -> None:
    """Write the object; what breaks off is asked for again."""
    for attempt in range(1, TRIES + 1):
        try:
            _write(found, fresh)
        except Broken:
            if attempt == TRIES:
                raise
            found.close()
            found = _again(source, key, found.etag)
        else:
            return


def _write(found: Object, fresh: Path) -> None:
    with closing(found), fresh.open("wb") as file:
        for chunk in found.chunks():
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _again(source: Bucket, key: str, etag: str) -> Object:
    """Open the same version of a file again."""
    try:
        return source.get(key, etag=etag)
    except Absent as error:
        raise Changed(str(error)) from error


def _recheck(bucket: Bucket, key: str, stated: Object) -> None:
    """Raise ``Changed`` where the manifest is no longer the one that was read."""
    try:
        now = bucket.get(key)
    except Absent as error:
        raise Changed(str(error)) from error
    now.close()
    if now.etag != stated.etag:
        raise Changed(f"{stated.uri} was replaced meanwhile")


def _notes(manifest: Manifest, bucket: Bucket, files: Sequence[DataFile]) -> tuple[str, ...]:
    """Say where files were read from another bucket than the manifest names."""
    listed = {bucket_and_key(file)[0] for file in manifest.files}
    read = {bucket_and_key(file.name)[0] for file in files}
    if read <= listed:
        return ()
    return (f"the files were read from {bucket.name}, where their manifest stands, and not from {listing(listed)}",)
