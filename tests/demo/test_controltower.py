"""Control Tower: no landing zone until one is declared, then its version, its drift and what is enrolled."""

from types import SimpleNamespace

import pytest

from orgwarden.demo import beginning
from orgwarden.demo.organization import Unit
from orgwarden.demo.services import controltower
from tests.demo.asking import MANAGEMENT_ID, refusal

ZONE = "arn:aws:controltower:eu-west-1:123456789012:landingzone/1A2B3C4D5E6F7G8H"
UNIT = "ou-demo-00000001"


def _call(account=MANAGEMENT_ID, **parameters):
    caller = SimpleNamespace(account=account, arn=f"arn:aws:iam::{account}:user/any")
    return SimpleNamespace(
        caller=caller,
        region="eu-west-1",
        operation="ListLandingZones",
        parameters=parameters,
        of=lambda name: str(parameters.get(name, "")),
    )


@pytest.fixture
def demo():
    made = beginning.empty()
    made.organization.add_unit(Unit(id=UNIT, name="workloads", parent="r-demo"))
    enrolled = [UNIT, "ou-demo-gone0000"]
    made.kept["control_tower"] = {"version": "3.1", "drift": "DRIFTED", "enrolled": enrolled}
    return made


def test_an_organization_begins_without_a_landing_zone(empty):
    client = empty.client("controltower")
    assert client.list_landing_zones()["landingZones"] == []
    assert client.list_enabled_baselines()["enabledBaselines"] == []
    assert "AWSControlTowerBaseline" in [one["name"] for one in client.list_baselines()["baselines"]]
    asked = refusal(client.get_landing_zone, landingZoneIdentifier=ZONE)
    assert asked == ("ResourceNotFoundException", 404)


def test_a_member_is_refused(empty):
    member = empty.as_role(empty.new_account("one"), "controltower")
    assert refusal(member.list_landing_zones) == ("AccessDeniedException", 403)
    assert refusal(member.list_enabled_baselines) == ("AccessDeniedException", 403)


def test_a_declared_landing_zone_tells_its_version_and_drift(demo):
    (listed,) = controltower.list_landing_zones(demo, _call())["landingZones"]
    zone = controltower.get_landing_zone(demo, _call(landingZoneIdentifier=listed["arn"]))["landingZone"]
    assert (zone["version"], zone["driftStatus"], zone["status"]) == ("3.1", {"status": "DRIFTED"}, "ACTIVE")


def _in_unit(served, *names):
    organizations = served.client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=root, Name="workloads")["OrganizationalUnit"]["Id"]
    accounts = [served.new_account(name) for name in names]
    for account in accounts:
        organizations.move_account(AccountId=account, SourceParentId=root, DestinationParentId=unit)
    return unit, accounts


def _enrol(served, **tower):
    assert served.http("PATCH", "/demo/state", {"control_tower": tower})[0] == 200


def _listed(served, **asked):
    told = served.client("controltower").list_enabled_baselines(**asked)["enabledBaselines"]
    return {one["targetIdentifier"].rpartition("/")[2]: one for one in told}


def test_what_is_enrolled_and_exists_has_an_enabled_baseline(demo):
    (told,) = controltower.list_enabled_baselines(demo, _call())["enabledBaselines"]
    assert told["targetIdentifier"] == demo.organization.arn_of(UNIT)
    assert told["statusSummary"] == {"status": "SUCCEEDED"}
    wanted = _call(filter={"statuses": ["FAILED"]})
    assert controltower.list_enabled_baselines(demo, wanted)["enabledBaselines"] == []


def test_the_accounts_of_an_enrolled_unit_are_listed_only_where_children_are_asked_for(empty):
    unit, (one, failed) = _in_unit(empty, "one", "failed")
    _enrol(empty, enrolled={unit: "SUCCEEDED", failed: "FAILED"})
    assert set(_listed(empty)) == {unit}
    told = _listed(empty, includeChildren=True)
    assert {id_: it["statusSummary"]["status"] for id_, it in told.items()} == {
        unit: "SUCCEEDED",
        one: "SUCCEEDED",
        failed: "FAILED",
    }
    assert {told[id_]["parentIdentifier"] for id_ in (one, failed)} == {told[unit]["arn"]}
    assert len({it["arn"] for it in told.values()}) == 3
    assert set(_listed(empty, includeChildren=True, filter={"parentIdentifiers": [told[unit]["arn"]]})) == {one, failed}


def test_an_account_that_came_past_control_tower_has_no_enabled_baseline(empty):
    unit, (one, stranger) = _in_unit(empty, "one", "stranger")
    _enrol(empty, enrolled=[unit], not_enrolled=[stranger])
    assert set(_listed(empty, includeChildren=True)) == {unit, one}


@pytest.mark.parametrize("tower", [{"enrolled": ["ou-demo-gone0000"]}, {"not_enrolled": ["999999999999"]}], ids=str)
def test_what_is_not_there_cannot_be_enrolled(empty, tower):
    status, told = empty.http("PATCH", "/demo/state", {"control_tower": tower})
    assert (status, "is no unit or account here" in told["error"]) == (400, True)
