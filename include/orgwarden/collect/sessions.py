"""Who calls: the account that collects, and, where AWS leaves no other way, a role in another account.

The management account's role is used for the few reads that AWS serves nowhere else; where the caller is the
management account itself, nothing is assumed. Member accounts are entered only by an audit that was asked for.
"""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.session import Session as BotocoreSession
from pydantic import BaseModel

from orgwarden.collect import answers
from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.api import Api, Denied, Missing
from orgwarden.errors import SkipAndNote

ACTIONS: tuple[Action, ...] = (
    *called(("sts:AssumeRole", "sts:GetCallerIdentity")),
    *called(("organizations:ListDelegatedServicesForAccount",)),
    *called(("sts:AssumeRoot",), delegated="iam.amazonaws.com"),
    *called(
        ("sts:AssumeRoot",),
        side=Side.MANAGEMENT,
        why="a root session may be opened by the management account, or by the delegated administrator of IAM",
    ),
)
# Global APIs live there, whatever the caller's region.
REGION = "us-east-1"
# One try a call: pacing, patience and retries are ours (orgwarden.collect.api).
CONFIG = Config(
    retries={"total_max_attempts": 1, "mode": "standard"}, connect_timeout=10, read_timeout=30, max_pool_connections=20
)
UNSET = "set ORGWARDEN_MANAGEMENT_ROLE_ARN to read what only the management account may read"
# What a root session may do is narrowed to looking (AWS managed policy; IAM User Guide, "Perform a privileged task").
AUDIT = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"
ROOT_SESSION_SECONDS = 900
SESSION = "orgwarden"


class CallerIdentity(BaseModel):
    """sts:GetCallerIdentity."""

    Account: str
    Arn: str


class Keys(BaseModel):
    """The credentials of a session."""

    AccessKeyId: str
    SecretAccessKey: str
    SessionToken: str


class Assumed(BaseModel):
    """sts:AssumeRole and sts:AssumeRoot."""

    Credentials: Keys


