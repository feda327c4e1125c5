import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.aws.tag_policies import TagKey, allows, keys

EFFECTIVE = {
    "tags": {
        "costcenter": {
            "tag_key": "CostCenter",
            "tag_value": ["100", "2*"],
            "enforced_for": ["ec2:instance", "s3:bucket"],
            "report_required_tag_for": ["ec2:instance"],
        }
    }
}
ATTACHED = {
    "tags": {
        "CostCenter": {
            "tag_key": {"@@assign": "CostCenter", "@@operators_allowed_for_child_policies": ["@@none"]},
            "tag_value": {"@@assign": ["100"], "@@append": ["2*"]},
            "enforced_for": {"@@assign": ["ec2:instance", "s3:bucket"]},
        },
        "@@operators_allowed_for_child_policies": ["@@all"],
    }
}
COST_CENTER = TagKey(key="CostCenter", values=("100", "2*"), enforced_for=("ec2:instance", "s3:bucket"))


@pytest.mark.parametrize("policy", [EFFECTIVE, ATTACHED])
def test_a_policy_reads_the_same_in_force_and_as_attached(policy):
    assert keys(json.dumps(policy)) == {"costcenter": COST_CENTER}


def test_what_a_policy_leaves_open_is_open():
    assert keys('{"tags": {"Stage": {}}}') == {"stage": TagKey(key="Stage", values=(), enforced_for=())}
    assert keys("{}") == {}


@pytest.mark.parametrize(("value", "allowed"), [("100", True), ("250", True), ("300", False), ("", False)])
def test_values_are_those_listed_with_their_wildcards(value, allowed):
    assert allows(COST_CENTER, value) is allowed


def test_case_counts_and_a_key_without_values_takes_any():
    key = TagKey(key="Stage", values=("Production",), enforced_for=())
    assert not allows(key, "production")
    assert allows(TagKey(key="Stage", values=(), enforced_for=()), "anything")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "1", '{"tags": []}', '{"tags": {"a": 1}}', '{"tags": {"a": {"tag_value": [1]}}}',
     '{"tags": {"a": {"tag_key": null}}}'],
)  # fmt: skip
def test_what_is_no_tag_policy_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        keys(text)


TREES = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["tags", "a", "tag_key", "tag_value", "@@assign"]), inner)
    ),
    max_leaves=8,
)


@given(st.text() | TREES.map(json.dumps))
def test_nothing_but_a_value_error_comes_of_any_text(text):
    try:
        keys(text)
    except ValueError:
        return
