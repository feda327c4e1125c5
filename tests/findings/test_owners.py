"""Whose a deviation is."""

import pytest

from orgwarden.findings.owners import owner_of
from orgwarden.model import World
from orgwarden.parts.declared import OWNERS, Owners
from orgwarden.parts.organization import PLACEMENTS, TAGS
from tests.findings.readings import TODAY, A, B, C, fail, subject

DECLARED = Owners(tag_keys=("owner", "team"), units={"ou-top": "top"}, themes={"contacts": "theme"}, default="all")


def world(**parts):
    given = {
        OWNERS: {"*": DECLARED},
        TAGS: {A: {"team": "blue"}, "ou-low": {"owner": "low"}},
        PLACEMENTS: {A: ("ou-top",), B: ("ou-top",), C: ("ou-top", "ou-low")},
    }
    kept = {part: rows for part, rows in given.items() if part.name not in parts.get("without", ())}
    return World(organization="o", management=A, today=TODAY, parts=kept)


@pytest.mark.parametrize(
    ("verdict", "owner"),
    [
        (fail(subject(A)), "blue"),
        (fail(subject(B)), "top"),
        (fail(subject(C)), "low"),
        (fail(subject()), "theme"),
        (fail(subject("", "m-1"), B), "top"),
        (fail(subject("", "m-1"), A, B), "theme"),
    ],
    ids=["tag", "unit", "nearest unit", "theme", "common owner", "no common owner"],
)
def test_the_owner_is_the_nearest_that_is_declared(verdict, owner):
    assert owner_of(verdict, "contacts", world()) == owner


def test_without_a_theme_the_default_owns():
    assert owner_of(fail(subject()), "root", world()) == "all"


@pytest.mark.parametrize(
    ("missing", "owner"),
    [("organizations.tags", "top"), ("organizations.placements", "blue"), ("baseline.owners", "")],
)
def test_a_part_that_was_not_read_passes_the_question_on(missing, owner):
    assert owner_of(fail(subject(A)), "contacts", world(without=[missing])) == owner
