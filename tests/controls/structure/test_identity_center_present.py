from orgwarden.parts.access import IDENTITY_CENTER
from tests.governance_worlds import governed
from tests.worlds import gap, statuses

CONTROL = "structure.identity_center_present"


def test_an_instance_passes_none_deviates_and_an_unread_one_is_unknown():
    assert statuses(CONTROL, governed()) == {("", ""): "PASS"}
    assert statuses(CONTROL, governed({IDENTITY_CENTER: {"*": None}})) == {("", ""): "FAIL"}
    assert statuses(CONTROL, governed(gaps=gap(IDENTITY_CENTER))) == {("", ""): "UNKNOWN"}
