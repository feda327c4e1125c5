from orgwarden.parts.delegation import TRUSTED_SERVICES
from tests.access_worlds import bare, governed
from tests.worlds import gap, statuses

CONTROL = "root.iam_trusted_access"
HERE = ("", "")


def test_trusted_access_for_iam_passes_whatever_else_is_unread():
    assert statuses(CONTROL, governed(gaps=gap(TRUSTED_SERVICES, "ram.amazonaws.com")))[HERE] == "PASS"


def test_trusted_access_for_others_alone_deviates():
    assert statuses(CONTROL, bare(TRUSTED_SERVICES, {"ram.amazonaws.com": ""}))[HERE] == "FAIL"


def test_unread_services_are_unknown():
    assert statuses(CONTROL, governed(gaps=gap(TRUSTED_SERVICES)))[HERE] == "UNKNOWN"
    assert statuses(CONTROL, governed(gaps=gap(TRUSTED_SERVICES, "iam.amazonaws.com")))[HERE] == "UNKNOWN"
