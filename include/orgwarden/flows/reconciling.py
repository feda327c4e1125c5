"""The reconciliation of one month's bill: lines, ledger, witnesses, checks, and what the controls say of it all.

Whoever has a delivery and some witnesses (files at a terminal, AWS's answers in a workflow) gets the same judgement.
The connection stays with the caller: the reports read the same ledger afterwards.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from orgwarden.baseline import Baseline
from orgwarden.baseline.models import Exemption
from orgwarden.billing import comparing, witnesses
from orgwarden.billing.checking import CHECKS, Asking, Check, Witness, ask
from orgwarden.billing.columns import CUR
from orgwarden.billing.cost_centres import Accounts
from orgwarden.billing.ledger import Ledger, Sums, build, sums
from orgwarden.billing.lines import Lines, days
from orgwarden.billing.locating import Delivery
from orgwarden.billing.spend import spend_parts, stage_keys
from orgwarden.billing.witnesses import Listed
from orgwarden.control import Control
from orgwarden.controls import arriving
from orgwarden.declared import declared_parts
from orgwarden.engine import evaluate
from orgwarden.flows.hearing import Given, cost_keys, forget, hear, own_keys
from orgwarden.flows.settings import configured, settings_of
from orgwarden.model import EVERYTHING, Part, Status, Verdict, World
from orgwarden.parts.bill import BILLS, INVOICES_ISSUED, MATERIALITY, Bill, Materiality
from orgwarden.parts.organization import PLACEMENTS, TAGS
from orgwarden.population import Arrival
from orgwarden.privacy import Veil
from orgwarden.reports.finance.books import open_books
from orgwarden.reports.finance.chargeback import chargeback
from orgwarden.reports.finance.pack import Pack, Stage
from orgwarden.snapshot import Snapshot
from orgwarden.ties import is_broken

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ESTIMATED: Stage = "ESTIMATED"
FINAL: Stage = "FINAL"
# What decides a check that has several verdicts: the worst that was said of anything.
WORST_FIRST = (Status.FAIL, Status.UNKNOWN, Status.PASS, Status.NOT_APPLICABLE)
NO_SHARED_COSTS = "no baseline declares costs that are shared (billing.shared)"
COMMITMENT_COLUMNS = {"commitment", "amortized", "fee"}
TURNED = "AWS wrote credit memos without a minus; they are taken as what is given back: {invoices}"
Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """What came of a check: the worst of its verdicts, and that one's reason and evidence.

    ``counts`` is the worst of what the baseline does not accept: what is accepted is told, and is no deviation.
    """

    check: Check
    status: Status
    reason: str
    evidence: Mapping[str, Any]
    counts: Status

    @property
    def is_exempted(self) -> bool:
        """Say whether all that deviates was accepted."""
        return self.status is Status.FAIL and self.counts is not Status.FAIL


@dataclass(frozen=True, kw_only=True, slots=True)
class Reconciled:
    """A month's bill as it was read and judged."""

    delivery: Delivery
    lines: Lines
    ledger: Ledger
    sums: Sums
    bills: tuple[Bill, ...]
    count: int
    world: World
    controls: tuple[Control, ...]
    verdicts: tuple[Verdict, ...]
    checks: tuple[Checked, ...]
    witnesses: tuple[Witness, ...]
    notes: tuple[str, ...]

    @property
    def status(self) -> str:
        """Say whether the whole of it is final."""
        return FINAL if all(bill.status == FINAL for bill in self.bills) else ESTIMATED


def reconcile(  # noqa: PLR0913 - what is read, what is given beside it, and with what
    con: "DuckDBPyConnection",
    delivery: Delivery,
    opened: Lines,
    given: Given,
    *,
    today: date,
    connect: "comparing.Connect",
    tell: Tell = lambda _: None,
) -> Reconciled:
    """Add up the lines that were opened, ask every check and judge it. Raises ``BadInput`` for what is unreadable.

    Leaves ``ledger`` in the connection, and the table of each witness that spoke.
    """
    tell("Adding up …")
    lines = _respelled(opened, given.baseline)
    ledger = build(con, lines, _ledger_keys(lines, given.baseline))
    exact = sums(con, lines, ledger)
    witnesses.prepare(con)
    tell("Asking the witnesses …")
    is_closed = days(lines.period)[1] <= today
    heard = hear(con, lines, ledger, given, is_closed=is_closed, connect=connect)
    witnesses.tag_costs(con, ledger.tag_keys)
    comparing.put_tag_totals(con, _further_tag_totals(lines, ledger, exact))
    comparing.put_published_lines(con)
    comparing.put_footers(con, delivery)
    further = heard.further | _share(con, lines, ledger, given, today)
    witnesses.note_given(con, heard.silent)
    tell("Checking …")
    rows, gaps = ask(con, _asking(con, lines, delivery, heard.silent, further))
    bills = _bills(con, lines, rows, gaps, is_closed=is_closed)
    spent, unspent = _spend(con, lines, ledger, given.baseline)
    world = _world({**rows, **spent, BILLS: bills}, {**gaps, **unspent}, given, today)
    controls = _controls(given.baseline)
    verdicts = tuple(evaluate(controls, world, settings_of(given.baseline)))
    forget(con, heard.silent)
    return Reconciled(
        delivery=delivery,
        lines=lines,
        ledger=ledger,
        sums=exact,
        bills=tuple(bills.values()),
        count=_count(con),
        world=world,
        controls=controls,
        verdicts=verdicts,
        checks=tuple(_checked(verdicts, (given.baseline or Baseline()).exemptions, today)),
        witnesses=tuple(one for one in Witness if one not in heard.silent),
        notes=tuple(_notes(delivery, given, verdicts)),
    )


