"""Whoever calls the number of an account's contact information reaches one of its custodians.

Why: AWS calls this number to give a lost root user back. A contract that ran out, a phone in a drawer with an empty
battery, or somebody who answers and knows nothing of it, show only when somebody calls.

Fix: Have the phone charged, its contract paid, and those who keep it (custody.phone, attestations.called_accounts in
the baseline) told when and how they may be called; correct the number in the account's contact information if it has
changed. Then have the one who called call again: whoever is called says the word that stands on their own page.
"""

from orgwarden.asking import Asks, Field, Kind, Question, attested
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.population.custody import CALLED_PHONE

ANSWERED = "a custodian answered"
QUESTION = Question(
    id="contacts.phone_answers",
    asks=Asks.CALLERS,
    text="Did you call the number of this account, and did a custodian answer?",
    evidence=(
        "Look the number up in the account's contact information at AWS, call it now, and ask for the word of this "
        "quarter: whoever keeps the phone has it on their page. Write the number down nowhere."
    ),
    fields=(
        Field(
            name="how",
            title="I called, and",
            options={
                ANSWERED: "",
                "somebody else answered": "somebody answered who is no custodian",
                "a voicemail answered": "a voicemail answered",
                "nobody answered": "nobody answered",
                "the number is out of service": "the number is out of service",
            },
        ),
        Field(
            name="word",
            title="They said",
            kind=Kind.WORD,
            options={
                "the word of this call": "",
                "another word": "whoever answered did not know the word of the call",
            },
            only_if=("how", frozenset({ANSWERED})),
        ),
    ),
)


@control(
    about=CALLED_PHONE,
    severity=Severity.HIGH,
    ticket=Ticket.SUBJECT,
    practices=("O:test-quarterly", "E:test-quarterly"),
    question=QUESTION,
)
def phone_answers(member: Member, world: World) -> Answer:
    return attested(QUESTION, member.subject.account, world)
