"""Reads single accounts, units and tags of AWS Organizations again, and the organization itself, by their ids.

What a gap hides stays hidden; what AWS says is not there gives neither row nor gap.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from orgwarden.collect import answers
from orgwarden.collect.actions import Action, called
from orgwarden.collect.api import Api, Missing
from orgwarden.collect.batches import gap, read_side_by_side
from orgwarden.collect.organizations import listed_account
from orgwarden.errors import SkipAndNote
from orgwarden.model import EVERYTHING, Part, World
from orgwarden.parts.contacts import ROOT_MAILBOXES
from orgwarden.parts.organization import (
    ACCOUNTS,
    ORGANIZATION,
    PLACEMENTS,
    STATES_SINCE,
    UNITS,
    Account,
    AccountState,
    Organization,
    Unit,
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page, merged

DESCRIBED: tuple[Part[Any], ...] = (ACCOUNTS, ROOT_MAILBOXES, PLACEMENTS, STATES_SINCE)
ACTIONS: tuple[Action, ...] = called(
    (
        "organizations:DescribeAccount",
        "organizations:DescribeOrganization",
        "organizations:ListAccounts",
        "organizations:ListOrganizationalUnitsForParent",
        "organizations:ListRoots",
        "organizations:ListTagsForResource",
    )
)
NO_PATH = "AWS Organizations answered no path of the account"
NO_PARENT = "nobody knows under which unit it stands: run organization_inventory"
NO_LONGER_THERE = "AccountNotFoundException"
# How many accounts AWS gives in one page (ListAccounts).
A_PAGE = 20


def read_accounts(accounts: Collection[str], *, before: World, api: Api, veil: Veil, today: date) -> Page:
    """Read accounts: one by one, or by the list of all where that takes fewer calls; one that has left has no row.

    ``"*"`` among them asks for all there are, whether anybody knew of them before or not.
    """
    if not accounts:
        return Page()
    known = before.parts.get(ACCOUNTS, {})
    if EVERYTHING in accounts or len(accounts) > len(known) / A_PAGE + 1:
        page = _listed(api, accounts, veil)
    else:
        page = read_side_by_side(sorted(accounts), lambda account: _described(api, account, veil))
    return _with_states(_with_lost_paths(page), before, today)


def _described(api: Api, account: str, veil: Veil) -> Page:
    try:
        answer = api.call("DescribeAccount", answers.DescribeAccount, missing=NO_LONGER_THERE, AccountId=account)
    except Missing:
        return Page()
    except SkipAndNote as error:
        return _nothing_of((account,), error.cause)
    return listed_account(answer.Account, veil)


def _listed(api: Api, accounts: Collection[str], veil: Veil) -> Page:
    pages: list[Page] = []
    try:
        for page, _ in api.pages("ListAccounts", answers.ListAccounts):
            pages.extend(listed_account(raw, veil) for raw in page.Accounts)
    except SkipAndNote as error:
        seen, _ = merged(pages)
        pages.append(_nothing_of(set(accounts) - seen.get(ACCOUNTS, {}).keys(), error.cause))
    return _only(accounts, *merged(pages))


def _nothing_of(accounts: Collection[str], cause: str) -> Page:
    return Page(gaps={(part.name, account): cause for part in DESCRIBED for account in accounts})


def _only(accounts: Collection[str], rows: Mapping[Part[Any], Mapping[str, Any]], gaps: Mapping[Any, str]) -> Page:
    """Leave out the other accounts of a list; one that does not parse may be any of those that it does not have."""
    if EVERYTHING in accounts:
        return Page(rows=rows, gaps=gaps)
    wanted = set(accounts)
    kept = {part: {key: row for key, row in found.items() if key in wanted} for part, found in rows.items()}
    lost = {(part, key): cause for (part, key), cause in gaps.items() if key in wanted}
    for cause in (cause for (_, key), cause in gaps.items() if key == EVERYTHING):
        lost.update(_nothing_of(wanted - kept.get(ACCOUNTS, {}).keys(), cause).gaps)
    return Page(rows=kept, gaps=lost)


def _with_lost_paths(page: Page) -> Page:
    """Say of each account that was answered without a path that nobody knows where it stands."""
    unplaced = page.rows.get(ACCOUNTS, {}).keys() - page.rows.get(PLACEMENTS, {}).keys()
    return Page(rows=page.rows, gaps={**{(PLACEMENTS.name, account): NO_PATH for account in unplaced}, **page.gaps})


def _with_states(page: Page, before: World, today: date) -> Page:
    """Say since when each account has been seen in its state, as a whole reading goes on from the one before it."""
    accounts, since = before.parts.get(ACCOUNTS, {}), before.parts.get(STATES_SINCE, {})

    def told(row: Account) -> str:
        same = row.id in accounts and accounts[row.id].state is row.state
        return (since.get(row.id, "") if same else "") or today.isoformat()

    idle = [row for row in page.rows.get(ACCOUNTS, {}).values() if row.state is not AccountState.ACTIVE]
    lost = {(STATES_SINCE.name, key): cause for (part, key), cause in page.gaps.items() if part == ACCOUNTS.name}
    return Page(rows={**page.rows, STATES_SINCE: {row.id: told(row) for row in idle}}, gaps={**page.gaps, **lost})


def read_units(units: Collection[str], *, before: World, api: Api, veil: Veil) -> Page:
    """Read units by the lists of the units above them: AWS moves no unit, so each stands where it was seen."""
    known: Mapping[str, Unit] = before.parts.get(UNITS, {})
    parents = sorted({known[unit].parent for unit in units if unit in known})
    found = read_side_by_side(parents, lambda parent: _children(api, parent, set(units), known, veil))
    lost = {(UNITS.name, unit): NO_PARENT for unit in units if unit not in known}
    return Page(rows=found.rows, gaps={**found.gaps, **lost})


def _children(api: Api, parent: str, units: Collection[str], known: Mapping[str, Unit], veil: Veil) -> Page:
    rows: dict[str, Unit] = {}
    shape = answers.ListOrganizationalUnitsForParent
    try:
        for page, _ in api.pages(
            "ListOrganizationalUnitsForParent", shape, missing="ParentNotFoundException", ParentId=parent
        ):
            listed = (unit for unit in page.OrganizationalUnits if unit.Id in units)
            rows.update({unit.Id: Unit(name=veil.text(unit.Name), parent=parent) for unit in listed})
    except Missing:
        return Page()
    except SkipAndNote as error:
        unseen = (unit for unit in units if unit in known and known[unit].parent == parent and unit not in rows)
        return Page(rows={UNITS: rows}, gaps={(UNITS.name, unit): error.cause for unit in unseen})
    return Page(rows={UNITS: rows})


def read_tags(part: Part[Any], resources: Collection[str], *, api: Api, veil: Veil) -> Page:
    """Read the tags of accounts, units, the root or policies into a part of tags."""
    return read_side_by_side(sorted(resources), lambda resource: _tags(part, resource, api, veil))


def _tags(part: Part[Any], resource: str, api: Api, veil: Veil) -> Page:
    shape = answers.ListTagsForResource
    try:
        listing = api.pages("ListTagsForResource", shape, missing="TargetNotFoundException", ResourceId=resource)
        tags = {tag.Key: veil.text(tag.Value) for page, _ in listing for tag in page.Tags}
    except Missing:
        return Page()
    except SkipAndNote as error:
        return gap(part, resource, error.cause)
    return Page(rows={part: {resource: tags}})


def read_organization(before: World, api: Api) -> Page:
    """Read the organization; the id of its root stays what it was."""
    was = before.parts.get(ORGANIZATION, {}).get(EVERYTHING)
    try:
        said = api.call("DescribeOrganization", answers.DescribeOrganization).Organization
        root = (was and was.root) or api.call("ListRoots", answers.ListRoots).Roots[0].Id
    except SkipAndNote as error:
        return gap(ORGANIZATION, EVERYTHING, error.cause)
    row = Organization(id=said.Id, management_account=said.MasterAccountId, feature_set=said.FeatureSet, root=root)
    return Page(rows={ORGANIZATION: {EVERYTHING: row}})
