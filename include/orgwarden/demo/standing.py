"""What the demo stands on: the demo organization in a process of its own, and a real Airflow that reads it.

Each story of the demo (``run``, ``month_one``) needs the same ground, and whatever happens in it, nothing of the ground
remains when it is left.
"""

import fcntl
import secrets
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import httpx

from orgwarden.baseline import load
from orgwarden.demo import embedded, profiles
from orgwarden.demo.chain import ATTESTING, BILL, CHAIN, REVIEWING
from orgwarden.demo.embedded import ROOT, Airflow
from orgwarden.demo.mailroom import Mailroom, open_to_mail
from orgwarden.demo.organization import MANAGEMENT_ID
from orgwarden.demo.service import DEFAULT
from orgwarden.errors import BadInput
from orgwarden.model import Period
from orgwarden.privacy import Veil

STATE = ROOT / "var" / "demo"
SERVER_PORT, DNS_PORT, MAIL_PORT = 5600, 5653, 5625
COLLECTOR = ("sec-ops", "collector")
MANAGEMENT_ROLE = f"arn:aws:iam::{MANAGEMENT_ID}:role/orgwarden-management-read"


@dataclass(frozen=True, kw_only=True, slots=True)
class Demo:
    """A demo that stands: where its organization and its Airflow answer, and where its state is.

    ``environ`` is what the workflows are told from outside, for a command that shall see what they see; the mail that
    they send ends in ``mailroom``.
    """

    api: Airflow
    server: str
    state: Path
    veil: Veil = field(repr=False)
    environ: dict[str, str] = field(repr=False)
    begun: float
    mailroom: Mailroom

    def tell(self, text: str) -> None:
        """Say something with the seconds since the beginning."""
        say(f"{time.monotonic() - self.begun:5.0f} s  {text}")

    def client(self, service: str) -> Any:
        """Give a boto3 client of the management account."""
        return self._session("ADMINISTRATOR", "demo").client(service, endpoint_url=self.server)

    def client_of(self, account: str, service: str) -> Any:
        """Give a boto3 client of a member account's administrator."""
        from orgwarden.demo.roles import MEMBER_ROLE  # noqa: PLC0415 - brings moto, which takes a second

        role = f"arn:aws:iam::{account}:role/{MEMBER_ROLE}"
        keys = self.client("sts").assume_role(RoleArn=role, RoleSessionName="demo")["Credentials"]
        session = self._session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
        return session.client(service, endpoint_url=self.server)

    @staticmethod
    def _session(*keys: str) -> Any:
        import boto3  # noqa: PLC0415 - a second of imports that only this step needs

        return boto3.Session(*keys, region_name="us-east-1")

    def set_state(self, patch: Mapping[str, Any]) -> None:
        """State what AWS's API cannot set."""
        httpx.patch(f"{self.server}/demo/state", json=patch).raise_for_status()


@contextmanager
def standing(state: Path, *, profile: str, baseline: Path, ui_port: int | None) -> Iterator[Demo]:
    """Start the demo organization and an Airflow that reads it; both are gone when this is left."""
    begun, key = time.monotonic(), secrets.token_hex(32)
    server, dns = embedded.port(preferred=SERVER_PORT), embedded.port(preferred=DNS_PORT)
    ui = embedded.port(ui_port, preferred=embedded.UI_PORT)
    (state / "hash-key").write_text(key)
    (state / "hash-key").chmod(0o600)
    ports = ["--port", str(server), "--dns-port", str(dns)]
    command = [sys.executable, "-m", "orgwarden.demo", "--profile", profile, *ports]
    url, log = f"http://{embedded.HOST}:{server}", state / "organization.log"
    room = Mailroom(embedded.port(preferred=MAIL_PORT))
    authority = state / "authority.pem"
    told = environ(
        state,
        server=url,
        dns=f"{embedded.HOST}:{dns}",
        key=key,
        profile=profile,
        baseline=baseline,
        authority=authority,
    )
    told["AIRFLOW_CONN_ORGWARDEN_SMTP"] = room.connection
    people = [person.sign_in or id_ for id_, person in (load(baseline).people or {}).items()]
    say(f"Starting the demo organization and an Airflow; their state and logs are in {state}")
    with ExitStack() as stack:
        stack.enter_context(open_to_mail(room))
        served = embedded.running("The demo organization", command, environ=embedded.clean_environ(), log=log)
        organization = stack.enter_context(served)
        embedded.wait(organization, log, lambda: embedded.answers(f"{url}/demo/calls"))
        # Airflow is to find what it is told to trust.
        authority.write_text(httpx.get(f"{url}/demo/where").raise_for_status().json()["authority"])
        workflows = [*CHAIN, BILL, ATTESTING, REVIEWING]
        airflow = embedded.airflow(state / "airflow", ui_port=ui, environ=told, workflows=workflows, people=people)
        api = stack.enter_context(airflow)
        demo = Demo(api=api, server=url, state=state, veil=Veil(key.encode()), environ=told, begun=begun, mailroom=room)
        demo.tell(f"Airflow answers at {api.url} (user {api.login.user}, password {api.login.password})")
        yield demo


