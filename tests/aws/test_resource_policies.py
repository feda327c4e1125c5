import json

import pytest

from orgwarden.aws.resource_policies import delegates

DELEGATE = "arn:aws:iam::222222222222:root"


def policy(*actions, principal=DELEGATE, effect="Allow", **said):
    statement = {"Effect": effect, "Principal": {"AWS": principal}, "Action": list(actions), "Resource": "*", **said}
    return json.dumps({"Statement": [statement]})


@pytest.mark.parametrize(
    ("actions", "is_delegated"),
    [
        (["organizations:AttachPolicy", "organizations:DescribePolicy"], True),
        (["organizations:*"], True),
        (["organizations:*ablePolicyType"], True),
        (["organizations:List*", "organizations:Describe*", "organizations:TagResource"], False),
    ],
)
def test_who_may_manage_policies_is_named_and_who_reads_them_is_not(actions, is_delegated):
    assert delegates(policy(*actions)) == (("222222222222",) if is_delegated else ())


def test_a_principal_that_is_no_account_stands_as_its_arn():
    role = "arn:aws:iam::222222222222:role/policies"
    text = policy("organizations:CreatePolicy", principal=[role, "333333333333"])
    assert delegates(text) == ("333333333333", role)


def test_a_deny_delegates_nothing():
    assert delegates(policy("organizations:*", effect="Deny")) == ()


@pytest.mark.parametrize(("but", "count"), [("organizations:Delete*", 1), ("organizations:*", 0)])
def test_all_but_some_actions_are_delegated(but, count):
    written = json.loads(policy(NotAction=[but]))
    del written["Statement"][0]["Action"]
    assert len(delegates(json.dumps(written))) == count


def test_what_is_no_policy_is_refused():
    with pytest.raises(ValueError, match="Statement"):
        delegates("{}")
