"""The section about the bill: cost keys, cost centres, shared costs, account codes, and what is worth a ticket.

Finance and the owners of cost centres agree on these once; the reports and the checks of every month follow them.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from orgwarden.baseline.section import Account, Address, Section, Text, Unit, distinct, some

ChargeCategory = Literal["Usage", "Purchase", "Tax", "Credit", "Adjustment"]
Tool = Literal["cost_explorer", "cost_optimization_hub", "compute_optimizer", "storage_lens"]
Rule = Literal["amortized", "unblended", "even", "fixed"]
TOOLS: tuple[Tool, ...] = get_args(Tool)
WHOLE = Decimal(100)


def _decimal(value: object) -> object:
    """Take a number as it was typed: 0.1 is a tenth, not the nearest binary fraction."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    number = Decimal(repr(value))
    if not number.is_finite():
        raise ValueError("is no amount: write a number such as 500 or 49.90")
    return number


Amount = Annotated[
    Decimal,
    Field(ge=0),
    BeforeValidator(_decimal),
    PlainSerializer(float, when_used="json"),
    WithJsonSchema({"type": "number", "minimum": 0}, mode="validation"),
]
Percent = Annotated[
    Decimal,
    Field(ge=0, le=WHOLE),
    BeforeValidator(_decimal),
    PlainSerializer(float, when_used="json"),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100}, mode="validation"),
]


def _preset(amount: str) -> Any:
    """Give a default, which editors are told as a number."""
    return Field(default=Decimal(amount), json_schema_extra={"default": float(amount)})


Share = Annotated[float, Field(ge=0, le=1)]


class DatedAccount(Section):
    """Whose an account's costs are, from a day and until a day."""

    account: Account
    """Id of the account, in quotes."""
    cost_centre: Text
    """The cost centre that bears what the account costs."""
    since: date | None = None
    """The first day on which it does. Left out: from the beginning."""
    until: date | None = None
    """The last day on which it does. Left out: for ever."""

    @model_validator(mode="after")
    def _ends_later(self) -> "DatedAccount":
        if self.first > self.last:
            raise ValueError(f"ends on {self.until} and begins on {self.since}: let it end later")
        return self

    @property
    def first(self) -> date:
        """Give the first day."""
        return self.since or date.min

    @property
    def last(self) -> date:
        """Give the last day."""
        return self.until or date.max


class CostCentreOwner(Section):
    """Who answers for the costs of a cost centre; its statement names them."""

    name: Text
    """A person or a team."""
    mail: Address | None = Field(default=None, repr=False)
    """Where the statement of each final bill is mailed, where Airflow has a connection for mail."""


class CostCentres(Section):
    """How the cost centre of a line is found: the first of these that names one."""

    tag_key: Text | None = None
    """Key of the resource tag that names it, as the export spells it."""
    account_tag_key: Text | None = None
    """Key of the account tag that names it."""
    accounts: tuple[DatedAccount, ...] = ()
    """Cost centre by account and time; the day of the line decides."""
    units: dict[Unit, Text] = Field(default_factory=dict)
    """Cost centre by id of an organizational unit; the nearest unit above the account counts."""
    default: Text = "unallocated"
    """Where the costs stand that nothing else places."""
    owners: dict[Text, CostCentreOwner] = Field(default_factory=dict)
    """Who answers, by cost centre; somebody answers for the default, too."""

    @model_validator(mode="after")
    def _one_centre_a_day(self) -> "CostCentres":
        for first, second in pairwise(sorted(self.accounts, key=lambda a: (a.account, a.first))):
            if first.account == second.account and second.first <= first.last:
                raise ValueError(
                    f"places account {first.account} twice on {second.first}, in {first.cost_centre!r} and in "
                    f"{second.cost_centre!r}: let the one end before the other begins"
                )
        return self


class SharedCost(Section):
    """A pool of costs that many cost centres cause together; a line belongs to the first pool whose keys all fit it."""

    name: Text
    """What it is called on statements, such as support."""
    services: Annotated[tuple[Text, ...], AfterValidator(some)] | None = None
    """Services as the export names them, or patterns such as AWSSupport*."""
    line_types: Annotated[tuple[Text, ...], AfterValidator(some)] | None = None
    """Line types, such as Tax, or patterns."""
    charge_categories: Annotated[tuple[ChargeCategory, ...], AfterValidator(some)] | None = None
    """Charge categories."""
    accounts: Annotated[tuple[Account, ...], AfterValidator(some)] | None = None
    """Ids of accounts, in quotes."""
    rule: Rule
    """By what it is split: each centre's own amortized or unblended costs, evenly, or in fixed shares."""
    among: Annotated[tuple[Text, ...], AfterValidator(some), AfterValidator(distinct)] | None = None
    """The cost centres that bear it. Left out: all that have costs of their own, but the default one."""
    shares: dict[Text, Percent] | None = None
    """The percentages of a fixed rule, by cost centre; what is left to 100 stays unallocated."""

    @model_validator(mode="after")
    def _rule_has_what_it_needs(self) -> "SharedCost":
        if not (self.services or self.line_types or self.charge_categories or self.accounts):
            raise ValueError("takes every line: give at least one of services, line_types, charge_categories, accounts")
        if self.rule == "fixed" and not self.shares:
            raise ValueError("has the rule fixed and no shares: give shares, such as {ERP: 60, Shop: 40}")
        if self.rule != "fixed" and self.shares is not None:
            raise ValueError(f"has shares and the rule {self.rule}: write rule: fixed, or leave the shares out")
        if self.rule == "fixed" and self.among is not None:
            raise ValueError("has the rule fixed and among: the shares already say who bears it, leave among out")
        if self.shares and sum(self.shares.values()) > WHOLE:
            raise ValueError(f"has shares of {sum(self.shares.values())} percent: let them add up to 100 at most")
        return self


