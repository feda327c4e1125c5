"""The organization as AWS Organizations lists it: its accounts, their tree and tags."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from orgwarden.model import Part


class AccountState(StrEnum):
    """The states of an account (AWS Organizations, ``Account.State``)."""

    PENDING_ACTIVATION = "PENDING_ACTIVATION"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    PENDING_CLOSURE = "PENDING_CLOSURE"
    CLOSED = "CLOSED"

    @property
    def is_closed(self) -> bool:
        return self in {AccountState.PENDING_CLOSURE, AccountState.CLOSED}


@dataclass(frozen=True, kw_only=True, slots=True)
class Organization:
    """DescribeOrganization, and the id of its root."""

    id: str
    management_account: str
    feature_set: str
    root: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One account of ListAccounts; ``joined`` is an ISO 8601 time, empty where AWS gave none.

    ``method`` is how it came into the organization: INVITED or CREATED; empty where AWS does not say.
    """

    id: str
    name: str
    state: AccountState
    joined: str
    method: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """One organizational unit; ``parent`` is the id of a unit or of the root."""

    name: str
    parent: str


ORGANIZATION: Part[Organization] = Part("organizations.organization", Organization)
ACCOUNTS: Part[Account] = Part("organizations.accounts", Account)
UNITS: Part[Unit] = Part("organizations.units", Unit)
# The ids of the units above an account, from the root down; empty directly under the root.
PLACEMENTS: Part[tuple[str, ...]] = Part("organizations.placements", tuple[str, ...])
# By id of account, unit or root; values masked.
TAGS: Part[Mapping[str, str]] = Part("organizations.tags", dict[str, str])
# Since which day (ISO 8601) an account that is not active has been seen in the state that it is in.
STATES_SINCE: Part[str] = Part("organizations.states_since", str)
