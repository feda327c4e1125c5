"""The sweep of AWS Organizations: organization, accounts, tree and tags, in the fewest calls that give them.

The tree comes from the accounts' own Paths; only where AWS leaves them out are the parents asked for their accounts.
Units are listed for their names, and because an empty one stands in nobody's path.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from orgwarden.aws.mailboxes import read_mailbox
from orgwarden.collect import answers
from orgwarden.collect.actions import Action, called
from orgwarden.collect.api import Api
from orgwarden.collect.batches import gap, read_in_batches, read_side_by_side
from orgwarden.collect.sessions import Aws
from orgwarden.errors import Refused, SkipAndNote
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
    Organization,
    Unit,
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page, Staging, merged, whole_part_gaps

NAME = "organizations"
PARTS = (ORGANIZATION, ACCOUNTS, ROOT_MAILBOXES, UNITS, PLACEMENTS, TAGS, STATES_SINCE)
ACTIONS: tuple[Action, ...] = called(
    (
        "organizations:DescribeOrganization",
        "organizations:ListAccounts",
        "organizations:ListAccountsForParent",
        "organizations:ListOrganizationalUnitsForParent",
        "organizations:ListRoots",
        "organizations:ListTagsForResource",
    )
)
UNPARSABLE = "organizations:ListAccounts gave an account that does not parse"
UNPARSABLE_ADDRESS = "organizations:ListAccounts gave an address that does not parse"
NO_LIST = "nothing can be reviewed without the list of accounts: "
# A page of parents at a time; units of the fifth level have no units (AWS Organizations quotas).
PARENTS = 20
DEEPEST = 5
# A state that only Status says: before State existed, a closed account was a suspended one.
STATE_OF_STATUS = {
    "ACTIVE": AccountState.ACTIVE,
    "SUSPENDED": AccountState.SUSPENDED,
    "PENDING_CLOSURE": AccountState.PENDING_CLOSURE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """The last reading, as far as this one goes on from it: the accounts, and since when each was in its state."""

    accounts: Mapping[str, Account] = field(default_factory=dict)
    since: Mapping[str, str] = field(default_factory=dict)


NOTHING_BEFORE = Before()


def sweep(staging: Staging, *, aws: Aws, veil: Veil, before: Before = NOTHING_BEFORE) -> dict[str, int]:
    """Read the organization into the staging; give rows and gaps. Raises ``Refused`` where no account is answered."""
    api = aws.here("organizations")
    organization = _organization(staging, api)
    accounts = _accounts(staging, api, veil)
    staging.put("states", 1, _states(accounts, before, staging.opened().at.date()))
    with ThreadPoolExecutor(max_workers=1) as beside:
        # Units and tags are asked of two APIs, each at its own rate: neither waits for the other.
        walking = beside.submit(_units, staging, api, organization.root, veil)
        _tags(staging, "tags", api, [organization.root, *_live(accounts)], veil)
        units = walking.result()
    _tags(staging, "tags-of-units", api, list(units), veil)
    _placements_where_paths_lack(staging, api, accounts, organization.root, units)
    staging.finish(NAME, PARTS)
    return {"accounts": len(accounts), "units": len(units)}


def _organization(staging: Staging, api: Api) -> Organization:
    if not staging.pages("organization"):
        staging.put("organization", 1, _read_organization(api))
    found: Organization = staging.pages("organization")[0].rows[ORGANIZATION][EVERYTHING]
    return found


def _read_organization(api: Api) -> Page:
    try:
        described = api.call("DescribeOrganization", answers.DescribeOrganization).Organization
    except SkipAndNote as error:
        raise Refused(f"nothing can be reviewed without the organization: {error.cause}") from error
    gaps = {}
    try:
        root = api.call("ListRoots", answers.ListRoots).Roots[0].Id
    except SkipAndNote as error:
        root, gaps = "", {(UNITS.name, EVERYTHING): error.cause}
    row = Organization(
        id=described.Id, management_account=described.MasterAccountId, feature_set=described.FeatureSet, root=root
    )
    return Page(rows={ORGANIZATION: {EVERYTHING: row}}, gaps=gaps)


def _accounts(staging: Staging, api: Api, veil: Veil) -> Mapping[str, Account]:
    staged = staging.pages("accounts")
    if not staged or staged[-1].cursor:
        _list_accounts(staging, api, veil)
    found: Mapping[str, Account] = merged(staging.pages("accounts"))[0].get(ACCOUNTS, {})
    if not found:
        raise Refused("organizations:ListAccounts answered no account at all, and an organization has at least one")
    return found


def _list_accounts(staging: Staging, api: Api, veil: Veil) -> None:
    """List on behind the last staged page; a page token that no longer holds starts the list anew."""
    staged = staging.pages("accounts")
    try:
        listing = api.pages("ListAccounts", answers.ListAccounts, start=staged[-1].cursor if staged else "")
        for number, (page, token) in enumerate(listing, len(staged) + 1):
            staging.put("accounts", number, _account_page(page.Accounts, token, veil))
    except SkipAndNote as error:
        if staged and len(staging.pages("accounts")) == len(staged):
            staging.restart("accounts")
            _list_accounts(staging, api, veil)
        else:
            _end_accounts(staging, error)


def _end_accounts(staging: Staging, error: SkipAndNote) -> None:
    """Note that the accounts behind the last staged page could not be read; with no page before it, give up."""
    staged = staging.pages("accounts")
    if not staged:
        raise Refused(f"{NO_LIST}{error.cause}") from error
    staging.put("accounts", len(staged) + 1, Page(gaps=whole_part_gaps((ACCOUNTS, ROOT_MAILBOXES), error.cause)))


def _account_page(listed: Iterable[Mapping[str, Any]], cursor: str, veil: Veil) -> Page:
    """Turn one page of accounts into rows and gaps; each account is parsed apart, and a bad one is a gap."""
    rows, gaps = merged(listed_account(raw, veil) for raw in listed)
    return Page(rows={ACCOUNTS: {}, **rows}, gaps=gaps, cursor=cursor)


def listed_account(raw: Mapping[str, Any], veil: Veil) -> Page:
    """Turn one account, as AWS Organizations describes it, into its rows, or the gaps of what does not parse."""
    key = raw.get("Id") if isinstance(raw.get("Id"), str) else EVERYTHING
    try:
        account = answers.ListedAccount.model_validate(raw)
        row = _account(account, veil)
    except (ValidationError, SkipAndNote) as error:
        cause = error.cause if isinstance(error, SkipAndNote) else UNPARSABLE
        return Page(gaps={(part.name, str(key)): cause for part in (ACCOUNTS, ROOT_MAILBOXES)})
    placed = {account.Id: _placement(account.Paths[0])} if account.Paths else {}
    try:
        mailbox = {ROOT_MAILBOXES: {account.Id: read_mailbox(account.Email, veil=veil)}}
        gaps = {}
    except ValueError:
        mailbox, gaps = {}, {(ROOT_MAILBOXES.name, account.Id): UNPARSABLE_ADDRESS}
    return Page(rows={ACCOUNTS: {account.Id: row}, PLACEMENTS: placed, **mailbox}, gaps=gaps)


def _account(account: answers.ListedAccount, veil: Veil) -> Account:
    return Account(
        id=account.Id,
        name=veil.text(account.Name),
        state=_state(account),
        joined=account.JoinedTimestamp.isoformat() if account.JoinedTimestamp else "",
        method=account.JoinedMethod or "",
    )


def _state(account: answers.ListedAccount) -> AccountState:
    """Give the account's State; the retired Status counts only where there is no State."""
    if account.State is not None:
        known = AccountState.__members__.get(account.State)
    else:
        known = STATE_OF_STATUS.get(account.Status or "")
    if known is None:
        said = account.State or account.Status
        what = f"the state {said!r}, which this version does not know" if said else "neither State nor Status"
        raise SkipAndNote(f"organizations:ListAccounts answered {what}")
    return known


