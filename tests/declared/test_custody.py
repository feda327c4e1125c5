"""The register as parts: what was not said is a gap or None, and no number, address or serial is shown whole."""

from datetime import date

import pytest

from orgwarden.baseline import Baseline
from orgwarden.declared import declared_parts
from orgwarden.declared.custody import UNDECLARED
from orgwarden.parts.custody import (
    CALLED_PHONES,
    DECLARED_ACCESS,
    DEVICES,
    MAIL_READERS,
    NAMED_PEOPLE,
    PASSWORD_CUSTODY,
    PHONE_CUSTODY,
)
from orgwarden.parts.root import MfaKind
from tests.worlds import ROOT, VEIL, mailbox

PEOPLE = {"anna": {"name": "Anna"}, "bjorn": {"name": "Bjorn", "identity_center": "u-1"}}
KEPT = {"place": "safe", "people": ("anna", "bjorn")}


def declared(**sections):
    parts, _ = declared_parts(Baseline.model_validate({"people": PEOPLE, **sections}), veil=VEIL)
    return {part: rows["*"] for part, rows in parts.items()}


def device(**changed):
    told = {"kind": "fido2", "name": "key", **changed}
    return declared(root={"mfa_devices": (told,)})[DEVICES]["key"]


@pytest.mark.parametrize("part", UNDECLARED, ids=lambda part: part.name)
def test_what_is_not_declared_is_a_gap_whose_cause_is_the_remedy(part):
    parts, gaps = declared_parts(Baseline(), veil=VEIL)
    assert part not in parts
    assert gaps[part.name, "*"].startswith("not declared: ")


def test_people_places_and_how_many_it_takes_are_told():
    parts = declared(custody={"password": {**KEPT, "together": 2, "tool": "Vault", "offline": True, "logged": True}})
    password = parts[PASSWORD_CUSTODY]
    assert (password.kept.people, password.kept.together, password.kept.tool) == (("anna", "bjorn"), 2, "Vault")
    assert (password.kept.is_logged, password.is_offline) == (True, True)
    assert (parts[NAMED_PEOPLE]["bjorn"].identity_center, parts[NAMED_PEOPLE]["anna"].identity_center) == ("u-1", "")
    assert PHONE_CUSTODY not in parts


def test_whose_phone_is_called_is_told_by_account_and_is_never_a_gap():
    assert declared()[CALLED_PHONES] == {}
    told = declared(attestations={"called_accounts": {"222222222222": ("bjorn",)}})
    assert told[CALLED_PHONES] == {"222222222222": ("bjorn",)}


def test_nothing_that_was_not_said_is_taken_for_sound():
    phone = declared(custody={"phone": KEPT})[PHONE_CUSTODY]
    assert (phone.kept.is_logged, phone.kept.together, phone.payer) == (False, 1, "")
    bare = device()
    assert (bare.kept, bare.tested, bare.is_only_here, bare.round_the_clock) == (None, None, None, "")


@pytest.mark.parametrize(
    ("kind", "battery", "has", "until"),
    [
        ("fido2", None, False, None),
        ("virtual", None, True, None),
        ("hardware_token", None, None, None),
        ("hardware_token", "none", False, None),
        ("hardware_token", date(2029, 6, 30), True, date(2029, 6, 30)),
        ("fido2", date(2029, 6, 30), True, date(2029, 6, 30)),
    ],
)
def test_a_security_key_has_no_battery_unless_somebody_says_so(kind, battery, has, until):
    found = device(kind=kind, custody={**KEPT, "battery": battery})
    assert (found.kind, found.has_battery, found.battery_until) == (
        {"fido2": MfaKind.FIDO, "virtual": MfaKind.VIRTUAL, "hardware_token": MfaKind.TOKEN}[kind],
        has,
        until,
    )


def test_two_characters_of_a_serial_are_shown_and_addresses_and_numbers_are_masked():
    found = device(custody={**KEPT, "serial": "FT-990451", "round_the_clock": "write to anna@corp.example"})
    assert found.serial == "51"
    assert "anna@" not in found.round_the_clock


def test_the_readers_of_a_mailbox_are_those_that_are_listed():
    groups = ({"address": ROOT, "members": ("anna", "bjorn", "anna")}, {"address": "soc@corp.example", "members": 5})
    assert declared(contacts={"groups": groups})[MAIL_READERS] == {mailbox(ROOT).key: ("anna", "bjorn")}
    assert declared(contacts={"groups": ()})[MAIL_READERS] == {}


def test_who_is_meant_to_have_access_is_told_with_why_and_until():
    access = {"anna": {"why": "call +47 22 00 00 00", "until": date(2027, 3, 31)}, "bjorn": {"why": "his work"}}
    found = declared(management_account={"access": access})[DECLARED_ACCESS]
    assert (found["anna"].until, found["bjorn"].until, found["bjorn"].why) == (date(2027, 3, 31), None, "his work")
    assert "22 00" not in found["anna"].why
    assert declared(management_account={"access": {}})[DECLARED_ACCESS] == {}


def test_a_reader_of_whom_an_address_was_written_is_masked():
    group = {"address": ROOT, "members": ("anna", "zoe@corp.example")}
    anna, zoe = declared(contacts={"groups": (group,)})[MAIL_READERS][mailbox(ROOT).key]
    assert (anna, zoe.partition("~")[0]) == ("anna", "z•••@corp.example")
