"""Accounts, units and tags are read one by one, or by their list where that takes fewer calls."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from orgwarden.collect.api import Api
from orgwarden.collect.single_accounts import NO_PARENT, read_accounts, read_organization, read_tags, read_units
from orgwarden.model import EVERYTHING, World
from orgwarden.parts.contacts import ROOT_MAILBOXES
from orgwarden.parts.organization import (
    ACCOUNTS,
    ORGANIZATION,
    PLACEMENTS,
    STATES_SINCE,
    TAGS,
    UNITS,
    AccountState,
    Organization,
    Unit,
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page
from tests.collect.fakes import refusal
from tests.collect.sides import api
from tests.worlds import UNIT, A, B, account, world

VEIL, TODAY = Veil(b"key"), date(2026, 11, 26)
DENIED = refusal("AccessDeniedException")
HERE = Organization(id="o-1", management_account=A, feature_set="ALL", root="r-1")


def described(id_: str, state: str = "ACTIVE") -> dict[str, Any]:
    path = f"o-1/r-1/{UNIT}/{id_}/"
    return {"Id": id_, "Name": id_, "Email": f"{id_}@corp.example", "State": state, "Paths": [path]}


def read(caller: Api, *accounts: str, before: World | None = None) -> Page:
    return read_accounts(accounts, before=before or world(), api=caller, veil=VEIL, today=TODAY)


def one_by_one(**states: str) -> Api:
    return api({"DescribeAccount": lambda AccountId: {"Account": described(AccountId, **states)}}, "organizations")


def test_a_few_accounts_are_described():
    caller = one_by_one()
    page = read(caller, B)
    assert caller.calls == {"DescribeAccount": 1}
    assert page.rows[PLACEMENTS] == {B: (UNIT,)}
    assert not page.gaps


def test_many_accounts_are_listed_and_the_others_of_the_list_left_out():
    known = {str(n) * 12: account(str(n) * 12) for n in range(9)}
    caller = api({"ListAccounts": lambda: {"Accounts": [described(id_) for id_ in known]}}, "organizations")
    page = read(caller, *list(known)[:4], before=world({ACCOUNTS: known}))
    assert caller.calls == {"ListAccounts": 1}
    assert page.rows[ACCOUNTS].keys() == set(list(known)[:4])


def test_all_accounts_are_those_that_nobody_knew_of_too():
    listed = {"Accounts": [described(A), described("9" * 12)]}
    page = read(api({"ListAccounts": lambda: listed}, "organizations"), EVERYTHING, B)
    assert (page.rows[PLACEMENTS].keys(), page.gaps) == ({A, "9" * 12}, {})
    denied = read(api({"ListAccounts": lambda: DENIED}, "organizations"), EVERYTHING)
    assert (PLACEMENTS.name, EVERYTHING) in denied.gaps


def test_what_a_list_does_not_have_has_left_and_what_was_not_listed_is_a_gap():
    def listed(NextToken: str = "") -> Any:
        return DENIED if NextToken else {"Accounts": [described(A)], "NextToken": "on"}

    page = read(api({"ListAccounts": listed}, "organizations"), A, B)
    assert page.rows[ACCOUNTS].keys() == {A}
    assert {key for _, key in page.gaps} == {B}
    whole = read(api({"ListAccounts": lambda: {"Accounts": [described(A)]}}, "organizations"), A, B)
    assert (whole.rows[ACCOUNTS].keys(), whole.gaps) == ({A}, {})


def test_an_account_of_a_list_that_does_not_parse_may_be_any_that_it_lacks():
    page = read(api({"ListAccounts": lambda: {"Accounts": [described(A), {}]}}, "organizations"), A, B)
    assert {key for _, key in page.gaps} == {B}


def test_an_account_without_a_path_stands_nobody_knows_where():
    page = read(api({"DescribeAccount": lambda **_: {"Account": {**described(B), "Paths": None}}}, "organizations"), B)
    assert page.gaps.keys() == {(PLACEMENTS.name, B)}


@pytest.mark.parametrize(("was", "since"), [("SUSPENDED", "2026-10-01"), ("ACTIVE", "2026-11-26")])
def test_an_account_is_in_its_state_since_it_was_first_seen_so(was: str, since: str):
    before = world({ACCOUNTS: {B: account(B, state=AccountState(was))}, STATES_SINCE: {B: "2026-10-01"}})
    assert read(one_by_one(state="SUSPENDED"), B, before=before).rows[STATES_SINCE] == {B: since}


def test_an_account_that_is_denied_is_a_gap_in_all_that_its_answer_tells():
    page = read(api({"DescribeAccount": lambda **_: DENIED}, "organizations"), B)
    assert {part for part, _ in page.gaps} == {p.name for p in (ACCOUNTS, ROOT_MAILBOXES, PLACEMENTS, STATES_SINCE)}


def units(answer: Any, *asked: str) -> Page:
    caller = api({"ListOrganizationalUnitsForParent": lambda **_: answer}, "organizations")
    return read_units(asked, before=world({UNITS: {UNIT: Unit(name="old", parent="r-1")}}), api=caller, veil=VEIL)


def test_a_unit_is_read_by_the_list_above_it():
    page = units({"OrganizationalUnits": [{"Id": UNIT, "Name": "new"}, {"Id": "ou-1-other", "Name": "other"}]}, UNIT)
    assert (page.rows, page.gaps) == ({UNITS: {UNIT: Unit(name="new", parent="r-1")}}, {})


def test_an_address_in_a_units_name_is_masked():
    page = units({"OrganizationalUnits": [{"Id": UNIT, "Name": "of ann@corp.example"}]}, UNIT)
    assert page.rows[UNITS][UNIT].name.startswith("of a•••@corp.example~")


def test_a_unit_that_is_not_listed_or_lost_its_parent_is_gone():
    assert units({"OrganizationalUnits": []}, UNIT) == Page(rows={UNITS: {}})
    assert units(refusal("ParentNotFoundException"), UNIT) == Page()


def test_a_unit_whose_list_is_denied_or_whose_parent_nobody_knows_is_a_gap():
    assert units(DENIED, UNIT).gaps.keys() == {(UNITS.name, UNIT)}
    assert units({}, "ou-1-new").gaps == {(UNITS.name, "ou-1-new"): NO_PARENT}


def tags(answer: Any) -> Page:
    caller = api({"ListTagsForResource": lambda **_: answer}, "organizations")
    return read_tags(TAGS, [UNIT], api=caller, veil=VEIL)


def test_tags_are_masked_a_gap_where_denied_and_nothing_where_their_resource_is_gone():
    assert "ada@" not in str(tags({"Tags": [{"Key": "owner", "Value": "ada@corp.example"}]}).rows[TAGS])
    assert tags(DENIED).gaps.keys() == {(TAGS.name, UNIT)}
    assert tags(refusal("TargetNotFoundException")) == Page()


def test_the_organization_keeps_its_root():
    said = {"Id": "o-1", "MasterAccountId": A, "FeatureSet": "CONSOLIDATED_BILLING"}
    caller = api({"DescribeOrganization": lambda: {"Organization": said}}, "organizations")
    page = read_organization(world({ORGANIZATION: {EVERYTHING: HERE}}), caller)
    assert page.rows == {ORGANIZATION: {EVERYTHING: replace(HERE, feature_set="CONSOLIDATED_BILLING")}}
