"""Whatever is unread, a verdict stays or becomes UNKNOWN: checked of each control of most themes and each row."""

import pytest

from orgwarden.controls import catalogue
from orgwarden.engine import evaluate
from orgwarden.model import Status
from tests import access_worlds, governance_worlds
from tests.worlds import gap

ACCESS = (frozenset({"root", "management_account"}), access_worlds.governed)
GOVERNANCE = (frozenset({"billing", "delegation", "structure", "tags"}), governance_worlds.governed)
WORLDS = {
    "sound access": (*ACCESS, {}),
    "troubled access": (*ACCESS, access_worlds.TROUBLED),
    "sound governance": (*GOVERNANCE, {}),
    "troubled governance": (*GOVERNANCE, governance_worlds.TROUBLED),
}
KEYS = [(name, part) for name, (_, make, parts) in WORLDS.items() for part in make(parts).parts]


def said(name, gaps=None):
    themes, make, parts = WORLDS[name]
    mine = [control for control in catalogue() if control.theme in themes]
    return {(v.control, v.subject): v.status for v in evaluate(mine, make(parts, gaps))}


def keys_of(name, part):
    _, make, parts = WORLDS[name]
    return (*make(parts).parts[part], "*")


@pytest.mark.parametrize(("name", "part"), KEYS, ids=lambda value: getattr(value, "name", value))
def test_a_gap_turns_no_verdict_into_another_but_unknown(name, part):
    before = said(name)
    for key in keys_of(name, part):
        after = said(name, gap(part, key))
        changed = {
            (place, key): f"{status} -> {after[place]}"
            for place, status in before.items()
            if after.get(place, status) not in {status, Status.UNKNOWN}
        }
        assert changed == {}


@pytest.mark.parametrize(("name", "part"), KEYS, ids=lambda value: getattr(value, "name", value))
def test_a_deviation_that_is_not_told_any_more_leaves_an_unknown_in_its_control(name, part):
    failed = {place for place, status in said(name).items() if status is Status.FAIL}
    for key in keys_of(name, part):
        after = said(name, gap(part, key))
        unknown = {control for (control, _), status in after.items() if status is Status.UNKNOWN}
        assert {control for control, subject in failed if (control, subject) not in after} <= unknown
