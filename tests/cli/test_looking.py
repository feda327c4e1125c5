"""A look says who one is, what one sees from there and what not, and leaves nothing behind."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orgwarden.collect.caller import ACCOUNT_MANAGEMENT
from orgwarden.demo.service import running
from orgwarden.flows.looking import THEMES
from tests.cli.conftest import CommandLine, fault, use
from tests.demo.asking import MANAGEMENT_ID, Asking

MANAGEMENT, DELEGATED, MEMBER = "AKIAANYBODY000000001", "AKIADEMOSECOPS000001", "AKIADEMOMEMBER000001"
DELEGATED_ID, MEMBER_ID = "997309114170", "347513627010"
# All but contacts, whose domains take the seconds of a name server that does not answer.
UNHURRIED = ("--theme", *(theme for theme in THEMES if theme != "contacts"))
A_DOZEN, WIDEST = 12, 240
UNIT = "ou-nw7d-32nonpro"


@pytest.fixture(scope="module")
def served() -> Iterator[Asking]:
    with running() as served:
        yield Asking(served)


@pytest.fixture
def here(served: Asking, tmp_path: Path, monkeypatch) -> Iterator[Path]:
    """A working directory, with an environment that names a store and a database that nobody may touch."""
    use(served, monkeypatch.setenv)
    monkeypatch.delenv("ORGWARDEN_HASH_KEY")
    monkeypatch.setenv("ORGWARDEN_STORE", (tmp_path / "store").as_uri())
    monkeypatch.setenv("ORGWARDEN_DATABASE_URL", f"sqlite:///{tmp_path / 'orgwarden.db'}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    # Without all features nobody reads contacts, administers anything or attaches a policy.
    served.http("PATCH", "/demo/state", {"feature_set": "ALL"})
    yield tmp_path
    assert list(tmp_path.iterdir()) == []
    served.http("POST", "/demo/reset")


def seen(orgwarden: CommandLine, monkeypatch, key: str, *words: str) -> tuple[int, dict[str, Any]]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    code, out, error = orgwarden("look", "--json", *words)
    assert code != 2, error
    return code, json.loads(out)


def causes(told: dict[str, Any]) -> str:
    return " | ".join(unknown["cause"] for unknown in told["unknown_causes"])


def unlocks(told: dict[str, Any]) -> str:
    return " | ".join(unknown["unlock"] for unknown in told["unknown_causes"])


@pytest.mark.usefixtures("here")
def test_the_management_account_sees_every_account_and_is_judged_by_every_theme(orgwarden: CommandLine, monkeypatch):
    code, told = seen(orgwarden, monkeypatch, MANAGEMENT)
    assert (code, told["standing"], told["trusted_access"]) == (1, "management account", True)
    assert "59 accounts, 56 live, in 7 organizational units" in told["sees"]
    assert told["themes"] == list(THEMES)
    assert told["fail"] == len(told["deviations"])
    assert {"contacts.recovery_phone_apart", "root.sign_in_alert"} <= {row["control"] for row in told["deviations"]}
    assert sum(unknown["verdicts"] for unknown in told["unknown_causes"]) == told["unknown"]
    assert all(unknown["unlock"] for unknown in told["unknown_causes"])


@pytest.mark.usefixtures("here")
def test_what_lies_in_the_management_account_is_read_only_where_it_is_asked_for(
    served: Asking, orgwarden: CommandLine, monkeypatch
):
    served.http("PUT", "/demo/faults", [fault("ListRegions", service="account", error="AccessDeniedException")])
    _, without = seen(orgwarden, monkeypatch, MANAGEMENT, "--theme", "management_account")
    assert "look with --resources" in unlocks(without)
    _, with_them = seen(orgwarden, monkeypatch, MANAGEMENT, "--theme", "management_account", "--resources")
    assert "--resources" not in unlocks(with_them)
    assert "account:ListRegions was denied" in causes(with_them)
    served.http("PUT", "/demo/faults", [])


@pytest.mark.usefixtures("here")
def test_a_delegated_administrator_is_told_its_services_and_that_the_recovery_phone_is_out_of_sight(
    orgwarden: CommandLine, monkeypatch
):
    code, told = seen(orgwarden, monkeypatch, DELEGATED, "--theme", "contacts")
    assert (code, told["standing"], told["account"]) == (1, "delegated administrator", DELEGATED_ID)
    assert ACCOUNT_MANAGEMENT in told["administers"]
    assert "contacts.recovery_phone_apart" not in {row["control"] for row in told["deviations"]}
    assert any("recovery phone" in line for line in told["more"])


@pytest.mark.usefixtures("here")
def test_all_that_the_management_account_alone_may_read_is_one_line_for_a_delegated_administrator(
    orgwarden: CommandLine, monkeypatch
):
    _, told = seen(orgwarden, monkeypatch, DELEGATED, *UNHURRIED)
    (line,) = [u for u in told["unknown_causes"] if "ORGWARDEN_MANAGEMENT_ROLE_ARN" in u["unlock"]]
    # A root user, whoever gets in, workloads, trails, alarms, transfers of billing, and more.
    assert line["verdicts"] > len(THEMES)
    assert "--resources" not in unlocks(told)


def test_a_member_is_judged_by_itself_alone_and_all_else_is_one_unknown(
    here: Path, served: Asking, orgwarden: CommandLine, monkeypatch
):
    served.http("DELETE", "/demo/calls")
    code, told = seen(orgwarden, monkeypatch, MEMBER)
    calls = served.http("GET", "/demo/calls")[1]
    assert (code, told["standing"], told["management_account"]) == (3, "member account", MANAGEMENT_ID)
    assert told["fail"] == 0 < told["pass"]
    assert told["sees"][:2] == ["this account, and no other", "its own contacts"]
    beyond, *others = told["unknown_causes"]
    assert ACCOUNT_MANAGEMENT in beyond["unlock"]
    assert all(other["cause"].startswith("not declared") for other in others)
    assert {call["account"] for call in calls} == {MEMBER_ID}
    assert len(calls) < A_DOZEN
    assert here.is_dir()


@pytest.mark.usefixtures("here")
def test_a_member_whose_own_security_contact_is_missing_deviates(served: Asking, orgwarden: CommandLine, monkeypatch):
    served.client("account").delete_alternate_contact(AccountId=MEMBER_ID, AlternateContactType="SECURITY")
    code, told = seen(orgwarden, monkeypatch, MEMBER)
    (deviation,) = told["deviations"]
    assert (code, deviation["control"]) == (1, "contacts.alternate_contacts_complete")
    assert deviation["account"] == MEMBER_ID


@pytest.mark.usefixtures("here")
def test_a_member_that_may_not_read_its_own_contacts_is_unknown_and_no_pass(
    served: Asking, orgwarden: CommandLine, monkeypatch
):
    denied = ("GetContactInformation", "GetAlternateContact", "GetAccountInformation")
    served.http("PUT", "/demo/faults", [fault(name, error="AccessDeniedException") for name in denied])
    code, told = seen(orgwarden, monkeypatch, MEMBER, "--theme", "contacts")
    served.http("PUT", "/demo/faults", [])
    assert (code, told["pass"], told["fail"]) == (3, 0, 0)


@pytest.mark.usefixtures("here")
def test_trusted_access_that_is_off_is_said_and_is_what_unlocks_the_contacts(
    served: Asking, orgwarden: CommandLine, monkeypatch
):
    organizations = served.client("organizations")
    organizations.deregister_delegated_administrator(AccountId=DELEGATED_ID, ServicePrincipal=ACCOUNT_MANAGEMENT)
    organizations.disable_aws_service_access(ServicePrincipal=ACCOUNT_MANAGEMENT)
    _, told = seen(orgwarden, monkeypatch, MANAGEMENT, "--theme", "contacts")
    assert told["trusted_access"] is False
    assert f"switch on trusted access for {ACCOUNT_MANAGEMENT}" in unlocks(told)
    assert "all contacts of 1 of 56 live accounts" in told["sees"]
    code, out, _ = orgwarden("look", "--theme", "contacts")
    assert f"Trusted access for {ACCOUNT_MANAGEMENT} is off" in out
    assert code == 1


@pytest.mark.usefixtures("here")
def test_an_administrator_of_other_services_alone_is_told_which_delegation_it_lacks(
    served: Asking, orgwarden: CommandLine, monkeypatch
):
    organizations = served.client("organizations")
    organizations.deregister_delegated_administrator(AccountId=DELEGATED_ID, ServicePrincipal=ACCOUNT_MANAGEMENT)
    _, told = seen(orgwarden, monkeypatch, DELEGATED, "--theme", "contacts")
    assert (told["standing"], told["trusted_access"]) == ("delegated administrator", True)
    assert f"from a delegated administrator of {ACCOUNT_MANAGEMENT}" in unlocks(told)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("error", "unlock"),
    [
        ("AWSOrganizationsNotInUseException", "look from an account of one"),
        ("AccessDeniedException", "grant it to these credentials"),
    ],
)
def test_an_account_without_a_known_organization_has_one_unknown_for_all_that_an_organization_has(
    served: Asking, orgwarden: CommandLine, monkeypatch, error: str, unlock: str
):
    served.http("PUT", "/demo/faults", [fault("DescribeOrganization", error=error)])
    code, told = seen(orgwarden, monkeypatch, MANAGEMENT)
    served.http("PUT", "/demo/faults", [])
    assert (code, told["fail"], told["organization"]) == (3, 0, "")
    beyond, *others = told["unknown_causes"]
    assert beyond["unlock"] == unlock
    assert all(other["cause"].startswith("not declared") for other in others)


@pytest.mark.usefixtures("here")
def test_a_theme_that_a_first_look_does_not_judge_is_told_with_those_it_does(orgwarden: CommandLine, capsys):
    with pytest.raises(SystemExit):
        orgwarden("look", "--theme", "changes")
    assert "choose from 'billing', 'contacts', 'delegation'" in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_a_profile_that_does_not_exist_is_told_by_its_name(orgwarden: CommandLine):
    code, _, error = orgwarden("look", "--profile", "nobody")
    assert (code, "there is no AWS profile 'nobody'" in error) == (2, True)


@pytest.mark.usefixtures("here")
def test_a_person_is_told_who_they_are_what_they_see_and_what_more_would_show(orgwarden: CommandLine, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", MEMBER)
    _, out, _ = orgwarden("look")
    for said in ("Account ", "of organization o-nw7demo0rg", "From here it reads", "what unlocks it", "What more"):
        assert said in out


@pytest.mark.usefixtures("here")
def test_a_person_reads_one_line_for_all_that_deviates_alike(served: Asking, orgwarden: CommandLine):
    organizations = served.client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]
    moved = [one["Id"] for one in organizations.list_accounts_for_parent(ParentId=UNIT)["Accounts"]]
    for account in moved:
        organizations.move_account(AccountId=account, SourceParentId=UNIT, DestinationParentId=root)
    _, out, _ = orgwarden("look", "--theme", "structure")
    (line,) = [line for line in out.splitlines() if "structure.no_accounts_in_root" in line]
    assert " +" in line
    assert len(max(out.splitlines(), key=len)) < WIDEST
