"""Whoever gets the root alarm knows how to tell a declared use from an incident, and how to escalate.

Why: An alarm that reaches somebody who does not know it is closed as noise. The first half hour of a stolen root user
is the one in which it can still be shut out.

Fix: Sign in by a drill and see when the alarm comes, and to whom; if it does not, mend the path (root.sign_in_alert).
Go through the runbook with those who get it: how to look for a declared use (root.events, the drill's record), whom to
call when there is none. Then answer the question again.
"""

from orgwarden.asking import Asks, Field, Kind, Question, attested
from orgwarden.control import Ticket, control
from orgwarden.drilling import ALARM_CAME, ALARM_TOLD, CAME
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.population import WHOLE_ORGANIZATION

QUESTION = Question(
    id="root.alert_response_attested",
    asks=Asks.REVIEWERS,
    text="When the root user was last used, did the alarm come, and did those who got it know what to do?",
    evidence="Look at the alarm of the last drill, and ask those who got it.",
    fields=(
        ALARM_CAME,
        Field(name="day", title="On", kind=Kind.DAY, only_if=("came", CAME)),
        ALARM_TOLD,
        Field(
            name="validate",
            title="Those who get it know how to tell a declared use",
            options={"yes": "", "no": "those who get the alarm do not know how to tell a declared use"},
        ),
        Field(
            name="escalate",
            title="They know how to escalate",
            options={"yes": "", "no": "those who get the alarm do not know how to escalate"},
        ),
    ),
)


@control(
    about=WHOLE_ORGANIZATION,
    severity=Severity.HIGH,
    ticket=Ticket.ORGANIZATION,
    practices=("O:alert-response", "E:alert-response"),
    question=QUESTION,
)
def alert_response_attested(member: Member, world: World) -> Answer:  # noqa: ARG001 - asked once of the organization
    return attested(QUESTION, "", world)
