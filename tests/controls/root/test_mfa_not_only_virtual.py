import pytest

from orgwarden.parts.declared import MFA_REGISTER
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_MFA, MfaKind, RootMfa
from tests.access_worlds import credentials, governed
from tests.worlds import A, gap, statuses

CONTROL = "root.mfa_not_only_virtual"
HERE = (A, "")
FIDO, TOKEN, VIRTUAL = MfaKind.FIDO, MfaKind.TOKEN, MfaKind.VIRTUAL
UNDECLARED = gap(MFA_REGISTER, "*", "not declared")


def status(*devices, is_whole=False, declared=(), gaps=None):
    parts = {ROOT_MFA: {A: RootMfa(devices=devices, is_whole=is_whole)}, MFA_REGISTER: {"*": declared}}
    return statuses(CONTROL, governed(parts, gaps))[HERE]


@pytest.mark.parametrize("gaps", [None, UNDECLARED], ids=["declared", "undeclared"])
def test_mfa_that_is_on_without_a_virtual_device_is_something_else(gaps):
    assert status(gaps=gaps) == "PASS"


def test_a_virtual_device_passes_only_beside_another_that_is_declared():
    assert status(VIRTUAL, declared=(VIRTUAL, FIDO)) == "PASS"
    assert status(VIRTUAL, declared=(TOKEN,)) == "PASS"
    assert status(VIRTUAL, declared=(VIRTUAL, VIRTUAL)) == "FAIL"
    assert status(VIRTUAL, gaps=UNDECLARED) == "FAIL"


def test_what_aws_lists_as_a_whole_decides_whatever_is_declared():
    assert status(VIRTUAL, FIDO, is_whole=True) == "PASS"
    assert status(VIRTUAL, is_whole=True, declared=(FIDO,)) == "FAIL"
    assert status(is_whole=True, declared=(FIDO,)) == "UNKNOWN"


def test_without_mfa_it_is_not_applicable():
    assert statuses(CONTROL, governed({ROOT_CREDENTIALS: {A: credentials(has_mfa=False)}}))[HERE] == "NOT_APPLICABLE"


@pytest.mark.parametrize("part", [ROOT_CREDENTIALS, ROOT_MFA], ids=lambda part: part.name)
def test_what_is_unread_is_unknown(part):
    assert statuses(CONTROL, governed(gaps=gap(part, A)))[HERE] == "UNKNOWN"
