"""One switch for each check that data can break: it breaks that check and no other.

A switch changes the lines before anything is added up, so that all witnesses follow, or a witness alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from orgwarden.demo.billing.line import Line
from orgwarden.demo.billing.plan import Plan
from orgwarden.demo.billing.witnesses import Witnesses
from orgwarden.errors import BadInput
from orgwarden.model import Period

Lines = Callable[[Plan, Period, list[Line]], list[Line]]


def _as_they_are(_: Plan, __: Period, lines: list[Line]) -> list[Line]:
    return lines


def _as_told(_: Plan, told: Witnesses) -> Witnesses:
    return told


@dataclass(frozen=True, kw_only=True, slots=True)
class Switch:
    """What it breaks, and how: by the lines (of a Cost and Usage Report, before any format), or by a witness."""

    says: str
    lines: Lines = _as_they_are
    witnesses: Callable[[Plan, Witnesses], Witnesses] = _as_told


SWITCHES: Mapping[str, Switch] = {}


def switches(names: tuple[str, ...]) -> list[Switch]:
    """Give the switches of some checks. Raises ``BadInput`` for a check that has none."""
    for name in names:
        if name not in SWITCHES:
            raise BadInput(f"no switch breaks {name!r}: choose among {', '.join(sorted(SWITCHES))}")
    return [SWITCHES[name] for name in names]
