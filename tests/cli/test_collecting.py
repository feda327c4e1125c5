"""An outsider collects an organization of their own and gets right verdicts, or a sentence that says why not."""

import json
from pathlib import Path

import pytest

from orgwarden.collect import delegation
from orgwarden.errors import RetryLater
from orgwarden.flows.organization_inventory import LEFT_OUT
from tests.cli.conftest import CommandLine, fault
from tests.demo.asking import MANAGEMENT_ID, Asking

NUMBERS = {"contacts.primary_phone_verified", "contacts.primary_phone_as_declared"}


def members(asking: Asking) -> list[str]:
    pages = asking.client("organizations").get_paginator("list_accounts").paginate()
    return [a["Id"] for page in pages for a in page["Accounts"] if a["Id"] != MANAGEMENT_ID]


def test_without_a_baseline_what_needs_none_is_judged_and_the_rest_says_what_to_declare(
    organization: Asking, orgwarden: CommandLine, tmp_path: Path
):
    verdicts = orgwarden.verdicts(orgwarden.collected(tmp_path / "s"))
    one = members(organization)[0]
    assert verdicts["contacts.primary_phone_valid", one, ""]["status"] == "PASS"
    assert verdicts["contacts.alternate_contacts_complete", MANAGEMENT_ID, ""]["status"] == "FAIL"
    assert verdicts["contacts.recovery_phone_apart", MANAGEMENT_ID, ""]["status"] == "PASS"
    mailbox = next(
        v
        for v in verdicts.values()
        if v["control"] == "contacts.root_email_business_domain" and one in v["evidence"]["accounts"]
    )
    assert mailbox["status"] == "FAIL"
    undeclared = [v for v in verdicts.values() if v["control"] == "contacts.primary_phone_as_declared"]
    assert {v["status"] for v in undeclared} == {"UNKNOWN"}
    assert "contacts.numbers in the baseline" in undeclared[0]["reason"]


@pytest.mark.usefixtures("organization")
def test_a_verdict_is_one_json_object_of_eight_keys(orgwarden: CommandLine, tmp_path: Path):
    verdicts = orgwarden.verdicts(orgwarden.collected(tmp_path / "s"))
    keys = {"control", "account", "region", "resource", "scope", "status", "reason", "evidence"}
    assert all(set(row) == keys for row in verdicts.values())


def test_what_was_denied_for_three_accounts_is_unknown_for_them_and_no_other_verdict_changes(
    organization: Asking, orgwarden: CommandLine, tmp_path: Path
):
    before = orgwarden.verdicts(orgwarden.collected(tmp_path / "before"))
    denied = members(organization)[:3]
    faults = [fault("GetContactInformation", account=a, error="AccessDeniedException") for a in denied]
    organization.http("PUT", "/demo/faults", faults)
    after = orgwarden.verdicts(orgwarden.collected(tmp_path / "after"))
    changed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    assert changed == {
        *(("contacts.primary_phone_valid", account, "") for account in denied),
        ("contacts.recovery_phone_apart", MANAGEMENT_ID, ""),
    }
    assert {after[key]["status"] for key in changed} == {"UNKNOWN"}
    assert after.keys() - before.keys() == {(control, account, "") for control in NUMBERS for account in denied}
    assert {key[0] for key in before.keys() - after.keys()} == NUMBERS


def test_a_copy_of_the_recovery_number_that_was_seen_fails_whatever_else_was_denied(
    organization: Asking, orgwarden: CommandLine, tmp_path: Path
):
    copied, denied = members(organization)[:2]
    account = organization.client("account")
    mine = account.get_contact_information(AccountId=copied)["ContactInformation"]
    recovery = account.get_contact_information()["ContactInformation"]["PhoneNumber"]
    account.put_contact_information(AccountId=copied, ContactInformation={**mine, "PhoneNumber": recovery})
    faults = [fault("GetContactInformation", account=denied, error="AccessDeniedException")]
    organization.http("PUT", "/demo/faults", faults)
    verdicts = orgwarden.verdicts(orgwarden.collected(tmp_path / "s"))
    organization.http("PUT", "/demo/faults", [])
    account.put_contact_information(AccountId=copied, ContactInformation=mine)
    assert verdicts["contacts.recovery_phone_apart", MANAGEMENT_ID, ""]["status"] == "FAIL"


