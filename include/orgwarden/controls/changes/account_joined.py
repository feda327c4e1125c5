"""Each open account was approved, or is one that the account factory makes.

Why: An account that nobody expected may have been invited by an outsider, or made by somebody who has left the beaten
path: it has no owner, no guardrails and a bill. A closed account that is open again is the same.

Fix: Ask who made the account (CloudTrail's events CreateAccount, InviteAccountToOrganization and AcceptHandshake in the
management account name them). If it is right, accept it: orgwarden accept with the finding or the ticket. If an account
factory makes such accounts, declare their pattern under changes.vended in the baseline. If it is not right, move the
account under a unit that denies everything, then remove or close it (organizations:RemoveAccountFromOrganization,
organizations:CloseAccount).
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from orgwarden.approvable import account_as_seen, approved_account
from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Member, Pass, Severity, Unseen, World
from orgwarden.parts.declared import VENDED, Vended
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS, TAGS
from orgwarden.population import ACCOUNT


@control(about=ACCOUNT, severity=Severity.HIGH, ticket=Ticket.DIGEST, authority=Authority.BEYOND)
def account_joined(member: Member, world: World) -> Answer:
    account = member.subject.account
    approved = approved_account(account, world)
    if approved and not approved.state.is_closed:
        return None
    if pattern := _vended(account, world):
        return Pass({"pattern": pattern})
    seen, row = account_as_seen(account, world), world.of(ACCOUNTS, account)
    where = {"name": seen.name, "unit": "/".join(seen.path or ()) or "the root", "type": row.method or "unknown"}
    reason = "was approved as closed and is open again" if approved else "joined, and nobody approved it"
    return Deviation(f"the account {reason}", where)


def _vended(account: str, world: World) -> str:
    """Give the first pattern that fits, as people write it; one that could not be tried is told if none fits."""
    unseen: list[Unseen] = []
    for pattern in world.of(VENDED):
        try:
            if all(_fits(pattern, account, world)):
                return _told(pattern)
        except Unseen as error:
            unseen.append(error)
    for lost in unseen:
        raise lost
    return ""


def _fits(pattern: Vended, account: str, world: World) -> Iterator[bool]:
    """Say of each key that is given whether it fits; what needs a further reading comes last."""
    row = world.of(ACCOUNTS, account)
    yield pattern.method in {"", row.method}
    yield fnmatchcase(row.name, pattern.name or "*")
    if pattern.units:
        path: tuple[str, ...] = world.of(PLACEMENTS, account)
        yield not set(pattern.units).isdisjoint(path)
    if pattern.tags:
        tags = world.of(TAGS, account)
        yield all(key in tags and fnmatchcase(tags[key], value) for key, value in pattern.tags.items())


def _told(pattern: Vended) -> str:
    tags = (f"{key}={value}" for key, value in sorted(pattern.tags.items()))
    return " ".join(filter(None, (pattern.method, *pattern.units, pattern.name, *tags)))
