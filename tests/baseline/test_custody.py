"""Who is named stands under people, once; what nobody could get at, or that says too little, is refused by its line."""

from pathlib import Path

import pytest

from orgwarden.baseline.loading import load
from orgwarden.errors import BadInput

PEOPLE = "people:\n  anna: {name: Anna}\n  bjorn: {name: Bjorn}\n"


def refused(tmp_path: Path, text: str) -> str:
    file = tmp_path / "baseline.yaml"
    file.write_text(text)
    with pytest.raises(BadInput) as told:
        load(file)
    return str(told.value)


@pytest.mark.parametrize(
    ("text", "line", "path"),
    [
        ("custody:\n  password: {place: safe, people: [anna, bjrn]}\n", 5, "custody.password.people[1]: 'bjrn'"),
        ("custody:\n  phone:\n    place: desk\n    people:\n      - bjrn\n", 8, "custody.phone.people[0]: 'bjrn'"),
        (
            "root:\n  mfa_devices:\n    - {kind: fido2, name: key, custody: {place: bank, people: [bjrn]}}\n",
            6,
            "root.mfa_devices[0].custody.people[0]: 'bjrn'",
        ),
        (
            "management_account:\n  access:\n    anna: {why: her work}\n    bjrn: {why: his work}\n",
            7,
            "management_account.access.bjrn: 'bjrn'",
        ),
        (
            'attestations:\n  called_accounts:\n    "222222222222": [bjrn]\n',
            6,
            "attestations.called_accounts.••• ••22[0]: 'bjrn'",
        ),
    ],
)
def test_whoever_does_not_stand_under_people_is_refused_with_line_and_likely_name(tmp_path, text, line, path):
    told = refused(tmp_path, PEOPLE + text)
    assert f"baseline.yaml:{line}: {path} is nobody who stands under people: did you mean bjorn?" in told


def test_a_deputy_stands_under_people(tmp_path):
    assert "people.anna.deputy: 'zoe' is nobody" in refused(tmp_path, "people:\n  anna: {name: Anna, deputy: zoe}\n")


def test_without_people_nobody_can_keep_anything(tmp_path):
    told = refused(tmp_path, "custody:\n  password: {place: safe, people: [anna]}\n")
    assert "baseline.yaml:2: custody.password.people[0]: 'anna' is nobody who stands under people: add them" in told


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("custody:\n  password: {place: safe, people: [anna], together: 2}\n", "takes 2 of 1 people"),
        ("custody:\n  password: {place: safe, people: []}\n", "is empty"),
        ("custody:\n  password: {place: safe, people: [anna, anna]}\n", "names something twice"),
        ("custody:\n  password: {people: [anna]}\n", "custody.password.place: is missing"),
        ("custody:\n  pasword: {place: safe, people: [anna]}\n", "did you mean password?"),
        ("management_account:\n  access: {anna: {}}\n", "management_account.access.anna.why: is missing"),
        ('attestations: {called_accounts: ["222222222222"]}\n', 'as in {"111111111111": [anna, bjorn]}'),
        ('attestations: {called_accounts: {"222222222222": []}}\n', "is empty"),
        ("attestations: {called_accounts: {prod: [anna]}}\n", "is no account: write the 12 digits of its id in quotes"),
        ("root:\n  mfa_devices: [{kind: fido2, name: a}, {kind: fido2, name: a}]\n", "names two devices 'a'"),
    ],
)
def test_what_cannot_be_is_refused_with_the_remedy(tmp_path, text, why):
    assert why in refused(tmp_path, PEOPLE + text)


def test_a_battery_is_none_or_a_day(tmp_path):
    file = tmp_path / "baseline.yaml"
    custody = "{place: bank, people: [anna], battery: BATTERY}"
    text = f"root:\n  mfa_devices:\n    - {{kind: hardware_token, name: token, custody: {custody}}}\n"
    for battery in ("none", "2029-06-30"):
        file.write_text(PEOPLE + text.replace("BATTERY", battery))
        assert str(load(file).root.mfa_devices[0].custody.battery) == battery
    assert "battery" in refused(tmp_path, PEOPLE + text.replace("BATTERY", "soon"))


def test_a_user_of_the_identity_store_is_one_person_and_known_by_their_id(tmp_path):
    twice = "people:\n  anna: {name: Anna, identity_center: u-1}\n  bjorn: {name: Bjorn, identity_center: u-1}\n"
    assert "baseline.yaml:1: people: has one identity_center for anna and bjorn" in refused(tmp_path, twice)
    told = refused(tmp_path, "people:\n  anna: {name: Anna, identity_center: anna@corp.example}\n")
    assert "people.anna.identity_center: 'a•••@corp.example' does not look as it should" in told
