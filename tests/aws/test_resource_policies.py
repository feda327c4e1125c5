import json

import pytest

from orgwarden.aws.resource_policies import MANAGING, delegates, uses_forbidden_elements

DELEGATE = "arn:aws:iam::222222222222:root"


def policy(*actions, principal=DELEGATE, effect="Allow", **said):
    statement = {"Effect": effect, "Principal": {"AWS": principal}, "Action": list(actions), "Resource": "*", **said}
    return json.dumps({"Statement": [statement]})


@pytest.mark.parametrize(
    ("actions", "managed"),
    [
        (["organizations:AttachPolicy", "organizations:DescribePolicy"], ["organizations:AttachPolicy"]),
        (["organizations:*"], list(MANAGING)),
        (["organizations:*ablePolicyType"], ["organizations:DisablePolicyType", "organizations:EnablePolicyType"]),
        (["organizations:List*", "organizations:Describe*", "organizations:TagResource"], []),
    ],
)
def test_who_manages_policies_is_named_with_what_it_may_do(actions, managed):
    assert delegates(policy(*actions)) == tuple(("222222222222", action) for action in managed)


def test_a_principal_that_is_no_account_stands_as_its_arn():
    role = "arn:aws:iam::222222222222:role/policies"
    text = policy("organizations:CreatePolicy", principal=[role, "333333333333"])
    assert [who for who, _ in delegates(text)] == ["333333333333", role]


def test_a_deny_delegates_nothing():
    assert delegates(policy("organizations:*", effect="Deny")) == ()


def test_all_but_some_actions_are_delegated_and_forbidden_elements_seen():
    written = json.loads(policy())
    statement = written["Statement"][0]
    del statement["Action"]
    statement["NotAction"] = ["organizations:Delete*"]
    assert len(delegates(json.dumps(written))) == len(MANAGING) - 1
    assert uses_forbidden_elements(json.dumps(written))
    assert uses_forbidden_elements(policy("organizations:*", Resource=[], NotResource=["x"]))
    assert not uses_forbidden_elements(policy("organizations:*"))


@pytest.mark.parametrize("read", [delegates, uses_forbidden_elements])
def test_what_is_no_policy_is_refused(read):
    with pytest.raises(ValueError, match="Statement"):
        read("{}")
