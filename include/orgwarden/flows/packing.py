"""The packs of a reconciled month: one for each payer and currency, published, or held back where a check blocks it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from orgwarden.baseline import Baseline
from orgwarden.billing.checking import CHECKS, Weight
from orgwarden.billing.export_place import version_of
from orgwarden.flows.hearing import Given
from orgwarden.flows.reconciling import ESTIMATED, FINAL, Reconciled, accounts_of
from orgwarden.flows.releasing import Release
from orgwarden.model import Status, Verdict
from orgwarden.parts.bill import Bill
from orgwarden.parts.organization import ACCOUNTS
from orgwarden.reports.finance.books import was_read
from orgwarden.reports.finance.history import HISTORY, read_history
from orgwarden.reports.finance.pack import Pack, Source
from orgwarden.reports.finance.publishing import Published, publish
from orgwarden.store import Store

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EXPORT = "export"
EARLIER = "earlier_ledger"
NUMBERS = {check.control: check.number for check in CHECKS}
BLOCKING = frozenset(check.control for check in CHECKS if check.weight is Weight.BLOCK)


@dataclass(frozen=True, kw_only=True, slots=True)
class Packed:
    """What came of the packs: those in the store, and the controls that held some of them back."""

    published: tuple[Published, ...]
    blocked: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Packing:
    """A reconciled month with the connection that has its ledger, and where and when it is published."""

    con: "DuckDBPyConnection" = field(repr=False)
    found: Reconciled
    given: Given
    store: Store
    made: datetime


def publish_packs(packing: Packing, releases: Sequence[Release] = ()) -> Packed:
    """Publish a pack for each payer and currency. A final one that a check blocks waits until somebody releases it."""
    published: list[Published] = []
    blocked: dict[str, None] = {}
    released = {release.check for release in releases}
    for bill in packing.found.bills:
        broken = blocking(packing.found, bill)
        if holding := [control for control in broken if control not in released]:
            blocked |= dict.fromkeys(holding)
            continue
        notes = tuple(one.line for one in releases if one.check in broken)
        published += (publish(packing.store, _pack(packing, bill, code, notes)) for code in sorted(bill.totals))
    return Packed(published=tuple(published), blocked=tuple(blocked))


def blocking(found: Reconciled, bill: Bill) -> list[str]:
    """Give the controls that hold back a bill; nothing holds back an estimate, which says that it is one."""
    if bill.status != FINAL:
        return []
    failed = (v.control for v in found.verdicts if v.status is Status.FAIL and _is_of(v, bill.payer))
    return sorted({control for control in failed if control in BLOCKING})


def _pack(packing: Packing, bill: Bill, currency: str, notes: tuple[str, ...]) -> Pack:
    found, given = packing.found, packing.given
    return Pack(
        period=found.lines.period,
        payer=bill.payer,
        status=FINAL if bill.status == FINAL else ESTIMATED,
        version=1,
        currency=currency,
        con=packing.con,
        tag_keys=found.ledger.tag_keys,
        made=packing.made,
        earlier=_earlier(packing, bill.payer, currency),
        billing=(given.baseline or Baseline()).billing,
        accounts=accounts_of(given.snapshot),
        names=_names(given),
        verdicts=tuple(v for v in found.verdicts if v.control in NUMBERS and _is_of(v, bill.payer)),
        numbers=NUMBERS,
        notes=(*found.notes, *notes),
        sources=tuple(_sources(found, given)),
    )


def _earlier(packing: Packing, payer: str, currency: str) -> str:
    """Name the table with the months before: what was published of them, else what the export has."""
    con, found = packing.con, packing.found
    if read_history(con, packing.store, payer, found.lines.period, found.ledger.tag_keys, currency=currency):
        return HISTORY
    return EARLIER if was_read(con, EARLIER) else ""


def _is_of(verdict: Verdict, payer: str) -> bool:
    """Say whether a verdict is about a payer's bill, or about the organization."""
    about = verdict.subject
    return not about.scope or payer in {about.account, about.resource}


def _names(given: Given) -> dict[str, str]:
    if given.snapshot is None:
        return {one.account: one.name for one in given.accounts or ()}
    return {account: row.name for account, row in given.snapshot.rows.get(ACCOUNTS, {}).items()}


def _sources(found: Reconciled, given: Given) -> Iterator[Source]:
    delivery = found.delivery
    place = delivery.manifest.place if delivery.manifest else ", ".join(file.name for file in delivery.files)
    read = delivery.at.isoformat() if delivery.at else ""
    yield Source(name=EXPORT, place=place, version=version_of(delivery), read=read)
    if given.snapshot:
        sealed = given.snapshot.manifest
        yield Source(
            name="organization", place=given.snapshot.place, version=sealed.digest[:12], read=sealed.opened.isoformat()
        )
    yield from (Source(name=str(one.value)) for one in found.witnesses)
