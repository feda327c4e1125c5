import pytest

from orgwarden.parts.declared import MFA_REGISTER
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_MFA, MfaKind, RootMfa
from tests.access_worlds import credentials, governed
from tests.worlds import A, gap, statuses, verdicts

CONTROL = "root.mfa_phishing_resistant"
HERE = (A, "")
FIDO, TOKEN, VIRTUAL = MfaKind.FIDO, MfaKind.TOKEN, MfaKind.VIRTUAL


def status(*devices, is_whole=False, declared=()):
    parts = {ROOT_MFA: {A: RootMfa(devices=devices, is_whole=is_whole)}, MFA_REGISTER: {"*": declared}}
    return statuses(CONTROL, governed(parts))[HERE]


def test_the_register_decides_where_aws_lists_virtual_devices_alone():
    assert status(VIRTUAL, declared=(VIRTUAL, FIDO)) == "PASS"
    assert status(declared=(TOKEN, VIRTUAL)) == "FAIL"
    assert status(declared=()) == "FAIL"


def test_what_aws_lists_as_a_whole_decides():
    assert status(FIDO, is_whole=True) == "PASS"
    assert status(TOKEN, is_whole=True, declared=(FIDO,)) == "FAIL"


def test_devices_that_nobody_declared_are_unknown_with_the_remedy():
    said = verdicts(CONTROL, governed(gaps=gap(MFA_REGISTER, "*", "not declared: list them")))[HERE]
    assert (said.status, said.cause) == ("UNKNOWN", "not declared: list them")


def test_without_mfa_it_is_not_applicable():
    assert statuses(CONTROL, governed({ROOT_CREDENTIALS: {A: credentials(has_mfa=False)}}))[HERE] == "NOT_APPLICABLE"


@pytest.mark.parametrize("part", [ROOT_CREDENTIALS, ROOT_MFA], ids=lambda part: part.name)
def test_what_is_unread_is_unknown(part):
    assert statuses(CONTROL, governed(gaps=gap(part, A)))[HERE] == "UNKNOWN"
