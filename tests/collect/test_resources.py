"""A region is known by a witness that answers for all of it, or it is a gap; what was seen of it stands either way."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orgwarden.collect import resources
from orgwarden.collect.per_service import Found
from orgwarden.collect.resources import OFF, beyond, left_in, with_tags
from orgwarden.errors import StopAndTell
from orgwarden.model import EVERYTHING
from orgwarden.parts.resources import MANAGEMENT_SPEND, REGIONS, RESOURCES, WITNESSES, Resource
from orgwarden.privacy import Veil
from orgwarden.snapshot import Staging, merged
from tests.collect.fakes import refusal
from tests.collect.regional import AWAY, HOME, MANAGEMENT, MEMBER, always, only_in, regional_aws, staging

VEIL = Veil(b"key")
PLACES = {HOME, AWAY, "global"}
ALONE = ("per-service reads", "tagging API")
TOPIC = f"arn:aws:sns:{AWAY}:{MANAGEMENT}:t"
GROUP = f"arn:aws:ec2:{AWAY}:{MANAGEMENT}:security-group/sg-1"
VPC = f"arn:aws:ec2:{AWAY}:{MANAGEMENT}:vpc/vpc-1"
EXPLORED = {
    "resource-explorer-2:ListIndexes": always({"Indexes": [{"Region": AWAY, "Type": "LOCAL"}]}),
    "resource-explorer-2:GetIndex": always({"State": "ACTIVE"}),
    "resource-explorer-2:GetDefaultView": always({"ViewArn": "view"}),
    "resource-explorer-2:GetView": always({"View": {"ViewArn": "view", "IncludedProperties": [{"Name": "tags"}]}}),
    "resource-explorer-2:ListResources": always(
        {
            "Resources": [
                {"Arn": GROUP, "OwningAccountId": MANAGEMENT, "Region": AWAY, "ResourceType": "ec2:security-group"},
                {"Arn": VPC, "OwningAccountId": MANAGEMENT, "Region": AWAY, "ResourceType": "ec2:vpc"},
            ]
        }
    ),
    "ec2:DescribeVpcs": always({"Vpcs": [{"VpcId": "vpc-1", "IsDefault": True}]}),
    "ec2:DescribeSecurityGroups": always({"SecurityGroups": [{"GroupId": "sg-1"}]}),
}


def swept(
    folder: Path, answers: Any = None, *, caller: str = MANAGEMENT, asks: bool = False, before: Any = ()
) -> tuple[Any, Any]:
    staged = staging(folder)
    aws = regional_aws(answers or {}, caller=caller)
    resources.sweep(staged, aws=aws, veil=VEIL, asks_cost_explorer=asks, before=before)
    assert staged.finished("resources")
    return merged(staged.all_pages())


def test_an_empty_account_is_read_in_every_region_and_beyond_them(tmp_path: Path):
    rows, gaps = swept(tmp_path)
    assert rows[REGIONS][EVERYTHING] == (HOME, AWAY)
    assert rows[WITNESSES] == dict.fromkeys(PLACES, ALONE)
    assert rows[RESOURCES] == {}
    assert set(gaps) == {(MANAGEMENT_SPEND.name, EVERYTHING)}


@pytest.mark.parametrize(
    "answer", [refusal("AuthorizationError", 403), refusal("ThrottlingException"), {}, {"message": "<html>"}], ids=str
)
def test_one_list_that_is_not_answered_makes_its_region_a_gap_and_hides_nothing(tmp_path: Path, answer: Any):
    secrets = {"SecretList": [{"ARN": f"arn:aws:secretsmanager:{AWAY}:1:secret:s"}]}
    told = {
        "sns:ListTopics": only_in(AWAY, answer, {"Topics": []}),
        "secretsmanager:ListSecrets": only_in(AWAY, secrets, {"SecretList": []}),
    }
    rows, gaps = swept(tmp_path, told)
    assert "sns:ListTopics" in gaps[WITNESSES.name, AWAY]
    assert set(rows[WITNESSES]) == {HOME, "global"}
    assert len(rows[RESOURCES]) == 1


@pytest.mark.parametrize("answer", [refusal("AccessDeniedException", 403), {}, {"Regions": []}], ids=str)
def test_without_the_regions_nothing_is_known(tmp_path: Path, answer: Any):
    rows, gaps = swept(tmp_path, {"account:ListRegions": always(answer)})
    assert set(gaps) == {(part.name, EVERYTHING) for part in (REGIONS, RESOURCES, WITNESSES, MANAGEMENT_SPEND)}
    assert not rows.get(RESOURCES)


def test_a_region_that_was_switched_off_with_something_in_it_is_a_gap(tmp_path: Path):
    _, gaps = swept(tmp_path, before=("eu-malta-1", AWAY, "global"))
    assert {key: cause for (part, key), cause in gaps.items() if part == RESOURCES.name} == {"eu-malta-1": OFF}


def test_something_is_left_where_a_reading_saw_more_than_a_default_network_or_could_not_look():
    rows = {"arn:a": row(), "arn:b": replace(row(tags={"orgwarden:default": "true"}), region=HOME)}
    assert left_in(rows, ()) == {AWAY}
    unread = {(RESOURCES.name, "eu-malta-1"), (WITNESSES.name, HOME), (RESOURCES.name, "arn:c"), ("other", "x")}
    assert left_in({}, unread) == {"eu-malta-1", HOME}


def test_without_a_role_all_is_a_gap_with_the_remedy(tmp_path: Path):
    _, gaps = swept(tmp_path, caller=MEMBER, asks=True)
    assert len(gaps) == 4
    assert all("ORGWARDEN_MANAGEMENT_ROLE_ARN" in cause for cause in gaps.values())


def test_an_index_answers_for_its_region_alone_and_aws_own_network_is_marked(tmp_path: Path):
    rows, _ = swept(tmp_path, EXPLORED)
    assert rows[WITNESSES] == {HOME: ALONE, "global": ALONE, AWAY: ("Resource Explorer",)}
    assert rows[RESOURCES][VPC].tags == rows[RESOURCES][GROUP].tags == {"orgwarden:default": "true"}


def test_an_address_in_the_name_of_a_resource_is_masked(tmp_path: Path):
    arn = f"arn:aws:ses:{AWAY}:{MANAGEMENT}:identity/ada@corp.example"
    identity = {"Arn": arn, "OwningAccountId": MANAGEMENT, "Region": AWAY, "ResourceType": "ses:identity"}
    answers = {**EXPLORED, "resource-explorer-2:ListResources": always({"Resources": [identity]})}
    assert VEIL.text(arn) in swept(tmp_path, answers)[0][RESOURCES]
    assert arn not in swept(tmp_path / "again", answers)[0][RESOURCES]


def test_where_an_index_is_complete_no_refusal_of_a_service_matters(tmp_path: Path):
    rows, gaps = swept(tmp_path, {**EXPLORED, "sns:ListTopics": always(refusal("AccessDenied", 403))})
    assert set(rows[WITNESSES]) == {AWAY, "global"}
    assert (WITNESSES.name, HOME) in gaps


def test_where_ec2_does_not_tell_what_is_default_the_tags_are_unknown(tmp_path: Path):
    denied = {"ec2:DescribeVpcs": always(refusal("UnauthorizedOperation", 403))}
    rows, _ = swept(tmp_path, {**EXPLORED, **denied})
    assert rows[RESOURCES][VPC].tags is None
    assert rows[RESOURCES][GROUP].tags is None


def test_config_adds_resources_and_covers_no_region(tmp_path: Path):
    aggregator = {"ConfigurationAggregatorName": "a", "OrganizationAggregationSource": {"RoleArn": "r"}}
    result = f'{{"arn": "{TOPIC}", "resourceType": "AWS::SNS::Topic", "awsRegion": "{AWAY}"}}'
    told = {
        "config:DescribeConfigurationAggregators": always({"ConfigurationAggregators": [aggregator]}),
        "config:SelectAggregateResourceConfig": always({"Results": [result]}),
    }
    rows, _ = swept(tmp_path, told)
    assert rows[WITNESSES][AWAY] == (*ALONE, "Config aggregator")
    assert set(rows[RESOURCES]) == {TOPIC}
    denied = {"sns:ListTopics": only_in(AWAY, refusal("AccessDenied", 403), {"Topics": []})}
    rows, gaps = swept(tmp_path / "denied", {**told, **denied})
    assert (WITNESSES.name, AWAY) in gaps
    assert set(rows[RESOURCES]) == {TOPIC}


def test_a_refused_tagging_api_is_no_witness_and_its_region_a_gap(tmp_path: Path):
    rows, gaps = swept(tmp_path, {"resourcegroupstaggingapi:GetResources": always(refusal("AccessDeniedException"))})
    assert set(rows[WITNESSES].values()) == {("per-service reads",)}
    assert {key for part, key in gaps if part == RESOURCES.name} == PLACES
    assert "GetResources was denied" in gaps[RESOURCES.name, AWAY]


def test_where_an_index_refuses_to_tell_its_region_is_a_gap_and_what_others_see_stands(tmp_path: Path):
    refused = {"resource-explorer-2:ListResources": always(refusal("ThrottlingException"))}
    topics = {"sns:ListTopics": only_in(AWAY, {"Topics": [{"TopicArn": TOPIC}]}, {"Topics": []})}
    rows, gaps = swept(tmp_path, {**EXPLORED, **refused, **topics})
    assert TOPIC in rows[RESOURCES]
    assert {key for part, key in gaps if part == RESOURCES.name} == {AWAY}
    assert "ListResources was throttled" in gaps[RESOURCES.name, AWAY]


@pytest.mark.parametrize("operation", ["resource-explorer-2:ListIndexes", "config:DescribeConfigurationAggregators"])
def test_where_aws_does_not_say_which_witnesses_there_are_every_region_is_a_gap(tmp_path: Path, operation: str):
    _, gaps = swept(tmp_path, {operation: always(refusal("AccessDeniedException", 403))})
    assert {key for part, key in gaps if part == RESOURCES.name} == PLACES
    assert f"{operation} was denied" in gaps[RESOURCES.name, AWAY]


def row(type_: str = "AWS::SNS::Topic", tags: Any = None) -> Resource:
    return Resource(type=type_, region=AWAY, tags=tags)


def test_tags_come_from_the_tagging_api_where_the_list_has_none():
    others = {"a": row(tags={"k": "v"})}
    told = with_tags({"a": row(), "b": row(), "c": row("AWS::New::Thing"), "d": row(tags={"own": "x"})}, others)
    assert {arn: one.tags for arn, one in told.items()} == {"a": {"k": "v"}, "b": {}, "c": None, "d": {"own": "x"}}
    assert with_tags({"a": row()}, None) == {"a": row()}


def test_what_the_tagging_api_remembers_of_a_type_that_was_listed_whole_is_gone():
    others = {"a": row(tags={}), "b": row("AWS::New::Thing", {})}
    assert set(beyond(Found(), others)) == {"b"}
    assert set(beyond(Found(unread={"AWS::SNS::Topic": "denied"}), others)) == {"a", "b"}


def test_a_rule_of_an_event_bus_that_nobody_lists_is_known_by_its_tags():
    others = {"a": row("AWS::Events::Rule", {})}
    assert set(beyond(Found(), others)) == {"a"}


def test_an_address_in_an_arn_is_masked_whatever_witness_saw_it(tmp_path: Path):
    identity = f"arn:aws:ses:{AWAY}:{MANAGEMENT}:identity/jane.doe@corp.example"
    tagged = always({"ResourceTagMappingList": [{"ResourceARN": identity}]})
    rows, _ = swept(tmp_path, {"resourcegroupstaggingapi:GetResources": tagged})
    assert set(rows[RESOURCES]) == {VEIL.text(identity)}
    assert "jane" not in VEIL.text(identity)


def test_the_spend_is_asked_for_only_where_it_is_allowed(tmp_path: Path):
    told = {"ce:GetCostAndUsage": always({"ResultsByTime": [{"Groups": []}]})}
    rows, gaps = swept(tmp_path, told, asks=True)
    assert (rows[MANAGEMENT_SPEND], gaps) == ({}, {})
    _, gaps = swept(tmp_path / "off", told)
    assert "ORGWARDEN_COST_EXPLORER=on" in gaps[MANAGEMENT_SPEND.name, EVERYTHING]


def test_a_sweep_that_is_done_asks_nothing_again(tmp_path: Path):
    told = {"ce:GetCostAndUsage": always({"ResultsByTime": [{"Groups": []}]})}
    swept(tmp_path, told, asks=True)
    aws = regional_aws({})
    resources.sweep(Staging(staging(tmp_path).store, ""), aws=aws, veil=VEIL, asks_cost_explorer=True)
    assert aws.session.asked == []


def test_expired_credentials_end_the_sweep(tmp_path: Path):
    with pytest.raises(StopAndTell, match="expired"):
        swept(tmp_path, {"ec2:DescribeVpcs": always(refusal("ExpiredToken", 400))})


def test_every_call_is_declared(tmp_path: Path):
    aws = regional_aws(EXPLORED)
    resources.sweep(staging(tmp_path), aws=aws, veil=VEIL, asks_cost_explorer=False)
    asked = {name for _, name, _ in aws.session.asked} - {"sts:GetCallerIdentity", "account:ListRegions"}
    assert asked <= {action.operation for action in resources.ACTIONS}
