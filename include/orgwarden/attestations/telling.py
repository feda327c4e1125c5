"""What a person is shown: one task with all their questions, and one with what another person answered.

Both are plain data that a workflow hands from task to task, so nothing in them may be secret: ids, names, and the words
of our own questions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from orgwarden.asking import SHOWN, Asks, Facts, Question, put
from orgwarden.attestations.assigning import Assignment, candidates, deputies
from orgwarden.attestations.forms import about_words, fields_of
from orgwarden.attestations.records import Recorded
from orgwarden.attestations.words import Calls
from orgwarden.baseline import Baseline
from orgwarden.model import Period

INTRODUCTION = """
Please answer by **{due}**. It takes ten minutes; look at each thing before you answer. Choose from the lists, and write
no phone number, password or code anywhere: whoever may look at this page sees what you write.

If you cannot answer this time, choose *Not me*: your deputy is asked.
""".strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """In which quarter of which organization people are asked, by when, who they are, and the words of calls.

    ``read`` is the month of the snapshot that shows what they are asked about.
    """

    organization: str
    quarter: Period
    due: date
    baseline: Baseline
    calls: Calls
    read: str = ""

    def task(self, person: str, theirs: Sequence[Assignment]) -> dict[str, Any]:
        """Give what one person is asked: whose it is, who may answer and sign, the form, and by when."""
        may_answer = [person, *deputies(person, self.baseline)]
        seconds = [one.second for one in theirs if one.second]
        names = names_of(self.baseline)
        many = f"{len(theirs)} {'question' if len(theirs) == 1 else 'questions'}"
        return {
            "organization": self.organization,
            "quarter": self.quarter.text,
            "person": person,
            "may_answer": may_answer,
            "may_sign": list(dict.fromkeys([*seconds, *candidates(Asks.REVIEWERS, "", self.baseline)])),
            "users": [user(one, self.baseline) for one in may_answer],
            "due": self.due.isoformat(),
            "late_days": self.baseline.attestations.late_days,
            "remind_days": list(self.baseline.attestations.remind_days),
            "subject": f"{names[person]}: {many} for {self.quarter}, due {self.due}",
            "body": _body(theirs, self.due, self.read, names),
            "questions": [_asked(one) for one in theirs],
            "form": [asdict(field) for field in fields_of(theirs, names, self.calls)],
        }


def assignments_of(task: Mapping[str, Any], known: Mapping[str, Question]) -> list[Assignment]:
    """Give the questions of a task in the order of its form; one that is no more was not asked."""
    return [
        Assignment(question=_put(known[id_], about, *told), about=about, person=task["person"], second=second)
        for id_, about, second, *told in task["questions"]
        if id_ in known
    ]


def _asked(one: Assignment) -> list[Any]:
    """Give a question as a task has it: what is known of the thing stands behind it, where something is."""
    asked: list[Any] = [one.question.id, one.about, one.second]
    return [*asked, one.question.facts.told] if one.question.facts else asked


def _put(question: Question, about: str, told: Mapping[str, Mapping[str, str]] | None = None) -> Question:
    return question if told is None else put(question, Facts(name=about, told=told))


def signing_of(
    task: Mapping[str, Any], answers: Sequence[Recorded], known: Mapping[str, Question], baseline: Baseline
) -> dict[str, Any]:
    """Give what the second person sees: what was answered, in the words of the form; never to one who answered."""
    names = names_of(baseline)
    needing = [one for one in answers if known[one.entry.question].needs_second]
    answered = list(dict.fromkeys(one.entry.by for one in needing))
    may_sign = [person for person in task["may_sign"] if person not in answered]
    # Whom an answer is about cannot sign all of them: they come last.
    may_sign.sort(key={one.entry.about for one in needing}.__contains__)
    by = " and ".join(names.get(person, person) for person in answered)
    about = f"{by} answered for {task['quarter']}, due {task['due']}"
    return {
        "organization": task["organization"],
        "by": by,
        "answers": [one.number for one in needing],
        "may_answer": may_sign,
        "users": [user(person, baseline) for person in may_sign],
        "due": task["due"],
        "late_days": task["late_days"],
        "remind_days": task["remind_days"],
        "subject": f"Sign off what {about}",
        "body": "\n\n".join(_told(one, known[one.entry.question], names) for one in needing),
    }


def user(person: str, baseline: Baseline) -> dict[str, str]:
    """Give a person as Airflow knows them."""
    declared = (baseline.people or {})[person]
    return {"id": declared.sign_in or person, "name": declared.name}


def names_of(baseline: Baseline) -> dict[str, str]:
    """Give the names of people by id."""
    return {id_: person.name for id_, person in (baseline.people or {}).items()}


def _body(theirs: Sequence[Assignment], due: date, read: str, names: Mapping[str, str]) -> str:
    """Give the text above a form, in Markdown."""
    paragraphs = [INTRODUCTION.format(due=due)]
    for number, one in enumerate(theirs, 1):
        if one.question.facts:
            paragraphs += _once(number, theirs, read)
            continue
        signed = f" {names.get(one.second, one.second)} signs it off." if one.second else ""
        head = f"{number}. {one.question.text}{about_words(one.about, one.person)}"
        paragraphs.append(f"**{head}** {one.question.evidence}{signed}")
    return "\n\n".join(paragraphs)


def _once(number: int, theirs: Sequence[Assignment], read: str) -> Iterator[str]:
    """Say once what is asked of several things alike, at the first of them: what is known stands beside each field."""
    question = theirs[number - 1].question
    alike = [at for at, one in enumerate(theirs, 1) if one.question.id == question.id]
    if number == alike[0]:
        numbers = f"{number} to {alike[-1]}" if len(alike) > 1 else f"{number}"
        signed = " Somebody else signs it off." if question.needs_second else ""
        of = f" The snapshot is of {read}." if read else ""
        yield f"**{numbers}. {question.text}** {question.evidence}{of}{signed}"


def _told(one: Recorded, question: Question, names: Mapping[str, str]) -> str:
    """Give an answer in the words of its question."""
    chosen = []
    for field in question.fields:
        if text := one.entry.form.get(field.name, ""):
            people = [names.get(person.strip(), person.strip()) for person in text.split(",")]
            shown = one.entry.form.get(f"{field.name}{SHOWN}", "").replace("\n", ", ")
            chosen.append(f"- {field.title}: {', '.join(people)}{f' ({shown})' if shown else ''}")
    about = names.get(one.entry.about, one.entry.about)
    return "\n".join([f"**{question.text}{about_words(about, one.entry.by)}**", *chosen])
