"""A trail is told once, with what it records; a region or a trail that is not answered is a gap."""

from typing import Any

import pytest

from orgwarden.collect.trails import GetEventSelectors, management_events, read_trails
from orgwarden.parts.alerts import TRAILS
from orgwarden.snapshot import Page
from tests.collect.fakes import refusal
from tests.collect.regional import AWAY, HOME, MANAGEMENT, always, only_in, regional_aws

ARN = f"arn:aws:cloudtrail:{AWAY}:{MANAGEMENT}:trail/org"
TRAIL = {
    "TrailARN": ARN,
    "HomeRegion": AWAY,
    "IsMultiRegionTrail": True,
    "IsOrganizationTrail": True,
    "LogFileValidationEnabled": True,
    "CloudWatchLogsLogGroupArn": "group",
}


def read(**changed: Any) -> Page:
    told = {
        "DescribeTrails": {"trailList": [TRAIL]},
        "GetTrailStatus": only_in(AWAY, {"IsLogging": True}, refusal("TrailNotFoundException")),
        "GetEventSelectors": {"TrailARN": ARN, "EventSelectors": [{"ReadWriteType": "All"}]},
        **changed,
    }
    answers = {f"cloudtrail:{name}": one if callable(one) else always(one) for name, one in told.items()}
    return read_trails(regional_aws(answers), MANAGEMENT, (HOME, AWAY))


def test_a_trail_and_its_shadow_are_one_trail_asked_in_its_home():
    page = read()
    trail = page.rows[TRAILS][ARN]
    assert page.gaps == {}
    assert (trail.home, trail.is_logging, trail.events, trail.log_group) == (AWAY, True, "ALL", "group")


def test_no_trail_is_no_row_and_no_gap():
    assert read(DescribeTrails={"trailList": []}) == Page(rows={TRAILS: {}})


@pytest.mark.parametrize("answer", [refusal("AccessDeniedException"), refusal("Throttling"), {}, {"x": 1}], ids=str)
def test_a_region_that_is_not_answered_is_a_gap_and_a_shadow_still_tells_of_its_trail(answer: Any):
    page = read(DescribeTrails=only_in(AWAY, answer, {"trailList": [TRAIL]}))
    assert set(page.gaps) == {(TRAILS.name, AWAY)}
    assert set(page.rows[TRAILS]) == {ARN}


@pytest.mark.parametrize("operation", ["GetTrailStatus", "GetEventSelectors"])
@pytest.mark.parametrize("answer", [refusal("AccessDeniedException"), {}], ids=str)
def test_a_trail_whose_state_is_not_told_is_a_gap_of_its_own(operation: str, answer: Any):
    page = read(**{operation: answer})
    assert set(page.gaps) == {(TRAILS.name, ARN)}
    assert page.rows[TRAILS] == {}


def advanced(**fields: Any) -> list[dict[str, Any]]:
    return [
        {
            "FieldSelectors": [
                {"Field": name, **({"Equals": v} if isinstance(v, list) else v)} for name, v in fields.items()
            ]
        }
    ]


@pytest.mark.parametrize(
    ("selectors", "events"),
    [
        ({}, "ALL"),
        ({"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]}, "ALL"),
        ({"EventSelectors": [{"ReadWriteType": "WriteOnly"}, {"ReadWriteType": "ReadOnly"}]}, "ALL"),
        ({"EventSelectors": [{"ReadWriteType": "WriteOnly"}]}, "WRITE"),
        ({"EventSelectors": [{"ReadWriteType": "ReadOnly"}]}, "READ"),
        ({"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": False}]}, "NONE"),
        ({"AdvancedEventSelectors": advanced(eventCategory=["Management"])}, "ALL"),
        ({"AdvancedEventSelectors": advanced(eventCategory=["Management"], readOnly=["false"])}, "WRITE"),
        ({"AdvancedEventSelectors": advanced(eventCategory=["Management"], readOnly=["true"])}, "READ"),
        ({"AdvancedEventSelectors": advanced(eventCategory=["Data"])}, "NONE"),
        (
            {
                "AdvancedEventSelectors": advanced(
                    eventCategory=["Management"], eventSource={"NotEquals": ["kms.amazonaws.com"]}
                )
            },
            "ALL",
        ),
        (
            {"AdvancedEventSelectors": advanced(eventCategory=["Management"], eventName=["CreateUser"])},
            "NONE",
        ),
    ],
    ids=str,
)
def test_what_a_trail_records_is_read_from_its_selectors(selectors: dict[str, Any], events: str):
    assert management_events(GetEventSelectors.model_validate({"TrailARN": ARN, **selectors})) == events
