"""What an account may read of itself where it may not list its organization: its state and its own contacts.

Everything beyond it is one gap with one cause, so whatever a control cannot see for that reason is one unknown.
"""

from pydantic import BaseModel

from orgwarden.collect import contacts
from orgwarden.collect.actions import Action, called
from orgwarden.collect.api import Api
from orgwarden.collect.batches import gap
from orgwarden.collect.caller import Caller, Standing
from orgwarden.collect.contacts import contacts_of
from orgwarden.collect.sessions import Aws
from orgwarden.errors import SkipAndNote
from orgwarden.model import EVERYTHING
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, PRIMARY_CONTACTS, ROOT_MAILBOXES
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
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import Gaps, Page, Staging, whole_part_gaps

ACTIONS: tuple[Action, ...] = (*called(("account:GetAccountInformation",)), *contacts.ACTIONS)
# What AWS Organizations alone tells, and of which an account that is alone has one row, and so the whole.
OF_ORGANIZATIONS = (ROOT_MAILBOXES, UNITS, PLACEMENTS, TAGS, STATES_SINCE)
OF_ALL_ACCOUNTS = (ACCOUNTS, PRIMARY_CONTACTS, ALTERNATE_CONTACTS)


class GetAccountInformation(BaseModel):
    """account:GetAccountInformation."""

    AccountName: str = ""
    AccountState: str | None = None


def sweep(staging: Staging, *, caller: Caller, cause: str, aws: Aws, veil: Veil) -> None:
    """Read the calling account; the rest of its organization, if it is in one, is a gap of that cause."""
    api = aws.here("account")
    staging.put("organization", 1, _organization(caller, cause))
    staging.put("accounts", 1, _account(api, caller.account, veil))
    staging.put("contacts", 1, contacts_of(api, caller.account, {}, veil))
    staging.put("beyond", 1, Page(gaps=_beyond(caller, cause)))


def _organization(caller: Caller, cause: str) -> Page:
    """Give the organization as far as it is known."""
    if not caller.organization:
        return gap(ORGANIZATION, EVERYTHING, cause)
    row = Organization(
        id=caller.organization,
        management_account=caller.management,
        feature_set=caller.features,
        root="",
    )
    return Page(rows={ORGANIZATION: {EVERYTHING: row}})


def _beyond(caller: Caller, cause: str) -> Gaps:
    """Give what an account does not tell, the address of its own root user among it; one that is alone is whole."""
    others = () if caller.standing is Standing.ALONE else OF_ALL_ACCOUNTS
    return whole_part_gaps((*OF_ORGANIZATIONS, *others), cause)


def _account(api: Api, account: str, veil: Veil) -> Page:
    """Give the account; one that may not ask for its own state is judged, for its credentials work."""
    try:
        answer = api.call("GetAccountInformation", GetAccountInformation)
    except SkipAndNote:
        answer = GetAccountInformation()
    state = AccountState.__members__.get(answer.AccountState or "", AccountState.ACTIVE)
    row = Account(id=account, name=veil.text(answer.AccountName), state=state, joined="", method="")
    return Page(rows={ACCOUNTS: {account: row}})
