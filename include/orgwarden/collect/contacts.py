"""The sweep of contacts: of every live account its primary contact and its three alternate contacts.

Four calls an account, and there is no bulk call. The management account must be asked without its id and from
itself; every other account is asked for by id. A closed account is not asked: no control judges it.
"""

from collections.abc import Iterable

from orgwarden.aws.mailboxes import read_mailbox
from orgwarden.aws.phones import read_phone
from orgwarden.collect import answers
from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.api import Api, Missing
from orgwarden.collect.batches import gap, read_in_batches
from orgwarden.collect.sessions import Aws
from orgwarden.errors import SkipAndNote
from orgwarden.model import EVERYTHING
from orgwarden.parts.contacts import (
    ALTERNATE_CONTACTS,
    ALTERNATE_TYPES,
    PRIMARY_CONTACTS,
    AlternateContact,
    PrimaryContact,
)
from orgwarden.parts.organization import ACCOUNTS, ORGANIZATION
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page, Staging, merged

NAME = "contacts"
PARTS = (PRIMARY_CONTACTS, ALTERNATE_CONTACTS)
CALLED = ("account:GetAlternateContact", "account:GetContactInformation")
ACTIONS: tuple[Action, ...] = (
    *called(CALLED, delegated="account.amazonaws.com"),
    *called(CALLED, side=Side.MANAGEMENT, why="AWS tells the management account's own contacts to that account alone"),
)
NOT_FOUND = "ResourceNotFoundException"


def sweep(staging: Staging, *, aws: Aws, veil: Veil) -> dict[str, int]:
    """Read the contacts of the staged accounts; give the number of accounts that were asked."""
    rows, _ = merged(staging.all_pages())
    management = rows[ORGANIZATION][EVERYTHING].management_account
    live = sorted(account for account, row in rows[ACCOUNTS].items() if not row.state.is_closed)
    here = aws.here("account")

    def read(account: str) -> Page:
        if account != management:
            return contacts_of(here, account, {"AccountId": account}, veil)
        try:
            return contacts_of(aws.management("account", management), account, {}, veil)
        except SkipAndNote as error:
            return nothing_of(account, error.cause)

    read_in_batches(staging, "contacts", live, read)
    staging.finish(NAME, PARTS)
    return {"accounts": len(live)}


def contacts_of(
    api: Api, account: str, target: dict[str, str], veil: Veil, kinds: Iterable[str] = ALTERNATE_TYPES
) -> Page:
    """Read the primary contact of one account and the alternate ones of these kinds.

    A number without calling code is of the primary's country. ``target`` names the account, or is empty for the
    caller's own, which AWS wants to be asked about so.
    """
    country, primary = _primary(api, account, target, veil)
    pages = [primary, *(_alternate(api, f"{account}/{kind}", target, country, veil) for kind in kinds)]
    rows, gaps = merged(pages)
    return Page(rows=rows, gaps=gaps)


def _primary(api: Api, account: str, target: dict[str, str], veil: Veil) -> tuple[str, Page]:
    try:
        answer = api.call("GetContactInformation", answers.GetContactInformation, missing=NOT_FOUND, **target)
    except Missing:
        return "", Page(rows={PRIMARY_CONTACTS: {account: PrimaryContact(phone=None, verification="")}})
    except SkipAndNote as error:
        return "", gap(PRIMARY_CONTACTS, account, error.cause)
    country = answer.ContactInformation.CountryCode
    phone = read_phone(answer.ContactInformation.PhoneNumber, country=country, veil=veil)
    contact = PrimaryContact(phone=phone, verification=answer.VerificationStatus or "")
    return country, Page(rows={PRIMARY_CONTACTS: {account: contact}})


def _alternate(api: Api, key: str, target: dict[str, str], country: str, veil: Veil) -> Page:
    kind = key.partition("/")[2]
    try:
        answer = api.call(
            "GetAlternateContact",
            answers.GetAlternateContact,
            missing=NOT_FOUND,
            AlternateContactType=kind,
            **target,
        )
        contact = _read(answer.AlternateContact, country, veil)
    except Missing:
        return Page(rows={ALTERNATE_CONTACTS: {key: None}})
    except SkipAndNote as error:
        return gap(ALTERNATE_CONTACTS, key, error.cause)
    return Page(rows={ALTERNATE_CONTACTS: {key: contact}})


def _read(contact: answers.Alternate, country: str, veil: Veil) -> AlternateContact:
    try:
        mailbox = read_mailbox(contact.EmailAddress, veil=veil)
    except ValueError as error:
        raise SkipAndNote("account:GetAlternateContact gave an address that does not parse") from error
    phone = read_phone(contact.PhoneNumber, country=country, veil=veil)
    return AlternateContact(mailbox=mailbox, phone=phone, person=veil.person(contact.Name))


def nothing_of(account: str, cause: str) -> Page:
    """Give a page that says that none of an account's contacts could be read."""
    keys = [(PRIMARY_CONTACTS.name, account), *((ALTERNATE_CONTACTS.name, f"{account}/{t}") for t in ALTERNATE_TYPES)]
    return Page(gaps=dict.fromkeys(keys, cause))