def _states(accounts: Mapping[str, Account], before: Before, today: date) -> Page:
    """Say since when each account that is not active has been seen so: AWS tells the state, and not since when."""

    def since(account: str, row: Account) -> str:
        known = before.accounts.get(account)
        return before.since.get(account, "") if known and known.state is row.state else ""

    idle = {account: row for account, row in accounts.items() if row.state is not AccountState.ACTIVE}
    return Page(rows={STATES_SINCE: {a: since(a, row) or today.isoformat() for a, row in idle.items()}})


def _placement(path: str) -> tuple[str, ...]:
    """Give the ids of the units in a path ``o-…/r-…/ou-…/ou-…/123456789012/``."""
    return tuple(step for step in path.split("/") if step.startswith("ou-"))


def _units(staging: Staging, api: Api, root: str, veil: Veil) -> Mapping[str, Unit]:
    """Walk the tree from the root, a page for every 20 parents; a parent that is not answered is a gap of its own."""
    while root:
        pages = staging.pages("units")
        found = merged(pages)[0].get(UNITS, {})
        parents = [root, *(unit for unit in found if _depth(unit, found) < DEEPEST)]
        done = int(pages[-1].cursor) if pages else 0
        if done == len(parents):
            return found
        page = read_side_by_side(parents[done : done + PARENTS], lambda parent: _children(api, parent, veil))
        done = min(done + PARENTS, len(parents))
        staging.put("units", len(pages) + 1, Page(rows=page.rows, gaps=page.gaps, cursor=str(done)))
    return {}


