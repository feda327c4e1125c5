"""The password of the management account's root user was not changed but on purpose.

Why: AWS advises against changing this password by date: it is changed on suspicion, by people who write down why. A
change that nobody declared means that the sealed copy in the safe is wrong, or that somebody else has taken over.

Fix: Ask the custodians. If they changed it, name the change in the quarter's drill (root.access_drill_current), or
declare it under root.events in the baseline (kind password_change) with its day and reason, and prove by a sign-in that
the stored password is the new one. If nobody did, reset it at once by the root user's mailbox, end all sessions, and
treat it as an incident (CloudTrail's events PasswordUpdated and PasswordRecoveryCompleted in us-east-1 tell from
where).
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, NotApplicable, Pass, Severity, Unseen, World
from orgwarden.parts.declared import ROOT_RULES
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_USE
from orgwarden.population import MANAGEMENT_ACCOUNT
from orgwarden.population.management import declared_by, is_within, moment_of

KIND = "password_change"


@control(about=MANAGEMENT_ACCOUNT, severity=Severity.HIGH, ticket=Ticket.SUBJECT, practices=("O:password",))
def password_unchanged_or_declared(member: Member, world: World) -> Answer:
    account = member.subject.account
    if world.of(ROOT_CREDENTIALS, account).has_password is False:
        return NotApplicable("the root user has no password")
    changed = world.of(ROOT_USE, account).password_changed
    if changed is None:
        raise Unseen(ROOT_USE, account, "AWS does not say when the password was changed")
    if not changed:
        return None
    try:
        at = moment_of(changed)
    except ValueError:
        raise Unseen(ROOT_USE, account, "the time of the last change of the password is no ISO 8601 time") from None
    day = at.date()
    if not is_within(world.of(ROOT_RULES).password_window_days, day, world):
        return None
    if by := declared_by(account, at, world, KIND):
        return Pass({"changed": str(day), "told_by": by})
    return Deviation(
        f"the password was changed on {day}, and neither root.events nor a signed drill says why", {"changed": str(day)}
    )
