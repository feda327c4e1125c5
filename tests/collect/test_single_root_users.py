"""Root users of single accounts are looked at as a whole reading would, or not at all."""

from datetime import date

import pytest

from orgwarden.collect import root
from orgwarden.collect.mail_domains import resolver
from orgwarden.collect.means import Means
from orgwarden.collect.single_root_users import read_root_users
from orgwarden.parts.access import USER_CREDENTIALS
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_MFA, ROOT_USE
from orgwarden.privacy import Veil
from tests.collect.sides import MANAGEMENT, MEMBER, Sides, denied, given
from tests.collect.test_root import BY_ROLE, EMPTY, HERE

OF_AN_ACCOUNT = {ROOT_CREDENTIALS.name, ROOT_USE.name, ROOT_MFA.name, USER_CREDENTIALS.name}
NO_FEATURES = given({"OrganizationId": "o-1"})


def read(account, *, audit="", members=None, **changed):
    """Read one account; give rows, gaps, and what was asked of which side."""
    sides = Sides({**HERE, **changed}, members=members or {})
    means = Means(aws=sides, dns=resolver(None), veil=Veil(b"key"), today=date(2026, 11, 21), audit=audit)
    page = read_root_users({account}, management=MANAGEMENT, means=means)
    return page.rows, page.gaps, sides.asked


def test_without_an_audit_a_member_is_a_gap_and_nobody_is_called():
    assert read(MEMBER) == ({}, {(part, MEMBER): root.NOT_AUDITED for part in OF_AN_ACCOUNT}, [])


def test_a_member_is_audited_by_a_root_session_of_its_own():
    rows, gaps, asked = read(MEMBER, audit=root.ASSUME_ROOT, members={MEMBER: EMPTY})
    assert (rows[ROOT_CREDENTIALS].keys(), gaps.keys()) == ({MEMBER}, {(USER_CREDENTIALS.name, MEMBER)})
    there = ["AssumeRoot", "GetAccountSummary", "GetUser"]
    assert asked == [("us-east-1", "ListOrganizationsFeatures"), *((MEMBER, operation) for operation in there)]


@pytest.mark.parametrize(
    ("answer", "cause"),
    [(NO_FEATURES, root.NOT_CENTRALIZED), (denied, "iam:ListOrganizationsFeatures")],
    ids=["off", "denied"],
)
def test_where_no_root_session_can_be_opened_a_member_is_a_gap(answer, cause):
    _, gaps, asked = read(MEMBER, audit=root.ASSUME_ROOT, members={MEMBER: EMPTY}, ListOrganizationsFeatures=answer)
    assert gaps.keys() == {(part, MEMBER) for part in OF_AN_ACCOUNT}
    assert all(told.startswith(cause) for told in gaps.values())
    assert (MEMBER, "AssumeRoot") not in asked


def test_a_root_session_tells_of_no_iam_users():
    _, gaps, _ = read(MEMBER, audit=root.ASSUME_ROOT, members={MEMBER: EMPTY})
    assert gaps == {(USER_CREDENTIALS.name, MEMBER): root.BY_ROLE_ALONE}


def test_a_member_is_read_by_its_role_with_its_users():
    rows, gaps, asked = read(MEMBER, audit=root.MEMBER_ROLE, members={MEMBER: BY_ROLE})
    assert (rows[USER_CREDENTIALS].keys(), gaps) == ({"arn:aws:iam::111111111111:user/ann"}, {})
    assert {side for side, _ in asked} == {MEMBER}


def test_a_member_whose_role_lets_nobody_in_is_a_gap_with_its_users():
    _, gaps, _ = read(MEMBER, audit=root.MEMBER_ROLE)
    assert gaps.keys() == {(part, MEMBER) for part in OF_AN_ACCOUNT}


def test_the_management_account_is_read_without_an_audit_each_refusal_a_gap_of_its_own():
    rows, gaps, asked = read(MANAGEMENT, GenerateCredentialReport=denied, ListVirtualMFADevices=denied)
    assert rows[ROOT_CREDENTIALS].keys() == {MANAGEMENT}
    assert gaps.keys() >= {(part.name, MANAGEMENT) for part in (ROOT_USE, USER_CREDENTIALS)}
    assert ("us-east-1", "ListOrganizationsFeatures") not in asked
