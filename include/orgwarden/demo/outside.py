"""What others do to the organization, or for it, as PATCH /demo/state says it: no call of ours can bring it about.

Another organization accepts an invitation or invites ours, AWS bills what was used, Control Tower sets up its landing
zone. Each is kept as given, and answered by the module of its service.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

AccountId = Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
HandshakeId = Annotated[str, StringConstraints(pattern=r"^h-[0-9a-z]{8,32}$")]
TransferId = Annotated[str, StringConstraints(pattern=r"^rt-[0-9a-z]{8,32}$")]
BaselineStatus = Literal["SUCCEEDED", "FAILED", "UNDER_CHANGE"]
# JSON's numbers pass through binary fractions; their text keeps the digits that were meant.
Amount = Annotated[Decimal, BeforeValidator(str)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Party(_Strict):
    """One side of a handshake."""

    Id: str
    Type: Literal["ACCOUNT", "ORGANIZATION", "EMAIL"]


class HandshakePatch(_Strict):
    """A handshake, or what changes of one; what is left out is as InviteAccountToOrganization makes it."""

    Action: Literal["INVITE", "ENABLE_ALL_FEATURES", "APPROVE_ALL_FEATURES", "TRANSFER_RESPONSIBILITY"] = "INVITE"
    State: Literal["REQUESTED", "OPEN", "CANCELED", "ACCEPTED", "DECLINED", "EXPIRED"] = "OPEN"
    Parties: list[Party] = Field(default_factory=list)
    RequestedTimestamp: datetime | None = None
    ExpirationTimestamp: datetime | None = None


class TransferParty(_Strict):
    """The management account of one side of a transfer."""

    ManagementAccountId: AccountId
    ManagementAccountEmail: str = ""


class TransferPatch(_Strict):
    """A transfer of billing, or what changes of one; a side that is left out is our management account."""

    Name: str = ""
    Status: Literal["REQUESTED", "DECLINED", "CANCELED", "EXPIRED", "ACCEPTED", "WITHDRAWN"] = "REQUESTED"
    Source: TransferParty | None = None
    Target: TransferParty | None = None
    StartTimestamp: datetime | None = None
    EndTimestamp: datetime | None = None


class ControlTowerPatch(_Strict):
    """Control Tower's landing zone, on which units and accounts its baseline is enabled, and who was left out there."""

    version: str = "3.3"
    drift: Literal["IN_SYNC", "DRIFTED"] = "IN_SYNC"
    status: Literal["ACTIVE", "PROCESSING", "FAILED"] = "ACTIVE"
    enrolled: list[str] | dict[str, BaselineStatus] = Field(default_factory=list)
    not_enrolled: list[AccountId] = Field(default_factory=list)


class CostRow(_Strict):
    """What an account spent on a service in a region, on a day of the month it counts for."""

    account: AccountId
    service: str
    region: str = "global"
    start: date
    amount: Amount
    currency: str = "USD"
    record_type: str = "Usage"
    tags: dict[str, str] = Field(default_factory=dict)
