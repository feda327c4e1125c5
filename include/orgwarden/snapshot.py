"""One reading of the organization: staged page by page, sealed once by a manifest, immutable from then on.

A sweep stages pages (rows already hashed and masked, gaps with their causes, and where to go on), so that a reading
that was cut off resumes behind its last page. Sealing merges the pages into one file a part and writes the manifest
last: without a manifest there is no snapshot.

    <place>/opened.json               whose reading this is
    <place>/pages/<step>/00001.json   staged, removed after sealing
    <place>/finished/<sweep>.json     the sweep came to its end
    <place>/parts/<part>-<sha>.jsonl  {"key", "row"} a line, by key; named by its content, for sealing may be cut off
    <place>/manifest.json             parts, rows, digests, gaps, versions
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from orgwarden.errors import BadInput
from orgwarden.model import EVERYTHING, Observation, Part, World
from orgwarden.parts import every_part
from orgwarden.store import AlreadyThere, NotThere, Store, create_or_same

SCHEMA = 1
T = TypeVar("T")
Rows = Mapping[Part[Any], Mapping[str, Any]]
Gaps = Mapping[tuple[str, str], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What one step of a sweep read: rows and gaps by part, and where the next step begins (empty: at the end)."""

    rows: Rows = field(default_factory=dict)
    gaps: Gaps = field(default_factory=dict)
    cursor: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """Whose reading a staging is; ``key_check`` tells whether two readings were hashed under one key.

    ``aliases`` tells the same of the patterns by which mailboxes were folded; empty where there were none.
    """

    period: str
    run: str
    at: datetime
    key_check: str
    aliases: str = ""


@dataclass(frozen=True, slots=True)
class Staging:
    """An unsealed reading at a place of a store."""

    store: Store
    place: str

    def opened(self) -> Opened:
        return _decode(Opened, self.store.read(self.name("opened.json")))

    def pages(self, step: str) -> list[Page]:
        """Give the pages that the step has staged so far, in order."""
        return [_page(self.store.read(name)) for name in self.store.names(self.name(f"pages/{step}"))]

    def put(self, step: str, number: int, page: Page) -> None:
        """Stage the step's page of this number (from 1); one that is there already stands."""
        try:
            self.store.create(self.name(f"pages/{step}/{number:05}.json"), _page_bytes(page))
        except AlreadyThere:
            return

    def restart(self, step: str) -> None:
        """Forget the step's pages: what they lead on to is no longer valid."""
        for name in reversed(self.store.names(self.name(f"pages/{step}"))):
            self.store.delete(name)

    def finish(self, sweep: str, parts: Iterable[Part[Any]]) -> None:
        """Note that a sweep came to its end, and of which parts."""
        data = _json({"sweep": sweep, "parts": sorted(p.name for p in parts)})
        create_or_same(self.store, self.name(f"finished/{sweep}.json"), data)

    def finished(self, sweep: str) -> bool:
        return self.name(f"finished/{sweep}.json") in self.store.names(self.name("finished"))

    def clear(self) -> None:
        """Remove every staged page: what is sealed stands in the part files."""
        for name in self.store.names(self.name("pages")):
            self.store.delete(name)

    def all_pages(self) -> Iterator[Page]:
        """Give every page of every step; one that a sweep beside this one forgets meanwhile is none."""
        for name in self.store.names(self.name("pages")):
            try:
                data = self.store.read(name)
            except NotThere:
                continue
            yield _page(data)

    def is_sealed(self) -> bool:
        return self.name("manifest.json") in self.store.names(self.place)

    def name(self, name: str) -> str:
        """Give the name within the store of a file of this reading."""
        return f"{self.place}/{name}" if self.place else name


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedPart:
    """One part in a manifest: how many rows, and the SHA-256 of its file."""

    rows: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """What of which part could not be read, and why."""

    part: str
    key: str
    cause: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """The seal of a snapshot; ``digest`` covers parts and gaps alone, so two equal readings have one digest."""

    schema: int
    organization: str
    management: str
    period: str
    run: str
    opened: datetime
    sealed: datetime
    key_check: str
    parts: dict[str, SealedPart]
    gaps: list[Gap]
    digest: str
    previous: str
    versions: dict[str, str]
    aliases: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """A sealed reading, decoded; every digest was checked on the way in."""

    place: str
    manifest: Manifest
    rows: Rows
    gaps: Gaps

    @property
    def observation(self) -> Observation:
        """Give when this was seen: a reading is at least as new as its opening."""
        return Observation(at=self.manifest.opened, run=self.place.removeprefix("snapshots/") or self.manifest.period)

    def world(self, declared: Rows, undeclared: Gaps) -> World:
        """Give the world of a review: what was read and what was declared, on the day of the reading."""
        return World(
            organization=self.manifest.organization,
            management=self.manifest.management,
            today=self.manifest.opened.date(),
            parts={**self.rows, **declared},
            gaps={**self.gaps, **undeclared},
        )