# --- shared costs


def _share(
    con: "DuckDBPyConnection", lines: Lines, ledger: Ledger, given: Given, today: date
) -> dict[tuple[str, str], str]:
    """Split the shared costs as the reports do, and put each pool with what was allocated of it."""
    if given.baseline is None or not given.baseline.billing.shared:
        return {("billing.shared_costs_allocated", EVERYTHING): NO_SHARED_COSTS}
    names = ("payer", "currency", "pool", "amount", "allocated", "evidence")
    for payer, currency in con.execute("select distinct payer, currency from ledger order by all").fetchall():
        books = open_books(_pack(con, lines, ledger, given, payer=payer, currency=currency, today=today))
        splits = chargeback(books).splits
        rows = ((payer, currency, one.pool, one.amount, one.allocated, one.reason) for one in splits)
        witnesses.put(con, "shared_pool", names, rows)
    return {}


def _pack(  # noqa: PLR0913 - what a pack is made of
    con: "DuckDBPyConnection",
    lines: Lines,
    ledger: Ledger,
    given: Given,
    *,
    payer: str,
    currency: str,
    today: date,
) -> Pack:
    baseline = given.baseline or Baseline()
    return Pack(
        period=lines.period,
        payer=payer,
        status=ESTIMATED,
        version=1,
        currency=currency,
        con=con,
        tag_keys=ledger.tag_keys,
        made=datetime.combine(today, time(), UTC),
        billing=baseline.billing,
        accounts=accounts_of(given.snapshot),
    )


def accounts_of(snapshot: Snapshot | None) -> Accounts:
    """Give what a snapshot knows of the accounts by which cost centres are found."""
    if snapshot is None:
        return Accounts()
    return Accounts(tags=snapshot.rows.get(TAGS, {}), units=snapshot.rows.get(PLACEMENTS, {}))


# --- the checks


def _asking(
    con: "DuckDBPyConnection",
    lines: Lines,
    delivery: Delivery,
    silent: Mapping[Witness, str],
    further: Mapping[tuple[str, str], str],
) -> Asking:
    """Say what the checks are asked of; a report has no columns of commitments where the payer has none."""
    missing = lines.missing
    if lines.format == CUR and not _has_commitments(con):
        missing -= COMMITMENT_COLUMNS
    return Asking(
        format=lines.format,
        missing=missing,
        has_manifest=delivery.manifest is not None,
        silent=silent,
        further=further,
    )


def _has_commitments(con: "DuckDBPyConnection") -> bool:
    query = (
        "select count(*) from ledger where line_type like 'SavingsPlan%' or line_type in ('RIFee', 'DiscountedUsage')"
    )
    row = con.execute(query).fetchone()
    return bool(row and row[0])


def _bills(
    con: "DuckDBPyConnection",
    lines: Lines,
    rows: Mapping[Part[Any], Mapping[str, Any]],
    gaps: Mapping[tuple[str, str], str],
    *,
    is_closed: bool,
) -> dict[str, Bill]:
    """Give each payer's bill; it is final when the month is over and every line of it is on an invoice."""
    blank = {tie.payer for tie in rows.get(INVOICES_ISSUED, {}).values() if is_broken(tie)}
    is_told = (INVOICES_ISSUED.name, EVERYTHING) not in gaps
    totals: dict[str, dict[str, Decimal]] = {}
    for payer, currency, amount in con.execute("select payer, currency, unblended from control_total").fetchall():
        totals.setdefault(payer, {})[currency] = amount
    return {
        f"{payer}/{lines.period}": Bill(
            payer=payer,
            period=lines.period.text,
            totals=amounts,
            is_closed=is_closed,
            status=FINAL if is_closed and is_told and payer not in blank else ESTIMATED,
            format=lines.format,
        )
        for payer, amounts in sorted(totals.items())
    }


