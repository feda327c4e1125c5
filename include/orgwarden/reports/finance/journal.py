"""Books the bill in the general ledger: each code and cost centre, so that debits equal credits to the cent.

An estimated month is accrued on its last day and taken back on the first day of the next one; when the bill is final it
is booked against what is payable, invoice by invoice, and the accrual is gone already.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orgwarden.billing.shared_costs import split
from orgwarden.reports.finance.books import BILLED, NOTHING, Books, Key, added
from orgwarden.reports.finance.chargeback import weights
from orgwarden.reports.finance.neutral import neutral_csv
from orgwarden.reports.finance.pack import Pack
from orgwarden.reports.finance.sheets.invoices import issued

HEAD = (
    "journal", "posting_date", "line", "account_code", "cost_centre",
    "debit", "credit", "currency", "text", "reference",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of a journal; an amount is a debit where it is positive, a credit where it is negative."""

    journal: str
    on: date
    code: str
    cost_centre: str
    amount: Decimal
    text: str
    reference: str = ""

    @property
    def debit(self) -> Decimal | None:
        return self.amount if self.amount > 0 else None

    @property
    def credit(self) -> Decimal | None:
        return -self.amount if self.amount < 0 else None


def journal(books: Books) -> list[Entry]:
    """Give the journal of a bill: the accrual and its reversal, or the invoices."""
    pack, codes = books.pack, books.pack.billing.journal
    if pack.status == "ESTIMATED":
        other = [_other(books, codes.accrual, NOTHING - books.total(), "")]
        accrual = list(_entries(books, "accrual", pack.last_day, other))
        return [*accrual, *(_reversed(entry, pack.first_day_after) for entry in accrual)]
    payable = books.by("invoice", measures=(BILLED,))[BILLED]
    others = [_other(books, codes.payable, NOTHING - amount, key[0]) for key, amount in sorted(payable.items())]
    return list(_entries(books, "invoice", _booked_on(books), others))


def journal_csv(books: Books) -> bytes:
    """Give the journal as a file."""
    rows = (
        (e.journal, e.on, at, e.code, e.cost_centre, e.debit, e.credit, books.pack.currency, e.text, e.reference)
        for at, e in enumerate(journal(books), 1)
    )
    return neutral_csv(HEAD, rows)


def costs(books: Books) -> Mapping[Key, Decimal]:
    """Give what was billed by account code and cost centre, in cents that add up to the bill; pools are split."""
    lines = books.by("pool", "cost_centre", "charge_category", "service", measures=(BILLED,))[BILLED]
    found: dict[Key, Decimal] = defaultdict(Decimal)
    pooled: dict[Key, Decimal] = defaultdict(Decimal)
    for (pool, centre, category, service), amount in lines.items():
        code = books.pack.billing.journal.code(category, service)
        to = pooled if pool else found
        key: Key = (pool, code) if pool else (code, centre)
        to[key] = added((to[key], amount))
    for key, amount in _split(books, pooled):
        found[key] = added((found[key], amount))
    return {key: amount for key, amount in sorted(found.items()) if amount}


def _split(books: Books, pooled: Mapping[Key, Decimal]) -> Iterator[tuple[Key, Decimal]]:
    """Split pools by code; what nobody bears is booked in the default cost centre."""
    default = books.pack.billing.cost_centres.default
    rules, by = {pool.name: pool for pool in books.pack.billing.shared}, weights(books)
    for (name, code), amount in pooled.items():
        one = split(rules[name], amount, by[name], books.pack.unit)
        yield from (((code, centre), line) for centre, line in one.lines.items())
        yield (code, default), one.rest


def _entries(books: Books, name: str, on: date, others: list[Entry]) -> Iterator[Entry]:
    told = _told(books.pack)
    for (code, centre), amount in costs(books).items():
        yield Entry(journal=name, on=on, code=code, cost_centre=centre, amount=amount, text=told)
    for other in others:
        if other.amount:
            yield Entry(
                journal=name, on=on, code=other.code, cost_centre="", amount=other.amount, text=told,
                reference=other.reference,
            )  # fmt: skip


def _told(pack: Pack) -> str:
    """Say which pack it is, and which journal it takes the place of: whoever posted that one takes it back first."""
    stage = pack.status.lower()
    instead = f", in place of {pack.restates}" if pack.restates.startswith(f"{stage}-") else ""
    return f"AWS {pack.period} {stage} v{pack.version}{instead}"


def _other(books: Books, code: str, amount: Decimal, reference: str) -> Entry:
    return Entry(
        journal="", on=books.pack.last_day, code=code, cost_centre="", amount=amount, text="", reference=reference
    )


def _reversed(entry: Entry, on: date) -> Entry:
    return Entry(
        journal="reversal", on=on, code=entry.code, cost_centre=entry.cost_centre, amount=-entry.amount,
        text=f"{entry.text}, reversal", reference=entry.reference,
    )  # fmt: skip


def _booked_on(books: Books) -> date:
    """Give the day of the latest invoice, else the first day after the month: the accrual is taken back that day."""
    days = [one.issued for one in issued(books) if one.issued is not None]
    return max([books.pack.first_day_after, *days])