@pytest.mark.parametrize(
    "body", ["<html>", "{}", '{"ContactInformation": {}}', "[]", "", '{"ContactInformation": null}']
)
def test_a_broken_answer_is_unknown(organization: Asking, orgwarden: CommandLine, tmp_path: Path, body: str):
    broken = members(organization)[0]
    organization.http("PUT", "/demo/faults", [fault("GetContactInformation", account=broken, error=None, body=body)])
    verdicts = orgwarden.verdicts(orgwarden.collected(tmp_path / "s"))
    assert verdicts["contacts.primary_phone_valid", broken, ""]["status"] == "UNKNOWN"


@pytest.mark.slow
def test_throttling_of_every_third_call_changes_nothing(organization: Asking, orgwarden: CommandLine, tmp_path: Path):
    before = orgwarden.verdicts(orgwarden.collected(tmp_path / "before"))
    organization.http("PUT", "/demo/faults", [{"error": "TooManyRequestsException", "share": 0.3, "seed": 5}])
    after = orgwarden.verdicts(orgwarden.collected(tmp_path / "after"))
    assert after == before
    gaps = json.loads((tmp_path / "after" / "manifest.json").read_bytes())["gaps"]
    assert [gap for gap in gaps if LEFT_OUT not in gap["cause"]] == []


@pytest.mark.parametrize("answer", [{"error": "AccessDeniedException"}, {"error": None, "body": "<html>"}])
def test_without_accounts_collecting_ends_with_a_sentence(
    organization: Asking, orgwarden: CommandLine, tmp_path: Path, answer: dict
):
    organization.http("PUT", "/demo/faults", [fault("ListAccounts", **answer)])
    code, _, error = orgwarden("collect", "--out", tmp_path / "s")
    assert code == 2
    assert "nothing can be reviewed without the list of accounts: organizations:ListAccounts" in error
    assert orgwarden("review", "--snapshot", tmp_path / "s")[0] == 2


def test_a_folder_that_is_taken_is_refused_and_its_own_staging_is_resumed(
    organization: Asking, orgwarden: CommandLine, tmp_path: Path
):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "notes.txt").write_text("mine")
    assert "is not empty" in orgwarden("collect", "--out", tmp_path / "taken")[2]
    organization.http("PUT", "/demo/faults", [fault("ListTagsForResource", error="ExpiredTokenException")])
    code, _, error = orgwarden("collect", "--out", tmp_path / "s")
    assert (code, "sign in again" in error) == (2, True)
    organization.http("PUT", "/demo/faults", [])
    organization.http("DELETE", "/demo/calls")
    orgwarden.collected(tmp_path / "s")
    calls = {call["operation"] for call in organization.http("GET", "/demo/calls")[1]}
    assert "ListAccounts" not in calls
    assert "a sealed snapshot" in orgwarden("collect", "--out", tmp_path / "s")[2]


@pytest.mark.usefixtures("organization")
def test_a_review_exits_by_what_it_found(orgwarden: CommandLine, tmp_path: Path, monkeypatch):
    folder = orgwarden.collected(tmp_path / "s")
    assert orgwarden("review", "--snapshot", folder)[0] == 1
    monkeypatch.delenv("ORGWARDEN_HASH_KEY")
    assert orgwarden("review", "--snapshot", folder, "--json")[0] == 1
    assert (
        "choose one of billing, changes, contacts" in orgwarden("review", "--snapshot", folder, "--theme", "roots")[2]
    )
    monkeypatch.setenv("ORGWARDEN_HASH_KEY", "another")
    code, _, error = orgwarden("review", "--snapshot", folder)
    assert (code, "under another ORGWARDEN_HASH_KEY" in error) == (2, True)


