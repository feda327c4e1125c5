"""How many tickets one run may write: pure. What is over the bound waits for the next runs, the worst and oldest first.

Never by putting findings together otherwise: a ticket covers what its control declares, whether three stand or three
thousand. A ticket that gives findings away waits for those that take them, so none is on no ticket meanwhile.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from orgwarden.tickets.plan import Action, Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """How many tickets a run may open (again), write anew, and close; 0: none."""

    new: int = 50
    changed: int = 100
    closed: int = 100

    def of(self) -> dict[str, int]:
        """Give the bounds by what they bound."""
        return {"new": self.new, "changed": self.changed, "closed": self.closed}


_COUNTS_AS = {
    Kind.CREATE: "new",
    Kind.REOPEN: "new",
    Kind.UPDATE: "changed",
    Kind.DISPUTE: "changed",
    Kind.CLOSE: "closed",
}


def bounded(actions: Sequence[Action], bounds: Bounds) -> tuple[list[Action], list[Action]]:
    """Give what one run does, in order, and what waits; ``actions`` come with the most pressing first."""
    now: list[Action] = []
    later: list[Action] = []
    room = Counter(bounds.of())
    waiting: set[str] = set()
    for unit in _units(actions):
        takers = {fingerprint for action in unit for fingerprint in action.after}
        needs = Counter(_COUNTS_AS[action.kind] for action in unit)
        if waiting.isdisjoint(takers) and _has_room(needs, room, bounds.of(), is_bundle=len(unit) > 1):
            now += unit
            room.subtract(needs)
        else:
            later += unit
            waiting |= {action.group.fingerprint for action in unit}
    return now, later


def _has_room(needs: Counter[str], room: Mapping[str, int], whole: Mapping[str, int], *, is_bundle: bool) -> bool:
    """Say whether it fits; a bundle that never would may have a bound to itself, else it would wait for ever."""
    alone = {kind for kind in needs if is_bundle and 0 < whole[kind] == room[kind]}
    return all(count <= room[kind] or kind in alone for kind, count in needs.items())


def _units(actions: Sequence[Action]) -> Iterator[list[Action]]:
    """Give the actions in their order, but behind those that they wait for; what waits for each other goes together."""
    by = {action.group.fingerprint: action for action in actions}
    place = {fingerprint: n for n, fingerprint in enumerate(by)}
    whole = {fingerprint: _closure(fingerprint, by) for fingerprint in by}
    done: set[str] = set()
    for fingerprint in by:
        for first in sorted(whole[fingerprint] - done, key=lambda f: (len(whole[f]), place[f])):
            unit = {other for other in whole[first] if whole[other] == whole[first]} - done
            done |= unit
            if unit:
                yield [by[f] for f in sorted(unit, key=lambda f: place[f])]


def _closure(fingerprint: str, by: Mapping[str, Action]) -> frozenset[str]:
    """Give an action and all that have to be done before it, or with it."""
    found, open_ends = {fingerprint}, [fingerprint]
    while open_ends:
        more = {f for f in by[open_ends.pop()].after if f in by} - found
        found |= more
        open_ends += more
    return frozenset(found)
