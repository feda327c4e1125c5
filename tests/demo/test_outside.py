"""What others do, put by PATCH /demo/state and told by AWS's own calls."""

import pytest

from tests.demo.asking import MANAGEMENT_ID, refusal


def _patch(empty, **told):
    assert empty.http("PATCH", "/demo/state", told)[0] == 200


def test_an_old_invitation_has_expired(empty, organizations):
    target = {"Id": "owner@elsewhere.example", "Type": "EMAIL"}
    id_ = organizations.invite_account_to_organization(Target=target)["Handshake"]["Id"]
    _patch(empty, handshakes={id_: {"RequestedTimestamp": "2026-01-01T00:00:00Z"}})
    (told,) = organizations.list_handshakes_for_organization()["Handshakes"]
    assert (told["State"], told["RequestedTimestamp"].year) == ("EXPIRED", 2026)
    assert target in told["Parties"]


def test_an_invitation_of_another_organization_is_put_whole(empty, organizations):
    _patch(empty, handshakes={"h-00000001": {"Action": "TRANSFER_RESPONSIBILITY", "State": "OPEN"}})
    told = organizations.describe_handshake(HandshakeId="h-00000001")["Handshake"]
    assert (told["Action"], told["State"]) == ("TRANSFER_RESPONSIBILITY", "OPEN")


def test_an_accepted_transfer_is_put_and_ended(empty, organizations):
    other = {"ManagementAccountId": "210987654321"}
    _patch(empty, transfers={"rt-00000001": {"Status": "ACCEPTED", "Target": other}})
    (told,) = organizations.list_outbound_responsibility_transfers(Type="BILLING")["ResponsibilityTransfers"]
    assert (told["Status"], told["Source"]["ManagementAccountId"]) == ("ACCEPTED", MANAGEMENT_ID)
    ended = organizations.terminate_responsibility_transfer(Id="rt-00000001")["ResponsibilityTransfer"]
    assert ended["Status"] == "WITHDRAWN"
    again = refusal(organizations.terminate_responsibility_transfer, Id="rt-00000001")
    assert again[0] == "ResponsibilityTransferAlreadyInStatusException"


def test_a_landing_zone_is_put_with_what_it_enrolled(empty):
    account = empty.new_account("one")
    _patch(empty, control_tower={"version": "3.1", "drift": "DRIFTED", "enrolled": [account]})
    client = empty.client("controltower")
    (zone,) = client.list_landing_zones()["landingZones"]
    told = client.get_landing_zone(landingZoneIdentifier=zone["arn"])["landingZone"]
    assert (told["version"], told["driftStatus"]["status"]) == ("3.1", "DRIFTED")
    (enabled,) = client.list_enabled_baselines()["enabledBaselines"]
    assert enabled["targetIdentifier"].endswith(account)


def test_an_organization_for_billing_alone_enables_no_policy_type(empty, organizations, root):
    _patch(empty, feature_set="CONSOLIDATED_BILLING")
    assert organizations.describe_organization()["Organization"]["FeatureSet"] == "CONSOLIDATED_BILLING"
    asked = refusal(organizations.enable_policy_type, RootId=root, PolicyType="TAG_POLICY")
    assert asked[0] == "PolicyTypeNotAvailableForOrganizationException"
    id_ = organizations.enable_all_features()["Handshake"]["Id"]
    organizations.accept_handshake(HandshakeId=id_)
    assert organizations.describe_organization()["Organization"]["FeatureSet"] == "ALL"


def test_amounts_keep_their_digits(empty):
    row = {"account": MANAGEMENT_ID, "service": "EC2", "region": "eu-west-1", "start": "2026-10-01"}
    _patch(empty, costs=[{**row, "amount": "0.1000000001"}, {**row, "amount": 0.2}])
    told = empty.client("ce").get_cost_and_usage(
        TimePeriod={"Start": "2026-10-01", "End": "2026-11-01"}, Granularity="MONTHLY", Metrics=["UnblendedCost"]
    )
    assert told["ResultsByTime"][0]["Total"]["UnblendedCost"]["Amount"] == "0.3000000001"


@pytest.mark.parametrize(
    "wrong",
    [
        {"handshakes": {"no": {}}},
        {"transfers": {"rt-00000001": {"Status": "OPEN"}}},
        {"control_tower": {"drift": "SOME"}},
        {"feature_set": "SOME"},
        {"costs": [{"account": MANAGEMENT_ID}]},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_cannot_be_is_refused_with_a_sentence(empty, wrong):
    status, told = empty.http("PATCH", "/demo/state", wrong)
    assert (status, next(iter(wrong)) in told["error"]) == (400, True)


def test_who_left_accepts_an_invitation_back(empty, organizations):
    account = empty.new_account("one")
    outsider = empty.as_role(account, "organizations")
    organizations.remove_account_from_organization(AccountId=account)
    target = {"Id": account, "Type": "ACCOUNT"}
    id_ = organizations.invite_account_to_organization(Target=target)["Handshake"]["Id"]
    assert [one["Id"] for one in outsider.list_handshakes_for_account()["Handshakes"]] == [id_]
    outsider.accept_handshake(HandshakeId=id_)
    told = organizations.describe_account(AccountId=account)["Account"]
    assert told["JoinedMethod"] == "INVITED"
