"""What a drill said to change is done by the day that it named.

Why: A drill whose lessons nobody follows finds the same thing again next quarter, and on the day of the recovery. AWS
advises to reflect on each test and to improve the process by it.

Fix: Do what the record says, or have its owner say by which day it will be done. What turns out to be wrong or needless
is decided by those who took part: file an exemption in the baseline that says why.
"""

from datetime import date

from orgwarden.approvable import read_of
from orgwarden.asking import Asks, Field, Kind, Question, faults, told
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Evidence, Member, Pass, Severity, World
from orgwarden.parts.attested import ANSWERED, key_of
from orgwarden.population.drills import DONE, LESSON, lessons

NOT_YET = "not done yet"
NOTHING_SAID: Evidence = {}
QUESTION = Question(
    id="attestations.lessons_followed",
    asks=Asks.OWNER,
    text="Is what the drill said to change, by this record, done?",
    evidence="Look at the record, and at what has become of it.",
    fields=(
        Field(
            name="state",
            title="It is",
            options={DONE: "", NOT_YET: "", "given up": "what the drill said to change was given up"},
        ),
        Field(
            name="by",
            title="It will be done by",
            kind=Kind.DAY_TO_COME,
            only_if=("state", frozenset({NOT_YET})),
        ),
    ),
)


@control(
    about=LESSON,
    severity=Severity.LOW,
    ticket=Ticket.OWNER,
    practices=("O:propose-improvements",),
    question=QUESTION,
)
def lessons_followed(member: Member, world: World) -> Answer:
    name = member.keys[0]
    lesson, key = lessons(world)[name], key_of(QUESTION.id, name)
    answered = read_of(ANSWERED, world).get(key)
    for unseen in world.missing(ANSWERED):
        raise unseen
    by, said = lesson.by, NOTHING_SAID
    if answered is not None and answered.period >= lesson.period:
        if wrong := tuple(faults(QUESTION, answered.form)):
            return Deviation(wrong[0], {**told(answered), "wrong": wrong})
        if answered.form["state"] == DONE:
            return Pass(told(answered))
        by, said = date.fromisoformat(answered.form["by"]), told(answered)
    if world.today <= by:
        return Pass({"ends": str(by), **said})
    reason = f"what the drill of {lesson.period} said to change was to be done by {by}, and nobody said that it is"
    return Deviation(reason, {"ends": str(by), **said})
