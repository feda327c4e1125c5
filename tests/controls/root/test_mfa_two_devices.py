import pytest

from orgwarden.parts.declared import MFA_REGISTER
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_MFA, MfaKind, RootMfa
from tests.access_worlds import credentials, governed
from tests.worlds import A, gap, statuses

CONTROL = "root.mfa_two_devices"
HERE = (A, "")
FIDO, TOKEN, VIRTUAL = MfaKind.FIDO, MfaKind.TOKEN, MfaKind.VIRTUAL
UNDECLARED = gap(MFA_REGISTER, "*", "not declared")


def status(*devices, is_whole=False, declared=(), gaps=None):
    parts = {ROOT_MFA: {A: RootMfa(devices=devices, is_whole=is_whole)}, MFA_REGISTER: {"*": declared}}
    return statuses(CONTROL, governed(parts, gaps))[HERE]


def test_two_devices_that_aws_lists_pass_whatever_is_declared():
    assert status(VIRTUAL, VIRTUAL, gaps=UNDECLARED) == "PASS"
    assert status(FIDO, TOKEN, is_whole=True) == "PASS"


def test_two_declared_devices_pass_and_a_listed_one_counts_beside_a_declared_key():
    assert status(declared=(FIDO, FIDO)) == "PASS"
    assert status(VIRTUAL, declared=(FIDO,)) == "PASS"


def test_a_declared_authenticator_app_that_aws_does_not_list_is_none():
    assert status(declared=(FIDO, VIRTUAL)) == "FAIL"
    assert status(VIRTUAL, declared=(VIRTUAL, VIRTUAL)) == "FAIL"
    assert status(VIRTUAL, declared=(FIDO, VIRTUAL)) == "PASS"


def test_fewer_deviate_where_all_are_known():
    assert status(FIDO, is_whole=True, declared=(FIDO, FIDO)) == "FAIL"
    assert status(VIRTUAL, declared=(VIRTUAL,)) == "FAIL"
    assert status(declared=()) == "FAIL"


def test_a_single_listed_device_is_unknown_where_nobody_declared_the_others():
    assert status(VIRTUAL, gaps=UNDECLARED) == "UNKNOWN"


def test_without_mfa_it_is_not_applicable():
    assert statuses(CONTROL, governed({ROOT_CREDENTIALS: {A: credentials(has_mfa=False)}}))[HERE] == "NOT_APPLICABLE"


@pytest.mark.parametrize("part", [ROOT_CREDENTIALS, ROOT_MFA], ids=lambda part: part.name)
def test_what_is_unread_is_unknown(part):
    assert statuses(CONTROL, governed(gaps=gap(part, A)))[HERE] == "UNKNOWN"