def stage(store: Store, place: str, opened: Opened) -> Staging:
    """Open a staging at the place, or resume the one that is there. Raises ``AlreadyThere`` if it is another's."""
    staging = Staging(store, place)
    try:
        store.create(staging.name("opened.json"), _json(_plain(opened)))
    except AlreadyThere:
        theirs = staging.opened()
        if replace(theirs, period=opened.period, at=opened.at) != opened or staging.is_sealed():
            raise
    return staging


def merged(pages: Iterable[Page]) -> tuple[dict[Part[Any], dict[str, Any]], dict[tuple[str, str], str]]:
    """Merge pages into rows by part and gaps; a gap whose key has a row of a later page is closed."""
    rows: dict[Part[Any], dict[str, Any]] = defaultdict(dict)
    gaps: dict[tuple[str, str], str] = {}
    for page in pages:
        for part, found in page.rows.items():
            rows[part].update(found)
        gaps.update(page.gaps)
    return dict(rows), {(p, k): c for (p, k), c in gaps.items() if k not in rows.get(_part(p), {})}


def seal(staging: Staging, manifest_of: "Sealing", *, parts: Iterable[Part[Any]], gaps: Gaps) -> Manifest:
    """Merge the staged pages into part files, write the manifest, and clear the pages away."""
    rows, found = merged(staging.all_pages())
    files = {part: _lines(part, rows.get(part, {})) for part in parts}
    sealed = {p.name: SealedPart(rows=len(rows.get(p, {})), sha256=_sha(data)) for p, data in files.items()}
    for part, data in files.items():
        create_or_same(staging.store, _part_file(staging, part.name, sealed[part.name].sha256), data)
    all_gaps = [Gap(part=p, key=k, cause=c) for (p, k), c in sorted({**found, **gaps}.items())]
    manifest = manifest_of.manifest(staging.opened(), sealed, all_gaps)
    staging.store.create(staging.name("manifest.json"), _json(_plain(manifest)))
    staging.clear()
    return manifest


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealing:
    """What a manifest says beyond the staged pages."""

    organization: str
    management: str
    sealed: datetime
    previous: str
    versions: dict[str, str]

    def manifest(self, opened: Opened, parts: dict[str, SealedPart], gaps: list[Gap]) -> Manifest:
        content = {"parts": _plain(parts), "gaps": _plain(gaps)}
        return Manifest(
            schema=SCHEMA,
            organization=self.organization,
            management=self.management,
            period=opened.period,
            run=opened.run,
            opened=opened.at,
            sealed=self.sealed,
            key_check=opened.key_check,
            aliases=opened.aliases,
            parts=parts,
            gaps=gaps,
            digest=_sha(_json(content)),
            previous=self.previous,
            versions=self.versions,
        )