class Materiality(Section):
    """From when on a difference is worth a ticket: the larger of the two."""

    amount: Amount = _preset("50")
    """In the currency of the bill."""
    percent: Percent = _preset("0.05")
    """Of the bill's total, in percent."""

    def of(self, total: Decimal) -> Decimal:
        """Give the amount from which on a difference within a bill of this total is material."""
        return max(self.amount, abs(total) * self.percent / WHOLE)


class MonthOnMonth(Section):
    """From when on a change against the month before wants to be explained: both must be exceeded."""

    percent: Amount = _preset("20")
    """In percent of the month before."""
    amount: Amount = _preset("500")
    """In the currency of the bill."""


class Coverage(Section):
    """The share (0 to 1) of taggable costs that must have a value."""

    default: Share = 0.95
    """For each cost key."""
    keys: dict[Text, Share] = Field(default_factory=dict)
    """For single keys."""

    def of(self, key: str) -> float:
        """Give the share for a key."""
        return self.keys.get(key, self.default)


class AccountCode(Section):
    """Under which code of the general ledger costs are booked; every key that is given fits."""

    code: Text
    """The code, in quotes."""
    charge_category: ChargeCategory | None = None
    """The charge category."""
    service: Text | None = None
    """The service as the export names it, or a pattern."""

    @model_validator(mode="after")
    def _names_something(self) -> "AccountCode":
        if self.charge_category is None and self.service is None:
            raise ValueError("fits every line: give charge_category or service, or write the code as journal.expense")
        return self

    def fits(self, charge_category: str, service: str) -> bool:
        """Say whether costs of this category and service are booked under it."""
        return self.charge_category in {None, charge_category} and fnmatchcase(service, self.service or "*")


class Journal(Section):
    """Account codes of the general ledger; what is not declared stands in the journal by its own name."""

    expense: Text = "expense"
    """The code for costs that no rule places, in quotes."""
    payable: Text = "payable"
    """The code against which a final bill is booked, in quotes."""
    accrual: Text = "accrual"
    """The code against which an estimated month is accrued, in quotes."""
    codes: tuple[AccountCode, ...] = ()
    """Codes for charge categories and services; the first that fits counts."""

    def code(self, charge_category: str, service: str) -> str:
        """Give the code under which costs are booked."""
        return next((c.code for c in self.codes if c.fits(charge_category, service)), self.expense)


class Billing(Section):
    """How the bill is split, reported and judged."""

    cost_keys: Annotated[tuple[Text, ...], AfterValidator(distinct)] | None = None
    """Keys of the resource tags by which costs are reported. Left out: each user key of the export."""
    tools: Annotated[tuple[Tool, ...], AfterValidator(distinct)] = TOOLS
    """The tools of AWS that are to be on for the whole organization; []: none."""
    cost_centres: CostCentres = CostCentres()
    """Whose a cost is."""
    shared: tuple[SharedCost, ...] = ()
    """Costs that are split among cost centres."""
    materiality: Materiality = Materiality()
    """From when on a difference is worth a ticket."""
    month_on_month: MonthOnMonth = MonthOnMonth()
    """From when on a change wants to be explained."""
    coverage: Coverage = Coverage()
    """How much of the costs must be tagged."""
    journal: Journal = Journal()
    """How the bill is booked."""

    @model_validator(mode="after")
    def _pools_have_names_of_their_own(self) -> "Billing":
        for first, second in pairwise(sorted(pool.name for pool in self.shared)):
            if first == second:
                raise ValueError(f"has two shared costs named {first!r}: give each a name of its own")
        return self

    def ledger_keys(self, exported: tuple[str, ...]) -> tuple[str, ...]:
        """Give the tag keys that the ledger of an export with these needs: the reported ones, and the centre's."""
        reported = self.cost_keys if self.cost_keys is not None else tuple(k for k in exported if not _is_aws(k))
        centre = self.cost_centres.tag_key
        return reported if centre is None or centre in reported else (*reported, centre)

    def undeclared_owners(self, centres: set[str]) -> Iterator[str]:
        """Give the cost centres for which nobody answers by name."""
        yield from sorted(centres - self.cost_centres.owners.keys())


def _is_aws(key: str) -> bool:
    return key.startswith("aws:")
