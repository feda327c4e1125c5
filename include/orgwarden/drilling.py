"""The form of a drill, and what one that was filled in says: when it was, who took part, what it declares and taught.

The form is long because a drill is recorded as it was performed: who did what in which window, what went wrong, who
left the room and came back. What it declares is what the root user's next credential report is held against.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time

from orgwarden.asking import BETWEEN, Field, Kind, lasts
from orgwarden.parts.attested import DeclaredUse, Drill, Lesson

DRILL = "root.access_drill_current"
NOTHING = "nothing"
LESSONS = (NOTHING, "one thing", "two things", "three things")
USES = ("none", "one", "two", "three")
KINDS = {
    "it was used for work": "use",
    "its password was changed": "password_change",
    "an MFA device was changed": "mfa_change",
    "its phone number was changed": "phone_change",
    "its mail address was changed": "email_change",
}
CAME = frozenset({"within five minutes", "within the hour", "later than that"})
ALARM_CAME = Field(
    name="came",
    title="The alarm came",
    options={
        "within five minutes": "",
        "within the hour": "",
        "later than that": "the alarm came more than an hour after the use",
        "not at all": "the alarm did not come",
    },
)
ALARM_TOLD = Field(name="whom", title="To", kind=Kind.PEOPLE, only_if=("came", CAME))


def _lesson(number: int) -> tuple[Field, ...]:
    asked = ("lessons", frozenset(LESSONS[number:]))
    return (
        Field(name=f"lesson{number}", title=f"Change {number}", kind=Kind.REFERENCE, only_if=asked),
        Field(name=f"owner{number}", title=f"Whose change {number} is", kind=Kind.PEOPLE, most=1, only_if=asked),
        Field(name=f"by{number}", title=f"Change {number} is done by", kind=Kind.DAY_TO_COME, only_if=asked),
    )


def _use(number: int) -> tuple[Field, ...]:
    asked, name, title = ("uses", frozenset(USES[number:])), f"use{number}", f"Use {number}"
    return (
        Field(name=name, title=title, options=dict.fromkeys(KINDS, ""), only_if=asked),
        Field(name=f"{name}_on", title=f"{title}, on", kind=Kind.DAY, only_if=asked),
        Field(name=f"{name}_since", title=f"{title}, from", kind=Kind.TIME, only_if=asked),
        Field(name=f"{name}_until", title=f"{title}, to", kind=Kind.TIME, after=f"{name}_since", only_if=asked),
        Field(name=f"{name}_record", title=f"{title}, record", kind=Kind.REFERENCE, only_if=asked),
    )


FIELDS = (
    Field(
        name="steps",
        title="The steps were performed",
        options={
            "as the runbook says": "",
            "otherwise, and the record says how": "",
            "up to the sign-in, which failed": "nobody could sign in as the root user",
        },
    ),
    Field(name="people", title="Who took part", kind=Kind.PEOPLE, needs=2),
    Field(name="held", title="On (UTC)", kind=Kind.DAY),
    Field(name="since", title="From", kind=Kind.TIME),
    Field(name="until", title="To", kind=Kind.TIME, after="since"),
    Field(name="record", title="Record of the performance", kind=Kind.REFERENCE),
    Field(
        name="exceptions",
        title="Unforeseen events",
        options={
            "none": "",
            "one that was overcome, on record": "",
            "one that was not overcome": "something unforeseen was not overcome",
        },
    ),
    Field(
        name="left",
        title="In between",
        options={
            "nobody left": "",
            "somebody left and returned, on record with what was taken along": "",
            "somebody left and did not return": "somebody left the drill and did not return",
        },
    ),
    ALARM_CAME,
    ALARM_TOLD,
    Field(name="lessons", title="To be changed", options=dict.fromkeys(LESSONS, "")),
    *_lesson(1),
    *_lesson(2),
    *_lesson(3),
    Field(name="uses", title="Other uses of the root user since the last drill", options=dict.fromkeys(USES, "")),
    *_use(1),
    *_use(2),
    *_use(3),
)


def drill_of(period: str, form: Mapping[str, str]) -> Drill:
    """Read a form that was checked."""
    return Drill(
        period=period,
        people=tuple(form["people"].split(BETWEEN)),
        lessons=tuple(_lessons_in(period, form)),
        uses=tuple(_uses_in(period, form)),
    )


def window(day: str, since: str, until: str) -> tuple[datetime, datetime]:
    """Give the moments (UTC) from a time of a day to the next of another."""
    first = datetime.combine(date.fromisoformat(day), time.fromisoformat(since), UTC)
    return first, first + lasts(since, until)


def _lessons_in(period: str, form: Mapping[str, str]) -> Iterator[Lesson]:
    for number in range(1, len(LESSONS)):
        if reference := form.get(f"lesson{number}"):
            by = date.fromisoformat(form[f"by{number}"])
            yield Lesson(reference=reference, owner=form[f"owner{number}"], by=by, period=period)


def _uses_in(period: str, form: Mapping[str, str]) -> Iterator[DeclaredUse]:
    first, last = window(form["held"], form["since"], form["until"])
    yield DeclaredUse(kind="use", first=first, last=last, reference=form["record"], period=period)
    for number in range(1, len(USES)):
        name = f"use{number}"
        if what := form.get(name):
            first, last = window(form[f"{name}_on"], form[f"{name}_since"], form[f"{name}_until"])
            record = form[f"{name}_record"]
            yield DeclaredUse(kind=KINDS[what], first=first, last=last, reference=record, period=period)
