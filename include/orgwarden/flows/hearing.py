"""Puts what a bill's witnesses say into the tables that the checks read; who says nothing is named with the reason.

An empty table would say that there is nothing, so the tables of those who were silent are dropped in the end.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orgwarden.aws.cost_explorer import Cost
from orgwarden.aws.invoices import Invoice
from orgwarden.baseline import Baseline
from orgwarden.billing import comparing, witnesses
from orgwarden.billing.checking import NOT_GIVEN, Witness
from orgwarden.billing.ledger import Ledger
from orgwarden.billing.lines import Lines
from orgwarden.billing.locating import Delivery
from orgwarden.billing.witnesses import Listed
from orgwarden.errors import BadInput
from orgwarden.model import EVERYTHING
from orgwarden.privacy import Veil
from orgwarden.snapshot import Snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

NO_BEFORE = "the export has no month before this one below the same place"
NO_LAST = "the month before this one was not delivered: earlier ones alone say nothing of a change from it"
BROKEN_BEFORE = "a month before cannot be read: {cause}"
BROKEN_OTHER = "the export in another format cannot be read: {cause}"
NO_TIMES = "the lines of this month or of the one before have no times of usage"
NO_INVOICES = "none of the invoices that were given is this payer's"
NO_COSTS = "what Cost Explorer says was given of other payers alone"
NO_ACCOUNT_COSTS = (
    "Cost Explorer was asked by tags alone (get-cost-and-usage --group-by Type=DIMENSION,Key=LINKED_ACCOUNT)"
)
ON_INVOICES = ("billing.export_ties_to_invoice", "billing.credits_explained")
# By check: whether it asks what Cost Explorer tells by a tag.
ON_COSTS = {"billing.export_ties_to_cost_explorer": False, "billing.tags_add_up": True}


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What is given beside the export; ``None`` is a witness that was not. ``silent`` says why, where it is known.

    ``is_found``: nobody gave the other export, it was found; one that cannot be read ends nothing then.
    ``unanswered`` says why Cost Explorer told nothing by a tag key; ``accounts`` is the organization where there is no
    ``snapshot`` of it.
    """

    invoices: Sequence[Invoice] | None = None
    costs: Sequence[Cost] | None = None
    unanswered: Mapping[str, str] = field(default_factory=dict)
    accounts: Sequence[Listed] | None = None
    snapshot: Snapshot | None = None
    earlier: Sequence[Delivery] | None = None
    other: Delivery | None = None
    is_found: bool = False
    published: "Path | None" = None
    baseline: Baseline | None = None
    veil: Veil | None = None
    silent: Mapping[Witness, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """Why some witnesses say nothing, and what of a check (by its control, and a key or all) the others do not say."""

    silent: dict[Witness, str]
    further: dict[tuple[str, str], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Hearing:
    """The bill that the witnesses are heard about; each method hears one of them and gives what it does not say."""

    con: "DuckDBPyConnection"
    lines: Lines
    ledger: Ledger
    given: Given
    silent: dict[Witness, str]

    def invoices(self, told: Sequence[Invoice]) -> dict[tuple[str, str], str]:
        witnesses.put_invoices(self.con, told)
        unheard = set(self.lines.payers) - {one.payer for one in told}
        return {(control, f"{payer}/*"): NO_INVOICES for payer in unheard for control in ON_INVOICES}

    def costs(self, told: Sequence[Cost]) -> dict[tuple[str, str], str]:
        unasked = witnesses.put_costs(self.con, told, self.lines.tag_keys)
        further = {
            (control, f"{payer}/*"): NO_COSTS
            for control, by_tag in ON_COSTS.items()
            for payer in witnesses.unheard(self.con, by_tag=by_tag)
        }
        if all(one.tag_key for one in told):
            further["billing.export_ties_to_cost_explorer", EVERYTHING] = NO_ACCOUNT_COSTS
        wanted = cost_keys(self.given.baseline) or own_keys(self.lines)
        causes = {**unasked, **self.given.unanswered}
        return further | {("billing.tags_add_up", key): causes[key] for key in unasked if key in wanted}

    def organization(self) -> None:
        snapshot = self.given.snapshot
        listed, lost = witnesses.accounts_of(snapshot) if snapshot else (self.given.accounts or (), "")
        witnesses.put_organization(self.con, listed)
        if lost:
            self.silent[Witness.ORGANIZATION] = lost

    def earlier(
        self, told: Sequence[Delivery], *, is_closed: bool, connect: "comparing.Connect"
    ) -> dict[tuple[str, str], str]:
        found = comparing.put_earlier(self.con, told, self.lines, self.ledger, is_closed=is_closed, connect=connect)
        unread = BROKEN_BEFORE.format(cause=found.broken[0]) if found.broken else ""
        if not told:
            self.silent[Witness.EARLIER] = NO_BEFORE
        # An older month that broke is missing from the median, whatever the last one says.
        unlike = unread or ("" if found.has_last else NO_LAST)
        return {
            **({} if found.is_timed else {("billing.hours_complete", EVERYTHING): unread or NO_TIMES}),
            **({("billing.month_on_month", EVERYTHING): unlike} if unlike else {}),
        }

    def other(self, told: Delivery, *, connect: "comparing.Connect") -> None:
        try:
            comparing.put_other_format(self.con, told, self.lines, connect=connect)
        except BadInput as error:
            if not self.given.is_found:
                raise
            self.silent[Witness.OTHER_FORMAT] = BROKEN_OTHER.format(cause=error)


def hear(  # noqa: PLR0913 - what was read, what was given, and with what it is compared
    con: "DuckDBPyConnection",
    lines: Lines,
    ledger: Ledger,
    given: Given,
    *,
    is_closed: bool,
    connect: "comparing.Connect",
) -> Heard:
    """Put what the witnesses say into their tables. Raises ``BadInput`` for one that was given and cannot be read."""
    silent = _silent(given)
    one = _Hearing(con=con, lines=lines, ledger=ledger, given=given, silent=silent)
    further: dict[tuple[str, str], str] = {}
    if given.invoices is not None:
        further |= one.invoices(given.invoices)
    if given.costs is not None:
        further |= one.costs(given.costs)
    one.organization()
    if given.earlier is not None:
        further |= one.earlier(given.earlier, is_closed=is_closed, connect=connect)
    if given.other is not None:
        one.other(given.other, connect=connect)
    if given.published is not None:
        comparing.put_published(con, given.published, lines.period)
    if why := witnesses.put_baseline(con, given.baseline):
        further["tags.cost_coverage", EVERYTHING] = why
    return Heard(silent=silent, further=further)


def _silent(given: Given) -> dict[Witness, str]:
    said = {
        Witness.INVOICES: given.invoices,
        Witness.COST_EXPLORER: given.costs,
        Witness.ORGANIZATION: given.accounts if given.snapshot is None else given.snapshot,
        Witness.EARLIER: given.earlier,
        Witness.OTHER_FORMAT: given.other,
        Witness.PUBLISHED: given.published,
        Witness.BASELINE: given.baseline,
    }
    return {one: given.silent.get(one, NOT_GIVEN[one]) for one, told in said.items() if told is None}


def forget(con: "DuckDBPyConnection", silent: Iterable[Witness]) -> None:
    """Drop the tables of those who said nothing: an empty table would say that there is nothing."""
    tables = {
        Witness.INVOICES: "invoice",
        Witness.COST_EXPLORER: "cost_explorer",
        Witness.ORGANIZATION: "organization_account",
        Witness.EARLIER: "earlier_ledger",
        Witness.OTHER_FORMAT: "other_total",
        Witness.PUBLISHED: "published_total",
    }
    for witness in silent:
        if witness in tables:
            # A view of the reports may read it.
            con.execute(f"drop table if exists {tables[witness]} cascade")


def cost_keys(baseline: Baseline | None) -> tuple[str, ...]:
    """Give the keys that the owners declared to tell costs apart; none where nobody did."""
    return (baseline.billing.cost_keys or ()) if baseline else ()


def own_keys(lines: Lines) -> tuple[str, ...]:
    """Give the tag keys of users: AWS's own are not declared by anybody."""
    return tuple(key for key in lines.tag_keys if not key.startswith("aws:"))
