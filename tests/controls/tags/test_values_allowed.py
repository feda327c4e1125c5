import pytest

from orgwarden.parts.declared import TAG_RULES
from orgwarden.parts.organization import ACCOUNTS, ORGANIZATION, PLACEMENTS, TAGS, AccountState
from orgwarden.parts.policies import EFFECTIVE_TAG_POLICIES, POLICY_TAGS, POLICY_TYPES
from tests.governance_worlds import (
    GUARD,
    NO_POLICY,
    ROOT_ID,
    SCP,
    C,
    account,
    governed,
    in_force,
    joining,
    tag_policy,
    tag_rules,
)
from tests.worlds import UNIT, A, B, gap, statuses, verdicts

CONTROL = "tags.values_allowed"
STAGES = ("dev", "prod")
DECLARED = {TAG_RULES: {"*": tag_rules(stage=STAGES)}}
POLICY = tag_policy("stage", values=("dev", "prod*"))


def tagged(tags, *, content=None, gaps=None, **values):
    """B with these tags, under a tag policy and declared values."""
    rules = {TAG_RULES: {"*": tag_rules(**values)}}
    return governed({TAGS: {A: {}, B: tags}, EFFECTIVE_TAG_POLICIES: {UNIT: in_force(content)}, **rules}, gaps)


@pytest.mark.parametrize("tags", [{"stage": "prod"}, {"team": "any"}, {}], ids=str)
def test_declared_values_and_keys_of_which_nothing_is_declared_pass(tags):
    assert statuses(CONTROL, tagged(tags, stage=STAGES))[B, ""] == "PASS"


@pytest.mark.parametrize("value", ["Prod", "live", ""])
def test_other_values_deviate_case_included(value):
    said = verdicts(CONTROL, tagged({"stage": value}, stage=STAGES))[B, ""]
    assert said.status == "FAIL"
    assert said.evidence == {"outside": (f"stage={value}",)}


def test_a_key_that_differs_in_case_alone_deviates_by_what_is_declared_and_by_the_policy():
    for world in (tagged({"Stage": "prod"}, stage=STAGES), tagged({"Stage": "prod"}, content=POLICY)):
        said = verdicts(CONTROL, world)[B, ""]
        assert said.status == "FAIL"
        assert said.evidence == {"other_case": ("Stage",)}


@pytest.mark.parametrize(("value", "status"), [("dev", "PASS"), ("prod-eu", "PASS"), ("Dev", "FAIL"), ("x", "FAIL")])
def test_the_tag_policy_in_force_at_the_accounts_unit_is_held_against_it(value, status):
    assert statuses(CONTROL, tagged({"stage": value}, content=POLICY))[B, ""] == status


def test_a_policy_that_names_no_values_allows_any():
    assert statuses(CONTROL, tagged({"stage": "any"}, content=tag_policy("stage")))[B, ""] == "PASS"


def test_what_both_find_is_told_together():
    said = verdicts(CONTROL, tagged({"stage": "x", "Team": "y"}, content=tag_policy("team"), stage=STAGES))[B, ""]
    assert said.evidence == {"outside": ("stage=x",), "other_case": ("Team",)}


def test_a_policy_of_the_accounts_own_goes_before_that_of_its_unit_and_the_root_holds_for_those_in_it():
    own = {
        EFFECTIVE_TAG_POLICIES: {B: in_force(POLICY), UNIT: in_force(tag_policy("stage")), ROOT_ID: in_force(POLICY)}
    }
    tags = {TAGS: {A: {"stage": "x"}, B: {"stage": "x"}}}
    assert statuses(CONTROL, governed({**own, **tags})) == {(A, ""): "FAIL", (B, ""): "FAIL"}


def test_with_nothing_to_compare_with_it_is_not_applicable():
    for content in (None, '{"tags": {}}'):
        assert statuses(CONTROL, tagged({"stage": "x"}, content=content))[B, ""] == "NOT_APPLICABLE"
    disabled = governed({POLICY_TYPES: {"*": (SCP,)}, EFFECTIVE_TAG_POLICIES: {}})
    assert statuses(CONTROL, disabled) == {(A, ""): "NOT_APPLICABLE", (B, ""): "NOT_APPLICABLE"}


def test_units_root_and_policies_are_held_against_declared_values():
    tags = {TAGS: {A: {}, B: {}, UNIT: {"stage": "x"}, ROOT_ID: {}}, POLICY_TAGS: {GUARD: {"stage": "y"}}}
    said = statuses(CONTROL, governed({**DECLARED, **tags}))
    assert {place: said["", place] for place in (UNIT, ROOT_ID, GUARD)} == {
        UNIT: "FAIL",
        ROOT_ID: "PASS",
        GUARD: "FAIL",
    }


def test_a_closed_account_is_not_applicable():
    closed = {ACCOUNTS: {B: account(B, state=AccountState.CLOSED)}}
    assert statuses(CONTROL, governed({**DECLARED, **closed}))[B, ""] == "NOT_APPLICABLE"


@pytest.mark.parametrize(
    "unread",
    [
        gap(TAGS),
        gap(TAGS, B),
        gap(TAG_RULES),
        gap(EFFECTIVE_TAG_POLICIES),
        gap(EFFECTIVE_TAG_POLICIES, UNIT),
        gap(EFFECTIVE_TAG_POLICIES, B),
        gap(PLACEMENTS, B),
    ],
    ids=str,
)
def test_unread_tags_rules_policies_and_placements_are_unknown(unread):
    assert statuses(CONTROL, tagged({"stage": "prod"}, content=POLICY, gaps=unread))[B, ""] == "UNKNOWN"


def test_an_unreadable_policy_and_an_unknown_root_are_unknown():
    assert statuses(CONTROL, tagged({"stage": "prod"}, content=NO_POLICY))[B, ""] == "UNKNOWN"
    assert statuses(CONTROL, governed(gaps=gap(ORGANIZATION)))[A, ""] == "UNKNOWN"


def test_a_value_already_seen_to_be_wrong_deviates_whatever_else_is_unread():
    for unread in (gap(EFFECTIVE_TAG_POLICIES), gap(PLACEMENTS)):
        assert statuses(CONTROL, tagged({"stage": "x"}, stage=STAGES, gaps=unread))[B, ""] == "FAIL"
    assert statuses(CONTROL, tagged({"stage": "x"}, content=POLICY, gaps=gap(TAG_RULES)))[B, ""] == "FAIL"


def test_what_was_not_listed_is_unknown():
    assert statuses(CONTROL, governed(joining(UNIT), gap(ACCOUNTS, C)))[C, ""] == "UNKNOWN"
    assert statuses(CONTROL, governed(gaps=gap(ACCOUNTS))) == {("", ""): "UNKNOWN"}
    assert statuses(CONTROL, governed(gaps=gap(TAG_RULES)))["", ""] == "UNKNOWN"