def environ(  # noqa: PLR0913 - each is one thing that the workflows are told
    state: Path,
    *,
    server: str,
    dns: str,
    key: str,
    profile: str = DEFAULT,
    baseline: Path | None = None,
    authority: Path | None = None,
) -> dict[str, str]:
    """Give what the workflows are told from outside: the settings, and the collector's credentials.

    Where they are told of the ``authority`` (a file with its certificate), they get at the wiki through the server.
    """
    organization = profiles.of(profile)
    keys = organization.seed().access_keys.items()
    access_key = next(id_ for id_, held in keys if (held.account, held.user) == COLLECTOR)
    wiki = {"HTTPS_PROXY": server, "NO_PROXY": "", "SSL_CERT_FILE": str(authority)} if authority else {}
    return {
        "ORGWARDEN_STORE": (state / "store").as_uri(),
        "ORGWARDEN_DATABASE_URL": f"sqlite:///{state / 'orgwarden.db'}",
        "ORGWARDEN_BASELINE": str(baseline or organization.baseline),
        "ORGWARDEN_HASH_KEY": key,
        "ORGWARDEN_DNS": dns,
        "ORGWARDEN_MANAGEMENT_ROLE_ARN": MANAGEMENT_ROLE,
        **({"ORGWARDEN_AUDIT_MEMBER_ROOT": "member_role"} if organization.seed().member_role else {}),
        # Its paid requests cost nothing here.
        "ORGWARDEN_COST_EXPLORER": "on",
        "ORGWARDEN_BILLING_STAGE": str(state / "billing"),
        # The demo organization is ours alone and answers as fast as it is asked.
        "ORGWARDEN_RATE_SHARE": "20",
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": "demo",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        **wiki,
    }


def next_month(month: Period) -> Period:
    """Give the month after a month."""
    year, number = (int(part) for part in month.text.split("-"))
    return Period(f"{year + number // 12}-{number % 12 + 1:02}")


def where_to_look(demo: Demo, summary: Path) -> str:
    """Say where a person finds what the demo made."""
    return "\n".join(
        [
            "",
            f"Summary   {summary}",
            f"Tickets   {demo.state / 'store' / 'tickets'}",
            f"Snapshots {demo.state / 'store' / 'snapshots'}",
            f"Airflow   {demo.api.url}, user {demo.api.login.user}, password {demo.api.login.password}; see `make up`",
        ]
    )


@contextmanager
def alone(state: Path, room: Path) -> Iterator[None]:
    """Make a story's room in the state anew; refuse while another demo uses the state."""
    state.parent.mkdir(parents=True, exist_ok=True)
    with state.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadInput(f"Another demo runs in {state}: stop it (Ctrl-C where it was started) first.") from error
        shutil.rmtree(room, ignore_errors=True)
        room.mkdir(parents=True)
        yield


@contextmanager
def ends_on_signals() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end the demo as Ctrl-C does: by way of everything that has to be stopped."""

    def interrupt(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def say(text: str) -> None:
    """Say something to whoever started the demo."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
