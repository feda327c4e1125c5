"""What every control promises, checked of each: a new one is held to it without an edit here."""

from importlib import import_module

import pytest

from orgwarden.control import Authority, Control
from orgwarden.controls import catalogue
from orgwarden.engine import evaluate
from orgwarden.model import Status
from orgwarden.practices import practices
from tests.worlds import blind

each_control = pytest.mark.parametrize("control", catalogue(), ids=lambda c: c.id)


@each_control
def test_says_why_and_how_to_fix(control: Control):
    assert control.title
    assert control.paragraph("Why")
    assert control.paragraph("Fix")


@each_control
def test_stands_on_known_practices_or_says_that_it_goes_beyond_them(control: Control):
    assert set(control.practices) <= set(practices())
    assert control.practices or control.authority is Authority.BEYOND


@each_control
def test_passes_nothing_that_was_not_seen(control: Control):
    verdicts = list(evaluate([control], blind()))
    assert verdicts
    assert {v.status for v in verdicts} == {Status.UNKNOWN}


@each_control
def test_is_named_after_its_place(control: Control):
    theme, name = control.id.split(".")
    module = import_module(f"orgwarden.controls.{theme}.{name}")
    assert getattr(module, name) is control
    assert control.theme == theme


def test_ids_are_unique():
    ids = [control.id for control in catalogue()]
    assert len(set(ids)) == len(ids)
