from orgwarden.parts.custody import DEVICES
from orgwarden.parts.root import MfaKind
from tests.access_worlds import bare, governed
from tests.custody_worlds import ANNA, device
from tests.worlds import A, gap, verdicts

CONTROL = "root.mfa_without_battery"
TOKEN = device(ANNA, kind=MfaKind.TOKEN, has_battery=True)
UNSAID = device(ANNA, kind=MfaKind.TOKEN, has_battery=None)


def said(gaps=None, **devices):
    found = bare(DEVICES, {"*": devices})
    return verdicts(CONTROL, governed({DEVICES: found.parts[DEVICES]}, gaps))[A, ""]


def test_one_without_a_battery_is_enough_whatever_the_others_have():
    assert said(token=TOKEN, other=UNSAID, key=device(ANNA)).evidence == {"devices": ("key",)}
    assert said(key=device()).status == "PASS"


def test_batteries_alone_deviate():
    assert (said(token=TOKEN).status, said().status) == ("FAIL", "FAIL")


def test_a_token_of_which_nobody_said_is_unknown_with_its_name():
    found = said(token=TOKEN, other=UNSAID)
    assert (found.status, "other" in found.reason) == ("UNKNOWN", True)


def test_without_a_register_it_is_unknown():
    assert said(gap(DEVICES), key=device(ANNA)).status == "UNKNOWN"
