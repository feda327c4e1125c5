"""The root users of the organization's accounts, and whether AWS manages them centrally.

AWS's API can neither make a root user's password, keys or MFA devices nor use them: a test says how they stand, and
what nobody says is an account as it is born.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from orgwarden.demo.organization import Account

CREDENTIALS, SESSIONS = "RootCredentialsManagement", "RootSessions"
CERTIFICATE = "ROOTCERTIFICATE"
MOST_KEYS, MOST_CERTIFICATES, MOST_DEVICES = 2, 2, 8


def _in_utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value


Moment = Annotated[datetime, AfterValidator(_in_utc)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class RootKey(_Strict):
    """An access key of a root user; ``last_used`` None: never. Without an ``id`` it gets one by its place."""

    id: str = ""
    active: bool = True
    last_used: Moment | None = None


class RootPatch(_Strict):
    """What a test says of a root user; only the keys that it names are changed, and lists are replaced.

    A serial number that is an ARN tells the kind of the device: ``:mfa/`` virtual, ``:u2f/`` FIDO2; any other one is
    that of a hardware token.
    """

    credentials: bool = True
    mfa: list[Annotated[str, Field(min_length=1)]] = Field(default=[], max_length=MOST_DEVICES)
    access_keys: list[RootKey] = Field(default=[], max_length=MOST_KEYS)
    certificates: int = Field(default=0, ge=0, le=MOST_CERTIFICATES)
    password_last_used: Moment | None = None
    password_last_changed: Moment = datetime.min.replace(tzinfo=UTC)

    @property
    def told(self) -> dict[str, Any]:
        """Give what was named."""
        return {name: getattr(self, name) for name in self.model_fields_set}


@dataclass(frozen=True, slots=True, kw_only=True)
class RootUser:
    """A root user as AWS answers for it; without ``credentials`` it has no password, whatever else it has."""

    account: str
    credentials: bool
    password_last_changed: datetime
    mfa: list[str] = field(default_factory=list)
    access_keys: list[RootKey] = field(default_factory=list)
    certificates: int = 0
    password_last_used: datetime | None = None

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{self.account}:root"

    @property
    def virtual(self) -> list[str]:
        """Give the serial numbers of its virtual MFA devices."""
        return [serial for serial in self.mfa if serial.startswith(f"arn:aws:iam::{self.account}:mfa/")]

    def keys(self) -> Mapping[str, RootKey]:
        """Give its access keys by their ids, which are the same each time."""
        numbered = enumerate(self.access_keys, 1)
        return {key.id or f"AKIA{self.account}ROO{number}": key for number, key in numbered}

    def without_key(self, id_: str) -> list[RootKey]:
        """Give its access keys without one; the others keep their ids."""
        return [key.model_copy(update={"id": its}) for its, key in self.keys().items() if its != id_]

    def certificate_ids(self) -> list[str]:
        """Give the ids of its signing certificates."""
        return [f"{CERTIFICATE}{self.account}{number}" for number in range(1, self.certificates + 1)]

    def described(self) -> dict[str, Any]:
        """Give what a patch can set, as it stands."""
        keys = [key.model_dump(mode="json") for key in self.access_keys]
        told = asdict(self) | {"access_keys": [{name: it for name, it in key.items() if it != ""} for key in keys]}
        del told["account"]
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()}


@dataclass(slots=True)
class RootUsers:
    """What is known of root users, and which features of centralized root access are on."""

    features: list[str] = field(default_factory=list)
    _told: dict[str, dict[str, Any]] = field(default_factory=dict)
    _older: frozenset[str] = frozenset()
    _born_without: set[str] = field(default_factory=set)

    def of(self, account: Account) -> RootUser:
        """Give the root user of an account: born with a password, unless AWS managed root users by then."""
        born = {"credentials": not self._is_born_without(account), "password_last_changed": account.joined}
        return RootUser(account=account.id, **{**born, **self._told.get(account.id, {})})

    def tell(self, account: str, told: Mapping[str, Any]) -> None:
        """Set what is told of an account's root user."""
        self._told[account] = {**self._told.get(account, {}), **told}

    def enable(self, feature: str, accounts: Iterable[Account]) -> None:
        """Switch a feature on; accounts that are created while credentials are managed are born without any."""
        if feature not in self.features:
            self.features = sorted([*self.features, feature])
            if feature == CREDENTIALS:
                self._older = frozenset(account.id for account in accounts)

    def disable(self, feature: str, accounts: Iterable[Account]) -> None:
        """Switch a feature off; who was born without credentials stays so."""
        if feature == CREDENTIALS:
            self._born_without |= {account.id for account in accounts if self._is_born_without(account)}
        self.features = [name for name in self.features if name != feature]

    def _is_born_without(self, account: Account) -> bool:
        new = CREDENTIALS in self.features and account.id not in self._older and account.joined_method == "CREATED"
        return new or account.id in self._born_without
