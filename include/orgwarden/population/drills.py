"""The populations of what drills taught."""

from collections.abc import Iterator, Mapping

from orgwarden.approvable import read_of
from orgwarden.model import Member, Period, Subject, Unseen, World
from orgwarden.parts.attested import ANSWERED, DRILLS, Lesson, key_of
from orgwarden.population import Arrival, Population

LESSONS_ASKED = "attestations.lessons_followed"
DONE = "done"
FOLLOWED = "it is done, as was answered in {period}"


def lessons(world: World) -> Mapping[str, Lesson]:
    """Give what the drills that were read said to change, by owner and reference; of one told twice the last."""
    found: dict[str, Lesson] = {}
    for drill in sorted(read_of(DRILLS, world).values(), key=lambda one: one.period):
        found |= {lesson.reference: lesson for lesson in drill.lessons}
    return {f"{lesson.owner}/{lesson.reference}": lesson for lesson in found.values()}


def _lessons(world: World) -> Iterator[Member | Unseen]:
    """Give each lesson; one that was told done in an earlier quarter is asked about no more."""
    world.seen(DRILLS)
    quarter = Period.quarter_of(world.today)
    for name, lesson in lessons(world).items():
        told = read_of(ANSWERED, world).get(key_of(LESSONS_ASKED, name))
        is_over = told is not None and told.form["state"] == DONE and lesson.period <= told.period < quarter.text
        excuse = FOLLOWED.format(period=told.period) if told and is_over else ""
        yield Member(subject=Subject(resource=name), keys=(name,), excuse=excuse)
    yield from world.missing(DRILLS)


LESSON = Population("each thing that a drill on record said to change", _lessons, Arrival.ATTESTATION)
