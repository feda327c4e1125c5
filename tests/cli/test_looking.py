"""A look says who one is, what one sees from there and what not, and leaves nothing behind."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orgwarden.collect.caller import ACCOUNT_MANAGEMENT
from orgwarden.demo.service import running
from tests.cli.conftest import CommandLine, fault, use
from tests.demo.asking import MANAGEMENT_ID, Asking

DELEGATED, MEMBER = "AKIADEMOSECOPS000001", "AKIADEMOMEMBER000001"
DELEGATED_ID, MEMBER_ID = "997309114170", "347513627010"


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
    yield tmp_path
    assert list(tmp_path.iterdir()) == []
    served.http("POST", "/demo/reset")


def seen(orgwarden: CommandLine, monkeypatch, key: str) -> tuple[int, dict[str, Any]]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    code, out, error = orgwarden("look", "--json")
    assert code != 2, error
    return code, json.loads(out)


def unlocks(told: dict[str, Any]) -> str:
    return " | ".join(unknown["unlock"] for unknown in told["unknown_causes"])


@pytest.mark.usefixtures("here")
def test_the_management_account_sees_every_account_and_its_own_recovery_phone(orgwarden: CommandLine, monkeypatch):
    code, told = seen(orgwarden, monkeypatch, "AKIAANYBODY000000001")
    assert (code, told["standing"], told["trusted_access"]) == (1, "management account", True)
    assert "59 accounts, 56 of them live, in 7 organizational units" in told["sees"]
    assert told["fail"] == len(told["deviations"]) == 16
    assert "contacts.recovery_phone_apart" in {row["control"] for row in told["deviations"]}
    assert sum(unknown["verdicts"] for unknown in told["unknown_causes"]) == told["unknown"]
    assert all(unknown["unlock"] for unknown in told["unknown_causes"])


@pytest.mark.usefixtures("here")
def test_a_delegated_administrator_is_told_its_services_and_that_the_recovery_phone_is_out_of_sight(
    orgwarden: CommandLine, monkeypatch
):
    code, told = seen(orgwarden, monkeypatch, DELEGATED)
    assert (code, told["standing"], told["account"]) == (1, "delegated administrator", DELEGATED_ID)
    assert ACCOUNT_MANAGEMENT in told["administers"]
    assert "contacts.recovery_phone_apart" not in {row["control"] for row in told["deviations"]}
    assert "ORGWARDEN_MANAGEMENT_ROLE_ARN" in unlocks(told)
    assert any("recovery phone" in line for line in told["more"])


def test_a_member_is_judged_by_itself_alone_and_all_else_is_one_unknown(
    here: Path, served: Asking, orgwarden: CommandLine, monkeypatch
):
    served.http("DELETE", "/demo/calls")
    code, told = seen(orgwarden, monkeypatch, MEMBER)
    assert (code, told["standing"], told["management_account"]) == (3, "member account", MANAGEMENT_ID)
    assert (told["fail"], told["pass"]) == (0, 4)
    assert told["sees"][:2] == ["this account, and no other", "its own contacts"]
    first = told["unknown_causes"][0]
    assert (first["verdicts"], ACCOUNT_MANAGEMENT in first["unlock"]) == (11, True)
    assert {call["account"] for call in served.http("GET", "/demo/calls")[1]} == {MEMBER_ID}
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
    code, told = seen(orgwarden, monkeypatch, MEMBER)
    served.http("PUT", "/demo/faults", [])
    assert (code, told["pass"], told["fail"]) == (3, 0, 0)


@pytest.mark.usefixtures("here")
def test_trusted_access_that_is_off_is_said_and_is_what_unlocks_the_contacts(
    served: Asking, orgwarden: CommandLine, monkeypatch
):
    organizations = served.client("organizations")
    organizations.deregister_delegated_administrator(AccountId=DELEGATED_ID, ServicePrincipal=ACCOUNT_MANAGEMENT)
    organizations.disable_aws_service_access(ServicePrincipal=ACCOUNT_MANAGEMENT)
    _, told = seen(orgwarden, monkeypatch, "AKIAANYBODY000000001")
    assert told["trusted_access"] is False
    assert f"switch on trusted access for {ACCOUNT_MANAGEMENT}" in unlocks(told)
    assert "all contacts of 1 of 56 live accounts" in told["sees"]
    code, out, _ = orgwarden("look")
    assert f"Trusted access for {ACCOUNT_MANAGEMENT} is off" in out
    assert code == 1


@pytest.mark.usefixtures("here")
def test_an_administrator_of_other_services_alone_is_told_which_delegation_it_lacks(
    served: Asking, orgwarden: CommandLine, monkeypatch
):
    organizations = served.client("organizations")
    organizations.deregister_delegated_administrator(AccountId=DELEGATED_ID, ServicePrincipal=ACCOUNT_MANAGEMENT)
    _, told = seen(orgwarden, monkeypatch, DELEGATED)
    assert (told["standing"], told["trusted_access"]) == ("delegated administrator", True)
    assert f"from a delegated administrator of {ACCOUNT_MANAGEMENT}" in unlocks(told)


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
