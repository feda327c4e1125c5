"""What the record comes to: by question, the answer that counts and until when, and what was asked first and last."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from orgwarden.asking import Question
from orgwarden.attestations.records import Kind, Put, Recorded
from orgwarden.drilling import DRILL, drill_of
from orgwarden.parts.attested import Answered, Asked, DeclaredUse, Drill, key_of

# When the last answer is due of the quarter that comes so many after another.
Due = Callable[[str, int], date]


def asked_rows(asked: Iterable[Put]) -> dict[str, Asked]:
    """Give what was asked, by question and what it is about."""
    found: dict[str, Asked] = {}
    for one in sorted(asked, key=lambda put: put.period):
        key = key_of(one.question, one.about)
        if key not in found:
            found[key] = Asked(
                first=one.period, first_due=one.due, last=one.period, last_due=one.due, person=one.person
            )
        else:
            found[key] = replace(found[key], last=one.period, last_due=one.due, person=one.person)
    return found


def answered_rows(
    records: Sequence[Recorded], questions: Mapping[str, Question], *, due_after: Due
) -> dict[str, Answered]:
    """Give the last answer that counts, by question and what it is about.

    One that needs a second person counts from their signature on; until then the one before does. ``due_after`` gives
    when an answer of the quarter after another is due: until then it counts.
    """
    signed = signers(records)
    by_key: dict[str, list[Recorded]] = defaultdict(list)
    for one in records:
        if one.entry.kind is Kind.ANSWER and one.entry.question in questions:
            by_key[key_of(one.entry.question, one.entry.about)].append(one)
    found: dict[str, Answered] = {}
    for key, answers in by_key.items():
        counting = [one for one in answers if _counts(one, signed, questions[one.entry.question])]
        if counting:
            last = max(counting, key=lambda one: (one.entry.period, one.number))
            until = _until(last, questions[last.entry.question], due_after)
            found[key] = _answered(last, signed.get(last.number, ""), until)
    return found


def drill_rows(records: Sequence[Recorded], questions: Mapping[str, Question]) -> dict[str, Drill]:
    """Give the drills that count, by account and quarter: of one that was told twice the last."""
    signed = signers(records)
    told = [one for one in records if one.entry.kind is Kind.ANSWER and one.entry.question == DRILL]
    return {
        f"{one.entry.about}/{one.entry.period}": drill_of(one.entry.period, one.entry.form)
        for one in told
        if _counts(one, signed, questions[DRILL])
    }


def use_rows(drills: Mapping[str, Drill]) -> dict[str, tuple[DeclaredUse, ...]]:
    """Give the uses of root users that drills declare, by account."""
    found: dict[str, tuple[DeclaredUse, ...]] = {}
    for key, drill in sorted(drills.items()):
        account = key.partition("/")[0]
        found[account] = (*found.get(account, ()), *drill.uses)
    return found


def signers(records: Sequence[Recorded]) -> dict[int | None, str]:
    """Give who signed each answer, by its number."""
    return {one.entry.of: one.entry.by for one in records if one.entry.kind is Kind.SIGN_OFF}


def _counts(one: Recorded, signed: Mapping[int | None, str], question: Question) -> bool:
    by = signed.get(one.number, "")
    return not question.needs_second or (bool(by) and by != one.entry.by)


def _until(one: Recorded, question: Question, due_after: Due) -> date:
    return date.max if question.quarters is None else due_after(one.entry.period, question.quarters)


def _answered(one: Recorded, signed_by: str, until: date) -> Answered:
    entry = one.entry
    return Answered(
        period=entry.period,
        by=entry.by,
        on=entry.at.date(),
        signed_by=signed_by,
        form=dict(entry.form),
        until=until,
    )
