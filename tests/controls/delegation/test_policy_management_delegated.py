import json

from orgwarden.parts.policies import RESOURCE_POLICY
from tests.governance_worlds import NO_POLICY, governed
from tests.worlds import B, gap, statuses, verdicts

CONTROL = "delegation.policy_management_delegated"


def delegating(*actions):
    statement = {"Effect": "Allow", "Principal": {"AWS": B}, "Action": list(actions), "Resource": "*"}
    return governed({RESOURCE_POLICY: {"*": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}})


def test_a_policy_that_lets_a_member_account_manage_policies_passes_and_names_it():
    said = verdicts(CONTROL, delegating("organizations:UpdatePolicy", "organizations:AttachPolicy"))["", ""]
    assert said.status == "PASS"
    assert said.evidence["delegated_to"]


def test_no_policy_and_one_that_only_lets_read_deviate():
    assert statuses(CONTROL, governed({RESOURCE_POLICY: {"*": None}})) == {("", ""): "FAIL"}
    assert statuses(CONTROL, delegating("organizations:ListPolicies")) == {("", ""): "FAIL"}


def test_an_unread_and_an_unreadable_policy_are_unknown():
    assert statuses(CONTROL, governed(gaps=gap(RESOURCE_POLICY))) == {("", ""): "UNKNOWN"}
    assert statuses(CONTROL, governed({RESOURCE_POLICY: {"*": NO_POLICY}})) == {("", ""): "UNKNOWN"}
