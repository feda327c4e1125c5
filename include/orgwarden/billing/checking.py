"""The checks of a bill, in the order in which they are asked, and what each finds as the ties of its part.

Number, weight and needs of a check stand here alone. A check that lacks a witness or a column is a gap of its part, and
so unknown; one that has a half of its own is asked that half all the same.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from orgwarden.billing.columns import COLUMNS, FOCUS
from orgwarden.model import EVERYTHING, Part, Severity
from orgwarden.parts import bill
from orgwarden.parts.bill import Tie
from orgwarden.ties import is_broken, plain

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# So many characters of what a tie has to add: lists of files and of tag values have no end.
MOST_EVIDENCE = 600
# The decimals of the ledger's amounts, which SQL spells all.
SCALE = 18
LEDGER_AMOUNT = re.compile(rf"-?\d+\.\d{{{SCALE}}}(?!\d)")


class Weight(StrEnum):
    """What a check that breaks does to the month: nothing is published, a ticket is opened, it is listed."""

    BLOCK = "BLOCK"
    TICKET = "TICKET"
    LIST = "LIST"

    @property
    def severity(self) -> Severity:
        return {Weight.BLOCK: Severity.HIGH, Weight.TICKET: Severity.MEDIUM, Weight.LIST: Severity.LOW}[self]


class Witness(StrEnum):
    """Who else can tell what a bill comes to; the value is the column of ``given``."""

    INVOICES = "invoices"
    COST_EXPLORER = "cost_explorer"
    ORGANIZATION = "organization"
    EARLIER = "earlier"
    OTHER_FORMAT = "other_format"
    PUBLISHED = "published"
    BASELINE = "baseline"


# Why a check is unknown without its witness, and what gives it.
NOT_GIVEN: Mapping[Witness, str] = {
    Witness.INVOICES: "the invoices were not given (--invoices)",
    Witness.COST_EXPLORER: "what Cost Explorer says was not given (--cost-explorer)",
    Witness.ORGANIZATION: "the organization was not given (--organization)",
    Witness.EARLIER: "the months before were not given (--earlier)",
    Witness.OTHER_FORMAT: "an export of the month in another format was not given (--other-format)",
    Witness.PUBLISHED: "what was published of the month was not given (--published)",
    Witness.BASELINE: "no baseline was given (--baseline)",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One check: its number, its control's id, its part, what it needs, and whether it has a half without a witness.

    ``columns`` are canonical names; without one of them the check is unknown.
    """

    number: str
    control: str
    part: Part[Tie]
    weight: Weight
    columns: tuple[str, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    is_half: bool = False

    @property
    def name(self) -> str:
        """Give the name of its statement, and of its control within the theme."""
        return self.control.partition(".")[2]


def _check(number: int, control: str, part: Part[Tie], weight: Weight, **needs: Any) -> Check:
    return Check(number=f"R{number}", control=control, part=part, weight=weight, **needs)


DELIVERY = _check(6, "billing.delivery_complete", bill.DELIVERY_COMPLETE, Weight.BLOCK)
# What canonical columns are told by that no single column of an export is; and what they mean, in words.
NAMED_BY: Mapping[str, tuple[str, ...]] = {
    "commitment": ("savings_plan_savings_plan_a_r_n",),
    "amortized": ("savings_plan_savings_plan_effective_cost",),
    "fee": ("savings_plan_savings_plan_effective_cost",),
}
TOLD = {
    "commitment": "commitment",
    "amortized": "amortized cost",
    "fee": "commitment fee",
    "line_id": "identity",
    "time_interval": "interval",
}
# In the order in which they are asked: what makes all others wrong comes first.
CHECKS: tuple[Check, ...] = (
    DELIVERY,
    _check(7, "billing.lines_unique", bill.LINES_UNIQUE, Weight.BLOCK, columns=("line_id", "time_interval")),
    _check(18, "billing.one_currency", bill.ONE_CURRENCY, Weight.BLOCK),
    _check(4, "billing.accounts_add_up", bill.ACCOUNTS_ADD_UP, Weight.BLOCK),
    _check(5, "billing.dimensions_add_up", bill.DIMENSIONS_ADD_UP, Weight.BLOCK),
    _check(13, "billing.invoices_issued", bill.INVOICES_ISSUED, Weight.TICKET, columns=("invoice",)),
    _check(
        1,
        "billing.export_ties_to_invoice",
        bill.EXPORT_TIES_TO_INVOICE,
        Weight.BLOCK,
        columns=("invoice",),
        witnesses=(Witness.INVOICES,),
    ),
    _check(
        2,
        "billing.export_ties_to_cost_explorer",
        bill.EXPORT_TIES_TO_COST_EXPLORER,
        Weight.TICKET,
        witnesses=(Witness.COST_EXPLORER,),
    ),
    _check(3, "billing.tags_add_up", bill.TAGS_ADD_UP, Weight.TICKET, witnesses=(Witness.COST_EXPLORER,), is_half=True),
    _check(
        8,
        "billing.hours_complete",
        bill.HOURS_COMPLETE,
        Weight.TICKET,
        columns=("start",),
        witnesses=(Witness.EARLIER,),
    ),
    _check(
        9,
        "billing.accounts_match_inventory",
        bill.ACCOUNTS_MATCH_INVENTORY,
        Weight.TICKET,
        witnesses=(Witness.ORGANIZATION,),
        is_half=True,
    ),
    _check(
        10,
        "management_account.no_workload_spend",
        bill.NO_WORKLOAD_SPEND,
        Weight.TICKET,
        columns=("service",),
        witnesses=(Witness.ORGANIZATION,),
    ),
    _check(11, "tags.cost_coverage", bill.COST_COVERAGE, Weight.TICKET, witnesses=(Witness.BASELINE,)),
    _check(
        12,
        "billing.closed_month_unchanged",
        bill.CLOSED_MONTH_UNCHANGED,
        Weight.TICKET,
        witnesses=(Witness.PUBLISHED,),
    ),
    _check(
        14,
        "billing.commitments_amortize",
        bill.COMMITMENTS_AMORTIZE,
        Weight.TICKET,
        columns=("commitment", "amortized", "fee"),
    ),
    _check(15, "billing.savings_plans_negate", bill.SAVINGS_PLANS_NEGATE, Weight.LIST),
    _check(
        16,
        "billing.shared_costs_allocated",
        bill.SHARED_COSTS_ALLOCATED,
        Weight.LIST,
        witnesses=(Witness.BASELINE,),
    ),
    _check(
        17,
        "billing.month_on_month",
        bill.MONTH_ON_MONTH,
        Weight.LIST,
        columns=("service",),
        witnesses=(Witness.EARLIER,),
    ),
    _check(
        19,
        "billing.credits_explained",
        bill.CREDITS_EXPLAINED,
        Weight.TICKET,
        columns=("invoice",),
        witnesses=(Witness.INVOICES, Witness.EARLIER),
        is_half=True,
    ),
    _check(20, "billing.formats_agree", bill.FORMATS_AGREE, Weight.LIST, witnesses=(Witness.OTHER_FORMAT,)),
    _check(21, "billing.published_lines_add_up", bill.PUBLISHED_LINES_ADD_UP, Weight.LIST),
)

NO_MANIFEST = "there is no manifest: the files were taken as they lie, and nothing says whether they are all"
INCOMPLETE = "the delivery is not complete (R6): what is asked of a part of a bill has no answer"
UNTOLD = "a column that tells it is blank in the whole export"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """What a bill's checks are asked of: its format, the columns that it lacks, and why a witness has nothing to say.

    ``silent`` has the cause for each witness that was not given or could not be read; ``further`` has gaps of single
    checks, by control and key.
    """

    format: str
    missing: frozenset[str]
    has_manifest: bool
    silent: Mapping[Witness, str]
    further: Mapping[tuple[str, str], str]


Rows = dict[Part[Any], dict[str, Tie]]
Gaps = dict[tuple[str, str], str]


def ask(con: "DuckDBPyConnection", asking: Asking, checks: Iterable[Check] = CHECKS) -> tuple[Rows, Gaps]:
    """Ask the checks in order; give the ties of each part, and why parts of them could not be found."""
    rows: Rows = {}
    gaps: Gaps = {}
    for check in checks:
        cause = _why_unasked(check, asking) or (INCOMPLETE if _is_incomplete(rows) else "")
        if cause:
            gaps[check.part.name, EVERYTHING] = cause
        if cause and not (check.is_half and cause in asking.silent.values()):
            continue
        found, untold = ties(con, check)
        rows[check.part] = found
        gaps |= {(check.part.name, key): UNTOLD for key in untold}
        gaps |= {
            (check.part.name, key): why for (control, key), why in asking.further.items() if control == check.control
        }
    return rows, gaps


def ties(con: "DuckDBPyConnection", check: Check) -> tuple[dict[str, Tie], list[str]]:
    """Give the ties that a check finds, by ``payer/subject``, and the keys of which an amount is not told."""
    exact = f"decimal(38,{SCALE})"
    amounts = ", ".join(f"cast({name} as {exact})" for name in ("a", "b", "tolerance"))
    found = con.execute(f"select payer, subject, {amounts}, unit, evidence from ({statement(check.name)})").fetchall()
    told = [row for row in found if row[2] is not None and row[3] is not None]
    untold = [_key(payer, subject) for payer, subject, a, b, *_ in found if a is None or b is None]
    return _keyed(_tie(*row) for row in told), untold


def statement(name: str) -> str:
    """Give the SQL of a check."""
    return files("orgwarden.billing.checks").joinpath(f"{name}.sql").read_text(encoding="utf-8")


def _why_unasked(check: Check, asking: Asking) -> str:
    if check is DELIVERY and not asking.has_manifest:
        return NO_MANIFEST
    lacking = [name for name in check.columns if name in asking.missing]
    if lacking:
        return _lacks(lacking[0], asking.format)
    return next((asking.silent[one] for one in check.witnesses if one in asking.silent), "")


def _lacks(column: str, format_: str) -> str:
    names = NAMED_BY.get(column, COLUMNS[format_].get(column, ()))
    if format_ == FOCUS and column in {*NAMED_BY, "line_id", "time_interval"}:
        return f"{FOCUS} has no column that tells the {TOLD[column]} of a line"
    return f"the export has no column {names[0]}" if names else f"the export does not tell the {column} of a line"


def _is_incomplete(rows: Rows) -> bool:
    return any(is_broken(tie) for tie in rows.get(DELIVERY.part, {}).values())


def _tie(  # noqa: PLR0913, PLR0917 - the columns of a check
    payer: str, subject: str, a: Decimal, b: Decimal, tolerance: Decimal, unit: str, evidence: str
) -> Tie:
    told = LEDGER_AMOUNT.sub(lambda found: plain(Decimal(found[0])), evidence)
    short = told if len(told) <= MOST_EVIDENCE else f"{told[:MOST_EVIDENCE]} …"
    return Tie(payer=payer, subject=subject, a=a, b=b, tolerance=tolerance, unit=unit, evidence=short)


def _keyed(found: Iterable[Tie]) -> dict[str, Tie]:
    """Give ties by key; of two with one subject (a service in two currencies), the second has its unit in the key."""
    keyed: dict[str, Tie] = {}
    for tie in found:
        key = _key(tie.payer, tie.subject)
        keyed[f"{key} {tie.unit}" if key in keyed else key] = tie
    return keyed


def _key(payer: str, subject: str) -> str:
    return f"{payer}/{subject}"
