"""No more than a few people can change anything in the management account.

Why: Each of them can undo every guardrail, read every log and lock everybody else out, and no service control policy
restrains them. Three are enough to be there when one is ill and one is on leave.

Fix: Look at the people that the ticket lists. Whoever does not have to change the organization gets a permission set
that reads (IAM Identity Center > AWS accounts > the management account > Change permission sets), or is taken out of
the group that brings them in. Work moves to a delegated administrator's account. Somebody who only reads counts, too,
where a role that changes something trusts the role of their permission set, one session of it, or a role that they get
into: change that trust (iam:UpdateAssumeRolePolicy). Roles that an identity provider's people may assume count as
nobody knows how many: remove their trust, or declare them under management_account.paths in the baseline. An IAM user
of somebody who is listed already is declared under management_account.people.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from orgwarden.aws.access_levels import Reach
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Evidence, Member, Pass, Severity, Unseen, World
from orgwarden.parts.declared import MANAGEMENT_RULES
from orgwarden.population import MANAGEMENT_ACCOUNT
from orgwarden.population.management import BILLING
from orgwarden.reached import Opening, Way, not_expanded, openings, ways_in

PRACTICES = ("M:limit-access", "D:limit-access", "D:three-people", "R:limit-access")
READING = {Reach.READ, Reach.BILLING_READ}


@dataclass(frozen=True, kw_only=True, slots=True)
class Someone:
    """A person, as shown, and the reach of each way by which the person gets in."""

    shown: str
    reaches: frozenset[Reach]

    @property
    def is_administrator(self) -> bool:
        return Reach.CHANGE in self.reaches


@control(about=MANAGEMENT_ACCOUNT, severity=Severity.HIGH, ticket=Ticket.ORGANIZATION, practices=PRACTICES)
def administrators_limited(_: Member, world: World) -> Answer:
    limit = world.of(MANAGEMENT_RULES).administrators
    ways, opened = list(ways_in(world)), list(openings(world))
    people, unbounded = _people(ways), [one for one in opened if isinstance(one, Opening)]
    count = sum(one.is_administrator for one in people)
    evidence = _evidence(people, unbounded, world)
    faults = {
        f"{count} people can change the management account, and {limit} may": count > limit,
        "people whom nobody can count can change the management account": bool(unbounded),
    }
    if told := [fault for fault, there in faults.items() if there]:
        return Deviation("; ".join(told), evidence)
    for one in (*ways, *opened):
        if isinstance(one, Unseen):
            raise one
    return Pass(evidence)


def _people(ways: Iterable[Way | Unseen]) -> list[Someone]:
    """Give each person once, in the order of what is shown of them."""
    found: dict[str, list[Way]] = {}
    for way in ways:
        if isinstance(way, Way):
            found.setdefault(way.person, []).append(way)
    people = (Someone(shown=of[0].shown, reaches=frozenset(way.reach for way in of)) for of in found.values())
    return sorted(people, key=lambda one: one.shown)


def _evidence(people: Iterable[Someone], opened: Iterable[Opening], world: World) -> Evidence:
    administrators = [one for one in people if one.is_administrator]
    others = [one for one in people if not one.is_administrator]
    readers = [one for one in others if one.reaches & READING and Reach.BILLING_CHANGE not in one.reaches]
    return {
        "administrators": _shown(administrators),
        "at_least": len(administrators),
        "unbounded": tuple(f"{one.role} by {', '.join(one.through)}" for one in opened),
        "readers": _shown(readers),
        "billing": _shown(one for one in others if one.reaches & BILLING),
        "not_expanded": tuple(sorted(not_expanded(world))),
    }


def _shown(people: Iterable[Someone]) -> tuple[str, ...]:
    return tuple(one.shown for one in people)
