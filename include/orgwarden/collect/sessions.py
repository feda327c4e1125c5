"""Who calls: the account that collects (a delegated administrator by default), and the management account's role.

The management account's role is used for the few reads that AWS serves nowhere else; where the caller is the
management account itself, nothing is assumed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.session import Session as BotocoreSession
from pydantic import BaseModel

from orgwarden.collect.api import Api
from orgwarden.errors import SkipAndNote

ACTIONS = ("sts:AssumeRole", "sts:GetCallerIdentity")
# Every API read so far is global and lives there, whatever the caller's region.
REGION = "us-east-1"
# One try a call: pacing, patience and retries are ours (orgwarden.collect.api).
CONFIG = Config(retries={"total_max_attempts": 1, "mode": "standard"}, connect_timeout=10, read_timeout=30)
UNSET = "set ORGWARDEN_MANAGEMENT_ROLE_ARN to read what only the management account may read"


class CallerIdentity(BaseModel):
    """sts:GetCallerIdentity."""

    Account: str
    Arn: str


@dataclass(slots=True)
class Aws:
    """The AWS services that a sweep may call, as the collecting account or as the management account."""

    session: Any
    management_role: str | None = None
    share: float = 0.7
    patience: float = 120.0
    _apis: dict[tuple[str, str], Api] = field(default_factory=dict)
    _caller: str = ""

    @property
    def caller(self) -> str:
        """Give the id of the account whose credentials these are."""
        if not self._caller:
            self._caller = self.here("sts").call("GetCallerIdentity", CallerIdentity).Account
        return self._caller

    def here(self, service: str) -> Api:
        """Give a service as the collecting account calls it."""
        return self._api("here", service, lambda: self.session)

    def management(self, service: str, management: str) -> Api:
        """Give a service as the management account calls it. Raises ``SkipAndNote`` where no role leads there."""
        if self.caller == management:
            return self.here(service)
        if not self.management_role:
            raise SkipAndNote(UNSET)
        role = self.management_role
        return self._api("management", service, lambda: _assumed(self.session, role))

    def calls(self) -> dict[str, int]:
        """Give the number of calls made, by ``service:Operation``."""
        counted: dict[str, int] = {}
        for (_, service), api in self._apis.items():
            for operation, count in api.calls.items():
                name = f"{service}:{operation}"
                counted[name] = counted.get(name, 0) + count
        return counted

    def _api(self, side: str, service: str, session: Callable[[], Any]) -> Api:
        if (side, service) not in self._apis:
            client = session().client(service, region_name=REGION, config=CONFIG)
            self._apis[side, service] = Api(service, client, share=self.share, patience=self.patience)
        return self._apis[side, service]


def _assumed(session: Any, role: str) -> Any:
    """Give a session of the role whose credentials renew themselves before they expire."""
    source = session._session  # noqa: SLF001 - boto3 keeps its botocore session there and offers no other way
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=lambda *args, **kwargs: source.create_client(*args, region_name=REGION, **kwargs),
        source_credentials=session.get_credentials(),
        role_arn=role,
        extra_args={"RoleSessionName": "orgwarden"},
    )
    assumed = BotocoreSession()
    assumed._credentials = DeferredRefreshableCredentials(  # noqa: SLF001 - the only seam
        method="assume-role", refresh_using=fetcher.fetch_credentials
    )
    return type(session)(botocore_session=assumed)
