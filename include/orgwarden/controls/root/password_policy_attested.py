"""The password of the management account's root user is long, unique, kept by policy, and open without the account.

Why: A short password is guessed, one that is used elsewhere is stolen there, and one that is changed by date is written
down where it is at hand. A password manager that runs on the organization's own accounts is locked away with what it
would unlock.

Fix: Change a password that is short or used elsewhere once, by two custodians, and record it under root.events; take it
off any schedule; keep it as the security policy says, in an envelope in a safe, in pieces, or in a manager that works
offline and without AWS. Then answer the question again.
"""

from orgwarden.asking import Asks, Field, Question, attested
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.population import MANAGEMENT_ACCOUNT

QUESTION = Question(
    id="root.password_policy_attested",
    asks=Asks.PASSWORD,
    text="Is the password of the management account's root user as it should be, and kept as it should be?",
    evidence="Look at where it is kept and at the policy by which it is. Do not open it, and never write it down here.",
    fields=(
        Field(
            name="strength",
            title="The password is",
            options={
                "long, random and used nowhere else": "",
                "short or thought up by somebody": "the password is short, or somebody thought it up",
                "used somewhere else, too": "the password is used somewhere else, too",
                "unknown how it was made": "nobody knows how the password was made",
            },
        ),
        Field(
            name="rotation",
            title="It is changed",
            options={
                "on suspicion only": "",
                "by a schedule": "the password is changed by a schedule, which spreads it more often than it is used",
            },
        ),
        Field(
            name="kept",
            title="It is kept",
            options={
                "on paper, whole or in pieces": "",
                "in a manager that works offline": "",
                "in a manager that needs a network": "the manager that holds the password does not work offline",
                "by nobody's policy": "no policy says how the password is kept",
            },
        ),
        Field(
            name="circle",
            title="To get at it, somebody needs AWS accounts of this organization",
            options={"no": "", "yes": "the password can only be reached through the accounts that it unlocks"},
        ),
    ),
)


@control(
    about=MANAGEMENT_ACCOUNT,
    severity=Severity.HIGH,
    ticket=Ticket.SUBJECT,
    practices=("O:password", "E:password"),
    question=QUESTION,
)
def password_policy_attested(member: Member, world: World) -> Answer:
    return attested(QUESTION, member.subject.account, world)
