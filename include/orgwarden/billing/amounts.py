"""Amounts exactly as the file has them, in SQL, and what of them lies beyond its 18 decimals, in Python.

A cast alone would be wrong in four ways: it rounds beyond its scale without a word, it takes ``1_000`` for a number,
it spells a double by its binary digits (0.30000000000000004 becomes 0.300000000000000064), and it overflows in the
middle of a month. A double counts as the shortest decimal that reads back as it, which is what its writer meant.
"""

import re
from collections.abc import Iterable
from decimal import Context, Decimal, localcontext

from orgwarden.billing.columns import Field
from orgwarden.errors import BadInput

AMOUNT = "decimal(38,18)"
SHORT = "decimal(18,10)"
SMALL = "decimal(18,15)"
SCALE = 18
NOTHING = f"cast(null as {AMOUNT})"
MOST_DECIMALS = 400
# What every part of a sum is added in: no digit is ever rounded away.
EXACT = Context(prec=2 * MOST_DECIMALS)
BAD_VALUE = "bad value"
WHOLE = frozenset(
    ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
)


def kind_of(field: Field) -> str:
    """Give the kind of number in a column, or '' where its type is none that could be an amount."""
    if field.type in {"DOUBLE", "FLOAT"}:
        return field.type
    if field.type == "VARCHAR":
        return "TEXT"
    if field.type in WHOLE:
        return "WHOLE"
    return "DECIMAL" if field.type.startswith("DECIMAL") else ""


def exact(field: Field, *, required: bool, path: str) -> str:
    """Give the SQL of an amount, at scale 18 or, where that is all of it, 10; a blank one is 0.

    One that a line needs stops the query where it is blank. ``path`` is SQL too: the file of the line, which the
    message of a bad value names.
    """
    bad = refusal(field, path)
    blank = bad if required else f"cast(0 as {SHORT if field.is_short else AMOUNT})"
    kind = kind_of(field)
    if field.is_short:
        amount = f"cast({field.sql} as {SHORT})"
        return amount if field.is_full else f"coalesce({amount}, {blank})"
    if kind == "DOUBLE":
        return _exact_double(field.sql, blank, bad)
    if kind == "TEXT":
        return _exact_text(field.sql, blank, bad)
    text = f"cast({field.sql} as varchar)" if kind == "FLOAT" else field.sql
    return f"case when {field.sql} is null then {blank} else coalesce(try_cast({text} as {AMOUNT}), {bad}) end"


def short(sql: str) -> str:
    """Give the SQL of: up to 5 digits before the point and 10 after it spell this double, so they are its shortest.

    At most 15 digits: no two such decimals read back as one double, and both casts are exact in that range.
    """
    return _spelled(sql, SHORT, "1e5")


def _small(sql: str) -> str:
    """Give the SQL of: 15 digits after the point spell this double, of less than 1, so they are its shortest."""
    return _spelled(sql, SMALL, "1")


def _spelled(sql: str, type_: str, below: str) -> str:
    return f"(abs({sql}) < {below} and cast(try_cast({sql} as {type_}) as double) = {sql})"


def beyond(field: Field) -> str:
    """Give the SQL of the amount's text where it has digits beyond the 18th decimal, else NULL."""
    text = field.sql if field.type == "VARCHAR" else f"cast({field.sql} as varchar)"
    kind = kind_of(field)
    if field.is_short or kind == "WHOLE" or (kind == "DECIMAL" and _scale(field.type) <= SCALE):
        return "cast(null as varchar)"
    further = f"strpos({text}, '.') > 0 and rtrim(substr({text}, strpos({text}, '.') + {SCALE + 1}), '0 ') <> ''"
    found = f"case when contains(lower({text}), 'e') or ({further}) then {text} end"
    if kind == "DOUBLE":
        return f"case when {short(field.sql)} or {_small(field.sql)} then null else {found} end"
    return found


def rest(text: str, rounded: Decimal) -> Decimal:
    """Give what the amount has beyond what the query took of it."""
    amount = Decimal(text.strip())
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > MOST_DECIMALS:
        raise BadInput(f"the amount {text[:40]} has more than {MOST_DECIMALS} decimals; write it with fewer")
    return EXACT.subtract(amount, rounded)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Add up without losing a digit, and leave zeros at the end away."""
    with localcontext(EXACT):
        return plain(sum(amounts, Decimal(0)))


def plain(amount: Decimal) -> Decimal:
    """Give the amount without zeros after its last digit and without exponent: ``0``, ``100``, ``0.5``."""
    with localcontext(EXACT):
        whole = amount == amount.to_integral_value()
        return amount.quantize(Decimal(1)) + 0 if whole else amount.normalize()


def refusal(field: Field, path: str) -> str:
    """Give the SQL that stops the query and names column, value and file; ``refused`` reads it back."""
    value = f"coalesce(cast({field.sql} as varchar), '')"
    return f"error(concat('{BAD_VALUE}', chr(31), {literal(field.name)}, chr(31), {value}, chr(31), {path}, chr(31)))"


def refused(message: str) -> tuple[str, str, str] | None:
    """Give (column, value, path) of a query that ``refusal`` stopped."""
    found = re.search(f"{BAD_VALUE}\x1f(.*?)\x1f(.*?)\x1f(.*?)\x1f", message, re.DOTALL)
    return (found[1], found[2], found[3]) if found else None


def literal(text: str) -> str:
    """Give the text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def _scale(type_: str) -> int:
    return int(type_.rstrip(")").rpartition(",")[2])


def _exact_double(sql: str, blank: str, bad: str) -> str:
    slow = (
        f"case when {sql} is null then {blank} else coalesce(try_cast(cast({sql} as varchar) as {AMOUNT}), {bad}) end"
    )
    return (
        f"case when {short(sql)} then cast(cast({sql} as {SHORT}) as {AMOUNT}) "
        f"when {_small(sql)} then cast(cast({sql} as {SMALL}) as {AMOUNT}) else {slow} end"
    )


def _exact_text(sql: str, blank: str, bad: str) -> str:
    """Only an underscore is taken for a digit's mate by the cast; all else that is no decimal number it refuses."""
    number = f"case when contains({sql}, '_') then {bad} else coalesce(try_cast({sql} as {AMOUNT}), {bad}) end"
    return f"case when {sql} is null or trim({sql}) = '' then {blank} else {number} end"
