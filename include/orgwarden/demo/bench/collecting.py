"""Sweeps the organization of the bench, grown to a thousand accounts, at a multiple of AWS's rates with latency.

The server runs in a process of its own and refuses what comes too fast, so a sweep that paces wrongly does not pass
for a fast one. The second reading is denied one account in twenty and throttled once in twenty calls:
it must end with the denied as gaps, all of them and nothing else.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from orgwarden.collect import contacts, delegation, organizations, policies
from orgwarden.collect.sessions import Aws
from orgwarden.demo import embedded
from orgwarden.demo.bench import formula, serving
from orgwarden.demo.bench.serving import PROFILE
from orgwarden.demo.seed import Seed
from orgwarden.demo.standing import COLLECTOR, MANAGEMENT_ROLE
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, ALTERNATE_TYPES, PRIMARY_CONTACTS
from orgwarden.parts.delegation import DELEGATIONS, ENROLLED, LANDING_ZONE
from orgwarden.parts.organization import TAGS
from orgwarden.privacy import Veil
from orgwarden.snapshot import Opened, Staging, merged, stage
from orgwarden.store import FileStore

SHARE = 0.7
ONE_IN = 20
DENIED = {"error": "AccessDeniedException"}
THROTTLED = {"error": "TooManyRequestsException", "share": 1 / ONE_IN, "seed": 7}
# Control Tower is left out, as it is by default, and says so in the place of what it would tell.
LEFT_OUT = {LANDING_ZONE.name, ENROLLED.name}
Gaps = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one sweep came to: its seconds, its calls by API as the server counted them, and what it could not read."""

    name: str
    seconds: float
    calls: dict[str, int]
    gaps: Gaps


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where the organization answers, at how many times AWS's rates, and where readings are staged."""

    url: str
    times: float
    folder: Path
    seed: Seed

    def read(self, name: str) -> list[Swept]:
        """Sweep AWS Organizations, contacts, policies and delegation, one after the other, as the workflow does."""
        veil = Veil(b"a key for measuring")
        place, store = f"snapshots/{name}", FileStore(self.folder)
        opened = Opened(period="2026-11", run=name, at=datetime.now(UTC), key_check=veil.check)
        staging, aws = stage(store, place, opened), self._aws()
        # Who calls is asked first: by the first answer the organization is set up, which is no part of a sweep.
        aws.caller  # noqa: B018 - asking is all
        sweeps: dict[str, Callable[[], object]] = {
            organizations.NAME: lambda: organizations.sweep(staging, aws=aws, veil=veil),
            contacts.NAME: lambda: contacts.sweep(staging, aws=aws, veil=veil),
            policies.NAME: lambda: policies.sweep(staging, aws=aws, veil=veil),
            delegation.NAME: lambda: delegation.sweep(staging, aws=aws, veil=veil, control_tower=False),
        }
        return [self._swept(name, sweep, staging) for name, sweep in sweeps.items()]

    def _swept(self, name: str, sweep: Callable[[], object], staging: Staging) -> Swept:
        gaps = _gaps(staging)
        httpx.delete(f"{self.url}/demo/calls").raise_for_status()
        begun = time.monotonic()
        sweep()
        seconds = time.monotonic() - begun
        return Swept(name=name, seconds=seconds, calls=self._calls(), gaps=_gaps(staging) - gaps)

    def _calls(self) -> dict[str, int]:
        counted: dict[str, int] = {}
        for row in httpx.get(f"{self.url}/demo/calls").raise_for_status().json():
            name = f"{row['service']}:{row['operation']}"
            counted[name] = counted.get(name, 0) + row["count"]
        return {name: count for name, count in counted.items() if not name.startswith("sts:")}

    def _aws(self) -> Aws:
        import boto3  # noqa: PLC0415 - a second of imports that only this step needs

        return Aws(session=boto3.Session(), management_role=MANAGEMENT_ROLE, share=SHARE * self.times)

    def deny_and_throttle(self) -> Gaps:
        """Have one thing in twenty denied and one call in twenty throttled; give the gaps that must come of it.

        Denied are the contacts and tags of accounts, and what administrators administer.
        """
        denied = formula.live(self.seed)[::ONE_IN]
        administrators = sorted(self.seed.id_of(name) for name in self.seed.delegated_administrators)[1::ONE_IN]
        told = [{**DENIED, "service": "account", "account": id_} for id_ in denied]
        tags, services_of = "ListTagsForResource", "ListDelegatedServicesForAccount"
        asked = [*((tags, id_) for id_ in denied), *((services_of, id_) for id_ in administrators)]
        told += [{**DENIED, "service": "organizations", "operation": what, "account": id_} for what, id_ in asked]
        services = [{**THROTTLED, "service": service} for service in ("account", "organizations")]
        httpx.put(f"{self.url}/demo/faults", json=[*services, *told]).raise_for_status()
        slots = {(ALTERNATE_CONTACTS.name, f"{id_}/{kind}") for id_ in denied for kind in ALTERNATE_TYPES}
        lost = {(part.name, id_) for id_ in denied for part in (PRIMARY_CONTACTS, TAGS)}
        return frozenset(slots | lost | {(DELEGATIONS.name, id_) for id_ in administrators})


@contextmanager
def ground(seed: Seed, *, times: float, folder: Path) -> Iterator[Ground]:
    """Serve the organization in a process of its own while the block runs; 0 times AWS's rates: as fast as it can."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    port, log = embedded.port(), folder / "organization.log"
    url = f"http://{embedded.HOST}:{port}"
    grown = ["--profile", PROFILE, "--accounts", str(len(seed.accounts) + 1)]
    wanted = [*grown, *(["--rates", str(times)] if times else [])]
    command = [sys.executable, "-m", serving.__name__, "--port", str(port), "--dns-port", "0", *wanted]
    environ = embedded.clean_environ()
    with embedded.running("The demo organization", command, environ=environ, log=log) as process:
        embedded.wait(process, log, lambda: embedded.answers(f"{url}/demo/calls"))
        # boto3 takes an endpoint for all services from the environment alone.
        os.environ |= _environ(seed, url)
        yield Ground(url=url, times=times, folder=folder, seed=seed)


def _environ(seed: Seed, url: str) -> dict[str, str]:
    keys = seed.access_keys.items()
    key = next(id_ for id_, held in keys if (held.account, held.user) == COLLECTOR)
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": "demo",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _gaps(staging: Staging) -> Gaps:
    return frozenset(gap for gap in merged(staging.all_pages())[1] if gap[0] not in LEFT_OUT)
