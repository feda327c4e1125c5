"""Resource Explorer is believed where its index is active and its view leaves nothing out, and nowhere else."""

from typing import Any

import pytest

from orgwarden.collect.resource_explorer import NotSetUp, explorer
from orgwarden.errors import SkipAndNote
from orgwarden.privacy import Veil
from tests.collect.fakes import refusal
from tests.collect.regional import AWAY, HOME, MANAGEMENT, MEMBER, always, only_in, regional_aws

VEIL = Veil(b"key")
ARN = f"arn:aws:ec2:{AWAY}:{MANAGEMENT}:instance/i-1"


def found(arn: str = ARN, region: str = AWAY, **more: Any) -> dict[str, Any]:
    return {"Arn": arn, "OwningAccountId": MANAGEMENT, "Region": region, "ResourceType": "ec2:instance", **more}


def view(filters: str = "", properties: tuple[str, ...] = ("tags",)) -> dict[str, Any]:
    shown = [{"Name": name} for name in properties]
    return {"View": {"ViewArn": "view", "Filters": {"FilterString": filters}, "IncludedProperties": shown}}


def answers(*resources: dict[str, Any], **changed: Any) -> dict[str, Any]:
    told = {
        "ListIndexes": {"Indexes": [{"Region": AWAY, "Type": "LOCAL"}]},
        "GetIndex": {"State": "ACTIVE", "Type": "LOCAL"},
        "GetDefaultView": {"ViewArn": "view"},
        "GetView": view(),
        "ListResources": {"Resources": list(resources)},
        **changed,
    }
    return {
        f"resource-explorer-2:{name}": answer if callable(answer) else always(answer) for name, answer in told.items()
    }


def listed(region: str = AWAY, *resources: dict[str, Any], **changed: Any) -> dict[str, Any]:
    aws = regional_aws(answers(*resources, **changed))
    return explorer(aws, MANAGEMENT).resources(region, VEIL)


def test_a_resource_has_cloudformations_type_and_masked_tags():
    tags = [{"Name": "tags", "Data": [{"Key": "by", "Value": "a@corp.example"}]}]
    row = listed(AWAY, found(CfnResourceType="AWS::EC2::Instance", Properties=tags))[ARN]
    assert (row.type, row.region) == ("AWS::EC2::Instance", AWAY)
    assert "a@corp" not in row.tags["by"]


def test_a_type_that_is_not_told_is_read_from_the_arn():
    assert listed(AWAY, found())[ARN].type == "AWS::EC2::Instance"


def test_no_tags_are_told_apart_from_tags_that_the_view_does_not_show():
    assert listed(AWAY, found())[ARN].tags == {}
    assert listed(AWAY, found(), GetView=view(properties=()))[ARN].tags is None


def test_resources_of_other_accounts_and_regions_and_parts_of_resources_are_left_out():
    others = [
        found(OwningAccountId=MEMBER),
        found(region=HOME),
        found(ResourceType="ec2:security-group-rule"),
    ]
    assert listed(AWAY, *others) == {}


def test_a_region_without_an_index_is_not_searched():
    aws = regional_aws(answers())
    with pytest.raises(SkipAndNote, match="no index"):
        explorer(aws, MANAGEMENT).resources(HOME, VEIL)
    assert "resource-explorer-2:ListResources" not in {name for _, name, _ in aws.session.asked}


@pytest.mark.parametrize(
    "changed",
    [
        {"ListIndexes": {"Indexes": []}},
        {"GetIndex": {"State": "CREATING"}},
        {"GetDefaultView": {}},
        {"GetDefaultView": refusal("ResourceNotFoundException", 404)},
        {"GetView": view("resourcetype:ec2:instance")},
    ],
    ids=str,
)
def test_where_nobody_set_it_up_it_has_nothing_to_refuse(changed: dict[str, Any]):
    with pytest.raises(NotSetUp):
        listed(AWAY, found(), **changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"GetIndex": {"State": "UPDATING"}},
        {"GetIndex": {}},
        {"GetIndex": refusal("ResourceNotFoundException", 404)},
        {"GetIndex": refusal("UnrecognizedClientException", 403)},
        {"GetDefaultView": refusal("AccessDeniedException", 403)},
        {"GetView": refusal("ThrottlingException")},
        {"ListIndexes": refusal("AccessDeniedException", 403)},
        {"ListIndexes": {"message": "<html>"}},
        {"ListResources": refusal("UnauthorizedException", 401)},
        {"ListResources": {}},
        {"ListResources": {"Resources": [{"Arn": ARN}]}},
    ],
    ids=str,
)
def test_what_is_refused_or_broken_is_no_answer_and_no_sign_that_it_was_not_set_up(changed: dict[str, Any]):
    with pytest.raises(SkipAndNote) as told:
        listed(AWAY, found(), **changed)
    assert not isinstance(told.value, NotSetUp)


def test_an_aggregator_that_does_not_say_what_it_collects_may_hide_something_of_every_region():
    indexes = {"Indexes": [{"Region": HOME, "Type": "AGGREGATOR"}, {"Region": AWAY, "Type": "LOCAL"}]}
    index = only_in(HOME, refusal("AccessDeniedException", 403), {"State": "ACTIVE"})
    with pytest.raises(SkipAndNote, match="GetIndex was denied"):
        listed(AWAY, found(), ListIndexes=indexes, GetIndex=index)


def test_a_second_page_that_is_refused_makes_the_first_no_answer():
    def pages(_: str, NextToken: str = "", **__: Any) -> Any:
        return refusal("AccessDeniedException") if NextToken else {"Resources": [found()], "NextToken": "2"}

    with pytest.raises(SkipAndNote):
        listed(AWAY, ListResources=pages)


def test_an_aggregator_answers_for_the_regions_that_it_collects():
    both = {"Indexes": [{"Region": HOME, "Type": "AGGREGATOR"}, {"Region": AWAY, "Type": "LOCAL"}]}
    index = only_in(HOME, {"State": "ACTIVE", "ReplicatingFrom": [AWAY]}, {"State": "ACTIVE"})
    resources = only_in(HOME, {"Resources": [found()]}, refusal("UnauthorizedException", 401))
    assert set(listed(AWAY, ListIndexes=both, GetIndex=index, ListResources=resources)) == {ARN}


def test_a_region_that_the_aggregator_does_not_collect_is_asked_itself():
    both = {"Indexes": [{"Region": HOME, "Type": "AGGREGATOR"}, {"Region": AWAY, "Type": "LOCAL"}]}
    resources = only_in(AWAY, {"Resources": [found()]}, {"Resources": []})
    assert set(listed(AWAY, ListIndexes=both, ListResources=resources)) == {ARN}


def test_what_is_in_no_region_is_in_the_index_of_us_east_1():
    role = "arn:aws:iam::111111111111:role/x"
    indexes = {"Indexes": [{"Region": HOME, "Type": "LOCAL"}]}
    assert set(listed("global", found(role, "global"), ListIndexes=indexes)) == {role}