@dataclass(slots=True)
class Aws:
    """The AWS services that a sweep may call, as the collecting account or as another one.

    ``member_role`` is the name of the role to assume in a member account.
    """

    session: Any
    management_role: str | None = None
    share: float = 0.7
    patience: float = 120.0
    member_role: str = ""
    _apis: dict[tuple[str, str, str], Api] = field(default_factory=dict)
    _counted: list[tuple[str, Counter[str]]] = field(default_factory=list)
    _caller: CallerIdentity | None = None
    _administers: frozenset[str] | SkipAndNote | None = None
    _role_session: Any = None
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def caller(self) -> str:
        """Give the id of the account whose credentials these are."""
        return self._identity().Account

    def here(self, service: str, region: str = REGION) -> Api:
        """Give a service as the collecting account calls it."""
        return self._api("here", service, region, lambda: self.session)

    def management(self, service: str, management: str, region: str = REGION) -> Api:
        """Give a service as the management account calls it. Raises ``SkipAndNote`` where no role leads there."""
        if self.caller == management:
            return self.here(service, region)
        if not self.management_role:
            raise SkipAndNote(UNSET)
        return self._api("management", service, region, self._in_the_role)

    def delegated(self, service: str, principal: str, management: str, region: str = REGION) -> Api:
        """Give a service as the collecting account calls it if the service is delegated to it, else as management."""
        if self.caller == management or self._is_delegated(principal):
            return self.here(service, region)
        return self.management(service, management, region)

    def member(self, account: str, service: str, region: str = REGION) -> Api:
        """Give a service as the member role of an account calls it; made anew each time, for accounts are many.

        Raises ``SkipAndNote`` where the role cannot be assumed.
        """
        partition = self._identity().Arn.split(":")[1]
        role = f"arn:{partition}:iam::{account}:role/{self.member_role}"
        sts = self.here("sts")
        return self._entered(service, region, sts.call("AssumeRole", Assumed, RoleArn=role, RoleSessionName=SESSION))

    def root(self, account: str, management: str, service: str = "iam", region: str = REGION) -> Api:
        """Give a service as a root session of a member account calls it, narrowed to looking. Raises ``SkipAndNote``.

        The account's CloudTrail records what such a session does as done by its root user (``assumedRoot``).
        """
        opened = self.delegated("sts", "iam.amazonaws.com", management).call(
            "AssumeRoot",
            Assumed,
            TargetPrincipal=account,
            TaskPolicyArn={"arn": AUDIT},
            DurationSeconds=ROOT_SESSION_SECONDS,
        )
        return self._entered(service, region, opened)

    def forget(self, region: str) -> None:
        """Let go of a region's services once it was read: each holds its client, and regions are many."""
        with self._lock:
            for key in [key for key in self._apis if key[2] == region != REGION]:
                del self._apis[key]

    def administers(self) -> frozenset[str]:
        """Give the services (by principal) that are delegated to the collecting account.

        None where it may not ask: AWS denies that to an account that administers nothing. Raises ``SkipAndNote`` where
        AWS did not say.
        """
        with self._lock:
            if self._administers is None:
                self._administers = self._administered()
            if isinstance(self._administers, SkipAndNote):
                raise self._administers
            return self._administers

    def knows(self, administers: frozenset[str]) -> None:
        """Take from somebody else who asked what is delegated to the collecting account."""
        with self._lock:
            self._administers = administers

    def calls(self) -> dict[str, int]:
        """Give the number of calls made, by ``service:Operation``."""
        with self._lock:
            made = list(self._counted)
        counted = Counter[str]()
        for service, calls in made:
            counted.update({f"{service}:{operation}": n for operation, n in calls.items()})
        return dict(counted)

    def _identity(self) -> CallerIdentity:
        with self._lock:
            if self._caller is None:
                self._caller = self.here("sts").call("GetCallerIdentity", CallerIdentity)
            return self._caller

    def _is_delegated(self, principal: str) -> bool:
        try:
            return principal in self.administers()
        except SkipAndNote:
            # The management account may be asked all the same.
            return False

    def _administered(self) -> frozenset[str] | SkipAndNote:
        try:
            listing = self.here("organizations").pages(
                "ListDelegatedServicesForAccount",
                answers.ListDelegatedServicesForAccount,
                missing="AccountNotRegisteredException",
                AccountId=self.caller,
            )
            return frozenset(found.ServicePrincipal for page, _ in listing for found in page.DelegatedServices)
        except (Missing, Denied):
            return frozenset()
        except SkipAndNote as error:
            return error

    def _api(self, side: str, service: str, region: str, session: Callable[[], Any]) -> Api:
        with self._lock:
            if (side, service, region) not in self._apis:
                self._apis[side, service, region] = self._passing(service, region, session())
            return self._apis[side, service, region]

    def _entered(self, service: str, region: str, assumed: Assumed) -> Api:
        """Give a service with the credentials of a short session, made of our own session: accounts are many."""
        keys = assumed.Credentials
        return self._passing(
            service,
            region,
            self.session,
            aws_access_key_id=keys.AccessKeyId,
            aws_secret_access_key=keys.SecretAccessKey,
            aws_session_token=keys.SessionToken,
        )

    def _in_the_role(self) -> Any:
        """Give the one session of the management account's role: its clients share its keys, and the models read."""
        with self._lock:
            if self._role_session is None:
                self._role_session = _assumed(self.session, str(self.management_role))
            return self._role_session

    def _passing(self, service: str, region: str, session: Any, **credentials: str) -> Api:
        # boto3 makes clients of one session one after the other. Of each only its counts are kept, not the client.
        with self._lock:
            client = session.client(service, region_name=region, config=CONFIG, **credentials)
            api = Api(service, client, share=self.share, patience=self.patience)
            self._counted.append((service, api.calls))
        return api


def _assumed(session: Any, role: str) -> Any:
    """Give a session of the role whose credentials renew themselves before they expire."""
    source = session._session  # noqa: SLF001 - boto3 keeps its botocore session there and offers no other way
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=lambda *args, **kwargs: source.create_client(*args, region_name=REGION, **kwargs),
        source_credentials=session.get_credentials(),
        role_arn=role,
        extra_args={"RoleSessionName": SESSION},
    )
    assumed = BotocoreSession()
    assumed._credentials = DeferredRefreshableCredentials(  # noqa: SLF001 - the only seam
        method="assume-role", refresh_using=fetcher.fetch_credentials
    )
    return type(session)(botocore_session=assumed)
