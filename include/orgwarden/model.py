"""The nouns; frozen; imports nothing of ours.

*Reading is needing*: a control gets at the world only through ``of``, ``seen`` and ``whole``, and what could not be
read raises ``Unseen``. So a control cannot pass what it did not see, whatever its author forgot.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any, Generic, Self, TypeVar

T = TypeVar("T")
V = TypeVar("V")
EVERYTHING = "*"
ACCOUNT_ID = re.compile(r"\d{12}")
Evidence = Mapping[str, "str | int | tuple[str, ...]"]


class Severity(IntEnum):
    """How bad a deviation is; the order is the order of urgency."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


class Status(StrEnum):
    """What an engine may say of a subject; nothing else exists, and none is a default."""

    PASS = "PASS"  # noqa: S105 - a verdict, no password
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"
    NOT_APPLICABLE = "NOT_APPLICABLE"


@dataclass(frozen=True, slots=True)
class Period:
    """A month (``2026-11``) or a quarter (``2026-Q4``), strictly spelled; orders within its kind by its text."""

    text: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2]|Q[1-4])", self.text):
            raise ValueError(f"{self.text!r} is no period: write a month as 2026-11 or a quarter as 2026-Q4")

    @classmethod
    def month_of(cls, day: date) -> Self:
        return cls(f"{day:%Y-%m}")

    @classmethod
    def quarter_of(cls, day: date) -> Self:
        return cls(f"{day.year}-Q{(day.month + 2) // 3}")

    @property
    def is_month(self) -> bool:
        return "Q" not in self.text

    @property
    def ordinal(self) -> int:
        """Give a number that grows by one from a period to the next of its kind."""
        year, _, number = self.text.partition("-")
        return int(year) * (12 if self.is_month else 4) + int(number.lstrip("Q"))

    @property
    def first_day(self) -> date:
        year, _, number = self.text.partition("-")
        return date(int(year), int(number) if self.is_month else 3 * int(number.lstrip("Q")) - 2, 1)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Subject:
    """Identity of what is judged: stable ids alone, never a name; an address or a number only as its keyed hash.

    ``scope`` (a billing period, a quarter) keeps one period's subjects from resolving another's.
    """

    account: str = ""
    region: str = ""
    resource: str = ""
    scope: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One member of a population: its subject, the accounts in which it stands, the keys of the rows that show it.

    ``excuse`` says why no control judges it (a closed account); empty where they do.
    """

    subject: Subject
    accounts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    excuse: str = ""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """A kind of thing that is read: its name in the manifest, and the type of one row, by which files are decoded."""

    name: str
    row: Any = field(compare=False, repr=False)


class Unseen(Exception):
    """A part, or one key of it, that this run could not read. The engine makes it UNKNOWN."""

    def __init__(self, part: Part[Any], key: str, cause: str) -> None:
        super().__init__(f"{part.name}: {cause}" if key == EVERYTHING else f"{part.name} of {key}: {cause}")
        self.part = part.name
        self.key = key
        self.cause = cause


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """All that controls may look at: snapshot, baseline, attestations, bill, approved state, parts alike.

    ``parts`` has rows by key; a part about one thing keeps it under ``"*"``. ``gaps`` has the cause of each
    (part name, key) that could not be read; the key ``"*"`` means the whole part.
    """

    organization: str
    management: str
    today: date
    parts: Mapping[Part[Any], Mapping[str, Any]]
    gaps: Mapping[tuple[str, str], str] = field(default_factory=dict)
    _made: dict[Callable[["World"], Any], Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def derived(self, make: Callable[["World"], V]) -> V:
        """Give what a pure function makes of this world, made once for all controls; ``Unseen`` it raises each time."""
        if make not in self._made:
            self._made[make] = make(self)
        value: V = self._made[make]
        return value

    def of(self, part: Part[T], key: str = EVERYTHING) -> T:
        """Give the one row that was recorded for the key, or raise ``Unseen``."""
        rows = self.seen(part)
        if (part.name, key) in self.gaps:
            raise Unseen(part, key, self.gaps[part.name, key])
        if key not in rows:
            raise Unseen(part, key, self.gaps.get((part.name, EVERYTHING), "neither a row nor a gap was recorded"))
        value: T = rows[key]
        return value

    def seen(self, part: Part[T]) -> Mapping[str, T]:
        """Give what was read, complete or not: enough for a deviation, never for a pass."""
        if part not in self.parts:
            raise Unseen(part, EVERYTHING, self.gaps.get((part.name, EVERYTHING), "not read in this run"))
        return self.parts[part]

    def whole(self, part: Part[T]) -> Mapping[str, T]:
        """Give all rows, or raise the first gap of the part."""
        for unseen in self.missing(part):
            raise unseen
        return self.seen(part)

    def missing(self, part: Part[Any]) -> Iterator[Unseen]:
        """Give what of the part could not be read."""
        lost = self.derived(_gaps_by_part).get(part.name, {})
        yield from (Unseen(part, key, cause) for key, cause in lost.items())


def _gaps_by_part(world: World) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for (part, key), cause in world.gaps.items():
        found[part][key] = cause
    return found


@dataclass(frozen=True, slots=True)
class Deviation:
    """The subject is not as it should be."""

    reason: str
    evidence: Evidence = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The question does not arise for this subject."""

    reason: str


@dataclass(frozen=True, slots=True)
class Pass:
    """The subject is as it should be, and there is something to show for it."""

    evidence: Evidence


Answer = Deviation | NotApplicable | Pass | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the engine says of one control and one subject; ``cause`` stands on UNKNOWN alone."""

    control: str
    subject: Subject
    status: Status
    reason: str = ""
    cause: str = ""
    evidence: Evidence = field(default_factory=dict)

    @property
    def accounts(self) -> tuple[str, ...]:
        """Give the accounts in which the subject stands: its own, or those that the evidence lists."""
        listed = self.evidence.get("accounts", ())
        return (self.subject.account,) if self.subject.account else listed if isinstance(listed, tuple) else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """When and in which reading something was seen; later readings win over earlier ones."""

    at: datetime
    run: str


def finding_id(organization: str, control: str, subject: Subject) -> str:
    """Give the identity of a finding: 16 hex digits of (organization, control, subject), never of its wording."""
    parts = (organization, control, subject.account, subject.region, subject.resource, subject.scope)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
