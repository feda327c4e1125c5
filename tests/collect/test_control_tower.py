"""Control Tower is asked where its landing zone is, only if it is wanted, and a refusal is never an absence."""

from pathlib import Path
from typing import Any

import pytest

from orgwarden.collect.control_tower import read_control_tower
from orgwarden.collect.searching import Regions
from orgwarden.model import EVERYTHING
from orgwarden.parts.delegation import ENROLLED, LANDING_ZONE, LandingZone
from orgwarden.snapshot import merged
from tests.collect.fake_regions import DENIED, asked_of, regional_aws
from tests.collect.staged import MANAGEMENT, UNIT, A, staged

HOME = "eu-west-1"
ARN = f"arn:aws:controltower:{HOME}:{MANAGEMENT}:landingzone/1A2B"
OF_A, OF_UNIT = (
    f"arn:aws:organizations::{MANAGEMENT}:account/o-1/{A}",
    f"arn:aws:organizations::{MANAGEMENT}:ou/o-1/{UNIT}",
)
NEITHER = {(LANDING_ZONE.name, EVERYTHING), (ENROLLED.name, EVERYTHING)}


def baseline(target: str, status: str = "SUCCEEDED") -> dict[str, Any]:
    return {"targetIdentifier": target, "statusSummary": {"status": status}}


def answers(**changed: Any) -> dict[str, Any]:
    """A landing zone at home in Ireland; what differs is given."""
    described = {"landingZone": {"version": "3.3", "driftStatus": {"status": "IN_SYNC"}}}
    at_home = lambda region, **_: {"landingZones": [{"arn": ARN}] if region == HOME else []}  # noqa: E731 - an answer
    return {
        "ListLandingZones": at_home,
        "GetLandingZone": lambda **_: described,
        "ListEnabledBaselines": lambda **_: {"enabledBaselines": [baseline(OF_A), baseline(OF_UNIT)]},
        **changed,
    }


def read(folder: Path, *, is_wanted: bool = True, caller: str = MANAGEMENT, **changed: Any) -> tuple[Any, Any, Any]:
    aws, staging = regional_aws(answers(**changed), caller=caller, on=(HOME, "eu-west-2")), staged(folder)
    for _ in range(2):
        read_control_tower(
            staging, aws=aws, management=MANAGEMENT, regions=Regions(aws, MANAGEMENT), is_wanted=is_wanted
        )
    return *merged(staging.all_pages()), aws


def test_the_landing_zone_is_found_at_home_and_read_once(tmp_path: Path):
    rows, gaps, aws = read(tmp_path)
    assert gaps == {}
    assert rows[LANDING_ZONE] == {EVERYTHING: LandingZone(version="3.3", drift="IN_SYNC")}
    assert rows[ENROLLED] == {A: "SUCCEEDED", UNIT: "SUCCEEDED"}
    assert asked_of(aws, "controltower") == [
        ("us-east-1", "ListLandingZones"),
        (HOME, "ListLandingZones"),
        (HOME, "ListEnabledBaselines"),
        (HOME, "GetLandingZone"),
    ]


def test_the_accounts_below_units_are_asked_for_page_by_page(tmp_path: Path):
    def pages(includeChildren: bool, nextToken: str = "", **_: Any) -> Any:  # noqa: FBT001 - AWS's parameter
        assert includeChildren
        more = {"enabledBaselines": [baseline(OF_A, "FAILED"), baseline(OF_UNIT)]}
        return more if nextToken else {"enabledBaselines": [baseline(OF_A)], "nextToken": "2"}

    rows, _, _ = read(tmp_path, ListEnabledBaselines=pages)
    assert rows[ENROLLED] == {A: "FAILED", UNIT: "SUCCEEDED"}


@pytest.mark.parametrize("order", [("SUCCEEDED", "UNDER_CHANGE"), ("UNDER_CHANGE", "SUCCEEDED")])
def test_of_several_baselines_on_one_target_the_worst_is_told(tmp_path: Path, order: tuple[str, str]):
    both = {"enabledBaselines": [baseline(OF_A, status) for status in order]}
    rows, _, _ = read(tmp_path, ListEnabledBaselines=lambda **_: both)
    assert rows[ENROLLED] == {A: "UNDER_CHANGE"}


def test_where_it_is_not_wanted_both_are_gaps_with_the_remedy_and_no_call_is_made(tmp_path: Path):
    _, gaps, aws = read(tmp_path, is_wanted=False)
    assert set(gaps) == NEITHER
    assert all("structure.control_tower" in cause for cause in gaps.values())
    assert aws.session.asked == []


def test_no_landing_zone_in_any_region_is_a_row_that_says_so(tmp_path: Path):
    rows, gaps, aws = read(tmp_path, ListLandingZones=lambda **_: {"landingZones": []})
    assert (rows[LANDING_ZONE], gaps) == ({EVERYTHING: None}, {})
    assert {region for region, _ in asked_of(aws, "controltower")} == {"us-east-1", HOME, "eu-west-2"}


@pytest.mark.parametrize("answer", [DENIED, {}, {"landingZones": [{"arn": "broken"}]}])
def test_a_region_that_does_not_say_leaves_it_open_whether_there_is_a_landing_zone(tmp_path: Path, answer: Any):
    silent = lambda region, **_: answer if region == "eu-west-2" else {"landingZones": []}  # noqa: E731 - an answer
    _, gaps, _ = read(tmp_path, ListLandingZones=silent)
    assert set(gaps) == NEITHER


def test_without_a_role_both_are_gaps_with_the_remedy(tmp_path: Path):
    _, gaps, _ = read(tmp_path, caller=A)
    assert set(gaps) == NEITHER
    assert all("ORGWARDEN_MANAGEMENT_ROLE_ARN" in cause for cause in gaps.values())


@pytest.mark.parametrize("answer", [DENIED, {}, {"landingZone": {"version": "3.3"}}])
def test_a_landing_zone_that_does_not_say_whether_it_drifted_is_a_gap_and_what_is_enrolled_stands(
    tmp_path: Path, answer: Any
):
    rows, gaps, _ = read(tmp_path, GetLandingZone=lambda **_: answer)
    assert set(gaps) == {(LANDING_ZONE.name, EVERYTHING)}
    assert set(rows[ENROLLED]) == {A, UNIT}


@pytest.mark.parametrize("answer", [DENIED, {}, {"enabledBaselines": [{"targetIdentifier": OF_A}]}])
def test_what_is_enrolled_and_cannot_be_read_is_a_gap_and_the_landing_zone_stands(tmp_path: Path, answer: Any):
    rows, gaps, _ = read(tmp_path, ListEnabledBaselines=lambda **_: answer)
    assert set(gaps) == {(ENROLLED.name, EVERYTHING)}
    assert rows[LANDING_ZONE][EVERYTHING].drift == "IN_SYNC"
