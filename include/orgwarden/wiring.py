"""The one place that builds: settings, sessions, store, database, key, clock. The command line and Airflow call it.

Each thing is built when it is first asked for: a command that reads a snapshot needs no database, and one that writes
tickets needs no AWS.
"""

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib import metadata
from inspect import signature
from typing import Any, TypeVar

from sqlalchemy import Engine

from orgwarden import __version__
from orgwarden import baseline as declared
from orgwarden import settings as outside
from orgwarden.attestations.records import AttestationStore
from orgwarden.baseline import Baseline
from orgwarden.billing.export_place import Bills
from orgwarden.collect import mail_domains
from orgwarden.collect.cost_explorer import Requests
from orgwarden.collect.links import Links
from orgwarden.collect.mail_domains import Dns
from orgwarden.collect.sessions import Aws
from orgwarden.declared import aliases
from orgwarden.errors import BadInput
from orgwarden.findings.database import connect, migrate
from orgwarden.findings.store import FindingStore
from orgwarden.privacy import Veil
from orgwarden.store import Store, open_store

T = TypeVar("T")
NAMED = ("boto3", "botocore", "phonenumbers", "great-expectations", "sqlalchemy")


@dataclass(frozen=True, eq=False)
class Tools:
    """What the flows work with, by the settings; raises ``BadInput`` with the remedy where a needed one is unset."""

    settings: outside.Settings
    session: Any = None

    @cached_property
    def store(self) -> Store:
        uri = outside.needed(self.settings.store, "STORE", "give a folder (file:///…) or a bucket (s3://…) for files")
        return self.open(uri)

    @cached_property
    def veil(self) -> Veil:
        key = outside.needed(
            self.settings.hash_key,
            "HASH_KEY",
            "numbers and addresses are kept as keyed hashes alone; make a key once (openssl rand -hex 32) and keep it",
        )
        return Veil(key.encode(), aliases=aliases(self.baseline))

    @cached_property
    def baseline(self) -> Baseline | None:
        return declared.load(self.settings.baseline) if self.settings.baseline else None

    @cached_property
    def aws(self) -> Aws:
        return Aws(
            session=self._session(),
            management_role=self.settings.management_role_arn,
            share=self.settings.rate_share,
            patience=self.settings.patience,
            member_role=self.settings.member_role,
        )

    @property
    def audit(self) -> str:
        return self.settings.audit_member_root

    @property
    def asks_cost_explorer(self) -> bool:
        return self.settings.cost_explorer

    @cached_property
    def paid_requests(self) -> Requests:
        return Requests(self.settings.cost_explorer_cap, self.settings.cost_explorer)

    @property
    def bills(self) -> Bills:
        return Bills(
            export=self.settings.billing_export,
            client=lambda: self.s3,
            stage=self.settings.billing_stage,
            memory=self.settings.billing_memory,
        )

    @cached_property
    def dns(self) -> Dns:
        return mail_domains.resolver(self.settings.dns)

    @cached_property
    def links(self) -> Links:
        return Links()

    @cached_property
    def engine(self) -> Engine:
        url = outside.needed(
            self.settings.database_url,
            "DATABASE_URL",
            "give SQLAlchemy's URL of the database for findings and tickets, such as sqlite:////var/lib/orgwarden.db",
        )
        engine = connect(url)
        migrate(engine)
        return engine

    @cached_property
    def findings(self) -> FindingStore:
        return FindingStore(self.engine)

    @cached_property
    def attestations(self) -> AttestationStore:
        return AttestationStore(self.engine)

    @cached_property
    def versions(self) -> dict[str, str]:
        ours = {"orgwarden": __version__, "python": platform.python_version()}
        return ours | {name: metadata.version(name) for name in NAMED}

    def call(self, flow: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Call a flow; each of its keyword arguments that is not named here is the tool of that name."""
        wanted = signature(flow).parameters.values()
        missing = (p.name for p in wanted if p.kind is p.KEYWORD_ONLY and p.name not in named)
        return flow(*arguments, **named, **{name: getattr(self, name) for name in missing})

    def close(self) -> None:
        """Let go of the database, where it was asked for."""
        if "engine" in vars(self):
            self.engine.dispose()

    def clock(self) -> datetime:
        return datetime.now(UTC)

    def open(self, uri: str) -> Store:
        """Open a store by its URI."""
        return open_store(uri, s3=lambda: self.s3)

    @cached_property
    def s3(self) -> Any:
        """Give a client of S3 with the ambient credentials."""
        return self._session().client("s3")

    def _session(self) -> Any:
        if self.session is not None:
            return self.session
        import boto3

        return boto3.Session()


def profile(name: str) -> Any:
    """Give the boto3 session of a profile of the AWS configuration. Raises ``BadInput`` where there is none."""
    import boto3

    if name not in boto3.Session().available_profiles:
        raise BadInput(f"there is no AWS profile {name!r}: aws configure list-profiles shows those there are")
    return boto3.Session(profile_name=name)


def tools(environ: Mapping[str, str] | None = None, *, session: Any = None) -> Tools:
    """Give the tools for an environment (this process's by default), with a boto3 session or the ambient one."""
    return Tools(outside.read(os.environ if environ is None else environ), session)
