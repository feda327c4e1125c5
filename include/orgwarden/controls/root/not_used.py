"""No root user was used but for what was declared.

Why: The root user is for the few things that only it may do. Any other use is a habit that will end in an accident, or
somebody who should not be there: it may do everything and can lock everybody else out.

Fix: Find who it was and what was done (CloudTrail > Event history in us-east-1, user name root; or
cloudtrail:LookupEvents). If it was a drill, or a planned use of the management account's, name it with its window and
record in the quarter's drill (root.access_drill_current), and have it signed off; or declare it under root.events in
the baseline with its day and where its record is. If nobody knows of it, treat it as an incident: change the password,
delete keys, look at what was changed. If it was work that a role could do, give that role to whoever did it.
"""

from collections.abc import Iterator
from datetime import datetime

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, NotApplicable, Pass, Severity, Unseen, World
from orgwarden.parts.declared import ROOT_RULES
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_USE
from orgwarden.population import ACCOUNT
from orgwarden.population.management import declared_by, is_within, moment_of

PRACTICES = ("O:rare-event", "E:rare-event", "M:root-tasks-only", "O:root-tasks-only")


@control(about=ACCOUNT, severity=Severity.HIGH, ticket=Ticket.SUBJECT, practices=PRACTICES)
def not_used(member: Member, world: World) -> Answer:
    account = member.subject.account
    rules = world.of(ROOT_RULES)
    recent = [(what, at) for what, at in _uses(account, world) if is_within(rules.window_days, at.date(), world)]
    told = [(f"{what} on {at.date()}", declared_by(account, at, world)) for what, at in recent]
    if undeclared := tuple(use for use, by in told if not by):
        reason = "the root user was used, and neither root.events nor a signed drill covers it"
        return Deviation(reason, {"used": undeclared})
    if told:
        return Pass({"used": tuple(use for use, _ in told), "told_by": tuple(dict.fromkeys(by for _, by in told))})
    if world.of(ROOT_CREDENTIALS, account).are_gone:
        # AWS tells when a password that is gone was used, but nothing of keys that are.
        return NotApplicable("the root user has no credentials, and its password was not used in the window")
    return None


def _uses(account: str, world: World) -> Iterator[tuple[str, datetime]]:
    """Give what was used last, and when."""
    use = world.of(ROOT_USE, account)
    told = [("password", use.password_used), *(("access key", key.last_used) for key in use.keys)]
    for what, when in told:
        if when:
            try:
                yield what, moment_of(when)
            except ValueError:
                raise Unseen(ROOT_USE, account, f"the time of the last use of the {what} is no ISO 8601 time") from None
