"""What was mended in the governance of an organization of somebody's own making is closed by reading it alone."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from orgwarden.demo.service import running
from tests.cli.conftest import CommandLine, use
from tests.cli.test_governing import attached, centralized, registered, root, trusted
from tests.demo.asking import MANAGEMENT_ID, Asking

GUARD, LONG_AGO = "guardduty.amazonaws.com", "2020-01-01T00:00:00+00:00"
DENY_ROOT = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}},
        }
    ],
}
OF_THE_CALLER = {"GetCallerIdentity", "AssumeRoot"}


@pytest.fixture(scope="module")
def served() -> Iterator[Asking]:
    with running(empty=True) as served:
        yield Asking(served)


@pytest.fixture
def here(served: Asking, monkeypatch, tmp_path: Path) -> Asking:
    """An empty organization, its baseline and a database."""
    served.http("DELETE", "/demo/faults")
    served.http("POST", "/demo/reset")
    use(served, monkeypatch.setenv)
    (tmp_path / "baseline.yaml").write_text("tags: {required: {account: [owner], unit: [owner]}}\n")
    monkeypatch.setenv("ORGWARDEN_BASELINE", str(tmp_path / "baseline.yaml"))
    monkeypatch.setenv("ORGWARDEN_STORE", (tmp_path / "store").as_uri())
    monkeypatch.setenv("ORGWARDEN_DATABASE_URL", f"sqlite:///{tmp_path / 'orgwarden.db'}")
    return served


@pytest.fixture
def found(here: Asking, orgwarden: CommandLine, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Collect what a control looks at, review, and give its one finding, or that of a resource or an account."""

    def find(control: str, *sweeps: str, of: str = "", of_account: str = "") -> dict[str, Any]:
        folder, theme = orgwarden.collected(tmp_path / "snapshot", *sweeps), control.partition(".")[0]
        assert orgwarden("review", "--snapshot", folder, "--theme", theme, "--record")[0] == 1
        _, out, _ = orgwarden("findings", "list", "--json", "--state", "open")
        rows = [row for line in out.splitlines() if (row := json.loads(line))["control"] == control]
        (one,) = [row for row in rows if of in {"", row["resource"]} and of_account in {"", row["account"]}]
        here.http("DELETE", "/demo/calls")
        return one

    return find


@pytest.fixture
def recheck(here: Asking, orgwarden: CommandLine, tmp_path: Path) -> Callable[..., tuple[str, Counter[str]]]:
    """Recheck a finding; give the outcome, and the calls that were made by operation."""

    def again(one: dict[str, Any], *faults: dict[str, Any]) -> tuple[str, Counter[str]]:
        here.http("PUT", "/demo/faults", list(faults))
        here.http("DELETE", "/demo/calls")
        _, out, error = orgwarden("recheck", one["finding"], "--snapshot", tmp_path / "snapshot", "--json")
        told = json.loads(out or error)["findings"][0]
        made = Counter[str]()
        for call in here.http("GET", "/demo/calls")[1]:
            made[call["operation"]] += call["count"]
        return told["outcome"], made

    return again


def tagged(here: Asking, id_: str) -> None:
    here.client("organizations").tag_resource(ResourceId=id_, Tags=[{"Key": "owner", "Value": "platform"}])


def test_a_tag_that_was_set_is_read_by_two_calls(here, found, recheck):
    one = here.new_account("one")
    tagged(here, MANAGEMENT_ID)
    finding = found("tags.required_present", "contacts")
    tagged(here, one)
    assert recheck(finding) == ("gone", {"DescribeAccount": 1, "ListTagsForResource": 1})


def test_a_unit_that_was_removed_needs_no_tag(here, found, recheck):
    organizations = here.client("organizations")
    tagged(here, MANAGEMENT_ID)
    top = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=top, Name="empty")["OrganizationalUnit"]["Id"]
    finding = found("tags.required_present", "contacts")
    organizations.delete_organizational_unit(OrganizationalUnitId=unit)
    assert recheck(finding) == ("gone", {"ListOrganizationalUnitsForParent": 1, "ListTagsForResource": 1})


