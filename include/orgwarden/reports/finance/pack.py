"""What a pack is made of: one payer's bill of one month, what was found about it, and where all that comes from.

It is one value, so that the reports depend on no workflow: whoever has a ledger makes a pack.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from orgwarden.baseline.billing import Billing
from orgwarden.billing.cost_centres import Accounts
from orgwarden.model import Period, Verdict
from orgwarden.rounding import minor_unit

Stage = Literal["ESTIMATED", "FINAL"]
DECEMBER = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Something that the pack was made from: what it is, where it lay, and which version of it was read."""

    name: str
    place: str = ""
    version: str = ""
    read: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pack:
    """All that the reports are made of.

    ``con`` is a DuckDB connection with the table ``ledger``, and where they were read ``invoice``, ``cost_explorer``,
    ``organization_account``, ``published_total``; one that is not there, or empty, is told as not read. ``earlier``
    names a table of the ledger's columns with up to twelve months before. ``tag_keys`` name the columns tag_1 and on.
    ``verdicts`` are those about this bill, ``numbers`` has the number of a check by its control. ``restates`` says
    which published pack this one takes the place of.
    """

    period: Period
    payer: str
    status: Stage
    version: int
    currency: str
    con: Any = field(repr=False, compare=False)
    tag_keys: tuple[str, ...]
    made: datetime
    earlier: str = ""
    billing: Billing = field(default_factory=Billing)
    accounts: Accounts = field(default_factory=Accounts)
    names: Mapping[str, str] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    restates: str = ""

    def __post_init__(self) -> None:
        if not self.period.is_month:
            raise ValueError(f"{self.period} is no month: a bill is one month's")
        if self.version < 1:
            raise ValueError(f"{self.version} is no version: the first one is 1")

    @property
    def unit(self) -> Decimal:
        """Give the smallest amount that is published."""
        return minor_unit(self.currency)

    @property
    def first_day(self) -> date:
        """Give the first day of the month."""
        return date.fromisoformat(f"{self.period}-01")

    @property
    def first_day_after(self) -> date:
        """Give the first day of the month that follows."""
        first = self.first_day
        if first.month == DECEMBER:
            return date(first.year + 1, 1, 1)
        return first.replace(month=first.month + 1)

    @property
    def last_day(self) -> date:
        """Give the last day of the month."""
        return self.first_day_after - timedelta(days=1)

    @property
    def title(self) -> str:
        """Give what stands at the head of every page."""
        return f"AWS bill {self.period} · payer {self.named(self.payer)} · {self.status} · version {self.version}"

    def named(self, account: str) -> str:
        """Give an account's id with its name, where it has one."""
        name = self.names.get(account, "")
        return f"{account} ({name})" if name else account or NO_ACCOUNT

    @property
    def folder(self) -> str:
        """Give where in the store the pack stands."""
        return f"{folder_of(self.payer, self.period)}/{self.status.lower()}-v{self.version}"


PACKS = "reports/billing"


def folder_of(payer: str, period: Period) -> str:
    """Give where in the store all packs of a bill stand."""
    return f"{PACKS}/{file_name(payer)}/{period}"


def file_name(payer: str) -> str:
    """Give a payer's id as the name of a file or folder: an export may write anything there, or nothing."""
    return re.sub(r"[^A-Za-z0-9-]", "_", payer) or "no-payer"


NO_ACCOUNT = "(no account)"
