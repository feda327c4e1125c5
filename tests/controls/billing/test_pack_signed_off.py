"""What finance approved is one version of a pack: a later one is approved anew, and nobody who is not asked is late."""

from datetime import date

import pytest

from orgwarden.attestations.standing import answered_rows
from orgwarden.controls import catalogue
from orgwarden.controls.billing.pack_signed_off import QUESTION, facts
from orgwarden.engine import evaluate
from orgwarden.model import Member, Subject
from orgwarden.parts.attested import ANSWERED, ASKED, Asked, key_of
from orgwarden.parts.packs import FINAL_PACKS
from tests.access_worlds import A, final_pack, governed
from tests.attestations.test_standing import due_after, entry
from tests.attested_worlds import answered, attested

CONTROL = next(one for one in catalogue() if one.id == QUESTION.id)
KEY = f"2026-10/{A}/USD"


def said(world):
    return list(evaluate((CONTROL,), world))


def test_a_pack_that_two_people_approved_passes_with_its_version_and_digest():
    (verdict,) = said(attested())
    assert verdict.status.value == "PASS"
    assert verdict.subject == Subject(resource=f"{A}/USD", scope="2026-10")
    assert (verdict.evidence["version"], verdict.evidence["manifest"]) == ("final-v1", "ab" * 32)


@pytest.mark.parametrize("changed", [{"version": "final-v2"}, {"digest": "cd" * 32}])
def test_what_was_approved_is_that_version_alone(changed):
    (verdict,) = said(attested({FINAL_PACKS: {KEY: final_pack(**changed)}, ANSWERED: approved()}))
    assert verdict.status.value == "FAIL"
    assert verdict.reason.startswith(f"The pack: nobody has decided on {changed.get('version', 'final-v1')}")


def approved():
    """The answer to the pack of the sound world."""
    return {key_of(QUESTION.id, KEY): attested().parts[ANSWERED][key_of(QUESTION.id, KEY)]}


def test_what_is_known_of_a_pack_is_what_it_comes_to_and_which_it_is():
    told = facts(Member(subject=Subject(), keys=(KEY,)), governed())
    assert told.told == {"pack": {f"final-v1 {'ab' * 32}": "final-v1 of 2026-11-05, 100.00 USD, manifest abababababab"}}


def test_a_pack_that_came_after_the_questions_were_put_is_unknown_and_no_finding_yet():
    fresh = {f"2026-11/{A}/EUR": final_pack(currency="EUR")}
    (verdict,) = [one for one in said(without_answer(fresh)) if one.subject.resource.endswith("EUR")]
    assert (verdict.status.value, verdict.cause) == ("UNKNOWN", "asked by the next run of access_validation")


def without_answer(packs):
    world = attested({FINAL_PACKS: packs})
    parts = {part: dict(rows) for part, rows in world.parts.items()}
    for rows in (parts[ASKED], parts[ANSWERED]):
        for key in [key for key in rows if any(key.endswith(pack) for pack in packs)]:
            del rows[key]
    return type(world)(
        organization=world.organization, management=world.management, today=world.today, parts=parts, gaps=world.gaps
    )


def test_where_nobody_has_been_asked_anything_for_long_that_is_told():
    world = attested(
        {ASKED: {key_of("x", ""): Asked(first="2020-Q1", first_due=DAY, last="2020-Q1", last_due=DAY, person="anna")}}
    )
    parts = {**world.parts, ASKED: {key_of("x", ""): world.parts[ASKED][key_of("x", "")]}, ANSWERED: {}}
    lonely = type(world)(
        organization=world.organization, management=world.management, today=world.today, parts=parts, gaps=world.gaps
    )
    (verdict,) = said(lonely)
    assert verdict.cause.startswith("nobody was asked yet")


DAY = date(2020, 1, 31)


def test_an_approval_counts_for_good():
    records = [entry(1, QUESTION.id, "2026-Q4", "anna"), entry(2, QUESTION.id, "2026-Q4", "bjorn", of=1)]
    (row,) = answered_rows(records, {QUESTION.id: QUESTION}, due_after=due_after).values()
    assert row.until == date.max
    assert answered(row.form).until < date.max