def _children(api: Api, parent: str, veil: Veil) -> Page:
    rows: dict[str, Unit] = {}
    try:
        listing = api.pages(
            "ListOrganizationalUnitsForParent", answers.ListOrganizationalUnitsForParent, ParentId=parent
        )
        for page, _ in listing:
            named = ((unit.Id, veil.text(unit.Name)) for unit in page.OrganizationalUnits)
            rows.update({id_: Unit(name=name, parent=parent) for id_, name in named})
    except SkipAndNote as error:
        return Page(rows={UNITS: rows}, gaps={(UNITS.name, parent): error.cause})
    return Page(rows={UNITS: rows})


def _depth(unit: str, units: Mapping[str, Unit]) -> int:
    parent = units[unit].parent
    return 1 + (_depth(parent, units) if parent in units else 0)


def _placements_where_paths_lack(
    staging: Staging, api: Api, accounts: Mapping[str, Account], root: str, units: Mapping[str, Unit]
) -> None:
    """Ask every parent for its accounts, but only if AWS gave an account no path; who is in none is a gap."""
    placed = merged(staging.all_pages())[0].get(PLACEMENTS, {})
    if accounts.keys() <= placed.keys():
        return
    parents = [root, *units] if root else []
    read_in_batches(staging, "placements", parents, lambda parent: _placed(api, parent, units))
    placed = merged(staging.all_pages())[0].get(PLACEMENTS, {})
    lost = {(PLACEMENTS.name, account): "no parent answered the account" for account in accounts.keys() - placed.keys()}
    staging.put("placements-lost", 1, Page(gaps=lost))


def _placed(api: Api, parent: str, units: Mapping[str, Unit]) -> Page:
    path = _path(parent, units)
    try:
        listing = api.pages("ListAccountsForParent", answers.ListAccountsForParent, ParentId=parent)
        return Page(rows={PLACEMENTS: {account.Id: path for page, _ in listing for account in page.Accounts}})
    except SkipAndNote:
        # The accounts of this parent are told as gaps by their own ids, once all parents were asked.
        return Page()


def _path(parent: str, units: Mapping[str, Unit]) -> tuple[str, ...]:
    return (*_path(units[parent].parent, units), parent) if parent in units else ()


def _live(accounts: Mapping[str, Account]) -> list[str]:
    return sorted(account for account, row in accounts.items() if not row.state.is_closed)


def _tags(staging: Staging, step: str, api: Api, resources: Iterable[str], veil: Veil) -> None:
    named = [resource for resource in resources if resource]
    read_in_batches(staging, step, named, lambda resource: _tags_of(api, resource, veil))


def _tags_of(api: Api, resource: str, veil: Veil) -> Page:
    try:
        listing = api.pages("ListTagsForResource", answers.ListTagsForResource, ResourceId=resource)
        tags = {tag.Key: veil.text(tag.Value) for page, _ in listing for tag in page.Tags}
    except SkipAndNote as error:
        return gap(TAGS, resource, error.cause)
    return Page(rows={TAGS: {resource: tags}})
