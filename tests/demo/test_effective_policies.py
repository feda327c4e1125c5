"""What is in force of management policies: merged from the root down by AWS's inheritance operators."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.demo.services.effective_policies import TYPES, effective
from tests.demo.asking import refusal

KEY = "CostCenter"


def _tag(key="costcenter", **settings):
    return json.dumps({"tags": {key: settings}})


def _values(*, assign=None, append=None, remove=None, allowed=None):
    told = {"@@assign": assign, "@@append": append, "@@remove": remove}
    told["@@operators_allowed_for_child_policies"] = allowed
    return {"tag_value": {name: value for name, value in told.items() if value is not None}}


def _in_force(*levels):
    return effective([[policy] if policy else [] for policy in levels])["tags"]["costcenter"]


def test_settings_of_all_levels_come_together_in_plain_words():
    root = _tag(tag_key={"@@assign": KEY}, **_values(assign=["100", "200"]))
    unit = _tag(enforced_for={"@@assign": ["ec2:instance"]})
    told = {"tag_key": KEY, "tag_value": ["100", "200"], "enforced_for": ["ec2:instance"]}
    assert _in_force(root, unit, None) == told


@pytest.mark.parametrize(
    ("below", "left"),
    [
        ({"assign": ["9"]}, ["9"]),
        ({"append": ["2", "3"]}, ["1", "2", "3"]),
        ({"remove": ["1", "7"]}, ["2"]),
    ],
    ids=["assign", "append", "remove"],
)
def test_a_policy_further_down_replaces_adds_or_takes_away(below, left):
    assert _in_force(_tag(**_values(assign=["1", "2"])), _tag(**_values(**below)))["tag_value"] == left


@pytest.mark.parametrize(
    ("allowed", "left"),
    [(["@@none"], ["1"]), (["@@append"], ["1", "9"]), (["@@all"], ["9"])],
    ids=["none", "append", "all"],
)
def test_a_policy_says_which_operators_those_further_down_may_use(allowed, left):
    root = _tag(**_values(assign=["1"], allowed=allowed))
    operator = "append" if allowed == ["@@append"] else "assign"
    account = _tag(**_values(**{operator: ["9"]}))
    assert _in_force(root, None, account)["tag_value"] == left


def test_what_one_level_forbids_no_lower_level_allows_again():
    root = _tag(**_values(assign=["1"], allowed=["@@none"]))
    unit = _tag(**_values(allowed=["@@all"]))
    assert _in_force(root, unit, _tag(**_values(assign=["9"])))["tag_value"] == ["1"]


def test_of_two_policies_on_one_level_the_first_assigns():
    first, second = _tag(**_values(assign=["1"])), _tag(**_values(assign=["2"]))
    assert effective([[first, second]])["tags"]["costcenter"]["tag_value"] == ["1"]


def test_keys_are_one_whatever_their_case():
    upper = _tag("COSTCENTER", **_values(append=["2"]))
    told = effective([[_tag(**_values(assign=["1"]))], [upper]])
    assert told == {"tags": {"costcenter": {"tag_value": ["1", "2"]}}}


TEXTS = st.lists(st.text(min_size=1, max_size=3), max_size=4, unique=True)


@given(assigned=TEXTS, added=TEXTS, removed=TEXTS)
def test_values_are_what_was_assigned_and_added_without_what_was_removed(assigned, added, removed):
    levels = [[_tag(**_values(assign=assigned))], [_tag(**_values(append=added))], [_tag(**_values(remove=removed))]]
    told = effective(levels).get("tags", {}).get("costcenter", {}).get("tag_value", [])
    assert told == [value for value in dict.fromkeys([*assigned, *added]) if value not in removed]


@pytest.fixture
def in_force(empty, organizations, root):
    """Enable tag policies, attach one to the root, and give an account below it."""
    organizations.enable_policy_type(RootId=root, PolicyType="TAG_POLICY")
    content = _tag(tag_key={"@@assign": KEY}, **_values(assign=["1"]))
    made = organizations.create_policy(
        Name="tags", Type="TAG_POLICY", Content=content, Description="", Tags=[{"Key": "owner", "Value": "platform"}]
    )
    id_ = made["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=id_, TargetId=root)
    tags = organizations.list_tags_for_resource(ResourceId=id_)["Tags"]
    assert tags == [{"Key": "owner", "Value": "platform"}]
    return empty.new_account("one")


def test_the_effective_policy_of_an_account_is_told_to_it_and_to_the_management_account(empty, organizations, in_force):
    asked = {"PolicyType": "TAG_POLICY", "TargetId": in_force}
    told = organizations.describe_effective_policy(**asked)["EffectivePolicy"]
    assert json.loads(told["PolicyContent"]) == {"tags": {"costcenter": {"tag_key": KEY, "tag_value": ["1"]}}}
    assert (told["TargetId"], told["PolicyType"]) == (in_force, "TAG_POLICY")
    own = empty.as_role(in_force, "organizations").describe_effective_policy(PolicyType="TAG_POLICY")
    assert own["EffectivePolicy"]["PolicyContent"] == told["PolicyContent"]


def test_another_accounts_a_units_and_an_unknown_targets_are_refused(empty, organizations, root, in_force):
    member = empty.as_role(in_force, "organizations")
    other = {"PolicyType": "TAG_POLICY", "TargetId": empty.new_account("two")}
    assert refusal(member.describe_effective_policy, **other)[0] == "AccessDeniedException"
    whole = {"PolicyType": "TAG_POLICY", "TargetId": root}
    assert refusal(organizations.describe_effective_policy, **whole)[0] == "InvalidInputException"
    nobody = {"PolicyType": "TAG_POLICY", "TargetId": "999999999999"}
    assert refusal(organizations.describe_effective_policy, **nobody)[0] == "TargetNotFoundException"


def test_a_type_that_is_switched_off_has_nothing_in_force(organizations, root, in_force):
    organizations.disable_policy_type(RootId=root, PolicyType="TAG_POLICY")
    asked = refusal(organizations.describe_effective_policy, PolicyType="TAG_POLICY", TargetId=in_force)
    assert asked[0] == "EffectivePolicyNotFoundException"


def test_there_are_no_invalid_effective_policies(empty, organizations, in_force):
    assert organizations.list_accounts_with_invalid_effective_policy(PolicyType="TAG_POLICY")["Accounts"] == []
    asked = {"AccountId": in_force, "PolicyType": "TAG_POLICY"}
    told = organizations.list_effective_policy_validation_errors(**asked)
    assert told["EffectivePolicyValidationErrors"] == []
    member = empty.as_role(in_force, "organizations")
    assert refusal(member.list_effective_policy_validation_errors, **asked)[0] == "AccessDeniedException"


def test_control_policies_are_never_merged():
    assert not {"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"} & set(TYPES)
