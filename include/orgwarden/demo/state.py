"""Everything that the demo organization remembers, in one object with one lock.

The server is threaded and its clients sweep with ten threads: each answer is made under the lock, so what is read is
never half changed. Later parts keep their own things in ``kept``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError, field_validator

from orgwarden.demo.calls import Caller, account_in
from orgwarden.demo.identity_center import IdentityCenter
from orgwarden.demo.organization import MANAGEMENT_ID, Account, Organization
from orgwarden.demo.outside import ControlTowerPatch, CostRow, HandshakeId, HandshakePatch, TransferId, TransferPatch
from orgwarden.demo.root_users import RootPatch, RootUser, RootUsers
from orgwarden.errors import BadInput

STATES = Literal["PENDING_ACTIVATION", "ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"]
STATUSES = Literal["ACTIVE", "SUSPENDED", "PENDING_CLOSURE"]
PagePath = Annotated[str, Field(pattern=r"^/")]
VERIFICATIONS = Literal["PENDING", "VERIFIED", "UNVERIFIED", "NOT_SUPPORTED"]


@dataclass(slots=True)
class Demo:
    """The organization with all that it has, who holds which key, and what later parts keep beside them.

    By account: ``reports`` has a credential report, ``service_credentials`` and ``boundaries`` are those of IAM users;
    ``trust_anchors`` of Roles Anywhere are by account and region.
    """

    organization: Organization
    primary_contacts: dict[str, dict[str, str]] = field(default_factory=dict)
    alternate_contacts: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    verification: dict[str, str | None] = field(default_factory=dict)
    keys: dict[str, Caller] = field(default_factory=dict)
    root_users: RootUsers = field(default_factory=RootUsers)
    reports: set[str] = field(default_factory=set)
    service_credentials: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    boundaries: dict[tuple[str, str], str] = field(default_factory=dict)
    trust_anchors: dict[tuple[str, str], dict[str, dict[str, Any]]] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)
    identity_center: IdentityCenter = field(init=False)

    def __post_init__(self) -> None:
        self.identity_center = IdentityCenter(self.organization.id)

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


class IdentityUserPatch(_Strict):
    """What of a user of the identity store AWS's API cannot set."""

    status: Literal["ENABLED", "DISABLED"]


class ServicePatch(_Strict):
    """Whether a service says that it works in the organization."""

    activated: StrictBool


class ExportPatch(_Strict):
    """How an export of billing data, by its name, is delivered; a reason stands beside UNHEALTHY."""

    status: Literal["HEALTHY", "UNHEALTHY"] = "HEALTHY"
    reason: Literal["INSUFFICIENT_PERMISSION", "BILL_OWNER_CHANGED", "INTERNAL_FAILURE", "DEPRECATED"] | None = None


class StatePatch(_Strict):
    """The body of PATCH /demo/state: merged key by key, lists replaced."""

    accounts: dict[str, AccountPatch] = Field(default_factory=dict)
    root: dict[str, RootPatch] = Field(default_factory=dict)
    identity_center: StrictBool = True
    identity_users: dict[str, IdentityUserPatch] = Field(default_factory=dict)
    services: dict[Annotated[str, Field(pattern=r"\.")], ServicePatch] = Field(default_factory=dict)
    feature_set: Literal["ALL", "CONSOLIDATED_BILLING"] = "ALL"
    handshakes: dict[HandshakeId, HandshakePatch] = Field(default_factory=dict)
    transfers: dict[TransferId, TransferPatch] = Field(default_factory=dict)
    control_tower: ControlTowerPatch | None = None
    costs: list[CostRow] = Field(default_factory=list)
    cost_explorer: StrictBool = True
    invoices: list[Any] = Field(default_factory=list)
    exports: dict[str, ExportPatch] = Field(default_factory=dict)
    wiki: dict[PagePath, Annotated[int, Field(ge=200, le=599)]] = Field(default_factory=dict)

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


# What a patch sets where it belongs; the rest is kept for the readings that use it.
PLACED = {"accounts", "root", "identity_center", "identity_users"}


def merge(demo: Demo, patch: StatePatch) -> None:
    """Apply a patch whole or not at all; BadInput names an account or a user that does not exist."""
    _refuse_unknown(demo, patch)
    for id_, changes in patch.accounts.items():
        _merge_account(demo, id_, changes)
    for id_, root in patch.root.items():
        demo.root_users.tell(id_, root.told)
    for id_, user in patch.identity_users.items():
        demo.identity_center.users[id_]["UserStatus"] = user.status
    if "identity_center" in patch.model_fields_set:
        demo.identity_center.is_present = patch.identity_center
    demo.kept = merged(demo.kept, patch.model_dump(include=patch.model_fields_set - PLACED, exclude_unset=True))


def _refuse_unknown(demo: Demo, patch: StatePatch) -> None:
    for key, ids in (("accounts", patch.accounts), ("root", patch.root)):
        unknown = [id_ for id_ in ids if demo.account(id_) is None]
        if unknown:
            raise BadInput(f"{key}.{unknown[0]}: no such account here; create it first or correct the id")
    strangers = [id_ for id_ in patch.identity_users if id_ not in demo.identity_center.users]
    if strangers:
        raise BadInput(f"identity_users.{strangers[0]}: no such user in the identity store; create it first")
    tower = patch.control_tower
    lost = [id_ for id_ in (*tower.enrolled, *tower.not_enrolled) if not _is_placed(demo, id_)] if tower else []
    if lost:
        raise BadInput(
            f"control_tower: value {lost[0]!r} is no unit or account here; create it first or correct the id"
        )
    for id_, root in patch.root.items():
        foreign = [serial for serial in root.mfa if account_in(serial) not in ("", id_, serial)]
        if foreign:
            raise BadInput(f"root.{id_}.mfa: value {foreign[0]!r} is a device of another account; put {id_} into it")


def _is_placed(demo: Demo, id_: str) -> bool:
    return id_ in demo.organization.accounts or id_ in demo.organization.units


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
    center = demo.identity_center
    told = {
        "accounts": accounts,
        "root": {id_: root_of(demo, id_).described() for id_ in demo.organization.accounts},
        "identity_center": center.is_present,
        "identity_users": {id_: {"status": user["UserStatus"]} for id_, user in center.users.items()},
        "services": {},
        "feature_set": "ALL",
        "handshakes": {},
        "transfers": {},
        "control_tower": None,
        "costs": [],
        "cost_explorer": True,
        "invoices": [],
        "exports": {},
        "wiki": {},
        **demo.kept,
    }
    return {key: told[key] for key in StatePatch.model_fields}


def root_of(demo: Demo, id_: str) -> RootUser:
    """Give the root user of an account that is or was in the organization, as AWS answers for it."""
    return demo.root_users.of(demo.organization.accounts.get(id_) or demo.organization.former[id_])


def verification_of(demo: Demo, account: str) -> str | None:
    """Give the verification status of an account's number; one that was just put is verified."""
    return demo.verification.get(account, "VERIFIED")


def caller_of(demo: Demo, access_key: str) -> Caller:
    """Say who holds an access key; a key that nobody handed out is the management account's."""
    administrator = f"arn:aws:iam::{MANAGEMENT_ID}:user/administrator"
    return demo.keys.get(access_key) or Caller(
        account=MANAGEMENT_ID, arn=administrator, user_id="AIDADEMOADMINISTRATOR"
    )
