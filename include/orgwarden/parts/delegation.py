"""Services that act in the whole organization, who administers them, and what is under way with other organizations."""

from dataclasses import dataclass

from orgwarden.model import Part


@dataclass(frozen=True, kw_only=True, slots=True)
class Activation:
    """The service's own word on whether it works in the organization; ``said_by`` is the call, such as ``ram:…``."""

    activated: bool
    said_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Handshake:
    """An invitation or another handshake; times are ISO 8601, ``parties`` are ids of accounts or organizations."""

    action: str
    state: str
    requested: str
    expires: str
    parties: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Transfer:
    """A transfer of billing; ``direction`` INBOUND: we pay for ``source``, OUTBOUND: ``target`` pays for us."""

    direction: str
    status: str
    source: str
    target: str
    starts: str
    ends: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LandingZone:
    """Control Tower's landing zone: its version and drift status (IN_SYNC or DRIFTED), as AWS spells them."""

    version: str
    drift: str


# By service principal: since when it is trusted, ISO 8601.
TRUSTED_SERVICES: Part[str] = Part("organizations.trusted_services", str)
# By account and principal (``111111111111/sso.amazonaws.com``): since when, ISO 8601. A gap under an account: what it
# administers could not be read; under "*": who administers anything.
DELEGATIONS: Part[str] = Part("organizations.delegations", str)
# By principal, of the trusted services that say so themselves.
ACTIVATIONS: Part[Activation] = Part("services.activations", Activation)
# By id.
HANDSHAKES: Part[Handshake] = Part("organizations.handshakes", Handshake)
TRANSFERS: Part[Transfer] = Part("organizations.responsibility_transfers", Transfer)
# Under "*"; None: there is none.
LANDING_ZONE: Part[LandingZone | None] = Part("controltower.landing_zone", LandingZone | None)
# By id of an account or unit on which Control Tower's baseline is enabled: its status, such as SUCCEEDED.
ENROLLED: Part[str] = Part("controltower.enrolled", str)
