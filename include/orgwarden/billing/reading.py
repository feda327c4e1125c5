"""Files of an export made readable to DuckDB, each told by its content, and none taken for whole that is not.

Columns are read by position and under names of our own: DuckDB folds case in names, and ``resourceTags/user:Env``
and ``…:env`` are two tags. Files whose columns differ are kept apart, so that a column which comes or goes from file
to file is only missing where it is missing.
"""

import csv
import gzip
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from orgwarden.billing.amounts import literal, refused, short
from orgwarden.billing.columns import FOCUS, TAG_COLUMNS, Field, Layout, recognise
from orgwarden.errors import BadInput

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orgwarden.billing.locating import DataFile

CHUNK = 1 << 16
MOST_OF_HEADER = 1 << 22
PATH = "__path"
# The type of a column in which its writer saw no value.
NULL = '"NULL"'
TAG_PARENTS = frozenset(name.lower() for name in TAG_COLUMNS.values())
# Rows whose fields end in other ways than the header's are refused by DuckDB: nothing is guessed.
CSV_OPTIONS = (
    "auto_detect=false, header=true, delim=',', quote='\"', escape='\"', strict_mode=true, null_padding=false, "
    f"allow_quoted_nulls=true, encoding='utf-8', hive_partitioning=false, filename='{PATH}'"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Readable:
    """A file as DuckDB reads it: where its bytes now are, and of which kind they are."""

    file: "DataFile"
    path: Path
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Files of equal columns: what DuckDB selects from, and what its columns mean; ``file`` is the first one's name."""

    readables: tuple[Readable, ...]
    layout: Layout
    relation: str
    is_text: bool

    @property
    def file(self) -> str:
        return self.readables[0].file.name


def sources(con: "DuckDBPyConnection", files: "Sequence[DataFile]", folder: Path) -> list[Source]:
    """Give the files grouped by their columns; raises BadInput naming the first that is broken or no export."""
    readables = [one for each in _prepared(files, folder) for one in each]
    parquet = [one for one in readables if one.kind == "parquet"]
    text = [one for one in readables if one.kind != "parquet"]
    return [*_text_sources(text), *_parquet_sources(con, parquet)]


@contextmanager
def telling(con: "DuckDBPyConnection", readables: Sequence[Readable]) -> Iterator[None]:
    """Turn what DuckDB says of a file's content into BadInput that names the file as people know it."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise BadInput(f"the memory limit is too small for this bill: {_first_line(error)}; give it more") from error
    except duckdb.IOException as error:
        if "No space left" in str(error):
            raise BadInput(f"the temporary folder is full ({_first_line(error)}); give it more room") from error
        raise told(con, readables, error) from error
    except (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException):
        # Our own SQL, not the files.
        raise
    except duckdb.Error as error:
        raise told(con, readables, error) from error


def told(con: "DuckDBPyConnection", readables: Sequence[Readable], error: Exception) -> BadInput:
    """Say in one sentence which file, line, column and value stopped a query."""
    names = {str(one.path): one.file.name for one in readables}
    found = refused(str(error))
    if found is not None:
        column, value, path = found
        return BadInput(_about_value(names.get(path, path), column, value))
    named = re.search(r'file = (.+)|file "(.+?)"', str(error))
    path = next((one for one in named.groups() if one), "") if named else ""
    name = names.get(path) or _culprit(con, readables)
    line = re.search(r"Error on Line: (\d+)", str(error))
    if line:
        return BadInput(f"{name}, line {line[1]}: {_reason(error)}; nothing of it was used: have it delivered again")
    return BadInput(f"{name} cannot be read ({_first_line(error)}); nothing of it was used: have it delivered again")


def _about_value(file: str, column: str, value: str) -> str:
    if not value.strip():
        return f"{file}: a line has no value in column {column}, which no line can do without"
    return f"{file}: {value[:80]!r} in column {column} cannot be read; nothing of it was used: have it delivered again"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200]


def _reason(error: Exception) -> str:
    lines = [one for one in str(error).splitlines() if one.strip()]
    return next((one for one in lines[1:] if not one.startswith("Original Line")), lines[0])[:120]


def _culprit(con: "DuckDBPyConnection", readables: Sequence[Readable]) -> str:
    """Give the first file that fails alone."""
    import duckdb

    for one in readables:
        if one.kind != "parquet":
            continue
        try:
            con.execute(f"select bit_xor(hash(columns(*))) from {_read_parquet([one])}")
        except duckdb.Error:
            return one.file.name
    return ", ".join(one.file.name for one in readables[:3])


def dictionaries(con: "DuckDBPyConnection", paths: Sequence[Path]) -> frozenset[str]:
    """Give the columns that these Parquet files keep as dictionaries, in all of their row groups."""
    rows = con.execute(
        "select path_in_schema from parquet_metadata(?) group by path_in_schema "
        "having bool_and(dictionary_page_offset is not null)",
        [[str(path) for path in paths]],
    ).fetchall()
    return frozenset(row[0] for row in rows)


# --- what a file is -------------------------------------------------------------------------------------------------


def _prepared(files: "Sequence[DataFile]", folder: Path) -> Iterable[list[Readable]]:
    """Check compressed files to their end, two at a time: zlib leaves Python's lock to the other."""
    with ThreadPoolExecutor(max_workers=2) as threads:
        yield from threads.map(_prepare, range(len(files)), files, [folder] * len(files))


def _prepare(number: int, file: "DataFile", folder: Path) -> list[Readable]:
    try:
        with file.path.open("rb") as stream:
            magic = stream.read(4)
    except OSError as error:
        raise BadInput(f"{file.name} cannot be opened: {error.strerror or error}") from error
    if not magic:
        raise BadInput(f"{file.name} is empty: 0 bytes; have it delivered again")
    if magic == b"PAR1":
        return [Readable(file=file, path=_plain_path(file.path, number, folder), kind="parquet")]
    if magic[:2] == b"PK":
        return _unzipped(number, file, folder)
    if magic[:2] == b"\x1f\x8b":
        _check_gzip(file)
        return [Readable(file=file, path=_plain_path(file.path, number, folder), kind="gzip")]
    return [Readable(file=file, path=_plain_path(file.path, number, folder), kind="none")]


def _plain_path(path: Path, number: int, folder: Path) -> Path:
    """Give a path in which DuckDB sees no pattern."""
    if not re.search(r"[*?\[{]", str(path)):
        return path.absolute()
    link = folder / f"file-{number:05}"
    link.symlink_to(path.absolute())
    return link


def _check_gzip(file: "DataFile") -> None:
    """Read the archive to its end, for its checksum: DuckDB does not look at it."""
    try:
        with file.path.open("rb") as stream:
            _inflate(stream)
    except (zlib.error, EOFError) as error:
        raise BadInput(
            f"{file.name} is a broken or truncated gzip archive ({error}); have it delivered again"
        ) from error


def _inflate(stream: BinaryIO) -> None:
    one, data = zlib.decompressobj(wbits=31), stream.read(CHUNK)
    while data:
        one.decompress(data)
        data = one.unused_data
        if one.eof and (data or stream.peek(1)):  # type: ignore[attr-defined]
            one = zlib.decompressobj(wbits=31)
        data = data or stream.read(CHUNK)
    if not one.eof:
        raise EOFError("it ends before its end mark")


def _unzipped(number: int, file: "DataFile", folder: Path) -> list[Readable]:
    try:
        with zipfile.ZipFile(file.path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if not members:
                raise BadInput(f"{file.name} is an archive without a file; have it delivered again")
            paths = [_extracted(archive, one, folder / f"file-{number:05}-{n}") for n, one in enumerate(members)]
    # zipfile says RuntimeError of an encrypted member, NotImplementedError of a compression that it does not know.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise BadInput(
            f"{file.name} is a broken or truncated zip archive ({error}); have it delivered again"
        ) from error
    return [Readable(file=file, path=path, kind="none") for path in paths]


def _extracted(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> Path:
    with archive.open(member) as packed, path.open("wb") as out:
        while data := packed.read(CHUNK):
            out.write(data)
    return path


# --- text -----------------------------------------------------------------------------------------------------------


def _text_sources(readables: Sequence[Readable]) -> list[Source]:
    groups: dict[tuple[tuple[str, ...], str], list[Readable]] = {}
    for one in readables:
        groups.setdefault((_header(one), one.kind), []).append(one)
    return [_text_source(names, kind, tuple(group)) for (names, kind), group in groups.items()]


def _text_source(names: Sequence[str], kind: str, group: tuple[Readable, ...]) -> Source:
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(names)))
    fields = [Field(name=name, sql=f"c{number}", type="VARCHAR") for number, name in enumerate(names)]
    layout = recognise(fields, group[0].file.name)
    # FOCUS writes a null as NULL; in CUR it is a text like any other.
    nulls = "'', 'NULL'" if layout.format == FOCUS else "''"
    options = f"columns={{{columns}}}, nullstr=[{nulls}], compression='{kind}', {CSV_OPTIONS}"
    return Source(
        readables=group,
        layout=layout,
        relation=f"read_csv({_paths(group)}, {options})",
        is_text=True,
    )


