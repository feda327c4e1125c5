"""Two people signed in as the management account's root user this quarter, wrote down how, and AWS saw it.

Why: A root user that nobody has signed in as for a year is one that nobody may be able to sign in as: the device is
empty, the sealed password an old one, the one who knew the way has left. A drill shows it while there is time, and who
takes part once a year knows the way.

Fix: Perform the drill as the runbook says, with two people who keep the password and the MFA devices, and others than
last time until each has taken part. Record each step, who left the room and returned with what, and what went wrong;
then answer the question with the window in which it was performed (UTC), and name each other use of the root user
since the last drill. If AWS saw another use than these, treat it as an incident (root.not_used).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from orgwarden.asking import Asks, Question, answer_of, faults, told
from orgwarden.control import Ticket, control
from orgwarden.drilling import FIELDS, drill_of
from orgwarden.model import EVERYTHING, Answer, Deviation, Member, Pass, Period, Severity, Unseen, World
from orgwarden.parts.attested import ASKED, DRILLS, SNAPSHOT_OPENED, Answered, DeclaredUse, key_of
from orgwarden.parts.custody import DEVICES, PASSWORD_CUSTODY
from orgwarden.parts.root import ROOT_USE
from orgwarden.population import MANAGEMENT_ACCOUNT
from orgwarden.population.custody import CUSTODIANS_ASKED
from orgwarden.population.management import covers, declared_by, moment_of
from orgwarden.population.reading import deviation_of, require

QUESTION = Question(
    id="root.access_drill_current",
    asks=Asks.PASSWORD,
    text="How did this quarter's sign-in as the root user of the management account go?",
    evidence=(
        "Perform the drill with another custodian as the runbook says, and write its record first. Times are UTC: what "
        "you declare here is no alarm when AWS tells of it, and what you leave out is one."
    ),
    fields=FIELDS,
)
# The quarters in which each custodian takes part once.
YEAR = 4
# A credential report is up to four hours old, and what it tells of a sign-in comes later than the sign-in.
LAG = timedelta(hours=6)
AWAITED = "awaited: the snapshot is older than what AWS can tell of the drill, the next inventory shows it"


@control(
    about=MANAGEMENT_ACCOUNT,
    severity=Severity.HIGH,
    ticket=Ticket.SUBJECT,
    practices=("O:test-quarterly", "E:test-quarterly", "O:record-performance"),
    question=QUESTION,
)
def access_drill_current(member: Member, world: World) -> Answer:
    account = member.subject.account
    found = answer_of(QUESTION, account, world)
    if isinstance(found, Deviation):
        return found
    drill = drill_of(found.period, found.form)
    deviation = deviation_of(
        lambda: _faulty(found),
        lambda: _early(drill.uses[0], found.period),
        lambda: _absent(account, found.period, world),
        lambda: _unlike(account, drill.uses[0], world),
    )
    if deviation:
        return Deviation(deviation.reason, {**told(found), **deviation.evidence})
    return Pass({**told(found), "used": (str(drill.uses[0].first.date()),)})


def _faulty(found: Answered) -> Deviation | None:
    """Say what the answer itself says against the practice."""
    wrong = tuple(faults(QUESTION, found.form))
    return Deviation("; ".join(wrong), {"wrong": wrong}) if wrong else None


def _early(use: DeclaredUse, period: str) -> Deviation | None:
    """Say that the drill was held before the quarter that it is told for."""
    day = use.first.date()
    if day >= Period(period).first_day:
        return None
    return Deviation(f"the drill was on {day}, before the quarter began", {"since": str(day)})


def _absent(account: str, period: str, world: World) -> Deviation | None:
    """Say which custodians took part in no drill of the last four quarters, of those who were custodians throughout."""
    year = range(Period(period).ordinal - YEAR + 1, Period(period).ordinal + 1)
    drills = world.whole(DRILLS)
    took = {
        person
        for key, drill in drills.items()
        if key.partition("/")[0] == account and Period(drill.period).ordinal in year
        for person in drill.people
    }
    absent = tuple(one for one in dict.fromkeys(_custodians(account, year[0], world)) if one not in took)
    return Deviation("custodians took part in no drill for a year", {"missing": absent}) if absent else None


def _custodians(account: str, since: int, world: World) -> Iterator[str]:
    """Give who keeps the password or a device since a quarter: since then they are asked, and drills are.

    Since when somebody is a custodian the register does not say; in which quarter they were first asked as one stands
    on record.
    """
    kept = {"password": world.of(PASSWORD_CUSTODY).kept.people}
    kept |= {f"device {name}": one.kept.people for name, one in world.of(DEVICES).items() if one.kept is not None}
    if not _is_asked(key_of(QUESTION.id, account), since, world):
        return
    for thing, people in kept.items():
        yield from (one for one in people if _is_asked(key_of(CUSTODIANS_ASKED, f"{one}/{thing}"), since, world))


def _is_asked(key: str, since: int, world: World) -> bool:
    asked = world.seen(ASKED).get(key)
    if asked is None:
        require(ASKED, EVERYTHING, world)
    return asked is not None and Period(asked.first).ordinal <= since


def _unlike(account: str, drill: DeclaredUse, world: World) -> Deviation | None:
    """Say what AWS shows instead of the drill: that use, or a later one that was declared, and no other."""
    when = world.of(ROOT_USE, account).password_used
    try:
        used = moment_of(when) if when else None
    except ValueError:
        raise Unseen(ROOT_USE, account, "the time of the last use of the password is no ISO 8601 time") from None
    if used is not None and covers(drill, used):
        return None
    if used is None or used < drill.first:
        return _unseen(account, drill, used, world)
    if declared_by(account, used, world):
        return None
    return Deviation("AWS shows another use of the root user after the drill", {"used": (str(used.date()),)})


def _unseen(account: str, drill: DeclaredUse, used: datetime | None, world: World) -> Deviation:
    """Say that AWS saw no sign-in in the drill's window; raise ``Unseen`` where it could not tell yet."""
    if world.of(SNAPSHOT_OPENED) < drill.last + LAG:
        raise Unseen(ROOT_USE, account, AWAITED)
    return Deviation("AWS saw no sign-in in the drill's window", {"used": (str(used.date()),) if used else ()})
