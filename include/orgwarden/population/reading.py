"""Looks at a world that was read in part: what was seen counts, and what was not is told without hiding it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from orgwarden.model import EVERYTHING, Deviation, Member, Part, T, Unseen, World


def deviation_of(*questions: Callable[[], Deviation | None]) -> Deviation | None:
    """Ask every question and give what deviates as one; raise what could not be told only where nothing deviates."""
    found: list[Deviation] = []
    unseen: list[Unseen] = []
    for question in questions:
        try:
            answer = question()
        except Unseen as error:
            unseen.append(error)
            continue
        if answer:
            found.append(answer)
    if unseen and not found:
        raise unseen[0]
    return _as_one(found) if found else None


def _as_one(found: Sequence[Deviation]) -> Deviation:
    """Join the reasons and the evidence; what several list under one key is one list."""
    evidence: dict[str, str | int | tuple[str, ...]] = {}
    for key, value in (item for deviation in found for item in deviation.evidence.items()):
        earlier = evidence.get(key)
        if isinstance(earlier, tuple) and isinstance(value, tuple):
            evidence[key] = tuple(dict.fromkeys((*earlier, *value)))
        else:
            evidence[key] = value
    return Deviation("; ".join(dict.fromkeys(deviation.reason for deviation in found)), evidence)


def known(part: Part[T], key: str, world: World) -> T | None:
    """Give the row of a part that has one only of some keys, ``None`` where there is none; raise what may hide it."""
    rows = world.seen(part)
    if key not in rows:
        require(part, key, world)
    return rows.get(key)


def require(part: Part[Any], key: str, world: World) -> None:
    """Raise ``Unseen`` where the key, or the whole part, could not be read."""
    for place in (key, EVERYTHING):
        if (part.name, place) in world.gaps:
            raise Unseen(part, place, world.gaps[part.name, place])


def insist(kept: Iterable[Unseen | None]) -> None:
    """Raise the first of what was found unseen once for all; without the trace that it would gather at each member."""
    for unseen in kept:
        if unseen:
            raise unseen.with_traceback(None)


def surviving(members: Iterable[Member | Unseen]) -> Iterator[Member | Unseen]:
    """Give the members, and what ends them as one more, so that those of other sources still follow."""
    try:
        yield from members
    except Unseen as unseen:
        yield unseen


def unlisted(world: World, part: Part[Any]) -> Iterator[Unseen]:
    """Give what of a list is lost, standing for all of it: under which parent or type it is missing names no member."""
    yield from (Unseen(part, EVERYTHING, unseen.cause) for unseen in world.missing(part))
