"""Nordvik, the messy organization of month one: cohorts of accounts dealt out of ``messy.yaml``, the same each time.

A real organization of 400 accounts is no list that anybody could read; it is some twenty habits. So the declaration is
of habits, and what they come to is held down by tests (``tests/demo/test_messy.py``).
"""

import functools
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field

from orgwarden.demo.organization import MANAGEMENT_ID
from orgwarden.demo.seed import AccountSeed, Contact, Later, Seed, Slot
from orgwarden.errors import BadInput

DECLARATION = Path(__file__).with_name("messy.yaml")
BASELINE = Path(__file__).with_name("baseline-messy")
ALL_ACCOUNTS, FEWEST = 400, 100
T = TypeVar("T")
Listed = Annotated[tuple[T, ...], Field(min_length=1)]


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cohort(_Declared):
    """Accounts of one habit; each list is dealt out in turn."""

    count: int
    unit: str
    words: Listed[str]
    name: str
    emails: Listed[str]
    phones: Listed[str] = ("office",)
    people: Listed[str] = ("quillfeather",)
    tags: Listed[dict[str, str]] = ({},)
    alternates: Listed[str] = ("standard",)
    state: Literal["ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"] = "ACTIVE"

    @property
    def is_numbered(self) -> bool:
        """Say whether there may be more of them than words: only a name with a number stays the only one."""
        return "{n}" in self.name


class Vended(_Declared):
    """Accounts that the account factory makes between two readings."""

    unit: str
    names: Listed[str]
    email: str
    phone: str
    person: str
    alternates: str


class Removed(_Declared):
    """An alternate contact that a person takes away between two readings."""

    account: str
    slot: Slot


class MessyLater(_Declared):
    """What happens after the first reading."""

    vended: Vended
    removed: Removed
    expected: Vended


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """One account to be made through AWS's API, with its contacts."""

    name: str
    email: str
    unit: str
    primary: Contact
    alternates: dict[Slot, Contact]


@functools.cache
def _told() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(DECLARATION.read_text(encoding="utf-8"))
    return told


def declared(accounts: int = ALL_ACCOUNTS) -> Seed:
    """Give the organization, with as many accounts as asked for: the cohorts keep their shares. Raises ``BadInput``."""
    if accounts < FEWEST:
        raise BadInput(f"the messy organization cannot have {accounts} accounts: ask for {FEWEST} or more")
    told = {key: value for key, value in _told().items() if key not in {"cohorts", "later"}}
    cohorts = [Cohort.model_validate(one) for one in _told()["cohorts"]]
    counts = _scaled([one.count if one.is_numbered else 0 for one in cohorts], accounts - 1 - _unnumbered(cohorts))
    dealt = [_dealt(one, count if one.is_numbered else one.count) for one, count in zip(cohorts, counts, strict=True)]
    ids = _ids()
    members = [{**one, "id": next(ids)} for one in (account for cohort in dealt for account in cohort)]
    nothing = Later(changes=[], resolved=[], new=[])
    return Seed.model_validate({**told, "accounts": members, "drifts": [], "later": nothing})


def later() -> MessyLater:
    """Give what happens after the first reading."""
    return MessyLater.model_validate(_told()["later"])


def vended(plan: Vended) -> list[NewAccount]:
    """Give the accounts that the account factory makes by a plan."""
    seed = declared()
    primary = {**seed.people[plan.person], "PhoneNumber": seed.numbers[plan.phone].number}
    return [
        NewAccount(
            name=name,
            email=plan.email.format(name=name),
            unit=seed.units[plan.unit].id,
            primary=primary,
            alternates=seed.alternates[plan.alternates],
        )
        for name in plan.names
    ]


def _unnumbered(cohorts: Sequence[Cohort]) -> int:
    return sum(one.count for one in cohorts if not one.is_numbered)


def _scaled(counts: Sequence[int], wanted: int) -> list[int]:
    """Share ``wanted`` out as the counts share their sum, each rounded so that the sum is exact."""
    whole, reached, shares = sum(counts), 0, []
    for count in counts:
        before = reached * wanted // whole
        reached += count
        shares.append(reached * wanted // whole - before)
    return shares


def _dealt(cohort: Cohort, count: int) -> Iterator[dict[str, Any]]:
    for place in range(count):
        word = _turn(cohort.words, place)
        name = cohort.name.format(word=word, n=f"{place + 1:02}")
        known = {"word": word, "flat": re.sub(r"[^a-z0-9]", "", name.lower())}
        yield AccountSeed(
            name=name,
            unit=cohort.unit,
            phone=_turn(cohort.phones, place),
            person=_turn(cohort.people, place),
            email=_turn(cohort.emails, place).format(**known),
            labels={key: value.format(**known) for key, value in _turn(cohort.tags, place).items()},
            alternates=_turn(cohort.alternates, place),
            state=cohort.state,
        ).model_dump(exclude={"id"})


def _turn(listed: Sequence[T], place: int) -> T:
    return listed[place % len(listed)]


def _ids() -> Iterator[str]:
    """Draw account ids, the same in every process, none of them the management account's nor drawn before."""
    chance, drawn = random.Random("nordvik"), {MANAGEMENT_ID}  # noqa: S311 -- equal organizations get equal ids
    while True:
        id_ = str(chance.randrange(10**11, 10**12))
        if id_ not in drawn:
            drawn.add(id_)
            yield id_
