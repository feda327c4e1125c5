"""What was mended is closed by reading it alone; what could not be read again stays as it was."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orgwarden.demo.service import running
from tests.cli.conftest import CONTACTS, CommandLine, contact, fault, use
from tests.demo.asking import MANAGEMENT_ID, Asking

ALTERNATES, APART = "contacts.alternate_contacts_complete", "contacts.recovery_phone_apart"
LISTS = {"ListAccounts", "ListOrganizationalUnitsForParent", "ListRoots", "ListTagsForResource", "DescribeOrganization"}


@pytest.fixture(scope="module")
def served() -> Iterator[Asking]:
    with running() as served:
        yield Asking(served)


@pytest.fixture(scope="module")
def reviewed(served: Asking, tmp_path_factory) -> Path:
    """The demo organization, collected once for all tests here, which each begin with it."""
    from orgwarden.cli import main

    folder = tmp_path_factory.mktemp("reviewed")
    with pytest.MonkeyPatch.context() as patch:
        use(served, patch.setenv)
        assert main(["collect", "--out", str(folder / "snapshot"), "--only", *CONTACTS]) == 0
    return folder / "snapshot"


@pytest.fixture
def here(served: Asking, reviewed: Path, tmp_path: Path, monkeypatch, orgwarden: CommandLine) -> Iterator[Path]:
    """A database with the findings of the snapshot, each on its ticket; the organization is as it was when it ends."""
    use(served, monkeypatch.setenv)
    monkeypatch.setenv("ORGWARDEN_STORE", (tmp_path / "store").as_uri())
    monkeypatch.setenv("ORGWARDEN_DATABASE_URL", f"sqlite:///{tmp_path / 'orgwarden.db'}")
    assert orgwarden("review", "--snapshot", reviewed, "--theme", "contacts", "--record")[0] == 1
    assert orgwarden("tickets", "apply")[0] == 0
    yield reviewed
    served.http("POST", "/demo/reset")


def findings(orgwarden: CommandLine, control: str, state: str = "open") -> list[dict[str, Any]]:
    _, out, _ = orgwarden("findings", "list", "--json", "--state", state)
    return [row for line in out.splitlines() if (row := json.loads(line))["control"] == control]


def recheck(orgwarden: CommandLine, here: Path, asked: str, *words: str) -> tuple[int, dict[str, Any]]:
    code, out, error = orgwarden("recheck", asked, "--snapshot", here, "--json", *words)
    assert code != 2, error
    return code, json.loads(out)


def calls(served: Asking) -> dict[tuple[str, str], int]:
    """The calls made, by operation and account asked about."""
    return {(c["operation"], c["account"]): c["count"] for c in served.http("GET", "/demo/calls")[1]}


def put_alternate(served: Asking, account: str, kind: str) -> None:
    served.client("account").put_alternate_contact(
        AccountId=account,
        AlternateContactType=kind,
        Name="Somebody",
        Title="Duty",
        EmailAddress="duty@northwind.example",
        PhoneNumber="+47 22 86 40 70",
    )


def missing(found: dict[str, Any]) -> list[str]:
    return found["evidence"]["missing"]


def test_a_mended_finding_is_resolved_by_calls_for_its_account_alone(
    here: Path, served: Asking, orgwarden: CommandLine
):
    one, *others = findings(orgwarden, ALTERNATES)
    for kind in missing(one):
        put_alternate(served, one["account"], kind)
    served.http("DELETE", "/demo/calls")
    code, outcome = recheck(orgwarden, here, one["finding"])
    made = calls(served)
    assert {account for operation, account in made if operation != "GetCallerIdentity"} == {one["account"]}
    assert not {operation for operation, _ in made} & LISTS
    assert sum(made.values()) <= 6
    assert (code, outcome["gone"], outcome["rechecked"]) == (0, 1, 1)
    assert findings(orgwarden, ALTERNATES) == others
    assert findings(orgwarden, ALTERNATES, "resolved")[0]["finding"] == one["finding"]


def test_what_still_deviates_stays_open_and_nothing_else_is_opened_or_closed(
    here: Path, served: Asking, orgwarden: CommandLine
):
    before = {row["finding"] for row in findings(orgwarden, ALTERNATES)}
    served.client("account").delete_alternate_contact(AccountId="347513627010", AlternateContactType="SECURITY")
    for finding in before:
        code, outcome = recheck(orgwarden, here, finding)
        assert (code, outcome["there"], outcome["gone"]) == (1, 1, 0)
    assert {row["finding"] for row in findings(orgwarden, ALTERNATES)} == before


def test_a_ticket_whose_findings_are_all_gone_is_closed_at_once(here: Path, served: Asking, orgwarden: CommandLine):
    (one,) = findings(orgwarden, "contacts.alternate_email_business_domain")
    (account,) = one["accounts"]
    for kind in ("BILLING", "OPERATIONS", "SECURITY"):
        put_alternate(served, account, kind)
    code, outcome = recheck(orgwarden, here, one["finding"])
    assert (code, outcome["tickets"]["closed"], outcome["tickets"]["created"]) == (0, 1, 0)
    assert orgwarden("tickets", "check")[0] == 0


def test_a_pass_that_takes_every_account_is_withheld_while_the_last_reading_has_a_gap(
    here: Path, served: Asking, orgwarden: CommandLine
):
    served.client("account").put_contact_information(ContactInformation=contact("+47 22 86 40 99"))
    code, outcome = recheck(orgwarden, here, findings(orgwarden, APART)[0]["finding"])
    assert (code, outcome["unseen"], outcome["tickets"]["closed"]) == (3, 1, 0)


def test_a_copy_of_the_recovery_number_is_looked_for_where_it_stood_and_not_in_every_account(
    here: Path, served: Asking, orgwarden: CommandLine
):
    one = findings(orgwarden, APART)[0]
    stood = {key.partition("/")[0] for key in one["evidence"]["also_in"]} | {MANAGEMENT_ID}
    served.http("DELETE", "/demo/calls")
    code, _ = recheck(orgwarden, here, one["finding"])
    assert (code, {account for _, account in calls(served)}) == (1, stood)


def test_a_ticket_is_rechecked_by_its_key_and_moves_its_findings_alone(
    here: Path, served: Asking, orgwarden: CommandLine
):
    every = [json.loads(line) for line in orgwarden("findings", "list", "--json")[1].splitlines()]
    code, outcome = recheck(orgwarden, here, "OW-0001", "--no-tickets")
    assert (code, outcome["gone"], outcome["rechecked"] > 0) == (1, 0, True)
    for row in findings(orgwarden, ALTERNATES):
        for kind in missing(row):
            put_alternate(served, row["account"], kind)
    gone = {row["finding"] for row in findings(orgwarden, ALTERNATES)}
    keys = [f"OW-{number:04}" for number in range(1, 40)]
    told = [json.loads(out) for key in keys if (out := orgwarden("recheck", key, "--snapshot", here, "--json")[1])]
    resolved = {f["finding"] for outcome in told for f in outcome["findings"] if f["outcome"] == "gone"}
    assert resolved == gone
    left = [json.loads(line) for line in orgwarden("findings", "list", "--json")[1].splitlines()]
    assert {row["finding"] for row in left} == {row["finding"] for row in every} - gone


@pytest.mark.parametrize("denied", ["GetAlternateContact", "DescribeAccount"])
def test_what_could_not_be_read_again_is_never_resolved(
    here: Path, served: Asking, orgwarden: CommandLine, denied: str
):
    one = findings(orgwarden, ALTERNATES)[0]
    for kind in missing(one):
        put_alternate(served, one["account"], kind)
    served.http("PUT", "/demo/faults", [fault(denied, error="AccessDeniedException", account=one["account"])])
    code, outcome = recheck(orgwarden, here, one["finding"])
    served.http("PUT", "/demo/faults", [])
    assert (code, outcome["unseen"], outcome["gone"]) == (3, 1, 0)
    assert "was denied" in outcome["findings"][0]["reason"]
    assert one in findings(orgwarden, ALTERNATES)


@pytest.mark.parametrize("how", ["closed", "removed"])
def test_an_account_that_has_left_or_was_closed_needs_no_mending(
    here: Path, served: Asking, orgwarden: CommandLine, how: str
):
    one = findings(orgwarden, ALTERNATES)[0]
    leave = {"closed": "close_account", "removed": "remove_account_from_organization"}[how]
    getattr(served.client("organizations"), leave)(AccountId=one["account"])
    served.http("DELETE", "/demo/calls")
    code, outcome = recheck(orgwarden, here, one["finding"])
    assert (code, outcome["gone"]) == (0, 1)
    assert {operation for operation, _ in calls(served)} == {"DescribeAccount"}


def test_a_number_that_stands_nowhere_any_more_is_gone_and_the_new_one_is_left_to_the_next_review(
    here: Path, served: Asking, orgwarden: CommandLine
):
    one = findings(orgwarden, "contacts.primary_phone_verified")[0]
    (account,) = one["accounts"]
    served.client("account").put_contact_information(AccountId=account, ContactInformation=contact("+47 22 86 40 98"))
    code, outcome = recheck(orgwarden, here, one["finding"])
    assert (code, outcome["findings"][0]["reason"]) == (0, "no longer there")


def test_a_domain_that_answers_again_is_asked_for_by_name(here: Path, served: Asking, orgwarden: CommandLine):
    one = findings(orgwarden, "contacts.email_receives_mail")[0]
    served.http("DELETE", "/demo/calls")
    code, _ = recheck(orgwarden, here, one["finding"])
    assert {account for _, account in calls(served)} == set(one["accounts"])
    assert code == 1


def test_the_evidence_of_a_recheck_is_kept_with_what_was_read(here: Path, tmp_path: Path, orgwarden: CommandLine):
    one = findings(orgwarden, ALTERNATES)[0]
    _, outcome = recheck(orgwarden, here, one["finding"])
    kept = json.loads((tmp_path / "store" / outcome["evidence"]).read_bytes())
    assert ["organizations.accounts", one["account"]] in kept["read"]
    assert [v["status"] for v in kept["verdicts"] if v["account"] == one["account"]] == ["FAIL"]


def test_what_is_neither_a_finding_nor_a_ticket_is_told_with_where_to_look(here: Path, orgwarden: CommandLine):
    code, _, error = orgwarden("recheck", "LOCAL-999", "--snapshot", here)
    assert (code, "neither a finding nor a ticket" in error) == (2, True)


def test_without_a_snapshot_there_is_nothing_to_recheck_against(here: Path, orgwarden: CommandLine):
    one = findings(orgwarden, ALTERNATES)[0]
    code, _, error = orgwarden("recheck", one["finding"])
    assert (code, "run organization_inventory first" in error) == (2, True)
    assert here.is_dir()
