from orgwarden.parts.root import ROOT_FEATURES
from tests.access_worlds import governed
from tests.worlds import gap, statuses

CONTROL = "root.credentials_centralized"
HERE = ("", "")


def status(*features):
    return statuses(CONTROL, governed({ROOT_FEATURES: {"*": features}}))[HERE]


def test_the_feature_that_is_on_passes():
    assert status("RootCredentialsManagement") == "PASS"


def test_the_other_feature_alone_or_none_deviates():
    assert status("RootSessions") == "FAIL"
    assert status() == "FAIL"


def test_unread_features_are_unknown():
    assert statuses(CONTROL, governed(gaps=gap(ROOT_FEATURES)))[HERE] == "UNKNOWN"