def _world(
    rows: Mapping[Part[Any], Mapping[str, Any]], gaps: Mapping[tuple[str, str], str], given: Given, today: date
) -> World:
    """Give the world of the bill: it alone, or with the organization and what was declared."""
    hidden = given.veil or Veil(b"nothing is declared")
    declared, undeclared = declared_parts(given.baseline, veil=hidden)
    seen = given.snapshot
    limits = (given.baseline or Baseline()).billing.materiality
    materiality = Materiality(units=limits.amount, share=limits.percent / 100)
    return World(
        organization=seen.manifest.organization if seen else "",
        management=seen.manifest.management if seen else _management(given.accounts or ()),
        today=today,
        parts={**(seen.rows if seen else {}), **declared, **rows, MATERIALITY: {EVERYTHING: materiality}},
        gaps={**(seen.gaps if seen else {}), **undeclared, **gaps},
    )


def _management(accounts: Iterable[Listed]) -> str:
    return next((one.account for one in accounts if one.is_management), "")


def _controls(baseline: Baseline | None) -> tuple[Control, ...]:
    return configured(arriving(Arrival.BILL), settings_of(baseline))


def _checked(verdicts: Iterable[Verdict], exemptions: Sequence[Exemption], today: date) -> Iterator[Checked]:
    """Give what came of each check, by number."""
    said: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        said.setdefault(verdict.control, []).append(verdict)
    for check in sorted(CHECKS, key=lambda one: int(one.number[1:])):
        ours = sorted(said.get(check.control, ()), key=lambda one: WORST_FIRST.index(one.status))
        left = [one.status for one in ours if not _is_accepted(one, exemptions, today)]
        yield _of_verdicts(check, ours, left[0] if left else Status.PASS)


def _is_accepted(verdict: Verdict, exemptions: Sequence[Exemption], today: date) -> bool:
    subject = verdict.subject
    return verdict.status is Status.FAIL and any(
        one.covers(verdict.control, subject.account, subject.resource, today) for one in exemptions
    )


def _of_verdicts(check: Check, ours: Sequence[Verdict], counts: Status) -> Checked:
    if not ours:
        unknown = Status.UNKNOWN
        return Checked(check=check, status=unknown, reason="nothing was there to judge", evidence={}, counts=unknown)
    first = ours[0]
    alike = sum(one.status is first.status for one in ours)
    more = f" (and {alike - 1} more)" if alike > 1 and first.status is Status.FAIL else ""
    # Why nobody could look, without the name of the part that nobody asked for.
    reason = first.cause or first.reason
    return Checked(check=check, status=first.status, reason=reason + more, evidence=first.evidence, counts=counts)


# --- tag keys


def _respelled(lines: Lines, baseline: Baseline | None) -> Lines:
    """Name tag keys as the baseline declares them: a report in Parquet has its own spelling of each."""
    declared = baseline.billing.ledger_keys(()) if baseline else ()
    names = {theirs: ours for ours, theirs in witnesses.as_exported(declared, lines.tag_keys).items() if ours != theirs}
    if not names:
        return lines
    tags = {names.get(key, key): tag for key, tag in lines.tags.items()}
    return replace(lines, tags=tags, tag_keys=tuple(tags))


def _ledger_keys(lines: Lines, baseline: Baseline | None) -> tuple[str, ...]:
    """Give the keys that the ledger has: the declared ones, and of several payers all, to tell theirs apart."""
    declared = baseline.billing.ledger_keys(()) if baseline else ()
    stages = stage_keys(lines.tag_keys, baseline.structure.stage_tags) if baseline else ()
    several = own_keys(lines) if len(lines.payers) > 1 else ()
    return tuple(dict.fromkeys((*declared, *stages, *several)))


def _spend(
    con: "DuckDBPyConnection", lines: Lines, ledger: Ledger, baseline: Baseline | None
) -> tuple[dict[Part[Any], dict[str, Any]], dict[tuple[str, str], str]]:
    """Give what controls of other themes look at in the bill."""
    stages = baseline.structure.stage_tags if baseline else ()
    return spend_parts(con, ledger, lines.period, cost_keys=cost_keys(baseline), stage_tags=stages)


def _further_tag_totals(lines: Lines, ledger: Ledger, exact: Sums) -> list[tuple[str, str, str, str, Decimal]]:
    """Give the sums by value of the keys that the ledger does not have, which are of one payer."""
    further = [key for key in lines.tag_keys if key not in ledger.tag_keys]
    return [
        (lines.payers[0], key, value, currency, amount)
        for currency, totals in exact.items()
        for key in further
        for value, amount in totals.tags[key].items()
    ]


# --- what is told beside


def _count(con: "DuckDBPyConnection") -> int:
    row = con.execute("select sum(lines)::bigint from control_total").fetchone()
    return int(row[0] or 0) if row else 0


def _notes(delivery: Delivery, given: Given, verdicts: Iterable[Verdict]) -> Iterator[str]:
    yield from delivery.notes
    if turned := [one.invoice for one in given.invoices or () if one.is_turned]:
        yield TURNED.format(invoices=", ".join(turned))
    for verdict in verdicts:
        if verdict.control == "billing.dimensions_add_up":
            remarks = verdict.evidence.get("remarks", ())
            yield from remarks if isinstance(remarks, tuple) else ()
