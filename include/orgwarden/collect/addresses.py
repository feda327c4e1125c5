"""The addresses of root users, listed for whoever writes to them, and kept nowhere: a snapshot has none."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from orgwarden.collect import answers
from orgwarden.collect.actions import Action, called
from orgwarden.collect.api import Api
from orgwarden.collect.organizations import listed_account
from orgwarden.errors import Refused, SkipAndNote
from orgwarden.parts.contacts import ROOT_MAILBOXES, Mailbox
from orgwarden.parts.organization import ACCOUNTS
from orgwarden.privacy import Veil

ACTIONS: tuple[Action, ...] = called(("organizations:ListAccounts",))


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressed:
    """The root user of an account: the address in clear, and the mailbox that gets its mail."""

    account: str
    address: str = field(repr=False)
    mailbox: Mailbox


def root_addresses(api: Api, veil: Veil) -> list[Addressed]:
    """Give the addresses of all accounts that are not closed, by account; one that does not parse is left out.

    Raises ``Refused`` where not all accounts could be listed, and ``RetryLater``.
    """
    try:
        return sorted(_addressed(api, veil), key=lambda one: one.account)
    except SkipAndNote as error:
        raise Refused(f"nobody can be written to: {error.cause}") from error


def _addressed(api: Api, veil: Veil) -> Iterator[Addressed]:
    for page, _ in api.pages("ListAccounts", answers.ListAccounts):
        for raw in page.Accounts:
            rows = listed_account(raw, veil).rows
            for account, row in rows.get(ACCOUNTS, {}).items():
                if not row.state.is_closed and account in rows.get(ROOT_MAILBOXES, {}):
                    mailbox = rows[ROOT_MAILBOXES][account]
                    yield Addressed(account=account, address=str(raw["Email"]).strip(), mailbox=mailbox)
