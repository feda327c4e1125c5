import pytest

from orgwarden.parts.declared import REQUIRED_TAGS, TAG_RULES
from orgwarden.parts.organization import PLACEMENTS
from orgwarden.parts.policies import EFFECTIVE_TAG_POLICIES, POLICY_TYPES
from tests.governance_worlds import (
    NO_POLICY,
    OTHER_UNIT,
    ROOT_ID,
    SCP,
    C,
    governed,
    in_force,
    joining,
    tag_policy,
    tag_rules,
    undeclared,
)
from tests.worlds import UNIT, A, gap, verdicts

CONTROL = "tags.policy_enforced"
GOOD, NONE = in_force(tag_policy("owner")), in_force()


def judged(rows, parts=None, gaps=None):
    return verdicts(CONTROL, governed({EFFECTIVE_TAG_POLICIES: rows, **(parts or {})}, gaps))["", ""]


def test_a_policy_that_enforces_the_required_keys_everywhere_passes():
    assert judged({ROOT_ID: GOOD, UNIT: GOOD}).status == "PASS"


def test_units_without_a_policy_deviate_and_are_listed():
    said = judged({ROOT_ID: GOOD, UNIT: NONE, OTHER_UNIT: NONE})
    assert said.status == "FAIL"
    assert said.evidence == {"units": (OTHER_UNIT, UNIT)}


def test_the_root_needs_none_where_the_management_account_stands_there_alone():
    rows = {ROOT_ID: in_force(asked=A), UNIT: GOOD}
    assert judged(rows).status == "PASS"
    assert judged(rows, joining()).evidence == {"units": (ROOT_ID,)}
    assert judged(rows, joining(), gap(PLACEMENTS, C)).status == "UNKNOWN"


@pytest.mark.parametrize("rows", [{}, {ROOT_ID: in_force(asked=A)}], ids=["no unit", "the root alone"])
def test_no_policy_anywhere_deviates(rows):
    assert judged(rows).status == "FAIL"


def test_where_the_type_is_not_enabled_it_deviates_whatever_is_unread():
    disabled = {POLICY_TYPES: {"*": (SCP,)}}
    assert judged({}, disabled, gap(EFFECTIVE_TAG_POLICIES)).status == "FAIL"


@pytest.mark.parametrize("content", [tag_policy("stage"), tag_policy("owner", enforced=False), tag_policy("Owner")])
def test_a_key_that_is_not_there_or_not_enforced_or_spelled_otherwise_deviates(content):
    said = judged({ROOT_ID: GOOD, UNIT: in_force(content)})
    assert said.status == "FAIL"
    assert said.evidence == {"missing": ("owner",), "units": (UNIT,)}


def test_declared_keys_go_before_those_required_on_accounts():
    assert judged({UNIT: GOOD}, {TAG_RULES: {"*": tag_rules(enforced=("stage",))}}).evidence["missing"] == ("stage",)
    assert judged({UNIT: in_force(tag_policy("x"))}, {TAG_RULES: {"*": tag_rules(enforced=())}}).status == "PASS"


def test_where_no_key_is_declared_a_policy_is_enough():
    assert judged({UNIT: in_force(tag_policy("x"))}, gaps=undeclared(REQUIRED_TAGS)).status == "PASS"
    assert judged({UNIT: in_force(tag_policy("x"))}, {REQUIRED_TAGS: {"*": {}}}).status == "PASS"


@pytest.mark.parametrize(
    "unread", [gap(EFFECTIVE_TAG_POLICIES), gap(EFFECTIVE_TAG_POLICIES, OTHER_UNIT), gap(TAG_RULES)], ids=str
)
def test_unread_policies_and_rules_are_unknown(unread):
    assert judged({UNIT: GOOD}, gaps=unread).status == "UNKNOWN"


def test_an_unreadable_policy_is_unknown():
    assert judged({UNIT: in_force(NO_POLICY), ROOT_ID: GOOD}).status == "UNKNOWN"


def test_what_deviates_already_does_so_whatever_else_is_unread():
    for unread in (gap(EFFECTIVE_TAG_POLICIES, OTHER_UNIT), gap(TAG_RULES)):
        assert judged({UNIT: NONE}, gaps=unread).status == "FAIL"
    rows = {UNIT: in_force(tag_policy("x")), OTHER_UNIT: in_force(NO_POLICY)}
    assert judged(rows, gaps=gap(EFFECTIVE_TAG_POLICIES, ROOT_ID)).status == "FAIL"


def test_no_row_of_what_was_not_read_is_no_lack_of_policies():
    assert judged({}, gaps=gap(EFFECTIVE_TAG_POLICIES, UNIT)).status == "UNKNOWN"
