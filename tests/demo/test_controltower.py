"""Control Tower: no landing zone until one is declared, then its version, its drift and what is enrolled."""

from types import SimpleNamespace

import pytest

from orgwarden.demo import beginning
from orgwarden.demo.organization import Unit
from orgwarden.demo.services import controltower
from tests.demo.asking import MANAGEMENT_ID, refusal

ZONE = "arn:aws:controltower:eu-west-1:123456789012:landingzone/1A2B3C4D5E6F7G8H"


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
    made.organization.add_unit(Unit(id="ou-demo-00000001", name="workloads", parent="r-demo"))
    enrolled = ["ou-demo-00000001", "ou-demo-gone0000"]
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


def test_what_is_enrolled_and_exists_has_an_enabled_baseline(demo):
    (told,) = controltower.list_enabled_baselines(demo, _call())["enabledBaselines"]
    assert told["targetIdentifier"] == demo.organization.arn_of("ou-demo-00000001")
    assert told["statusSummary"] == {"status": "SUCCEEDED"}
    wanted = _call(filter={"statuses": ["FAILED"]})
    assert controltower.list_enabled_baselines(demo, wanted)["enabledBaselines"] == []
