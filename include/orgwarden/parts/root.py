"""The credentials of root users, and how they are used, by account.

Of the management account its own report tells; of a member account the audit tells (ORGWARDEN_AUDIT_MEMBER_ROOT), which
is off by default: then each member is a gap.
"""

from dataclasses import dataclass
from enum import StrEnum

from orgwarden.model import Part


class MfaKind(StrEnum):
    """What an MFA device is, as far as its serial number tells."""

    VIRTUAL = "virtual authenticator"
    FIDO = "FIDO2 security key or passkey"
    TOKEN = "hardware token"  # noqa: S105 - a kind of device


@dataclass(frozen=True, kw_only=True, slots=True)
class RootCredentials:
    """Which credentials a root user has; ``has_password`` None: AWS does not say, which is no proof of none."""

    has_password: bool | None
    has_mfa: bool
    has_access_keys: bool
    has_certificates: bool

    @property
    def are_gone(self) -> bool:
        """Say whether AWS shows that there is nothing left to sign in or call with."""
        return self.has_password is False and not self.has_access_keys and not self.has_certificates


@dataclass(frozen=True, kw_only=True, slots=True)
class RootKey:
    """An access key of a root user; ``last_used`` is ISO 8601, empty: never, as far as AWS keeps track."""

    is_active: bool
    last_used: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RootUse:
    """When a root user was used; times are ISO 8601, empty: never. ``password_changed`` None: AWS does not say."""

    password_used: str
    password_changed: str | None
    keys: tuple[RootKey, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RootMfa:
    """The MFA devices of a root user that AWS lists; unless ``is_whole``, it lists the virtual ones alone."""

    devices: tuple[MfaKind, ...]
    is_whole: bool


# The features of centralized root access that are on, under "*": RootCredentialsManagement, RootSessions.
ROOT_FEATURES: Part[tuple[str, ...]] = Part("iam.organizations_features", tuple[str, ...])
ROOT_CREDENTIALS: Part[RootCredentials] = Part("iam.root_credentials", RootCredentials)
ROOT_USE: Part[RootUse] = Part("iam.root_use", RootUse)
ROOT_MFA: Part[RootMfa] = Part("iam.root_mfa", RootMfa)
