"""What the ledger tells of how accounts are used, as parts: spend by service and by stage, and which tag keys it has.

So controls of delegation, structure and tags can look at the bill without knowing how one is read.
"""

from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from orgwarden.aws.tag_keys import flattened
from orgwarden.billing.ledger import Ledger
from orgwarden.billing.lines import MARK
from orgwarden.model import EVERYTHING, Part, Period
from orgwarden.parts.bill_spend import (
    ACCOUNT_SERVICES,
    ACCOUNT_STAGES,
    BILLED_KEYS,
    BilledKey,
    ServiceSpend,
    StageSpend,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Rows = dict[Part[Any], dict[str, Any]]
Gaps = dict[tuple[str, str], str]
NOT_IN_THE_LEDGER = "the ledger was made without this tag key"


def spend_parts(
    con: "DuckDBPyConnection",
    ledger: Ledger,
    period: Period,
    *,
    cost_keys: Iterable[str] = (),
    stage_tags: Sequence[str] = (),
) -> tuple[Rows, Gaps]:
    """Give the parts that a ledger fills, and why one could not be: the bill has no tag that names a stage.

    ``stage_tags`` are keys in the order in which they count; how they are spelled in the bill does not matter.
    """
    stages = stage_keys(ledger.tag_keys, stage_tags)
    known = {key: number for number, key in enumerate(ledger.tag_keys, start=1)}
    rows: Rows = {
        ACCOUNT_SERVICES: dict(_services(con, period)),
        BILLED_KEYS: {key: _key(con, known[key], period) for key in cost_keys if key in known},
    }
    gaps: Gaps = {(BILLED_KEYS.name, key): NOT_IN_THE_LEDGER for key in cost_keys if key not in known}
    if stages:
        rows[ACCOUNT_STAGES] = dict(_stages(con, [known[key] for key in stages], period))
    else:
        gaps[ACCOUNT_STAGES.name, EVERYTHING] = _no_stage(stage_tags)
    return rows, gaps


def stage_keys(exported: Iterable[str], stage_tags: Sequence[str]) -> tuple[str, ...]:
    """Give the keys of an export that name a stage, the one that counts first at the front."""
    there = tuple(exported)
    return tuple(key for tag in stage_tags for key in there if flattened(key) == flattened(tag))


def _services(con: "DuckDBPyConnection", period: Period) -> Iterator[tuple[str, ServiceSpend]]:
    for account, service, currency, amount in con.execute(_statement("account_services")).fetchall():
        row = ServiceSpend(account=account, service=service, amount=amount, currency=currency, period=str(period))
        yield f"{account}/{service}/{currency}", row


def _stages(con: "DuckDBPyConnection", numbers: Sequence[int], period: Period) -> Iterator[tuple[str, StageSpend]]:
    named = ", ".join(f"nullif(trim(tag_{number}), '')" for number in numbers)
    for account, stage, currency, amount in con.execute(
        _statement("account_stages", f"coalesce({named}, '')")
    ).fetchall():
        row = StageSpend(account=account, stage=stage, amount=amount, currency=currency, period=str(period))
        yield f"{account}/{stage}/{currency}", row


def _key(con: "DuckDBPyConnection", number: int, period: Period) -> BilledKey:
    ((tagged, lines),) = con.execute(_statement("tag_keys", f"tag_{number}")).fetchall()
    return BilledKey(tagged=tagged, lines=lines, period=str(period))


def _statement(name: str, tag: str = MARK) -> str:
    """Give a statement, with the column, or what is made of columns, that stands for its tag."""
    text = files("orgwarden.billing.parts").joinpath(f"{name}.sql").read_text(encoding="utf-8")
    sql = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return sql.replace(MARK, tag)


def _no_stage(stage_tags: Sequence[str]) -> str:
    return (
        f"the bill has none of the tags that name a stage ({', '.join(stage_tags)}): activate one as a cost allocation "
        "tag, or name others under structure.stage_tags in the baseline"
    )
