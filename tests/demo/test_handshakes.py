"""Invitations: who sends, sees, answers and takes them back, and how they end by themselves."""

from datetime import timedelta

import pytest

from orgwarden.demo import beginning
from orgwarden.demo.organization import now
from orgwarden.demo.services import handshakes
from tests.demo.asking import MANAGEMENT_ID, refusal

OUTSIDER = {"Id": "210987654321", "Type": "ACCOUNT"}
MAIL = {"Id": "owner@elsewhere.example", "Type": "EMAIL"}


def _invited(organizations, target=OUTSIDER):
    return organizations.invite_account_to_organization(Target=target, Notes="Welcome")["Handshake"]


def _kept(**told):
    demo = beginning.empty()
    handshakes.keep(demo, "h-00000001", told)
    return handshakes.all_of(demo)["h-00000001"]


@pytest.mark.parametrize("target", [OUTSIDER, MAIL], ids=["account", "mail"])
def test_an_invitation_is_open_for_fifteen_days_and_names_both_sides(organizations, target):
    told = _invited(organizations, target)
    assert (told["Action"], told["State"]) == ("INVITE", "OPEN")
    assert told["ExpirationTimestamp"] - told["RequestedTimestamp"] == timedelta(days=15)
    assert target in told["Parties"]
    assert {"Type": target["Type"], "Value": target["Id"]} in told["Resources"]
    assert organizations.describe_handshake(HandshakeId=told["Id"])["Handshake"] == told
    assert organizations.list_handshakes_for_organization()["Handshakes"] == [told]


def test_invitations_come_in_pages_and_by_their_action(organizations):
    for n in range(21):
        _invited(organizations, {"Id": f"a{n}@elsewhere.example", "Type": "EMAIL"})
    pages = organizations.get_paginator("list_handshakes_for_organization").paginate()
    assert [len(page["Handshakes"]) for page in pages] == [20, 1]
    others = organizations.list_handshakes_for_organization(Filter={"ActionType": "ENABLE_ALL_FEATURES"})
    assert others["Handshakes"] == []


def test_who_is_a_member_or_invited_already_is_not_invited(empty, organizations):
    member = {"Id": empty.new_account("one"), "Type": "ACCOUNT"}
    asked = refusal(organizations.invite_account_to_organization, Target=member)
    assert asked[0] == "HandshakeConstraintViolationException"
    _invited(organizations)
    asked = refusal(organizations.invite_account_to_organization, Target=OUTSIDER)
    assert asked[0] == "DuplicateHandshakeException"
    asked = refusal(organizations.invite_account_to_organization, Target={"Id": "o-1", "Type": "ORGANIZATION"})
    assert asked[0] == "InvalidInputException"


def test_the_management_account_takes_an_invitation_back_once_and_cannot_answer_it(organizations):
    id_ = _invited(organizations)["Id"]
    assert refusal(organizations.accept_handshake, HandshakeId=id_)[0] == "AccessDeniedException"
    assert organizations.cancel_handshake(HandshakeId=id_)["Handshake"]["State"] == "CANCELED"
    assert refusal(organizations.cancel_handshake, HandshakeId=id_)[0] == "HandshakeAlreadyInStateException"
    assert refusal(organizations.cancel_handshake, HandshakeId="h-00000000")[0] == "HandshakeNotFoundException"


def test_a_member_invites_nobody_and_sees_its_own_invitations_alone(empty, organizations):
    member = empty.as_role(empty.new_account("one"), "organizations")
    _invited(organizations)
    assert refusal(member.invite_account_to_organization, Target=MAIL)[0] == "AccessDeniedException"
    assert refusal(member.list_handshakes_for_organization)[0] == "AccessDeniedException"
    assert member.list_handshakes_for_account()["Handshakes"] == []


def test_who_left_and_accepts_an_invitation_is_a_member_again():
    demo, call = beginning.empty(), _Asked("111111111111")
    account = demo.organization.accounts[MANAGEMENT_ID]
    demo.organization.former["111111111111"] = type(account)(
        id="111111111111", name="one", email="one@corp.example", parent="r-demo", joined=account.joined
    )
    id_ = handshakes.made(demo, "INVITE", {"Id": "111111111111", "Type": "ACCOUNT"}, resources=[])
    call.parameters["HandshakeId"] = id_
    assert handshakes.accept(demo, call)["Handshake"]["State"] == "ACCEPTED"
    assert demo.organization.accounts["111111111111"].joined_method == "INVITED"


def test_what_was_invited_declines_and_then_it_is_over():
    demo, call = beginning.empty(), _Asked("210987654321")
    call.parameters["HandshakeId"] = handshakes.made(demo, "INVITE", OUTSIDER, resources=[])
    assert handshakes.decline(demo, call)["Handshake"]["State"] == "DECLINED"
    with pytest.raises(handshakes.AwsError, match="InvalidHandshakeTransition"):
        handshakes.accept(demo, call)


def test_an_invitation_whose_time_is_over_has_expired():
    assert _kept(State="OPEN", RequestedTimestamp="2026-01-01T00:00:00Z")["State"] == "EXPIRED"
    assert _kept(State="OPEN", RequestedTimestamp=now())["State"] == "OPEN"
    assert _kept(State="ACCEPTED", RequestedTimestamp="2026-01-01T00:00:00Z")["State"] == "ACCEPTED"


def test_all_features_are_enabled_once(organizations):
    assert refusal(organizations.enable_all_features)[0] == "HandshakeConstraintViolationException"
    assert organizations.describe_organization()["Organization"]["FeatureSet"] == "ALL"


def test_an_organization_for_billing_alone_goes_to_all_features_by_a_handshake():
    demo, call = beginning.empty(), _Asked(MANAGEMENT_ID)
    demo.kept["feature_set"] = "CONSOLIDATED_BILLING"
    told = handshakes.enable_all_features(demo, call)["Handshake"]
    assert (told["State"], handshakes.feature_set(demo)) == ("REQUESTED", "CONSOLIDATED_BILLING")
    call.parameters["HandshakeId"] = told["Id"]
    handshakes.accept(demo, call)
    assert handshakes.feature_set(demo) == "ALL"


class _Asked:
    """The smallest call that answers a handshake."""

    def __init__(self, account):
        self.caller = type("Caller", (), {"account": account})()
        self.parameters = {}

    def of(self, name):
        return self.parameters.get(name, "")
