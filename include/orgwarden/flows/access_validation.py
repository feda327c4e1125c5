"""The quarterly access validation: who is asked what, what they answered, who signed it, and what that comes to.

Each person has one form with all their questions, and one other person signs what they answered. What counts is what
stands in our record, not the state of a task: a response is checked here again, whoever took it.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from orgwarden.asking import Question, due_of, unsettled
from orgwarden.attestations.accepting import OF_THEMSELVES, SIGN, heard, person_of, response_of
from orgwarden.attestations.assigning import Assignment, Unassigned, assign
from orgwarden.attestations.quarters import due, quarter_of
from orgwarden.attestations.records import AttestationStore, Entry, Kind, Put, Recorded
from orgwarden.attestations.standing import signers
from orgwarden.attestations.telling import Asking, assignments_of, signing_of
from orgwarden.attestations.words import Calls
from orgwarden.baseline import Baseline
from orgwarden.controls import arriving
from orgwarden.engine import evaluate
from orgwarden.errors import BadInput
from orgwarden.findings.store import FindingStore
from orgwarden.flows import holding, reviewing
from orgwarden.flows import organization_inventory as inventory
from orgwarden.flows.attested import attested_rows, pack_rows, questions
from orgwarden.flows.settings import configured, settings_of
from orgwarden.model import EVERYTHING, Member, Observation, Period, Unseen, World
from orgwarden.parts.attested import ANSWERED, ASKED, SNAPSHOT_OPENED, key_of
from orgwarden.parts.reviews import REVIEWED_MONTHS
from orgwarden.population import Arrival
from orgwarden.privacy import Veil
from orgwarden.snapshot import load
from orgwarden.store import Store

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
NO_BASELINE = "nobody is declared who could be asked: set ORGWARDEN_BASELINE to a baseline that has people"


def open_quarter(  # noqa: PLR0913 - what is read, who is asked, and where it is kept
    period: Period,
    *,
    store: Store,
    baseline: Baseline | None,
    veil: Veil,
    attestations: AttestationStore,
    clock: Clock,
) -> list[dict[str, Any]]:
    """Note what is asked in the quarter; give what each is asked who has not answered yet. Raises ``BadInput``."""
    if baseline is None or not baseline.people:
        raise BadInput(NO_BASELINE)
    quarter, now = quarter_of(period), clock()
    world = _world(store, baseline, veil, attestations, now.date())
    questions = list(_asked(world))
    found = list(assign(questions, quarter, baseline))
    last = due(quarter, baseline.attestations.due_days)
    assigned = [one for one in found if isinstance(one, Assignment)]
    attestations.put(_put(one, world, quarter, last, now) for one in assigned)
    for one in found:
        if isinstance(one, Unassigned):
            log.error("%s is asked of nobody: %s", one.question.id, one.why)
    answered = world.parts[ANSWERED]
    open_ = [one for one in assigned if not _is_answered(one, answered, quarter)]
    calls = Calls(key=veil.key, quarter=quarter)
    read = inventory.newest_manifest(store).period
    asking = Asking(
        organization=world.organization, quarter=quarter, due=last, baseline=baseline, calls=calls, read=read
    )
    return [asking.task(person, theirs) for person, theirs in sorted(_by_person(open_).items())]


def record(  # noqa: PLR0913 - what was asked and said, and where it is kept
    task: Mapping[str, Any],
    said: Mapping[str, Any] | None,
    *,
    source: str,
    baseline: Baseline | None,
    veil: Veil,
    attestations: AttestationStore,
    clock: Clock,
) -> dict[str, Any]:
    """Check a response and keep what counts of it; give the numbers of the answers, and what the second person sees.

    ``source`` names the try of the task that took the response.
    """
    declared, response = baseline or Baseline(), response_of(said)
    known = questions()
    assignments = assignments_of(task, known)
    calls = Calls(key=veil.key, quarter=Period(task["quarter"]))
    found = heard(response, assignments, task["may_answer"], declared, today=clock().date(), calls=calls)
    for why in found.refused:
        log.warning("%s: not counted: %s", task["person"], why)
    for one in found.taken:
        attestations.add(
            Entry(
                organization=task["organization"],
                period=task["quarter"],
                question=one.assignment.question.id,
                about=one.assignment.about,
                kind=Kind.ANSWER,
                by=found.person,
                at=response.at or clock(),
                form=one.form,
                source=source,
            )
        )
    answers = _answers(task, attestations)
    refused = list(found.refused)
    if left := len(assignments) - len(answers):
        refused.append(f"{left} of {len(assignments)} questions are not answered")
    unsigned = [one for one in answers.values() if one is not None]
    return signing_of(task, unsigned, known, declared) | {"refused": refused}


def _answers(task: Mapping[str, Any], attestations: AttestationStore) -> dict[str, Recorded | None]:
    """Give the last answer of the quarter to each question of a task that has one; None: it is signed off already."""
    entries = attestations.entries(task["organization"])
    signed = signers(entries)
    mine = {key_of(id_, about) for id_, about, *_ in task["questions"]}
    found: dict[str, Recorded | None] = {}
    for one in entries:
        key = key_of(one.entry.question, one.entry.about)
        if one.entry.kind is Kind.ANSWER and one.entry.period == task["quarter"] and key in mine:
            found[key] = None if one.number in signed else one
    return found


def sign(
    signing: Mapping[str, Any],
    said: Mapping[str, Any] | None,
    *,
    source: str,
    baseline: Baseline | None,
    attestations: AttestationStore,
) -> dict[str, Any]:
    """Keep the second person's signature under each answer; what they may not sign, or did not, counts for nothing.

    ``others`` are those who may sign what is about themselves.
    """
    response = response_of(said)
    person = person_of(response.sign_in, baseline or Baseline())
    told: dict[str, Any] = {"signed": [], "refused": []}
    if response.option != SIGN or response.at is None or person not in signing["may_answer"]:
        if signing["answers"]:
            told["refused"].append(f"{len(signing['answers'])} answers of {signing['by']} were not signed off")
        return told
    known = {one.number: one for one in attestations.entries(signing["organization"])}
    signed = {one.entry.of: one.entry.source for one in known.values()}
    for number in signing["answers"]:
        answer = known[number].entry
        if signed.get(number, source) != source:
            continue
        if answer.about == person:
            told["refused"].append(f"{answer.question}: {OF_THEMSELVES}")
            told["others"] = [one for one in signing["may_answer"] if one != person]
            continue
        entry = Entry(
            organization=answer.organization,
            period=answer.period,
            question=answer.question,
            about=answer.about,
            kind=Kind.SIGN_OFF,
            by=person,
            at=response.at,
            of=number,
            source=source,
        )
        try:
            told["signed"].append(attestations.add(entry).number)
        except BadInput as error:
            told["refused"].append(str(error))
    return told


def review(  # noqa: PLR0913 - what is judged, by what, and where what comes of it is kept
    *,
    store: Store,
    baseline: Baseline | None,
    veil: Veil,
    attestations: AttestationStore,
    findings: FindingStore,
    clock: Clock,
) -> dict[str, Any]:
    """Judge what was attested by today, keep the verdicts and move their findings; give counts and a line."""
    now, declared = clock(), baseline or Baseline()
    world = _world(store, declared, veil, attestations, now.date())
    put = list(_asked(world))
    world = _unassigned(world, put, declared)
    settings = settings_of(baseline)
    controls = configured(arriving(Arrival.ATTESTATION), settings)
    verdicts = tuple(evaluate(controls, world, settings))
    moved = reviewing.move(
        world, controls, verdicts, Observation(at=now, run=f"attestations/{now.isoformat()}"), findings=findings,
        baseline=baseline,
    )  # fmt: skip
    kept = reviewing.keep_verdicts("reviews/attestations/verdicts", verdicts, store=store)
    counts = standing(world, put)
    line = (
        f"{counts['asked']} asked · {counts['answered']} answered · {counts['signed_off']} signed off · "
        f"{counts['overdue']} overdue · {len(moved.new)} new"
    )
    return {**counts, **{name: len(ids) for name, ids in asdict(moved).items()}, "verdicts": kept, "line": line}


def standing(world: World, put: Iterable[tuple[Question, str]]) -> dict[str, int]:
    """Give how many questions there are, and of how many an answer counts, is signed, and is overdue.

    What was asked once about somebody or something that is there no more counts no longer.
    """
    current, answered = {key_of(one.id, about) for one, about in put}, world.parts[ANSWERED]
    asked = {key: row for key, row in world.parts[ASKED].items() if key in current}
    counting = {key: row for key, row in answered.items() if key in asked and world.today <= row.until}
    late = [key for key, row in asked.items() if key not in counting and world.today > due_of(row, answered.get(key))]
    return {
        "asked": len(asked),
        "answered": len(counting),
        "signed_off": sum(bool(row.signed_by) for row in counting.values()),
        "overdue": len(late),
    }


# --- the world


def _world(store: Store, baseline: Baseline, veil: Veil, attestations: AttestationStore, today: date) -> World:
    """Give the newest snapshot with what was attested, as of today."""
    place = inventory.newest(store)
    if not place:
        raise BadInput(inventory.NO_SNAPSHOT)
    snapshot = load(store, place)
    read = reviewing.world_of(snapshot, baseline=baseline, veil=veil, approved=({}, {}))
    organization = snapshot.manifest.organization
    rows = attested_rows(attestations, organization, baseline.attestations.due_days)
    opened = {SNAPSHOT_OPENED: {EVERYTHING: snapshot.manifest.opened}}
    months, unread = holding.reviewed_months(organization, today, store=store)
    held = {REVIEWED_MONTHS: months}
    return World(
        organization=read.organization,
        management=read.management,
        today=today,
        parts={**read.parts, **rows, **pack_rows(store, today), **opened, **held},
        gaps={**read.gaps, **unread},
    )


def _unassigned(world: World, put: Iterable[tuple[Question, str]], baseline: Baseline) -> World:
    """Give the world with a gap, whose cause is the remedy, for each question that nobody can be asked."""
    asked = world.parts[ASKED]
    found = assign(put, Period.quarter_of(world.today), baseline)
    gaps = {(ASKED.name, key_of(one.question.id, one.about)): one.why for one in found if isinstance(one, Unassigned)}
    return replace(world, gaps={**world.gaps, **{key: why for key, why in gaps.items() if key[1] not in asked}})


def _asked(world: World) -> Iterable[tuple[Question, str]]:
    """Give each question with each thing that it is about."""
    for control in (one for one in arriving(Arrival.ATTESTATION) if one.question):
        for member in control.about.members(world):
            if isinstance(member, Unseen):
                log.warning("%s is not asked about %s: %s", control.id, member.key, member.cause)
            elif question := control.asks(member, world):
                yield question, about_of(member)


def about_of(member: Member) -> str:
    """Give what a question is about: an account or a thing, of a period where it has one; nothing: the organization."""
    about = member.subject
    return "/".join(filter(None, (about.scope, about.account or about.resource)))


# --- what people are asked


def _put(one: Assignment, world: World, quarter: Period, last: date, now: datetime) -> Put:
    return Put(
        organization=world.organization,
        period=quarter.text,
        question=one.question.id,
        about=one.about,
        person=one.person,
        due=last,
        at=now,
    )


def _is_answered(one: Assignment, answered: Mapping[str, Any], quarter: Period) -> bool:
    row = answered.get(key_of(one.question.id, one.about))
    if row is None or row.period != quarter.text:
        return False
    # What has changed since, or was to change, is asked about again.
    return one.question.facts is None or not any(unsettled(one.question, row.form))


def _by_person(assignments: Iterable[Assignment]) -> dict[str, list[Assignment]]:
    found: dict[str, list[Assignment]] = defaultdict(list)
    for one in assignments:
        found[one.person].append(one)
    return found
