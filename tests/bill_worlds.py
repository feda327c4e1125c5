"""The smallest worlds in which a bill is judged: one payer's month, and ties by part."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from orgwarden.controls import catalogue
from orgwarden.engine import evaluate
from orgwarden.model import Part, Verdict, World
from orgwarden.parts.bill import BILLS, Bill, Tie

PAYER, OTHER_PAYER = "100000000001", "200000000001"
MONTH = Bill(
    payer=PAYER, period="2026-10", totals={"USD": Decimal(10_000)}, is_closed=True, status="FINAL", format="CUR"
)


def tie(a: str, b: str, subject: str = "INV1", **changed: Any) -> Tie:
    usual = {"payer": PAYER, "tolerance": Decimal("0.01"), "unit": "USD", "evidence": ""}
    return Tie(**{**usual, "subject": subject, "a": Decimal(a), "b": Decimal(b), **changed})


def billed(
    part: Part[Tie],
    *ties: Tie,
    gap: str = "",
    bills: tuple[Bill, ...] = (MONTH,),
    more: Mapping[Any, Any] | None = None,
) -> World:
    """Give a world with the ties of one part; ``gap`` is why some of it could not be found."""
    return World(
        organization="o-sound00000",
        management=PAYER,
        today=date(2026, 11, 21),
        parts={
            BILLS: {f"{one.payer}/{one.period}": one for one in bills},
            part: {f"{one.payer}/{one.subject}": one for one in ties},
            **(more or {}),
        },
        gaps={(part.name, "*"): gap} if gap else {},
    )


def still_open(bill: Bill = MONTH) -> Bill:
    return replace(bill, is_closed=False, status="ESTIMATED")


def judged(control: str, world: World) -> list[Verdict]:
    (mine,) = (one for one in catalogue() if one.id == control)
    return list(evaluate([mine], world))
