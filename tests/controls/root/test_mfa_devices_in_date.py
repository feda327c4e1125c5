from datetime import date

import pytest

from orgwarden.parts.custody import DEVICES
from orgwarden.parts.root import ROOT_MFA, MfaKind, RootMfa
from orgwarden.population.custody import UNREGISTERED
from tests.access_worlds import governed
from tests.custody_worlds import ANNA, device
from tests.worlds import A, gap, verdicts

CONTROL = "root.mfa_devices_in_date"
APP = {"kind": MfaKind.VIRTUAL, "has_battery": True}


def said(*listed, gaps=None, **devices):
    parts = {DEVICES: {"*": devices}, ROOT_MFA: {A: RootMfa(devices=listed, is_whole=False)}}
    return {resource: v for (_, resource), v in verdicts(CONTROL, governed(parts, gaps)).items()}


def status(**changed):
    return said(key=device(ANNA, **changed))["key"]


def test_a_device_that_is_sound_tried_at_hand_and_alone_passes():
    assert status().status == "PASS"
    assert status(has_battery=True, battery_until=date(2027, 2, 20)).status == "PASS"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"has_battery": True, "battery_until": date(2026, 11, 20)}, "was to be replaced by 2026-11-20"),
        ({"has_battery": True, "battery_until": date(2026, 11, 21)}, "is to be replaced by 2026-11-21"),
        ({"has_battery": True, "battery_until": date(2027, 2, 19)}, "is to be replaced by 2027-02-19"),
        ({"tested": date(2025, 11, 20)}, "was last tried on 2025-11-20, more than a year ago"),
        ({"is_only_here": False}, "is used for other things, too"),
    ],
)
def test_what_is_wrong_with_it_is_told(changed, why):
    found = status(**changed)
    assert (found.status, why in found.reason) == ("FAIL", True)


def test_a_device_that_was_tried_a_year_ago_to_the_day_passes():
    assert status(tested=date(2025, 11, 21)).status == "PASS"


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"kept": None}, "place"),
        ({"has_battery": None}, "battery"),
        ({"kind": MfaKind.TOKEN, "has_battery": True}, "battery"),
        ({"tested": None}, "tested"),
        ({"is_only_here": None}, "only_here"),
        ({"round_the_clock": ""}, "round_the_clock"),
    ],
)
def test_what_nobody_said_is_unknown_with_the_key_to_write_and_hides_no_deviation(changed, key):
    found = status(**changed)
    assert (found.status, key in found.reason) == ("UNKNOWN", True)
    others = (
        {"battery_until": date(2026, 1, 1), "has_battery": True}
        if "is_only_here" in changed
        else {"is_only_here": False}
    )
    assert status(**{**changed, **others}).status == "FAIL"


def test_each_device_is_judged_for_itself():
    found = said(one=device(ANNA), other=device(ANNA, is_only_here=False))
    assert {name: one.status.value for name, one in found.items()} == {"one": "PASS", "other": "FAIL"}


def test_register_and_aws_have_to_list_as_many_authenticator_apps():
    app = device(ANNA, **APP)
    assert said(MfaKind.VIRTUAL, app=app)["app"].status == "PASS"
    assert said(app=app, key=device(ANNA))["app"].reason.startswith("AWS lists fewer authenticator apps")
    found = said(MfaKind.VIRTUAL, key=device(ANNA))
    assert (found["key"].status, found[UNREGISTERED].status) == ("PASS", "FAIL")
    assert said(MfaKind.FIDO, key=device(ANNA)).keys() == {"key"}


def test_an_app_is_unknown_where_aws_does_not_say_and_other_devices_are_not():
    found = said(gaps=gap(ROOT_MFA, A), app=device(ANNA, **APP), key=device(ANNA))
    assert {name: one.status.value for name, one in found.items()} == {"app": "UNKNOWN", "key": "PASS"}


def test_without_a_register_there_is_one_unknown():
    (found,) = verdicts(CONTROL, governed(gaps=gap(DEVICES))).values()
    assert found.status == "UNKNOWN"
