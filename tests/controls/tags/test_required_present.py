import pytest

from orgwarden.parts.declared import REQUIRED_TAGS
from orgwarden.parts.organization import ACCOUNTS, ORGANIZATION, TAGS, UNITS, AccountState
from orgwarden.parts.policies import POLICIES, POLICY_TAGS
from tests.governance_worlds import GUARD, ROOT_ID, SCP, C, account, governed, undeclared
from tests.worlds import UNIT, A, B, gap, statuses, verdicts

CONTROL = "tags.required_present"
EACH_KIND = {
    REQUIRED_TAGS: {"*": {"account": ("owner",), "unit": ("owner",), "root": ("owner",), "policy": ("owner",)}}
}
OWNED = {"owner": "team-b"}


def tagged(tags, *required, gaps=None):
    """B with these tags, of accounts that must have these keys."""
    return governed({TAGS: {A: OWNED, B: tags}, REQUIRED_TAGS: {"*": {"account": required or ("owner",)}}}, gaps)


def test_accounts_with_each_key_pass_whatever_its_value():
    assert statuses(CONTROL, tagged({"owner": "", "more": "x"})) == {(A, ""): "PASS", (B, ""): "PASS"}


def test_missing_keys_deviate_and_are_listed():
    said = verdicts(CONTROL, tagged({"stage": "prod"}, "owner", "stage", "cost"))[B, ""]
    assert said.status == "FAIL"
    assert said.evidence == {"missing": ("owner", "cost")}


def test_a_key_in_another_case_is_missing_and_named():
    said = verdicts(CONTROL, tagged({"Owner": "team-b"}))[B, ""]
    assert said.status == "FAIL"
    assert said.evidence == {"missing": ("owner",), "other_case": ("Owner",)}


def test_units_root_and_customer_policies_are_judged_where_something_is_required_of_them():
    tags = {TAGS: {A: OWNED, B: OWNED, UNIT: {}, ROOT_ID: OWNED}, POLICY_TAGS: {GUARD: {}}}
    assert statuses(CONTROL, governed({**EACH_KIND, **tags})) == {
        (A, ""): "PASS",
        (B, ""): "PASS",
        ("", UNIT): "FAIL",
        ("", ROOT_ID): "PASS",
        ("", GUARD): "FAIL",
    }


def test_kinds_of_which_nothing_is_required_are_no_members():
    assert statuses(CONTROL, governed({REQUIRED_TAGS: {"*": {"unit": ("owner",)}}})) == {("", UNIT): "FAIL"}
    assert statuses(CONTROL, governed({REQUIRED_TAGS: {"*": {}}})) == {}


def test_a_closed_account_is_not_applicable():
    closed = {ACCOUNTS: {B: account(B, state=AccountState.CLOSED)}}
    assert statuses(CONTROL, governed(closed))[B, ""] == "NOT_APPLICABLE"


def test_without_any_declared_keys_each_account_is_unknown():
    assert statuses(CONTROL, governed(gaps=undeclared(REQUIRED_TAGS))) == {(A, ""): "UNKNOWN", (B, ""): "UNKNOWN"}


def test_unread_tags_are_unknown():
    assert statuses(CONTROL, governed(gaps=gap(TAGS, B))) == {(A, ""): "PASS", (B, ""): "UNKNOWN"}
    assert set(statuses(CONTROL, governed(gaps=gap(TAGS))).values()) == {"UNKNOWN"}
    for unread in (gap(POLICY_TAGS), gap(POLICY_TAGS, GUARD)):
        assert statuses(CONTROL, governed(EACH_KIND, unread))["", GUARD] == "UNKNOWN"


@pytest.mark.parametrize(
    "unread",
    [gap(ACCOUNTS), gap(UNITS), gap(UNITS, ROOT_ID), gap(ORGANIZATION), gap(POLICIES), gap(POLICIES, SCP)],
    ids=str,
)
def test_a_kind_that_was_not_all_listed_is_unknown_beside_the_others(unread):
    said = statuses(CONTROL, governed(EACH_KIND, unread))
    assert said["", ""] == "UNKNOWN"
    assert "FAIL" in said.values()


def test_an_account_that_could_not_be_listed_is_unknown():
    assert statuses(CONTROL, governed(gaps=gap(ACCOUNTS, C)))[C, ""] == "UNKNOWN"
