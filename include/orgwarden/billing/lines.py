"""The lines of one month's bill as a view of DuckDB, in words that are the same for every export.

Three steps: ``charge`` has the columns as they were read, typed and without blanks; ``line`` says what they mean; all
that adds up reads ``line``. What is read as text (CSV, tags as JSON) is parsed once, into Parquet beside; Parquet is
read where it lies.
"""

import re
import tempfile
import weakref
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from importlib.resources import files as resources
from pathlib import Path
from typing import TYPE_CHECKING

from orgwarden.billing import amounts, reading
from orgwarden.billing.amounts import literal
from orgwarden.billing.columns import AMOUNTS, COLUMNS, CUR, FOCUS, REQUIRED, TIMES, Field, map_key
from orgwarden.billing.reading import PATH, Readable, Source
from orgwarden.errors import BadInput
from orgwarden.model import Period

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orgwarden.billing.locating import Delivery

MARK = "tag_1"
MAP = "map(varchar, varchar)"
NUMBERS = frozenset({"DOUBLE", "FLOAT"})
MOMENTS = ("TIMESTAMP", "DATE")
# What the meaning of a line asks for and a format never has.
NEVER = {CUR: (), FOCUS: ("net_unblended", "blended", "net_amortized", "fee")}
IDS = frozenset({"payer", "account"})
PLAIN = frozenset(
    {"bill_type", "invoice", "seller", "publisher", "provider", "service", "region", "usage_type", "operation"}
    | {"resource", "line_id", "time_interval", "net_unblended", "blended", "list"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tag:
    """Where the values of one tag key stand in ``charge``: in columns, or in the map under these keys."""

    columns: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        parts = [*self.columns, *(f"tags[{literal(key)}]" for key in self.keys)]
        if len(parts) > 1:
            return first_not_blank(parts)
        return parts[0] if self.columns else f"coalesce({parts[0]}, '')"

    @property
    def is_listed(self) -> bool:
        """Tell whether each line has at most one entry of a map for it, and nothing else."""
        return not self.columns and len(self.keys) == 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Lines:
    """What the view ``line`` shows: one month of one export.

    ``missing`` are the columns of ``line`` that the export does not have; ``tags`` is how each key is read;
    ``is_alone`` says that the export has no other period; ``dictionaries`` are the columns of ``charge`` that Parquet
    keeps as dictionaries, ``count`` is how many lines there are.
    """

    format: str
    period: Period
    currencies: tuple[str, ...]
    payers: tuple[str, ...]
    tag_keys: tuple[str, ...]
    missing: frozenset[str]
    tags: Mapping[str, Tag]
    is_alone: bool
    dictionaries: frozenset[str]
    count: int
    readables: tuple[Readable, ...]

    def telling(self, con: "DuckDBPyConnection") -> AbstractContextManager[None]:
        """Give what turns an error of DuckDB over these lines into BadInput that names the file."""
        return reading.telling(con, self.readables)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """What all files of a delivery have together: the amounts, the keys of flat tags, a map of tags or none."""

    format: str
    names: frozenset[str]
    flat_keys: tuple[str, ...]
    has_map: bool


def open_lines(con: "DuckDBPyConnection", delivery: "Delivery", period: Period | None) -> Lines:
    """Make the view ``line`` of one period; raises BadInput that names file, column and value.

    Makes the tables ``export_facts``, ``missing_column`` and ``file`` too. Without ``period`` the lines must all be
    of one, and of that which the delivery is of, where it says so.
    """
    folder = _folder(con)
    found = reading.sources(con, delivery.files, folder)
    if not found:
        raise BadInput("the delivery has no data file")
    shape = _shape(found)
    relations = [_relation(con, source, shape, folder / f"read-{n}.parquet") for n, source in enumerate(found)]
    con.execute(f"create or replace view every_charge as {' union all '.join(one.query for one in relations)}")
    readables = tuple(one for source in found for one in source.readables)
    with reading.telling(con, readables):
        chosen, facts = _choose(con, period, delivery.period)
        is_alone = len({one[0] for one in facts}) == 1
        _make_charge(con, chosen, {}, is_alone=is_alone)
        tags = _tags(con, shape)
    lines = Lines(
        format=shape.format,
        period=chosen,
        currencies=_distinct(one[1] for one in facts if one[0] == str(chosen)),
        payers=_distinct(one[2] for one in facts if one[0] == str(chosen)),
        tag_keys=tuple(tags),
        missing=_missing(shape),
        tags=tags,
        is_alone=is_alone,
        dictionaries=frozenset.intersection(*(one.dictionaries for one in relations)),
        count=sum(one[4] for one in facts if one[0] == str(chosen)),
        readables=readables,
    )
    declare(con, lines, ())
    _tell_facts(con, lines, delivery, facts)
    return lines


def declare(con: "DuckDBPyConnection", lines: Lines, tag_keys: Sequence[str]) -> None:
    """Make ``line`` again, with the values of these tag keys as tag_1 … tag_n."""
    declared = {f"tag_{n}": lines.tags[key].sql if key in lines.tags else "''" for n, key in enumerate(tag_keys, 1)}
    _make_charge(con, lines.period, declared, is_alone=lines.is_alone)
    con.execute(f"create or replace view line as {statement(f'line_of_{lines.format.lower()}', len(tag_keys))}")


def statement(name: str, tags: int) -> str:
    """Give a statement of this folder for a number of declared tag keys."""
    text = resources("orgwarden.billing").joinpath(f"{name}.sql").read_text(encoding="utf-8")
    rows = [row for row in text.splitlines() if not row.lstrip().startswith("--")]
    return "\n".join(each for row in rows for each in _repeated(row, tags))


def _repeated(row: str, tags: int) -> list[str]:
    return [row.replace(MARK, f"tag_{n}") for n in range(1, tags + 1)] if MARK in row else [row]


def _folder(con: "DuckDBPyConnection") -> Path:
    """Give a folder for what is unpacked, in DuckDB's own temporary one; it goes when the connection goes."""
    above = con.execute("select current_setting('temp_directory')").fetchone()
    parent = Path(str(above[0])) if above and above[0] else None
    if parent:
        parent.mkdir(parents=True, exist_ok=True)
    made = tempfile.TemporaryDirectory(prefix="bill-", dir=parent, ignore_cleanup_errors=True)
    weakref.finalize(con, made.cleanup)
    return Path(made.name).absolute()


def _shape(found: Sequence[Source]) -> Shape:
    formats = {source.layout.format: source.file for source in reversed(found)}
    if len(formats) > 1:
        raise BadInput(
            "these files are two exports: " + ", ".join(f"{file} is {name}" for name, file in sorted(formats.items()))
        )
    keys = dict.fromkeys(key for source in found for key, _ in source.layout.flat_tags)
    return Shape(
        format=next(iter(formats)),
        names=frozenset(name for source in found for name in source.layout.fields),
        flat_keys=tuple(keys),
        has_map=any(source.layout.map_tags for source in found),
    )


# --- charge: columns as they were read ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Relation:
    """A query of the charges of some files, and which of its columns Parquet keeps as dictionaries."""

    query: str
    dictionaries: frozenset[str]


def _relation(con: "DuckDBPyConnection", source: Source, shape: Shape, place: Path) -> Relation:
    """Give the charges of these files; text is parsed here, once, and its first bad value told."""
    columns = _projected(source, shape)
    query = f"select {', '.join(f'{sql} as {name}' for name, sql in sorted(columns.items()))} from {source.relation}"
    tags = source.layout.map_tags
    if not source.is_text and (tags is None or not _is_json(tags)):
        kept = reading.dictionaries(con, [one.path for one in source.readables])
        return Relation(query=query, dictionaries=_kept(source, columns, kept))
    with reading.telling(con, source.readables):
        con.execute(f"copy ({query}) to {literal(str(place))} (format parquet)")
    query = f"select * from read_parquet({literal(str(place))}, hive_partitioning=false)"
    return Relation(query=query, dictionaries=reading.dictionaries(con, [place]))


def _kept(source: Source, columns: Mapping[str, str], kept: frozenset[str]) -> frozenset[str]:
    """Give the columns of ``charge`` that are one column of the file, kept as a dictionary, or one word."""
    fields = [*source.layout.fields.values(), *(field for _, field in source.layout.flat_tags)]
    whole = {sql for one in fields if one.name in kept for sql in (one.sql, f"concat({one.sql})")}
    return frozenset(name for name, sql in columns.items() if sql in whole or re.fullmatch("'[^']*'", sql))


def _projected(source: Source, shape: Shape) -> dict[str, str]:
    fields = source.layout.fields
    names = [*COLUMNS[shape.format], *NEVER[shape.format]]
    made = {name: _column(name, fields, source, shape) for name in names}
    made["period_start"] = made.pop("period")
    if shape.format == CUR:
        made["provider"] = "'AWS'"
    else:
        made |= {name: made.get(name, "''") for name in ("line_id", "time_interval")}
    made["beyond"] = amounts.beyond(fields["unblended"])
    made["file"] = _named(source.readables)
    made |= {f"flat_{n}": _flat(source, key) for n, key in enumerate(shape.flat_keys)}
    if shape.has_map:
        made["tags"] = _map(source)
    return made


def _column(name: str, fields: Mapping[str, Field], source: Source, shape: Shape) -> str:
    field = fields.get(name)
    if name in AMOUNTS or name in NEVER[shape.format]:
        return _amount(name, fields, source, shape)
    if name in TIMES:
        return _moment(name, field, source)
    return "''" if field is None else _text(field, source, is_id=name in IDS)


def _amount(name: str, fields: Mapping[str, Field], source: Source, shape: Shape) -> str:
    field = fields.get(name)
    if field is None and name == "net_unblended" and name in shape.names:
        # Another file of this bill has it: where a line has no discount, net is as billed.
        field = fields["unblended"]
    if field is None:
        return amounts.NOTHING
    if not amounts.kind_of(field):
        raise BadInput(f"{source.file}: column {field.name} is of type {field.type}, which is no amount")
    return amounts.exact(field, required=name in REQUIRED, path=PATH)


def _text(field: Field, source: Source, *, is_id: bool) -> str:
    if field.type in NUMBERS:
        # An id that some tool made a number because others are blank: 123456789012.0 is 123456789012.
        whole = f"cast(cast({field.sql} as hugeint) as varchar)"
        return f"case when {field.sql} = floor({field.sql}) then {whole} else coalesce({field.sql}::varchar, '') end"
    if field.type != "VARCHAR":
        return f"coalesce(cast({field.sql} as varchar), '')"
    if source.is_text and is_id:
        return f"case when {field.sql} is null or trim({field.sql}) = '' then '' else {field.sql} end"
    # Of a column that Parquet keeps as a dictionary, a function is asked once for each word, coalesce for each row.
    return field.sql if field.is_full else f"concat({field.sql})"


def _moment(name: str, field: Field | None, source: Source) -> str:
    type_ = "date" if name == "period" else "timestamp"
    if field is None:
        return f"cast(null as {type_})"
    bad = amounts.refusal(field, PATH)
    if field.type.startswith(MOMENTS):
        moment = f"cast({field.sql} as {type_})"
        return f"coalesce({moment}, {bad})" if name in REQUIRED and not field.is_full else moment
    if field.type != "VARCHAR":
        raise BadInput(f"{source.file}: column {field.name} is of type {field.type}, which is no point in time")
    moment = f"coalesce(cast(try_cast({field.sql} as timestamptz) as {type_}), {bad})"
    blank = bad if name in REQUIRED else f"cast(null as {type_})"
    return f"case when {field.sql} is null or trim({field.sql}) = '' then {blank} else {moment} end"


def _named(readables: Sequence[Readable]) -> str:
    if len(readables) == 1:
        return literal(readables[0].file.name)
    paths = ", ".join(literal(str(one.path)) for one in readables)
    names = ", ".join(literal(one.file.name) for one in readables)
    return f"map([{paths}], [{names}])[{PATH}]"


def _flat(source: Source, key: str) -> str:
    parts = [_text(field, source, is_id=False) for name, field in source.layout.flat_tags if name == key]
    return first_not_blank(parts) if len(parts) > 1 else next(iter(parts), "''")


def first_not_blank(parts: Iterable[str]) -> str:
    """Give the SQL of the first of these texts that is not blank, else ''."""
    return "coalesce(" + "".join(f"nullif({part}, ''), " for part in parts) + "'')"


def _is_json(field: Field) -> bool:
    return field.type in {"VARCHAR", "JSON"}


def _map(source: Source) -> str:
    field = source.layout.map_tags
    if field is None:
        return f"cast(null as {MAP})"
    if _is_json(field):
        parsed = f"try_cast(try_cast({field.sql} as json) as {MAP})"
        blank = f"{field.sql} is null or trim({field.sql}) in ('', 'null')"
        return f"case when {blank} then null else coalesce({parsed}, {amounts.refusal(field, PATH)}) end"
    if field.type.startswith("MAP"):
        return field.sql if field.type == "MAP(VARCHAR, VARCHAR)" else f"cast({field.sql} as {MAP})"
    if field.type.startswith("STRUCT") and field.type.endswith("[]"):
        return f"cast(map_from_entries({field.sql}) as {MAP})"
    raise BadInput(f"{source.file}: column {field.name} is of type {field.type}, which is no map of tags")


def _make_charge(con: "DuckDBPyConnection", period: Period, tags: Mapping[str, str], *, is_alone: bool) -> None:
    first, end = days(period)
    more = "".join(f", {sql} as {name}" for name, sql in tags.items())
    where = "" if is_alone else f" where period_start >= date '{first}' and period_start < date '{end}'"
    con.execute(
        f"create or replace view charge as select {literal(str(period))} as period, *{more} from every_charge{where}"
    )


def days(period: Period) -> tuple[date, date]:
    """Give the first day of a month and the first day after it."""
    year, month = (int(part) for part in period.text.split("-"))
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


# --- what the lines say of themselves -------------------------------------------------------------------------------

Facts = list[tuple[str, str, str, str, int]]


def _choose(con: "DuckDBPyConnection", asked: Period | None, stated: Period | None) -> tuple[Period, Facts]:
    facts: Facts = con.execute(
        "select strftime(period_start, '%Y-%m'), currency, payer, line_type, lines from (select period_start, "
        "currency, payer, line_type, count(*) as lines from every_charge group by all) order by all"
    ).fetchall()
    there = _distinct(one[0] for one in facts)
    if asked is not None:
        if str(asked) not in there:
            raise BadInput(f"the export has no line of {asked}: it has {_listed(there)}")
        return asked, facts
    if len(there) > 1:
        raise BadInput(f"the export has lines of several periods, name one with --period: {', '.join(there)}")
    if not there:
        raise BadInput("the export has no line, so nothing tells its period; name it with --period")
    if stated is not None and str(stated) != there[0]:
        raise BadInput(
            f"the delivery is of {stated}, and its lines are all of {there[0]}: "
            "have it delivered again, or name the month that is meant with --period"
        )
    return Period(there[0]), facts


def _listed(there: Sequence[str]) -> str:
    return f"those of {', '.join(there)}" if there else "no line at all"


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


def _tags(con: "DuckDBPyConnection", shape: Shape) -> dict[str, Tag]:
    columns = {key: (f"flat_{n}",) for n, key in enumerate(shape.flat_keys)}
    raw: dict[str, tuple[str, ...]] = {}
    for key in _map_keys(con) if shape.has_map else ():
        name = map_key(key, shape.format)
        raw[name] = (*raw.get(name, ()), key)
    return {name: Tag(columns=columns.get(name, ()), keys=raw.get(name, ())) for name in [*columns, *raw]}


def _map_keys(con: "DuckDBPyConnection") -> list[str]:
    rows = con.execute("select distinct unnest(map_keys(tags)) from charge").fetchall()
    return sorted(row[0] for row in rows)


def _missing(shape: Shape) -> frozenset[str]:
    has = shape.names | ({"provider"} if shape.format == CUR else set())
    missing = set(PLAIN - has)
    if "start" not in has:
        missing |= {"start", "day"}
    if not has & {"savings_plan", "reservation", "commitment"}:
        missing.add("commitment")
    if not has & {"sp_effective", "ri_effective"}:
        missing |= {"fee"} | (set() if "effective" in has else {"amortized"})
    return frozenset(missing | ({"net_amortized"} if "net_unblended" in missing else set()))


def _tell_facts(con: "DuckDBPyConnection", lines: Lines, delivery: "Delivery", facts: Facts) -> None:
    first, end = days(lines.period)
    has_discounts = any(one[3].endswith("Discount") for one in facts if one[0] == str(lines.period))
    con.execute(
        "create or replace table export_facts as select $1::varchar as format, $2::varchar as period, $3::date as "
        "first_day, $4::date as end_day, $5::boolean as has_net, "
        "$6::boolean as has_discount_rows, $7::boolean as has_manifest",
        [
            lines.format,
            str(lines.period),
            first,
            end,
            "net_unblended" not in lines.missing,
            has_discounts,
            delivery.manifest is not None,
        ],
    )
    con.execute("create or replace table missing_column (name varchar)")
    if lines.missing:
        con.executemany("insert into missing_column values (?)", [[name] for name in sorted(lines.missing)])
    _tell_files(con, delivery)


def _tell_files(con: "DuckDBPyConnection", delivery: "Delivery") -> None:
    con.execute("create or replace table file (name varchar, bytes bigint, rows bigint, listed boolean)")
    counted = dict(con.execute("select file, count(*) from every_charge group by file").fetchall())
    con.executemany(
        "insert into file values (?, ?, ?, ?)",
        [[one.name, one.size, counted.get(one.name, 0), delivery.manifest is not None] for one in delivery.files],
    )
