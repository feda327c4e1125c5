"""Whatever is unread, a verdict stays or becomes UNKNOWN: checked of each control of both themes and each row."""

import pytest

from orgwarden.controls import catalogue
from orgwarden.engine import evaluate
from orgwarden.model import Status
from tests.access_worlds import SOUND, TROUBLED, governed
from tests.worlds import gap

THEMES = {"root", "management_account"}
PARTS = sorted({*SOUND, *TROUBLED}, key=lambda part: part.name)


def said(world):
    mine = [control for control in catalogue() if control.theme in THEMES]
    return {(v.control, v.subject): v.status for v in evaluate(mine, world)}


@pytest.mark.parametrize("parts", [{}, TROUBLED], ids=["sound", "troubled"])
@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_a_gap_turns_no_verdict_into_another_but_unknown(part, parts):
    before = said(governed(parts))
    for key in (*governed(parts).parts[part], "*"):
        after = said(governed(parts, gap(part, key)))
        changed = {after[place] for place, status in before.items() if after.get(place, status) is not status}
        assert changed <= {Status.UNKNOWN}


def test_a_deviation_that_is_not_told_any_more_leaves_an_unknown_in_its_control():
    before = said(governed(TROUBLED))
    for part in PARTS:
        after = said(governed(TROUBLED, gap(part)))
        lost = {
            control for (control, subject), s in before.items() if s is Status.FAIL and (control, subject) not in after
        }
        assert lost <= {control for (control, _), status in after.items() if status is Status.UNKNOWN}