@pytest.mark.usefixtures("organization")
@pytest.mark.parametrize("url", ["", "postgresql://nobody@127.0.0.1:1/x"])
def test_a_review_that_records_nothing_needs_no_database(orgwarden: CommandLine, tmp_path: Path, monkeypatch, url: str):
    monkeypatch.setenv("ORGWARDEN_DATABASE_URL", url)
    found = orgwarden.verdicts(orgwarden.collected(tmp_path / "snapshot"))
    assert found
    assert {row["status"] for row in found.values()} <= {"PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE"}


@pytest.mark.usefixtures("organization")
def test_a_baseline_answers_what_was_unknown(orgwarden: CommandLine, tmp_path: Path):
    folder = orgwarden.collected(tmp_path / "s")
    declared = tmp_path / "baseline.yaml"
    declared.write_text(
        "contacts:\n"
        "  domains: [corp.example]\n"
        "  numbers: [{number: '+47 22 86 40 20', use: the first account}]\n"
        "  groups: [{address: aws@gmail.com, members: 3}]\n"
    )
    verdicts = orgwarden.verdicts(folder, "--baseline", declared)
    of = [v["status"] for v in verdicts.values() if v["control"] == "contacts.primary_phone_as_declared"]
    assert sorted(of) == ["FAIL"] * 12 + ["PASS"]
    alternates = {v["status"] for v in verdicts.values() if v["control"] == "contacts.alternate_email_business_domain"}
    assert alternates == {"PASS"}


@pytest.mark.usefixtures("organization")
def test_a_draft_of_a_baseline_loads_and_a_wrong_one_is_told_by_file_and_line(orgwarden: CommandLine, tmp_path: Path):
    folder = orgwarden.collected(tmp_path / "s")
    assert orgwarden("baseline", "init", "--snapshot", folder, "--out", tmp_path / "b.yaml")[0] == 0
    assert orgwarden("baseline", "check", tmp_path / "b.yaml")[0] == 0
    (tmp_path / "wrong.yaml").write_text("contacts:\n  domain: [corp.example]\n")
    code, _, error = orgwarden("baseline", "check", tmp_path / "wrong.yaml")
    assert code == 2
    assert "wrong.yaml" in error
    assert "domains" in error


@pytest.mark.usefixtures("organization")
def test_a_part_of_a_reading_leaves_gaps_for_the_rest_and_what_was_left_out_is_unknown(
    orgwarden: CommandLine, tmp_path: Path
):
    folder = orgwarden.collected(tmp_path / "s", "delegation")
    gaps = json.loads((folder / "manifest.json").read_bytes())["gaps"]
    parts = {gap["part"] for gap in gaps if LEFT_OUT in gap["cause"]}
    assert {"account.primary_contacts", "iam.root_credentials", "organizations.policies"} <= parts
    assert not parts & {"organizations.accounts", "organizations.trusted_services"}
    verdicts = orgwarden.verdicts(folder, theme="root").values()
    assert {row["status"] for row in verdicts if row["control"] == "root.mfa_enabled"} == {"UNKNOWN"}


@pytest.mark.usefixtures("organization")
def test_a_sweep_whose_service_cannot_be_reached_is_told_and_leaves_gaps(
    orgwarden: CommandLine, tmp_path: Path, monkeypatch
):
    def unreachable(*_: object, **__: object) -> None:
        raise RetryLater("organizations cannot be reached: no route to host")

    monkeypatch.setattr(delegation, "sweep", unreachable)
    code, _, said = orgwarden("collect", "--out", tmp_path / "s", "--only", "policies", "delegation")
    assert code == 0
    assert "delegation: not read: organizations cannot be reached" in said
    gaps = json.loads((tmp_path / "s" / "manifest.json").read_bytes())["gaps"]
    parts = {gap["part"] for gap in gaps if LEFT_OUT in gap["cause"]}
    assert "organizations.trusted_services" in parts
    assert "organizations.policies" not in parts


def test_a_sweep_that_does_not_exist_is_refused_with_those_that_do(orgwarden: CommandLine, tmp_path: Path, capsys):
    with pytest.raises(SystemExit, match="2"):
        orgwarden("collect", "--out", tmp_path / "s", "--only", "contracts")
    assert "choose from organizations, contacts" in capsys.readouterr().err.replace("'", "")
