"""Settings: those of a control over those of its theme, and none for a control that does not exist."""

import pytest

from orgwarden.baseline import Baseline
from orgwarden.control import Setting
from orgwarden.controls import catalogue
from orgwarden.errors import BadInput
from orgwarden.flows.settings import configured, known_control, settings_of
from orgwarden.model import Severity

VALID, COMPLETE = "contacts.primary_phone_valid", "contacts.alternate_contacts_complete"


def set_so(**controls):
    return settings_of(Baseline.model_validate({"controls": controls}))


def test_without_a_decision_no_control_is_set():
    assert settings_of(None) == settings_of(Baseline()) == {}


def test_what_is_decided_of_a_control_wins_over_what_is_decided_of_its_theme():
    found = set_so(**{VALID: {"grace_days": 0}, "contacts.*": {"grace_days": 14, "units": ("ou-exam-ple00001",)}})
    assert found[VALID] == Setting(units=frozenset({"ou-exam-ple00001"}))
    assert found[COMPLETE] == Setting(units=frozenset({"ou-exam-ple00001"}), grace_days=14)
    assert {id_.partition(".")[0] for id_ in found} == {"contacts"}


def test_a_decided_severity_takes_the_place_of_the_declared_one():
    settings = set_so(**{VALID: {"severity": "low"}})
    severities = {c.id: c.severity for c in configured(catalogue(), settings)}
    assert severities == {c.id: c.severity for c in catalogue()} | {VALID: Severity.LOW}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("contacts.primary_phone_vaild", f"did you mean {VALID}"),
        ("contact.*", r"did you mean contacts\.\*"),
        ("zzz.qqq", "controls list"),
    ],
)
def test_a_control_that_does_not_exist_is_told_with_the_likely_one(name, told):
    with pytest.raises(BadInput, match=told):
        set_so(**{name: {"off": "so"}})


def test_all_that_do_not_exist_are_told_at_once():
    with pytest.raises(BadInput) as error:
        set_so(**{"contacts.one": {}, "contacts.two": {}})
    assert len(str(error.value).splitlines()) == 3


def test_a_known_control_is_given_back_and_another_is_told():
    assert known_control(VALID) == VALID
    with pytest.raises(BadInput, match=r"there is no control 'contacts\.none'"):
        known_control("contacts.none")
