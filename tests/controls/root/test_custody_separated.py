import pytest

from orgwarden.parts.custody import DEVICES, PASSWORD_CUSTODY, PHONE_CUSTODY
from tests.access_worlds import governed
from tests.custody_worlds import ANNA, BJORN, CHEN, DINA, device, devices, kept, password, phone
from tests.worlds import gap, verdicts

CONTROL = "root.custody_separated"


def said(*parts, gaps=None):
    changed = {part: rows for one in parts for part, rows in one.items()}
    return verdicts(CONTROL, governed(changed, gaps))["", ""]


def test_what_lies_apart_passes():
    assert said().status == "PASS"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (password(ANNA, place=" BANK "), "the password and the MFA device bank lie in one place, BANK (and 1 more)"),
        (phone(ANNA, place="vault"), "the password and the phone lie in one place, vault"),
        (password(ANNA, BJORN, is_logged=False), "nobody sees who gets at the password"),
        (phone(BJORN, CHEN), "the phone and the MFA device bank are kept by the same people (bjorn, chen)"),
    ],
)
def test_what_does_not_is_named(changed, why):
    found = said(changed)
    assert (found.status, found.reason) == ("FAIL", why)


def test_a_vault_that_holds_the_password_and_the_seed_is_one_factor():
    seed = device(CHEN, kept=kept(CHEN, place="phone of Chen", tool="1password"))
    found = said(password(ANNA, tool="1Password"), devices(app=seed))
    assert found.reason == "the password and the MFA device app are held by one tool, 1Password"


def test_two_devices_may_lie_together():
    assert said(devices(one=device(CHEN, DINA), other=device(CHEN, DINA))).status == "PASS"


def test_people_are_others_when_one_of_them_is():
    assert said(phone(BJORN, CHEN, DINA)).status == "PASS"


def test_all_that_is_wrong_is_told():
    found = said(password(ANNA, tool="V", is_logged=False), phone(ANNA, tool="V", is_logged=False))
    assert len(found.evidence["wrong"]) == 4
    assert found.reason.endswith("(and 3 more)")


@pytest.mark.parametrize("part", [PASSWORD_CUSTODY, PHONE_CUSTODY, DEVICES], ids=lambda part: part.name)
def test_what_nobody_registered_is_unknown_and_hides_nothing_that_is_wrong(part):
    assert said(gaps=gap(part)).status == "UNKNOWN"


def test_a_device_without_custody_is_unknown_with_its_name():
    found = said(devices(bank=device(BJORN, CHEN), drawer=device()))
    assert (found.status, "drawer" in found.reason) == ("UNKNOWN", True)
    assert said(devices(drawer=device()), phone(ANNA, is_logged=False)).status == "FAIL"
