"""There is no contact, we were not let look, and we could not read it: three things that are never merged."""

from pathlib import Path
from typing import Any

import pytest

from orgwarden.collect import contacts
from orgwarden.model import EVERYTHING
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, PRIMARY_CONTACTS
from orgwarden.parts.organization import ACCOUNTS, ORGANIZATION, Account, AccountState, Organization
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page, Staging, merged
from orgwarden.store import FileStore
from tests.collect.fakes import aws, refusal

MANAGEMENT, MEMBER, CLOSED = "111111111111", "222222222222", "333333333333"
VEIL = Veil(b"key")
NUMBER = "+47 22 86 40 10"
PRIMARY = {"ContactInformation": {"PhoneNumber": NUMBER, "CountryCode": "NO"}, "VerificationStatus": "VERIFIED"}
ALTERNATE = {"AlternateContact": {"Name": "Ada", "EmailAddress": " SOC@Corp.example ", "PhoneNumber": "22864010"}}


def staging(folder: Path) -> Staging:
    states = {MANAGEMENT: "ACTIVE", MEMBER: "SUSPENDED", CLOSED: "CLOSED"}
    accounts = {a: Account(id=a, name=a, state=AccountState(s), joined="", method="") for a, s in states.items()}
    organization = Organization(id="o-1", management_account=MANAGEMENT, feature_set="ALL", root="r-1")
    staged = Staging(FileStore(folder), "")
    staged.put("before", 1, Page(rows={ORGANIZATION: {EVERYTHING: organization}, ACCOUNTS: accounts}))
    return staged


def swept(folder: Path, caller: str = MANAGEMENT, **changed: Any) -> tuple[Any, Any, list[dict[str, Any]]]:
    answers = {"GetContactInformation": lambda **_: PRIMARY, "GetAlternateContact": lambda **_: ALTERNATE, **changed}
    staged, caller_aws = staging(folder), aws(answers, caller=caller)
    contacts.sweep(staged, aws=caller_aws, veil=VEIL)
    asked = [dict(params) for op, params in caller_aws.session.client("account").asked if op.startswith("Get")]
    return *merged(staged.all_pages()), asked


def test_the_management_account_is_asked_without_its_id_and_a_closed_account_not_at_all(tmp_path: Path):
    rows, gaps, asked = swept(tmp_path)
    assert gaps == {}
    assert set(rows[PRIMARY_CONTACTS]) == {MANAGEMENT, MEMBER}
    assert {params.get("AccountId") for params in asked} == {None, MEMBER}
    assert len(asked) == 2 * 4


def test_one_number_in_two_spellings_is_one_number(tmp_path: Path):
    rows, _, _ = swept(tmp_path)
    primary = rows[PRIMARY_CONTACTS][MEMBER].phone
    alternate = rows[ALTERNATE_CONTACTS][f"{MEMBER}/SECURITY"].phone
    assert primary.key == alternate.key
    assert primary.masked.endswith("10")


def test_nothing_that_was_staged_has_a_number_an_address_or_a_name(tmp_path: Path):
    swept(tmp_path)
    staged = b"".join(file.read_bytes() for file in (tmp_path / "pages" / "contacts").iterdir())
    assert staged
    assert not [word for word in (b"228640", b"22 86", b"Ada", b"SOC", b"soc@") if word in staged]


def test_a_contact_that_is_not_there_is_a_row_and_no_gap(tmp_path: Path):
    none = lambda **_: refusal("ResourceNotFoundException", 404)  # noqa: E731 - an answer
    rows, gaps, _ = swept(tmp_path, GetContactInformation=none, GetAlternateContact=none)
    assert gaps == {}
    assert rows[PRIMARY_CONTACTS][MEMBER].phone is None
    assert rows[ALTERNATE_CONTACTS][f"{MEMBER}/BILLING"] is None


@pytest.mark.parametrize(
    "answer",
    [
        refusal("AccessDeniedException", 403),
        refusal("404", 404),
        {},
        {"message": "<html>"},
        {"ContactInformation": {}},
        {"ContactInformation": {"PhoneNumber": None}},
        {"ContactInformation": {"PhoneNumber": 4722864010}},
    ],
)
def test_a_contact_that_could_not_be_read_is_a_gap_and_never_missing(tmp_path: Path, answer: Any):
    rows, gaps, _ = swept(tmp_path, GetContactInformation=lambda **_: answer)
    assert {key for part, key in gaps if part == PRIMARY_CONTACTS.name} == {MANAGEMENT, MEMBER}
    assert not rows.get(PRIMARY_CONTACTS)
    assert len(rows[ALTERNATE_CONTACTS]) == 6


@pytest.mark.parametrize("answer", [{"AlternateContact": {}}, {"AlternateContact": {**ALTERNATE, "Name": "x"}}, {}])
def test_an_alternate_contact_that_does_not_parse_is_a_gap_of_its_slot(tmp_path: Path, answer: Any):
    def one_broken(AlternateContactType: str, **_: Any) -> Any:
        return answer if AlternateContactType == "SECURITY" else ALTERNATE

    _, gaps, _ = swept(tmp_path, GetAlternateContact=one_broken)
    assert set(gaps) == {(ALTERNATE_CONTACTS.name, f"{a}/SECURITY") for a in (MANAGEMENT, MEMBER)}


def test_without_a_role_the_management_accounts_own_contacts_are_gaps_with_the_remedy(tmp_path: Path):
    rows, gaps, asked = swept(tmp_path, caller=MEMBER)
    assert len(gaps) == 4
    assert "ORGWARDEN_MANAGEMENT_ROLE_ARN" in gaps[PRIMARY_CONTACTS.name, MANAGEMENT]
    assert set(rows[PRIMARY_CONTACTS]) == {MEMBER}
    assert {params["AccountId"] for params in asked} == {MEMBER}