def staged(here: Asking, name: str, stage: str, unit: str) -> str:
    """Give a new account of a stage in a unit."""
    account = here.new_account(name)
    here.client("organizations").tag_resource(ResourceId=account, Tags=[{"Key": "stage", "Value": stage}])
    moved(here, account, unit)
    return account


def moved(here: Asking, account: str, unit: str) -> None:
    organizations = here.client("organizations")
    (parent,) = organizations.list_parents(ChildId=account)["Parents"]
    organizations.move_account(AccountId=account, SourceParentId=parent["Id"], DestinationParentId=unit)


@pytest.mark.parametrize(("comes", "outcome"), [("dev", "still there"), ("production", "gone")])
def test_an_account_that_nobody_knew_of_decides_about_the_unit_in_which_it_stands_now(
    here, found, recheck, comes: str, outcome: str
):
    organizations = here.client("organizations")
    top = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=top, Name="mixed")["OrganizationalUnit"]["Id"]
    _, goes = staged(here, "stays", "production", unit), staged(here, "goes", "dev", unit)
    finding = found("structure.production_apart", "contacts", of=unit)
    moved(here, goes, top)
    staged(here, "comes", comes, unit)
    told, made = recheck(finding)
    assert (told, made["ListAccounts"], made["DescribeAccount"]) == (outcome, 1, 0)


def test_a_service_that_was_delegated_is_seen_by_its_lists_alone(here, found, recheck):
    trusted(here, GUARD)
    finding = found("delegation.service_delegated", "delegation", of=GUARD)
    registered(here, here.new_account("one"), GUARD)
    calls = ("ListAWSServiceAccessForOrganization", "ListDelegatedAdministrators", "ListDelegatedServicesForAccount")
    assert recheck(finding) == ("gone", dict.fromkeys(calls, 1))


def test_a_policy_that_was_changed_is_read_with_its_targets_and_no_other(here, found, recheck):
    centralized(here)
    policy = attached(here, DENY_ROOT)
    finding = found("root.no_blocking_scp", "root", "policies", "delegation")
    harmless = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}]}
    here.client("organizations").update_policy(PolicyId=policy, Content=json.dumps(harmless))
    outcome, made = recheck(finding)
    assert outcome == "gone"
    assert (
        made.keys()
        <= {"DescribePolicy", "ListTargetsForPolicy", "ListAccounts", "ListOrganizationsFeatures"} | OF_THE_CALLER
    )
    assert made.total() <= 5


def test_a_policy_that_was_deleted_is_gone(here, found, recheck):
    centralized(here)
    policy = attached(here, DENY_ROOT)
    finding = found("root.no_blocking_scp", "root", "policies", "delegation")
    organizations = here.client("organizations")
    organizations.detach_policy(PolicyId=policy, TargetId=organizations.list_roots()["Roots"][0]["Id"])
    organizations.delete_policy(PolicyId=policy)
    assert recheck(finding)[0] == "gone"


def test_a_unit_under_a_new_guardrail_is_seen_by_listing_the_policies_anew(here, found, recheck):
    organizations = here.client("organizations")
    top = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=top, Name="work")["OrganizationalUnit"]["Id"]
    organizations.move_account(AccountId=here.new_account("one"), SourceParentId=top, DestinationParentId=unit)
    finding = found("structure.guardrails_attached", "policies", "delegation")
    attached(here, DENY_ROOT)
    assert recheck(finding)[0] == "gone"


def test_a_root_key_that_was_deleted_is_seen_by_the_report_of_its_account(here, found, recheck):
    key = {"active": True, "last_used": LONG_AGO}
    root(here, MANAGEMENT_ID, access_keys=[key], password_last_used=LONG_AGO)
    finding = found("root.no_access_keys", "root")
    root(here, MANAGEMENT_ID, access_keys=[])
    outcome, made = recheck(finding)
    assert (outcome, made.total() <= 8) == ("gone", True)


def iam_user(here: Asking) -> Callable[[], None]:
    """Make an IAM user with a password; give what takes it away again."""
    iam = here.client("iam")
    iam.create_user(UserName="left")
    iam.create_login_profile(UserName="left", Password="Secret-Enough-1")

    def delete() -> None:
        iam.delete_login_profile(UserName="left")
        iam.delete_user(UserName="left")

    return delete


