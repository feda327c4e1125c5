"""Each custodian of the root user is still there, still means to be one, and still gets at what they keep.

Why: People change teams and leave, and the register does not notice. On the day of the recovery the key that somebody
was to keep lies in the drawer of nobody, or still opens to somebody who works for another.

Fix: Take whoever left, or cannot get at the thing any more, out of custody, root.mfa_devices and contacts.groups in the
baseline, give their part to somebody else, and take the thing, or what opens it, back from them. Whoever is still there
answers the question.
"""

from orgwarden.asking import Asks, Field, Question, attested
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, Unseen, World
from orgwarden.parts.custody import NAMED_PEOPLE
from orgwarden.population.access import absence
from orgwarden.population.custody import CUSTODIAN

QUESTION = Question(
    id="root.custodians_present",
    asks=Asks.CUSTODIANS,
    text="Do you still keep this, and do you get at it?",
    evidence="Go and look, or open what holds it; do not take anything out.",
    fields=(
        Field(
            name="access",
            title="Your answer",
            options={
                "I get at it": "",
                "I cannot get at it any more": "they cannot get at it any more",
                "I should not keep it any more": "they should not keep it any more",
                "I never knew that I keep it": "they did not know that they keep it",
            },
        ),
    ),
    needs_second=False,
)


@control(
    about=CUSTODIAN,
    severity=Severity.MEDIUM,
    ticket=Ticket.ORGANIZATION,
    practices=("M:review-access", "O:review"),
    question=QUESTION,
)
def custodians_present(member: Member, world: World) -> Answer:
    who = world.of(NAMED_PEOPLE)[member.keys[0]]
    gone = absence(who, world)
    if isinstance(gone, str) and gone:
        return Deviation(gone, {"name": who.name})
    answer = attested(QUESTION, member.subject.resource, world)
    if isinstance(gone, Unseen) and not isinstance(answer, Deviation):
        raise gone
    return answer