def _header(one: Readable) -> tuple[str, ...]:
    """Give the names of the first line; what follows is DuckDB's to judge."""
    try:
        with gzip.open(one.path) if one.kind == "gzip" else one.path.open("rb") as stream:
            line = stream.readline(MOST_OF_HEADER).decode("utf-8-sig")
        names = next(csv.reader([line.rstrip("\r\n")], strict=True), [])
    except (UnicodeDecodeError, csv.Error, OSError, EOFError) as error:
        raise BadInput(
            f"{one.file.name} is neither Parquet nor CSV in UTF-8, plain or in gzip or zip, that begins with one line "
            f"of column names ({error})"
        ) from error
    if not any(names):
        raise BadInput(f"{one.file.name} does not begin with one line of column names")
    return tuple(names)


def _paths(group: Iterable[Readable]) -> str:
    return "[" + ", ".join(literal(str(one.path)) for one in group) + "]"


# --- Parquet --------------------------------------------------------------------------------------------------------


def _parquet_sources(con: "DuckDBPyConnection", readables: Sequence[Readable]) -> list[Source]:
    groups: dict[tuple[Any, ...], list[Readable]] = {}
    for one in readables:
        with telling(con, [one]):
            groups.setdefault(_schema(con, one), []).append(one)
    return [_parquet_source(con, schema, tuple(group)) for schema, group in groups.items()]


