"""Everything that the demo organization remembers, in one object with one lock.

The server is threaded and its clients sweep with ten threads: each answer is made under the lock, so what is read is
never half changed. Later parts keep their own things in ``kept``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from orgwarden.demo.calls import Caller
from orgwarden.demo.organization import MANAGEMENT_ID, Account, Organization
from orgwarden.errors import BadInput

STATES = Literal["PENDING_ACTIVATION", "ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"]
STATUSES = Literal["ACTIVE", "SUSPENDED", "PENDING_CLOSURE"]
VERIFICATIONS = Literal["PENDING", "VERIFIED", "UNVERIFIED", "NOT_SUPPORTED"]


@dataclass(slots=True)
class Demo:
    """The organization, its contacts, who holds which key, and what later parts keep beside them."""

    organization: Organization
    primary_contacts: dict[str, dict[str, str]] = field(default_factory=dict)
    alternate_contacts: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    verification: dict[str, str | None] = field(default_factory=dict)
    keys: dict[str, Caller] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def account(self, id_: str) -> Account | None:
        """Find an account that is or was in the organization."""
        return self.organization.accounts.get(id_) or self.organization.former.get(id_)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AccountPatch(_Strict):
    """What of an account AWS's API cannot set; a null State or Status leaves that field out of the answers."""

    State: STATES | None = None
    Status: STATUSES | None = None
    JoinedTimestamp: datetime | None = None
    PhoneVerificationStatus: VERIFICATIONS | None = None

    @field_validator("JoinedTimestamp")
    @classmethod
    def _in_utc(cls, value: datetime | None) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class StatePatch(_Strict):
    """The body of PATCH /demo/state: merged key by key, lists replaced."""

    accounts: dict[str, AccountPatch] = Field(default_factory=dict)
    root: dict[str, dict[str, Any]] = Field(default_factory=dict)
    costs: list[Any] = Field(default_factory=list)
    invoices: list[Any] = Field(default_factory=list)

    @classmethod
    def parsed(cls, text: str | bytes) -> Self:
        """Read a patch; BadInput names key, value and remedy."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as wrong:
            first = wrong.errors(include_url=False, include_context=False)[0]
            place = ".".join(str(step) for step in first["loc"]) or "the body"
            remedy = f"{first['msg']}; known keys are {', '.join(cls.model_fields)}, see docs/DEMO.md"
            raise BadInput(f"{place}: value {first['input']!r} cannot be used: {remedy}") from wrong


def merge(demo: Demo, patch: StatePatch) -> None:
    """Apply a patch whole or not at all; BadInput names an account that does not exist."""
    unknown = [id_ for id_ in patch.accounts if demo.account(id_) is None]
    if unknown:
        raise BadInput(f"accounts.{unknown[0]}: no such account here; create it first or correct the id")
    for id_, changes in patch.accounts.items():
        _merge_account(demo, id_, changes)
    given = patch.model_dump(include=patch.model_fields_set - {"accounts"})
    demo.kept = merged(demo.kept, given)


def _merge_account(demo: Demo, id_: str, changes: AccountPatch) -> None:
    account, given = demo.account(id_), changes.model_fields_set
    if account is None:
        return
    if "State" in given:
        account.state = changes.State
    if "Status" in given:
        account.status = changes.Status
    if changes.JoinedTimestamp is not None:
        account.joined = changes.JoinedTimestamp
    if "PhoneVerificationStatus" in given:
        demo.verification[id_] = changes.PhoneVerificationStatus


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Merge mappings key by key; everything else, lists too, is replaced."""
    both = dict(old)
    for key, value in new.items():
        inner = both.get(key)
        both[key] = merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return both


def described(demo: Demo) -> dict[str, Any]:
    """Give what a patch can set, as it stands."""
    accounts = {
        account.id: {
            "State": account.state,
            "Status": account.status,
            "JoinedTimestamp": account.joined.isoformat(),
            "PhoneVerificationStatus": verification_of(demo, account.id),
        }
        for account in demo.organization.accounts.values()
    }
    return {"accounts": accounts, "root": {}, "costs": [], "invoices": [], **demo.kept}


def verification_of(demo: Demo, account: str) -> str | None:
    """Give the verification status of an account's number; one that was just put is verified."""
    return demo.verification.get(account, "VERIFIED")


def caller_of(demo: Demo, access_key: str) -> Caller:
    """Say who holds an access key; a key that nobody handed out is the management account's."""
    administrator = f"arn:aws:iam::{MANAGEMENT_ID}:user/administrator"
    return demo.keys.get(access_key) or Caller(
        account=MANAGEMENT_ID, arn=administrator, user_id="AIDADEMOADMINISTRATOR"
    )
