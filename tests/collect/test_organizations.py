"""The organization is read whole, or what is missing of it is a gap with a cause; no account at all is an error."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orgwarden.collect import organizations
from orgwarden.errors import Refused
from orgwarden.model import EVERYTHING
from orgwarden.parts.contacts import ROOT_MAILBOXES
from orgwarden.parts.organization import (
    ACCOUNTS,
    ORGANIZATION,
    PLACEMENTS,
    STATES_SINCE,
    TAGS,
    UNITS,
    Account,
    AccountState,
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import Opened, Page, Staging, merged, stage
from orgwarden.store import FileStore
from tests.collect.fakes import aws, refusal

A, B, ROOT, UNIT = "111111111111", "222222222222", "r-1", "ou-1-a"
VEIL = Veil(b"key")
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)


def listed(account: str, **fields: Any) -> dict[str, Any]:
    path = f"o-1/{ROOT}/{UNIT}/{account}/"
    return {"Id": account, "Email": f"warden+{account}@corp.example", "State": "ACTIVE", "Paths": [path], **fields}


def answers(**changed: Any) -> dict[str, Any]:
    """A sound organization of two accounts in one unit; what differs is given."""
    described = {"Organization": {"Id": "o-1", "MasterAccountId": A, "FeatureSet": "ALL"}}
    units = {ROOT: [{"Id": UNIT, "Name": "workloads"}]}
    return {
        "DescribeOrganization": lambda: described,
        "ListRoots": lambda: {"Roots": [{"Id": ROOT}]},
        "ListAccounts": lambda **_: {"Accounts": [listed(A), listed(B)]},
        "ListOrganizationalUnitsForParent": lambda ParentId, **_: {"OrganizationalUnits": units.get(ParentId, [])},
        "ListTagsForResource": lambda ResourceId, **_: {"Tags": [{"Key": "owner", "Value": f"team-{ResourceId[0]}"}]},
        **changed,
    }


def opened(folder: Path) -> Staging:
    return stage(FileStore(folder), "", Opened(period="2026-11", run="r", at=NOW, key_check=VEIL.check))


def swept(folder: Path, **changed: Any) -> tuple[dict[Any, Any], dict[tuple[str, str], str]]:
    staging = opened(folder)
    organizations.sweep(staging, aws=aws(answers(**changed)), veil=VEIL)
    return merged(staging.all_pages())


def test_a_sound_organization_is_read_without_a_gap(tmp_path: Path):
    rows, gaps = swept(tmp_path)
    assert gaps == {}
    assert rows[ORGANIZATION][EVERYTHING].management_account == A
    assert rows[PLACEMENTS] == {A: (UNIT,), B: (UNIT,)}
    assert rows[UNITS][UNIT].parent == ROOT
    assert rows[TAGS][B] == {"owner": "team-2"}


def test_addresses_are_folded_and_hashed_before_they_are_staged(tmp_path: Path):
    rows, _ = swept(tmp_path)
    assert rows[ROOT_MAILBOXES][A] == rows[ROOT_MAILBOXES][B]
    assert all(b"warden" not in file.read_bytes() for file in (tmp_path / "pages" / "accounts").iterdir())


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"State": "CLOSED", "Status": "SUSPENDED"}, AccountState.CLOSED),
        ({"State": "ACTIVE"}, AccountState.ACTIVE),
        ({"State": None, "Status": "PENDING_CLOSURE"}, AccountState.PENDING_CLOSURE),
    ],
)
def test_state_counts_and_status_only_where_there_is_no_state(tmp_path: Path, said: dict, state: AccountState):
    rows, _ = swept(tmp_path, ListAccounts=lambda **_: {"Accounts": [listed(A), listed(B, **said)]})
    assert rows[ACCOUNTS][B].state is state


@pytest.mark.parametrize("address", ["nobody", "", "a b@c"])
def test_an_address_that_does_not_parse_is_a_gap_and_its_account_stands(tmp_path: Path, address: str):
    rows, gaps = swept(tmp_path, ListAccounts=lambda **_: {"Accounts": [listed(A), listed(B, Email=address)]})
    assert set(rows[ACCOUNTS]) == {A, B}
    assert set(gaps) == {(ROOT_MAILBOXES.name, B)}


@pytest.mark.parametrize("broken", [{"State": None}, {"State": "FROZEN"}, {"Email": None}, {"Paths": 5}])
def test_an_account_that_does_not_parse_is_a_gap_and_the_others_stand(tmp_path: Path, broken: dict):
    rows, gaps = swept(tmp_path, ListAccounts=lambda **_: {"Accounts": [listed(A), listed(B, **broken)]})
    assert set(rows[ACCOUNTS]) == {A}
    assert (ACCOUNTS.name, B) in gaps


@pytest.mark.parametrize(
    "answer",
    [{"Accounts": []}, {}, {"message": "<html>"}, refusal("AccessDeniedException"), refusal("InternalException", 400)],
)
def test_no_account_at_all_is_an_error_with_a_sentence(tmp_path: Path, answer: Any):
    with pytest.raises(Refused, match="ListAccounts"):
        swept(tmp_path, ListAccounts=lambda **_: answer)


def test_a_denied_second_page_of_accounts_is_a_gap_of_the_whole_part(tmp_path: Path):
    def pages(NextToken: str = "") -> Any:
        return refusal("AccessDeniedException") if NextToken else {"Accounts": [listed(A)], "NextToken": "2"}

    rows, gaps = swept(tmp_path, ListAccounts=pages)
    assert set(rows[ACCOUNTS]) == {A}
    assert "denied" in gaps[ACCOUNTS.name, EVERYTHING]


def test_parents_are_asked_only_where_paths_lack(tmp_path: Path):
    placed = {ROOT: [{"Id": A}], UNIT: [{"Id": B}]}
    rows, gaps = swept(
        tmp_path,
        ListAccounts=lambda **_: {"Accounts": [listed(A, Paths=None), listed(B, Paths=None)]},
        ListAccountsForParent=lambda ParentId, **_: {"Accounts": placed[ParentId]},
    )
    assert rows[PLACEMENTS] == {A: (), B: (UNIT,)}
    assert gaps == {}


def test_an_account_that_no_parent_answers_has_no_place_and_a_gap_says_so(tmp_path: Path):
    _, gaps = swept(
        tmp_path,
        ListAccounts=lambda **_: {"Accounts": [listed(A, Paths=None)]},
        ListAccountsForParent=lambda **_: refusal("AccessDeniedException"),
    )
    assert set(gaps) == {(PLACEMENTS.name, A)}


def test_an_address_in_a_units_name_is_masked(tmp_path: Path):
    named = {ROOT: [{"Id": UNIT, "Name": "of ann@corp.example"}]}
    units = {"ListOrganizationalUnitsForParent": lambda ParentId: {"OrganizationalUnits": named.get(ParentId, [])}}
    rows, _ = swept(tmp_path, **units)
    assert rows[UNITS][UNIT].name.startswith("of a•••@corp.example~")


def test_denied_units_and_tags_are_gaps_of_their_own(tmp_path: Path):
    def tags(ResourceId: str) -> Any:
        return refusal("AccessDeniedException") if ResourceId == B else {"Tags": []}

    denied = {"ListOrganizationalUnitsForParent": lambda **_: refusal("AccessDeniedException")}
    rows, gaps = swept(tmp_path, ListTagsForResource=tags, **denied)
    assert set(gaps) == {(UNITS.name, ROOT), (TAGS.name, B)}
    assert rows[TAGS][A] == {}


def test_a_reading_that_was_cut_off_resumes_behind_its_last_page(tmp_path: Path):
    staging, asked = opened(tmp_path), []

    def pages(NextToken: str = "") -> Any:
        asked.append(NextToken)
        return {"Accounts": [listed(B)]} if NextToken else {"Accounts": [listed(A)], "NextToken": "2"}

    organizations.sweep(staging, aws=aws(answers(ListAccounts=pages)), veil=VEIL)
    staging.store.delete("pages/accounts/00002.json")
    organizations.sweep(staging, aws=aws(answers(ListAccounts=pages)), veil=VEIL)
    assert asked == ["", "2", "2"]
    assert set(merged(staging.all_pages())[0][ACCOUNTS]) == {A, B}


def test_a_page_token_that_is_no_longer_valid_starts_the_list_anew(tmp_path: Path):
    staging = opened(tmp_path)
    staging.put("accounts", 1, Page(cursor="expired"))

    def pages(NextToken: str = "") -> Any:
        return refusal("InvalidInputException") if NextToken == "expired" else {"Accounts": [listed(A), listed(B)]}

    organizations.sweep(staging, aws=aws(answers(ListAccounts=pages)), veil=VEIL)
    rows, gaps = merged(staging.all_pages())
    assert (set(rows[ACCOUNTS]), gaps) == ({A, B}, {})


@pytest.mark.parametrize(
    ("state", "before", "since"),
    [
        ("SUSPENDED", AccountState.SUSPENDED, "2026-09-01"),
        ("SUSPENDED", AccountState.ACTIVE, "2026-11-21"),
        ("PENDING_CLOSURE", AccountState.SUSPENDED, "2026-11-21"),
    ],
)
def test_since_when_an_account_is_in_its_state_goes_on_from_the_reading_before(tmp_path: Path, state, before, since):
    known = Account(id=B, name="", state=before, joined="", method="")
    earlier = organizations.Before(accounts={B: known}, since={B: "2026-09-01"})
    page = {"Accounts": [listed(A), listed(B, State=state)]}
    staging = opened(tmp_path)
    organizations.sweep(staging, aws=aws(answers(ListAccounts=lambda **_: page)), veil=VEIL, before=earlier)
    assert merged(staging.all_pages())[0][STATES_SINCE] == {B: since}
