"""Trails: what a new one records, where its shadows show, and that an organization's shows in its members."""

import pytest

from tests.demo.asking import refusal

HOME, AWAY = "eu-north-1", "us-east-1"


@pytest.fixture
def trail(empty):
    """Give the ARN of an organization trail of all regions, at home in eu-north-1."""
    empty.client("s3", region=AWAY).create_bucket(Bucket="trail-logs")
    made = empty.client("cloudtrail", region=HOME).create_trail(
        Name="organization",
        S3BucketName="trail-logs",
        IsMultiRegionTrail=True,
        IsOrganizationTrail=True,
        EnableLogFileValidation=True,
    )
    return made["TrailARN"]


def _arns(client, **more):
    return [one["TrailARN"] for one in client.describe_trails(**more)["trailList"]]


def test_a_trail_of_all_regions_shows_at_home_and_as_a_shadow_elsewhere(empty, trail):
    home, away = (empty.client("cloudtrail", region=region) for region in (HOME, AWAY))
    assert _arns(home, includeShadowTrails=False) == _arns(home) == _arns(away) == [trail]
    assert _arns(away, includeShadowTrails=False) == []
    (told,) = away.describe_trails()["trailList"]
    assert (told["HomeRegion"], told["IsOrganizationTrail"], told["IsMultiRegionTrail"]) == (HOME, True, True)
    assert told["LogFileValidationEnabled"]
    assert away.list_trails()["Trails"][0]["HomeRegion"] == HOME


def test_a_new_trail_records_all_management_events_and_logs_when_started(empty, trail):
    home, away = (empty.client("cloudtrail", region=region) for region in (HOME, AWAY))
    (selector,) = home.get_event_selectors(TrailName="organization")["EventSelectors"]
    assert (selector["ReadWriteType"], selector["IncludeManagementEvents"]) == ("All", True)
    assert not home.get_trail_status(Name="organization")["IsLogging"]
    home.start_logging(Name="organization")
    assert away.get_trail_status(Name=trail)["IsLogging"]
    assert refusal(away.get_trail_status, Name="organization")[0] == "TrailNotFoundException"


def test_selectors_are_either_plain_or_advanced(empty, trail):
    home = empty.client("cloudtrail", region=HOME)
    fields = [{"Field": "eventCategory", "Equals": ["Management"]}]
    home.put_event_selectors(TrailName=trail, AdvancedEventSelectors=[{"Name": "all", "FieldSelectors": fields}])
    told = home.get_event_selectors(TrailName=trail)
    assert told["AdvancedEventSelectors"][0]["FieldSelectors"] == fields
    assert "EventSelectors" not in told
    plain = {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}
    home.put_event_selectors(TrailName=trail, EventSelectors=[plain])
    told = home.get_event_selectors(TrailName=trail)
    assert told["EventSelectors"][0]["ReadWriteType"] == "WriteOnly"
    assert "AdvancedEventSelectors" not in told
    away = empty.client("cloudtrail", region=AWAY)
    assert refusal(away.put_event_selectors, TrailName=trail, EventSelectors=[plain])[0] == "InvalidHomeRegionException"


def test_an_organization_trail_shows_in_members_and_is_theirs_to_read_alone(empty, trail):
    member = empty.as_role(empty.new_account("one"), "cloudtrail")
    assert _arns(member) == [trail]
    assert not member.get_trail_status(Name=trail)["IsLogging"]
    own = {"Name": "own", "S3BucketName": "trail-logs"}
    asked = refusal(member.create_trail, IsOrganizationTrail=True, **own)
    assert asked[0] == "NotOrganizationMasterAccountException"
    assert _arns(member) == [trail]


def test_a_member_that_is_refused_an_organization_trail_keeps_its_own(empty):
    member = empty.as_role(empty.new_account("one"), "cloudtrail")
    empty.client("s3", region=AWAY).create_bucket(Bucket="own-logs")
    member.create_trail(Name="own", S3BucketName="own-logs")
    asked = refusal(member.update_trail, Name="own", IsOrganizationTrail=True)
    assert asked[0] == "NotOrganizationMasterAccountException"
    (told,) = member.describe_trails()["trailList"]
    assert (told["Name"], told["IsOrganizationTrail"]) == ("own", False)
