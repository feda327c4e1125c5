"""Transfers of the responsibility for billing: asked for by us, said by a patch where others act, and ended."""

from datetime import UTC, datetime

import pytest

from orgwarden.demo import beginning
from orgwarden.demo.services import transfers
from tests.demo.asking import MANAGEMENT_ID, refusal

STARTS = datetime(2027, 1, 1, tzinfo=UTC)
OTHER = {"Id": "210987654321", "Type": "ACCOUNT"}


@pytest.fixture
def invited(organizations):
    told = organizations.invite_organization_to_transfer_responsibility(
        Type="BILLING", Target=OTHER, StartTimestamp=STARTS, SourceName="Elsewhere"
    )
    return told["Handshake"]


def _inbound(organizations):
    return organizations.list_inbound_responsibility_transfers(Type="BILLING")["ResponsibilityTransfers"]


def _outbound(organizations):
    return organizations.list_outbound_responsibility_transfers(Type="BILLING")["ResponsibilityTransfers"]


def test_an_organization_begins_without_transfers(organizations):
    assert (_inbound(organizations), _outbound(organizations)) == ([], [])


def test_whom_we_invite_we_shall_pay_for(organizations, invited):
    (told,) = _inbound(organizations)
    assert (told["Status"], told["Source"]) == ("REQUESTED", {"ManagementAccountId": OTHER["Id"]})
    assert (told["Target"]["ManagementAccountId"], told["StartTimestamp"]) == (MANAGEMENT_ID, STARTS)
    assert told["ActiveHandshakeId"] == invited["Id"]
    assert _outbound(organizations) == []
    described = organizations.describe_responsibility_transfer(Id=told["Id"])["ResponsibilityTransfer"]
    assert described == told


def test_an_invitation_that_is_taken_back_ends_the_transfer(organizations, invited):
    organizations.cancel_handshake(HandshakeId=invited["Id"])
    assert [told["Status"] for told in _inbound(organizations)] == ["CANCELED"]


@pytest.mark.usefixtures("invited")
def test_a_transfer_exists_once_and_only_an_accepted_one_is_ended(organizations):
    again = {"Type": "BILLING", "Target": OTHER, "StartTimestamp": STARTS, "SourceName": "Elsewhere"}
    asked = refusal(organizations.invite_organization_to_transfer_responsibility, **again)
    assert asked[0] == "HandshakeConstraintViolationException"
    id_ = _inbound(organizations)[0]["Id"]
    asked = refusal(organizations.terminate_responsibility_transfer, Id=id_)
    assert asked[0] == "InvalidResponsibilityTransferTransitionException"
    asked = refusal(organizations.describe_responsibility_transfer, Id="rt-00000000")
    assert asked[0] == "ResponsibilityTransferNotFoundException"


@pytest.mark.parametrize("ask", [_inbound, _outbound])
def test_neither_members_nor_delegated_administrators_see_transfers(empty, organizations, ask):
    id_ = empty.new_account("one")
    organizations.register_delegated_administrator(AccountId=id_, ServicePrincipal="health.amazonaws.com")
    assert refusal(ask, empty.as_role(id_, "organizations"))[0] == "AccessDeniedException"


def test_what_is_kept_with_our_account_as_source_is_outbound():
    demo = beginning.empty()
    other = {"ManagementAccountId": "210987654321"}
    demo.kept["transfers"] = {"rt-00000001": {"Status": "ACCEPTED", "Target": other, "StartTimestamp": "2026-01-01"}}
    told = transfers.all_of(demo)["rt-00000001"]
    assert "/billing/outbound/" in told["Arn"]
    assert (told["Source"]["ManagementAccountId"], told["StartTimestamp"].year) == (MANAGEMENT_ID, 2026)