def test_an_iam_user_that_was_deleted_needs_no_mfa(here, found, recheck):
    delete = iam_user(here)
    finding = found("management_account.iam_users_have_mfa", "root", "access")
    delete()
    outcome, made = recheck(finding)
    assert (outcome, "ListInstances" in made, made.total() <= 12) == ("gone", False, True)


def test_an_iam_user_that_was_deleted_counts_no_more(here, found, recheck):
    delete = iam_user(here)
    finding = found("management_account.no_iam_users", "root", "access")
    delete()
    outcome, made = recheck(finding)
    assert (outcome, "ListInstances" in made, made.total() <= 12) == ("gone", False, True)


def test_what_still_stands_stays_open(here, found, recheck):
    trusted(here, GUARD)
    finding = found("delegation.service_delegated", "delegation", of=GUARD)
    assert recheck(finding)[0] == "still there"


def test_a_service_whose_administrators_are_denied_stays_open(here, found, recheck, orgwarden):
    trusted(here, GUARD)
    finding = found("delegation.service_delegated", "delegation", of=GUARD)
    registered(here, here.new_account("one"), GUARD)
    denied = {"operation": "ListDelegatedAdministrators", "error": "AccessDeniedException"}
    assert recheck(finding, denied)[0] == "could not be looked at"
    _, out, _ = orgwarden("findings", "list", "--json", "--state", "open")
    assert finding in map(json.loads, out.splitlines())


def test_a_root_key_of_a_member_is_looked_at_by_the_audit_of_that_account_alone(here, found, recheck, monkeypatch):
    monkeypatch.setenv("ORGWARDEN_AUDIT_MEMBER_ROOT", "assume_root")
    one, _ = centralized(here), here.new_account("other")
    root(here, one, access_keys=[{"active": True, "last_used": LONG_AGO}])
    finding = found("root.no_access_keys", "root", of_account=one)
    root(here, one, access_keys=[])
    outcome, made = recheck(finding)
    assert (outcome, made["AssumeRoot"], made["GetAccountSummary"]) == ("gone", 1, 1)


def test_a_member_that_nobody_asks_to_audit_any_more_stays_as_it_was(here, found, recheck, monkeypatch):
    monkeypatch.setenv("ORGWARDEN_AUDIT_MEMBER_ROOT", "assume_root")
    one = centralized(here)
    root(here, one, access_keys=[{"active": True, "last_used": LONG_AGO}])
    finding = found("root.no_access_keys", "root", of_account=one)
    root(here, one, access_keys=[])
    monkeypatch.delenv("ORGWARDEN_AUDIT_MEMBER_ROOT")
    assert recheck(finding) == ("could not be looked at", {"DescribeAccount": 1})


# -- billing


def wanting(tmp_path: Path, *tools: str) -> None:
    (tmp_path / "baseline.yaml").write_text(f"billing: {{tools: [{', '.join(tools)}]}}\n")


def test_a_billing_tool_that_was_trusted_is_seen_by_the_list_of_those_alone(here, found, recheck, tmp_path):
    wanting(tmp_path, "storage_lens")
    finding = found("billing.tools_enabled", "billing", "delegation")
    trusted(here, "storage-lens.s3.amazonaws.com")
    assert recheck(finding) == ("gone", {"ListAWSServiceAccessForOrganization": 1})


def test_cost_explorer_that_was_switched_on_is_seen_where_it_may_be_asked(here, found, recheck, tmp_path, monkeypatch):
    wanting(tmp_path, "cost_explorer")
    monkeypatch.setenv("ORGWARDEN_COST_EXPLORER", "on")
    here.http("PATCH", "/demo/state", {"cost_explorer": False})
    finding = found("billing.tools_enabled", "billing")
    here.http("PATCH", "/demo/state", {"cost_explorer": True})
    monkeypatch.setenv("ORGWARDEN_COST_EXPLORER", "off")
    assert recheck(finding) == ("could not be looked at", {})
    monkeypatch.setenv("ORGWARDEN_COST_EXPLORER", "on")
    outcome, made = recheck(finding)
    assert (outcome, made["GetCostAndUsage"], "ListExports" in made) == ("gone", 1, False)
