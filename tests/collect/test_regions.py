"""Regions come from AWS; one that could not be asked is never one in which there is nothing."""

import pytest

from orgwarden.collect.api import Missing
from orgwarden.collect.regions import answered, ask_in, enabled_regions, reached
from orgwarden.errors import RetryLater, SkipAndNote
from tests.collect.sides import MANAGEMENT, Sides, denied, given, throttled


def listed(*names: str, status: str = "ENABLED_BY_DEFAULT"):
    return {"Regions": [{"RegionName": name, "RegionOptStatus": status} for name in names]}


def raising(error: Exception):
    def ask():
        raise error

    return ask


def test_the_regions_that_are_on_are_given_us_east_1_first():
    pages = iter([{**listed("us-west-2", "eu-west-1"), "NextToken": "x"}, listed("us-east-1", "af-south-1")])
    sides = Sides({"ListRegions": lambda **_: next(pages)})
    assert enabled_regions(sides, MANAGEMENT) == ("us-east-1", "af-south-1", "eu-west-1", "us-west-2")


def test_a_region_that_is_off_is_left_out_whatever_was_asked_for():
    off = listed("ap-east-1", status="DISABLED")["Regions"]
    assert enabled_regions(
        Sides({"ListRegions": given({"Regions": [*listed("us-east-1")["Regions"], *off]})}), MANAGEMENT
    ) == ("us-east-1",)


@pytest.mark.parametrize("answer", [denied, throttled, given({}), given({"Regions": []}), given({"Regions": [{}]})])
def test_a_list_that_could_not_be_read_is_no_list_of_none(answer):
    with pytest.raises(SkipAndNote, match="account:ListRegions"):
        enabled_regions(Sides({"ListRegions": answer}), MANAGEMENT)


def test_a_service_that_is_not_offered_in_a_region_is_told_from_one_that_cannot_be_reached():
    assert ask_in("us-west-1", "lightsail", raising(RetryLater("gone"))) is None
    with pytest.raises(RetryLater):
        ask_in("eu-west-1", "rolesanywhere", raising(RetryLater("gone")))


@pytest.mark.parametrize(
    ("region", "service"),
    [("us-east-1", "cloudfront"), ("us-east-1", "route53"), ("eu-west-1", "observabilityadmin"), ("xx-new-1", "ecs")],
)
def test_where_nobody_knows_whether_it_is_offered_a_service_that_cannot_be_reached_is_a_gap(region, service):
    with pytest.raises(SkipAndNote, match=f"{service} cannot be reached in {region}"):
        ask_in(region, service, raising(RetryLater("gone")))


def test_a_region_that_does_not_know_the_credentials_is_a_gap_with_the_remedy():
    with pytest.raises(SkipAndNote, match="af-south-1 is off in the account that asks sso-admin there: switch it on"):
        ask_in("af-south-1", "sso-admin", raising(Missing()))


def unreachable() -> list[str]:
    raise RetryLater("lightsail cannot be reached: Could not connect")


def test_a_service_that_is_not_offered_in_a_region_has_nothing_there():
    assert reached("us-west-1", "lightsail", unreachable) == []
    with pytest.raises(SkipAndNote, match="not offered"):
        answered("us-west-1", "lightsail", unreachable)


def test_a_service_that_cannot_be_reached_where_it_is_offered_is_a_gap_and_ends_no_sweep():
    with pytest.raises(SkipAndNote, match=r"^lightsail cannot be reached$"):
        reached("eu-west-1", "lightsail", unreachable)
