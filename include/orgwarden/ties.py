"""What has to tie, judged: the one way in which every check of the bill turns its ties into an answer.

A tie that breaks is a deviation, whatever else could not be read; a pass needs all of the part.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from orgwarden.model import EVERYTHING, Answer, Deviation, Evidence, Member, NotApplicable, Part, Pass, World
from orgwarden.parts.bill import BILLS, MATERIALITY, Bill, Materiality, Tie
from orgwarden.rounding import EXACT, minor_unit, to_cents

DETAILS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """How a check is told: what ties (one, many), what its two sides are, and why the question may not arise.

    ``nothing`` is empty where a check without a single tie passes.
    """

    one: str
    many: str
    a: str
    b: str
    nothing: str = ""


AS_USUAL = Materiality()


def tied(part: Part[Tie], member: Member, world: World, words: Words) -> Answer:
    """Judge the ties of a member; what deviates is told with the worst first."""
    ties = ties_of(part, member, world)
    if broken := sorted((tie for tie in ties if is_broken(tie)), key=_worst):
        return Deviation(_reason(broken, len(ties), words), evidence_of(broken, world))
    _require_all(part, member, world)
    if not ties and words.nothing:
        return NotApplicable(words.nothing)
    return Pass({"count": len(ties), **_remarks(ties)}) if ties else None


def _require_all(part: Part[Tie], member: Member, world: World) -> None:
    """Raise ``Unseen`` for what of the part is missing; what is missing of another payer's bill alone hides nothing."""
    bills = world.seen(BILLS)
    mine = {bills[key].payer for key in member.keys if key in bills}
    others = {bill.payer for bill in bills.values()} - mine if mine else set()
    for unseen in world.missing(part):
        if unseen.key.partition("/")[0] not in others:
            raise unseen
    world.seen(part)


def ties_of(part: Part[Tie], member: Member, world: World) -> Sequence[Tie]:
    """Give the ties that were seen of a member: those of its keys, or of a bill all that are its payer's."""
    seen, bills = world.seen(part), world.seen(BILLS)
    payers = {bills[key].payer for key in member.keys if key in bills}
    if not payers:
        return [seen[key] for key in member.keys if key in seen]
    return [tie for tie in seen.values() if tie.payer in payers]


def is_broken(tie: Tie) -> bool:
    """Say whether the two amounts are further apart than they may be."""
    return apart(tie) > tie.tolerance


def apart(tie: Tie) -> Decimal:
    """Give by how much the two amounts differ, exactly."""
    return EXACT.subtract(tie.a, tie.b).copy_abs()


def plain(amount: Decimal) -> str:
    """Give an amount with all its digits, without exponent and without zeros at its end."""
    text = f"{amount:f}"
    stripped = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if stripped in {"", "-0"} else stripped


def _worst(tie: Tie) -> tuple[Decimal, str]:
    return -apart(tie), tie.subject


def _reason(broken: Sequence[Tie], count: int, words: Words) -> str:
    """Say what does not tie, and of the worst by how much."""
    worst = broken[0]
    what = f"{words.one} {worst.subject}".strip() if worst.subject else words.one
    unit, difference = worst.unit, apart(worst)
    # What differs by less than a cent would be told as equal if it were rounded.
    say = _rounded if is_money(unit) and difference >= minor_unit(unit) else _told
    told = f"{say(worst.a, unit)} {words.a}, {say(worst.b, unit)} {words.b}, {say(difference, unit)} apart"
    if len(broken) == 1:
        return f"{what}: {told}"
    return f"{len(broken)} of {count} {words.many} do not tie, most of all {what}: {told}"


def evidence_of(broken: Sequence[Tie], world: World) -> Evidence:
    """Give what a ticket shows of ties that break: how many, by how much in all, whether it matters, and the worst."""
    by_unit: dict[str, Decimal] = {}
    for tie in broken:
        by_unit[tie.unit] = EXACT.add(by_unit.get(tie.unit, Decimal(0)), apart(tie))
    payers = {tie.payer for tie in broken}
    bills = [bill for bill in world.seen(BILLS).values() if bill.payer in payers]
    materiality = world.parts.get(MATERIALITY, {}).get(EVERYTHING, AS_USUAL)
    is_material = any(_matters(unit, amount, bills, materiality) for unit, amount in by_unit.items())
    return {
        "count": len(broken),
        "difference": ", ".join(_told(amount, unit) for unit, amount in sorted(by_unit.items())),
        "material": "yes" if is_material else "no",
        "details": tuple(map(_detail, broken[:DETAILS])),
    }


def _matters(unit: str, amount: Decimal, bills: Sequence[Bill], materiality: Materiality) -> bool:
    if not is_money(unit):
        return True
    total = sum((bill.totals.get(unit, Decimal(0)) for bill in bills), Decimal(0))
    return materiality.is_reached(amount, total)


def is_money(unit: str) -> bool:
    """Say whether a unit is a currency: three capital letters (ISO 4217), as no noun is."""
    return len(unit) == 3 and unit.isalpha() and unit.isupper()  # noqa: PLR2004 - as ISO 4217 has it


def _detail(tie: Tie) -> str:
    sides = f"{plain(tie.a)} against {plain(tie.b)} {tie.unit}".strip()
    return ": ".join(text for text in (tie.subject, sides, tie.evidence) if text)


def _remarks(ties: Iterable[Tie]) -> Evidence:
    """Give what ties that hold have to add, each sentence once."""
    told = tuple(dict.fromkeys(tie.evidence for tie in ties if tie.evidence))
    return {"remarks": told[:DETAILS]} if told else {}


def _told(amount: Decimal, unit: str) -> str:
    return f"{plain(amount)} {_one(unit) if amount == 1 else unit}".strip()


def _rounded(amount: Decimal, currency: str) -> str:
    """Give an amount as people read it; the evidence has all its digits."""
    return f"{to_cents(amount, minor_unit(currency)):,f} {currency}"


def _one(noun: str) -> str:
    """Give the singular of a unit; a currency has none."""
    return noun.removesuffix("ies") + "y" if noun.endswith("ies") else noun.removesuffix("s")
