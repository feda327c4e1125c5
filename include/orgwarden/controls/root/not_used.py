"""No root user was used but for what was declared.

Why: The root user is for the few things that only it may do. Any other use is a habit that will end in an accident, or
somebody who should not be there: it may do everything and can lock everybody else out.

Fix: Find who it was and what was done (CloudTrail > Event history in us-east-1, user name root; or
cloudtrail:LookupEvents). If it was a drill or a planned use, declare it under root.events in the baseline with its day
and where its record is. If nobody knows of it, treat it as an incident: change the password, delete keys, look at what
was changed. If it was work that a role could do, give that role to whoever did it.
"""

from collections.abc import Iterator
from datetime import date

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, NotApplicable, Pass, Severity, Unseen, World
from orgwarden.parts.declared import ROOT_RULES
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_USE
from orgwarden.population import ACCOUNT
from orgwarden.population.management import day_of, is_declared, is_within

PRACTICES = ("O:rare-event", "E:rare-event", "M:root-tasks-only", "O:root-tasks-only")


@control(about=ACCOUNT, severity=Severity.HIGH, ticket=Ticket.SUBJECT, practices=PRACTICES)
def not_used(member: Member, world: World) -> Answer:
    account = member.subject.account
    rules = world.of(ROOT_RULES)
    recent = [(what, day) for what, day in _uses(account, world) if is_within(rules.window_days, day, world)]
    told = tuple(f"{what} on {day}" for what, day in recent)
    undeclared = tuple(f"{what} on {day}" for what, day in recent if not is_declared(account, day, world))
    if undeclared:
        return Deviation("the root user was used, and no event in root.events covers the day", {"used": undeclared})
    if recent:
        return Pass({"used": told, "told_by": "root.events"})
    if world.of(ROOT_CREDENTIALS, account).are_gone:
        # AWS tells when a password that is gone was used, but nothing of keys that are.
        return NotApplicable("the root user has no credentials, and its password was not used in the window")
    return None


def _uses(account: str, world: World) -> Iterator[tuple[str, date]]:
    """Give what was used last, and on which day."""
    use = world.of(ROOT_USE, account)
    told = [("password", use.password_used), *(("access key", key.last_used) for key in use.keys)]
    for what, when in told:
        if when:
            try:
                yield what, day_of(when)
            except ValueError:
                raise Unseen(ROOT_USE, account, f"the time of the last use of the {what} is no ISO 8601 time") from None
