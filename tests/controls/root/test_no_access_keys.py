import pytest

from orgwarden.parts.root import ROOT_CREDENTIALS
from tests.access_worlds import credentials, governed
from tests.worlds import A, B, gap, statuses, verdicts

CONTROL = "root.no_access_keys"


def test_root_users_without_keys_pass():
    assert statuses(CONTROL, governed()) == {(A, ""): "PASS", (B, ""): "PASS"}


@pytest.mark.parametrize(
    ("held", "kinds"),
    [
        ({"has_access_keys": True}, ("access key",)),
        ({"has_certificates": True}, ("signing certificate",)),
        ({"has_access_keys": True, "has_certificates": True}, ("access key", "signing certificate")),
    ],
    ids=str,
)
def test_a_key_or_certificate_deviates_and_is_named(held, kinds):
    said = verdicts(CONTROL, governed({ROOT_CREDENTIALS: {B: credentials(**held)}}))[B, ""]
    assert (said.status, said.evidence["kind"]) == ("FAIL", kinds)


def test_an_unread_root_user_is_unknown():
    assert statuses(CONTROL, governed(gaps=gap(ROOT_CREDENTIALS, B)))[B, ""] == "UNKNOWN"
