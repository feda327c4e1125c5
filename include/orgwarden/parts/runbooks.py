"""The documents by which people act with the root user, as they are declared, and whether their links lead anywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from orgwarden.model import Part

# By id; the ids are those of the baseline.
SCENARIOS: Mapping[str, str] = {
    "use_root": "using the root user for what only the root user can do",
    "reset_password": "resetting the root user's password when it is lost",
    "change_password": "changing the root user's password while it is known",
    "reset_mfa": "resetting the root user's MFA when the device is lost",
    "change_mfa_battery": "changing the root user's MFA where a device has a battery",
    "reset_email": "resetting the root user's mail address when its mailbox is lost",
    "change_email": "changing the root user's mail address while its mailbox is there",
    "reset_phone": "resetting the root user's phone number when the phone is lost",
    "change_phone": "changing the root user's phone number while the phone is there",
    "delete_management_account": "closing the management account of the organization",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A document of the register; ``link`` is shown without query, ``key`` is its row in ``RUNBOOK_LINKS``.

    Both are empty where it has none, and so is ``kept``.
    """

    name: str
    owner: str
    reviewed: date
    link: str
    key: str
    kept: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Runbooks:
    """For how many days a review counts, and the documents by scenario."""

    review_days: int
    documents: Mapping[str, Document]


class LinkState(StrEnum):
    """What a link led to when it was asked without credentials."""

    THERE = "there"
    SIGN_IN = "sign in"
    GONE = "gone"


RUNBOOKS: Part[Runbooks] = Part("baseline.runbooks", Runbooks)
# By keyed hash of the link: its query may hold what nobody is to see.
RUNBOOK_LINKS: Part[LinkState] = Part("runbooks.links", LinkState)