def load_manifest(store: Store, place: str) -> Manifest:
    """Read a snapshot's manifest. Raises ``BadInput`` where there is none."""
    try:
        return _decode(Manifest, store.read(Staging(store, place).name("manifest.json")))
    except NotThere as error:
        raise BadInput(f"{store.uri}/{place} is no sealed snapshot: it has no manifest.json; collect again") from error


def load(store: Store, place: str) -> Snapshot:
    """Read a sealed snapshot. Raises ``BadInput`` where there is none, or its files are not what was sealed."""
    manifest, staging = load_manifest(store, place), Staging(store, place)
    rows = {_part(name): _rows(staging, name, part.sha256) for name, part in manifest.parts.items()}
    gaps = {(gap.part, gap.key): gap.cause for gap in manifest.gaps}
    return Snapshot(place=place, manifest=manifest, rows=rows, gaps=gaps)


def load_rows(store: Store, place: str, part: Part[T]) -> Mapping[str, T]:
    """Read one part of a sealed snapshot; one that an older version sealed without it has no rows of it."""
    sealed = load_manifest(store, place).parts.get(part.name)
    return _rows(Staging(store, place), part.name, sealed.sha256) if sealed else {}


def whole_part_gaps(parts: Iterable[Part[Any]], cause: str) -> dict[tuple[str, str], str]:
    """Give the gaps of parts of which nobody knows what is missing."""
    return {(part.name, EVERYTHING): cause for part in parts}


def _rows(staging: Staging, name: str, sha256: str) -> dict[str, Any]:
    file = _part_file(staging, name, sha256)
    data = staging.store.read(file)
    if _sha(data) != sha256:
        raise BadInput(f"{staging.store.uri}/{file} is not what was sealed; collect again")
    adapter = _adapter(_part(name).row)
    lines = (json.loads(line) for line in data.splitlines())
    return {line["key"]: adapter.validate_python(line["row"], strict=False) for line in lines}


def _part_file(staging: Staging, name: str, sha256: str) -> str:
    return staging.name(f"parts/{name}-{sha256[:12]}.jsonl")


def _lines(part: Part[Any], rows: Mapping[str, Any]) -> bytes:
    adapter = _adapter(part.row)
    lines = ({"key": key, "row": adapter.dump_python(rows[key], mode="json")} for key in sorted(rows))
    return b"".join(_json(line) + b"\n" for line in lines)


def _page_bytes(page: Page) -> bytes:
    rows = {
        part.name: {key: _adapter(part.row).dump_python(row, mode="json") for key, row in found.items()}
        for part, found in page.rows.items()
    }
    gaps = [{"part": part, "key": key, "cause": cause} for (part, key), cause in page.gaps.items()]
    return _json({"rows": rows, "gaps": gaps, "cursor": page.cursor})


def _page(data: bytes) -> Page:
    page = json.loads(data)
    rows = {
        _part(name): {key: _adapter(_part(name).row).validate_python(row) for key, row in found.items()}
        for name, found in page["rows"].items()
    }
    gaps = {(gap["part"], gap["key"]): gap["cause"] for gap in page["gaps"]}
    return Page(rows=rows, gaps=gaps, cursor=page["cursor"])


@cache
def _parts_by_name() -> dict[str, Part[Any]]:
    return {part.name: part for part in every_part()}


def _part(name: str) -> Part[Any]:
    if name not in _parts_by_name():
        raise BadInput(
            f"the snapshot has a part {name!r} that this version does not know; install the version it names"
        )
    return _parts_by_name()[name]


@cache
def _adapter(row: Any) -> TypeAdapter[Any]:
    return TypeAdapter(row)


def _decode(kind: type[T], data: bytes) -> T:
    try:
        value: T = TypeAdapter(kind).validate_json(data)
    except ValidationError as error:
        raise BadInput(f"a {kind.__name__.lower()} file cannot be read: {error.errors()[0]['msg']}") from error
    return value


def _plain(value: Any) -> Any:
    return TypeAdapter(Any).dump_python(value, mode="json")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
