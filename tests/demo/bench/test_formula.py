"""The calls that a sweep must make, counted by hand on declarations of a few units and policies."""

from orgwarden.demo import messy
from orgwarden.demo.bench import formula
from orgwarden.demo.seed import CallSeed, PolicySeed, UnitSeed

TAG_POLICY, SCP = "TAG_POLICY", "SERVICE_CONTROL_POLICY"


def policy(name, kind=SCP, attach=("root",)):
    return PolicySeed(name=name, type=kind, attach=list(attach), content={})


def seed(accounts=(), policies=(), setup=(), **changed):
    """The messy organization with these accounts, policies and calls alone; its payer stands in the root."""
    few = {"accounts": list(accounts), "policies": list(policies), "setup": list(setup), **changed}
    return messy.declared().model_copy(update=few)


def account(number, unit="", state="ACTIVE"):
    template = messy.declared().accounts[0]
    return template.model_copy(update={"id": f"{number:012}", "name": f"a-{number}", "unit": unit, "state": state})


def attaching(id_):
    content = {"json": {"tags": {}}}
    told = {"Name": "own", "Description": "own", "Type": TAG_POLICY, "Content": content}
    yield CallSeed(service="organizations", operation="CreatePolicy", parameters=told)
    told = {"PolicyId": "${own}", "TargetId": id_}
    yield CallSeed(service="organizations", operation="AttachPolicy", parameters=told)


def test_the_time_is_that_of_the_api_that_is_asked_longest():
    assert formula.seconds({"account:GetAlternateContact": 300, "account:GetContactInformation": 100}, 2) == 15
    assert formula.seconds({"organizations:ListAccounts": 16, "organizations:DescribeResourcePolicy": 900}, 1) == 2


def test_a_policy_is_asked_for_its_targets_page_by_page_and_one_of_aws_is_not():
    found = formula.policies(seed(policies=[policy("a"), policy("b", attach=["u"] * 21), policy("c", attach=[])]))
    assert found["organizations:ListTargetsForPolicy"] == 1 + 2 + 1
    assert found["organizations:DescribePolicy"] == found["organizations:ListTagsForResource"] == 3
    assert found["organizations:ListPolicies"] == 2


def test_what_is_in_force_is_asked_once_for_each_place_with_live_accounts_and_for_each_account_of_its_own():
    accounts = [account(1, "Security"), account(2, "Security"), account(3, "Sandbox"), account(4, "Vendors", "CLOSED")]
    assert formula.policies(seed(accounts))["organizations:DescribeEffectivePolicy"] == len({"", "Security", "Sandbox"})
    asked = formula.asked_in_force(seed(accounts, setup=attaching(f"{1:012}")))
    assert set(asked) == {"", "Security", "Sandbox", f"{1:012}"}
    assert "Sandbox" not in formula.asked_in_force(seed(accounts, setup=attaching(f"{3:012}")))


def test_each_administrator_is_asked_for_and_the_collecting_account_once_more():
    administrators = {f"a-{number}": ["ram.amazonaws.com"] for number in range(21)}
    found = formula.delegation(
        seed(delegated_administrators=administrators, trusted_access=["guardduty.amazonaws.com"])
    )
    assert found["organizations:ListDelegatedAdministrators"] == 2
    assert found["organizations:ListDelegatedServicesForAccount"] == 22
    assert found["guardduty:ListOrganizationAdminAccounts"] == 1


def test_a_unit_of_the_fifth_level_is_not_asked_for_units():
    units = {path: UnitSeed(id=f"ou-mz4k-{depth:08}") for depth, path in enumerate(["a", "a/b", "a/b/c", "a/b/c/d"])}
    below = {**units, "a/b/c/d/e": UnitSeed(id="ou-mz4k-00000009")}
    assert formula.organizations(seed(units=below))["organizations:ListOrganizationalUnitsForParent"] == 1 + 4
