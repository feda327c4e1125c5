"""The phone of the management account is a dedicated one whose contract does not end unnoticed.

Why: Nobody calls this phone for years, so somebody tidies its contract away, and its number goes to a stranger. With
the number goes a way to recover the root user: for its owner it is lost, for the stranger it is open.

Fix: Take a dedicated SIM card and phone, keep it in a safe where no other credential of the root user lies, and tell
the team that pays the contract, in writing, why it must stay; then answer the question again.
"""

from orgwarden.asking import Asks, Field, Question, attested
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.population import MANAGEMENT_ACCOUNT

QUESTION = Question(
    id="contacts.phone_contract_attested",
    asks=Asks.PHONE,
    text="Is the phone of the management account a dedicated one, and is its contract paid by people who know why?",
    evidence="Look at the phone where it is kept, and ask the team that pays its contract.",
    fields=(
        Field(
            name="number",
            title="The number is",
            options={
                "dedicated to this account": "",
                "used for other things too": "the number is used for other things, too",
            },
        ),
        Field(
            name="place",
            title="The phone with its SIM card is",
            options={
                "in a safe": "",
                "somewhere else that is locked": "",
                "carried or lying about": "the phone lies where anybody may take it",
                "nowhere to be found": "nobody knows where the phone is",
            },
        ),
        Field(
            name="contract",
            title="The contract is",
            options={
                "paid by a team that knows why": "",
                "paid by a team that does not know why": "the team that pays the contract does not know what it is for",
                "ended or about to end": "the contract has ended or is about to",
                "unknown to whom it is billed": "nobody knows who pays the contract",
            },
        ),
    ),
)


@control(
    about=MANAGEMENT_ACCOUNT,
    severity=Severity.MEDIUM,
    ticket=Ticket.SUBJECT,
    practices=("O:phone", "E:phone"),
    question=QUESTION,
)
def phone_contract_attested(member: Member, world: World) -> Answer:
    return attested(QUESTION, member.subject.account, world)
