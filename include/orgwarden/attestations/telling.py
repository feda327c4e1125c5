"""What a person is shown: one task with all their questions, and one with what another person answered.

Both are plain data that a workflow hands from task to task, so nothing in them may be secret: ids, names, and the words
of our own questions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from orgwarden.asking import Asks, Question
from orgwarden.attestations.assigning import Assignment, candidates, deputies
from orgwarden.attestations.forms import fields_of
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
    """In which quarter of which organization people are asked, by when, who they are, and the words of calls."""

    organization: str
    quarter: Period
    due: date
    baseline: Baseline
    calls: Calls

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
            "subject": f"{names[person]}: {many} about root access, {self.quarter}, due {self.due}",
            "body": _body(theirs, self.due, names),
            "questions": [[one.question.id, one.about, one.second] for one in theirs],
            "form": [asdict(field) for field in fields_of(theirs, names, self.calls)],
        }


def assignments_of(task: Mapping[str, Any], known: Mapping[str, Question]) -> list[Assignment]:
    """Give the questions of a task in the order of its form; one that is no more was not asked."""
    return [
        Assignment(question=known[id_], about=about, person=task["person"], second=second)
        for id_, about, second in task["questions"]
        if id_ in known
    ]


def signing_of(
    task: Mapping[str, Any], answers: Sequence[Recorded], known: Mapping[str, Question], baseline: Baseline
) -> dict[str, Any]:
    """Give what the second person sees: what was answered, in the words of the form; never to one who answered."""
    names = names_of(baseline)
    needing = [one for one in answers if known[one.entry.question].needs_second]
    answered = list(dict.fromkeys(one.entry.by for one in needing))
    may_sign = [person for person in task["may_sign"] if person not in answered]
    by = " and ".join(names.get(person, person) for person in answered)
    about = f"{by} answered about root access, {task['quarter']}, due {task['due']}"
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


def _body(theirs: Sequence[Assignment], due: date, names: Mapping[str, str]) -> str:
    """Give the text above a form, in Markdown."""
    paragraphs = [INTRODUCTION.format(due=due)]
    for number, one in enumerate(theirs, 1):
        about = f" (`{one.about}`)" if one.about else ""
        signed = f" {names.get(one.second, one.second)} signs it off." if one.second else ""
        paragraphs.append(f"**{number}. {one.question.text}**{about} {one.question.evidence}{signed}")
    return "\n\n".join(paragraphs)


def _told(one: Recorded, question: Question, names: Mapping[str, str]) -> str:
    """Give an answer in the words of its question."""
    about = f" (`{one.entry.about}`)" if one.entry.about else ""
    chosen = []
    for field in question.fields:
        if text := one.entry.form.get(field.name, ""):
            people = [names.get(person.strip(), person.strip()) for person in text.split(",")]
            chosen.append(f"- {field.title}: {', '.join(people)}")
    return "\n".join([f"**{question.text}**{about}", *chosen])