def _schema(con: "DuckDBPyConnection", one: Readable) -> tuple[Any, ...]:
    return tuple(
        con.execute(
            "select name, type, type_length, coalesce(num_children, 0), converted_type, scale, precision, "
            "cast(logical_type as varchar) from parquet_schema(?)",
            [str(one.path)],
        ).fetchall()
    )


def _parquet_source(con: "DuckDBPyConnection", schema: tuple[Any, ...], group: tuple[Readable, ...]) -> Source:
    relation = _read_parquet(group)
    described = con.execute(f"describe select * exclude ({PATH}) from {relation}").fetchall()
    top, children = _names(schema)
    fields = [
        each
        for position, (spelled, type_, *_) in enumerate(described)
        for each in _fields(top[position], children[position], _quoted(spelled), type_)
    ]
    recognise(fields, group[0].file.name)
    with telling(con, group):
        layout = recognise(_read(con, relation, fields), group[0].file.name)
    return Source(readables=group, layout=layout, relation=relation, is_text=False)


def _names(schema: Sequence[tuple[Any, ...]]) -> tuple[list[str], list[list[str]]]:
    """Give the names of the top columns and those right below each, from Parquet's tree written depth first."""
    top: list[str] = []
    below: list[list[str]] = []
    at = 1
    for _ in range(schema[0][3]):
        top.append(schema[at][0])
        ends, inner = _below(schema, at)
        below.append(inner)
        at = ends
    return top, below


def _below(schema: Sequence[tuple[Any, ...]], at: int) -> tuple[int, list[str]]:
    names, following = [], at + 1
    for _ in range(schema[at][3]):
        names.append(schema[following][0])
        following, _inner = _below(schema, following)
    return following, names


def _fields(name: str, children: Sequence[str], sql: str, type_: str) -> list[Field]:
    """Give the column; a struct of tags as one column for each tag, by position."""
    if type_ == NULL:
        return [Field(name=name, sql="cast(null as varchar)", type="VARCHAR")]
    if name.lower() not in TAG_PARENTS or not type_.startswith("STRUCT"):
        return [Field(name=name, sql=sql, type=type_)]
    return [
        Field(name=f"{name}.{child}", sql=f"cast(struct_extract_at({sql}, {n}) as varchar)", type="VARCHAR")
        for n, child in enumerate(children, start=1)
    ]


def _read_parquet(group: Iterable[Readable]) -> str:
    return f"read_parquet({_paths(group)}, hive_partitioning=false, union_by_name=false, filename='{PATH}')"


def _read(con: "DuckDBPyConnection", relation: str, fields: Sequence[Field]) -> list[Field]:
    """Decode every page, so that a broken one shows before anything is added up, and note what all values are."""
    doubles = [one for one in fields if one.type == "DOUBLE"]
    asked = [f"count({one.sql})" for one in fields]
    asked += [f"coalesce(bool_and({short(one.sql)}), true)" for one in doubles]
    # Counts and least values come from statistics; a hash needs the value.
    asked += ["bit_xor(hash(columns(*)))"]
    rows, *found = con.execute(f"select count(*), {', '.join(asked)} from {relation}").fetchone() or ()
    shorts = {one.name for one, is_short in zip(doubles, found[len(fields) :], strict=False) if is_short}
    counted = zip(fields, found, strict=False)
    return [replace(one, is_full=count == rows, is_short=one.name in shorts) for one, count in counted]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
