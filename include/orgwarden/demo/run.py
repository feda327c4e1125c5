"""The whole of Orgwarden on the demo organization: three readings in a real Airflow, held against what was seeded.

The first reading is the one that the schedule itself starts for the current month. Then a drift is mended and another
made, the next month is read, and read again with nothing changed.
"""

import fcntl
import json
import secrets
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from orgwarden.demo import embedded, oracle, seed, story
from orgwarden.demo.chain import CHAIN, Chain
from orgwarden.demo.embedded import ROOT, Airflow
from orgwarden.demo.organization import MANAGEMENT_ID
from orgwarden.demo.summary import Expected, Reading, summary, tables
from orgwarden.errors import BadInput
from orgwarden.model import Period
from orgwarden.privacy import Veil

STATE = ROOT / "var" / "demo"
SERVER_PORT, DNS_PORT = 5600, 5653
COLLECTOR = ("sec-ops", "collector")
MANAGEMENT_ROLE = f"arn:aws:iam::{MANAGEMENT_ID}:role/orgwarden-management-read"
Say = Callable[[str], None]


def run(*, stay_up: bool, ui_port: int | None = None, state: Path = STATE) -> int:
    """Run the demo; 0 when everything ran and agrees with the seed, 1 when not, 130 when it was interrupted.

    Raises ``BadInput`` and ``StopAndTell`` with a sentence where it cannot run.
    """
    with _ends_on_signals(), ExitStack() as stack:
        try:
            stack.enter_context(_alone(state))
            return _told(stack, state, ui_port, stay_up=stay_up)
        except KeyboardInterrupt:
            _say("\nStopping ...")
            return 130


def _told(stack: ExitStack, state: Path, ui_port: int | None, *, stay_up: bool) -> int:
    demo = stack.enter_context(_standing(state, ui_port))
    readings, expected = _three_readings(demo)
    found = summary(readings, expected)
    (state / "summary.json").write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    _say(tables(found, readings))
    _say(_where_to_look(demo))
    if stay_up:
        _say("\nIt stays up until Ctrl-C.")
        threading.Event().wait()
    return 1 if found["disagreements"] else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Demo:
    """A demo that stands: where its organization and its Airflow answer, and where its state is."""

    api: Airflow
    server: str
    state: Path
    veil: Veil = field(repr=False)
    begun: float

    def tell(self, text: str) -> None:
        """Say something with the seconds since the beginning."""
        _say(f"{time.monotonic() - self.begun:5.0f} s  {text}")


@contextmanager
def _standing(state: Path, ui_port: int | None) -> Iterator[Demo]:
    """Start the demo organization and an Airflow that reads it; both are gone when this is left."""
    begun, key = time.monotonic(), secrets.token_hex(32)
    server, dns = embedded.port(preferred=SERVER_PORT), embedded.port(preferred=DNS_PORT)
    ui = embedded.port(ui_port, preferred=embedded.UI_PORT)
    (state / "hash-key").write_text(key)
    (state / "hash-key").chmod(0o600)
    command = [sys.executable, "-m", "orgwarden.demo", "--port", str(server), "--dns-port", str(dns)]
    url, log = f"http://{embedded.HOST}:{server}", state / "organization.log"
    told = environ(state, server=url, dns=f"{embedded.HOST}:{dns}", key=key)
    _say(f"Starting the demo organization and an Airflow; their state and logs are in {state}")
    with (
        embedded.running("The demo organization", command, environ=embedded.clean_environ(), log=log) as organization,
        embedded.airflow(state / "airflow", ui_port=ui, environ=told, workflows=list(CHAIN)) as api,
    ):
        embedded.wait(organization, log, lambda: embedded.answers(f"{url}/demo/calls"))
        demo = Demo(api=api, server=url, state=state, veil=Veil(key.encode()), begun=begun)
        demo.tell(f"Airflow answers at {api.url} (user {api.login.user}, password {api.login.password})")
        yield demo


def environ(state: Path, *, server: str, dns: str, key: str) -> dict[str, str]:
    """Give what the workflows are told from outside: the settings, and the collector's credentials."""
    keys = seed.declared().access_keys.items()
    access_key = next(id_ for id_, held in keys if (held.account, held.user) == COLLECTOR)
    return {
        "ORGWARDEN_STORE": (state / "store").as_uri(),
        "ORGWARDEN_DATABASE_URL": f"sqlite:///{state / 'orgwarden.db'}",
        "ORGWARDEN_BASELINE": str(seed.BASELINE),
        "ORGWARDEN_HASH_KEY": key,
        "ORGWARDEN_DNS": dns,
        "ORGWARDEN_MANAGEMENT_ROLE_ARN": MANAGEMENT_ROLE,
        # The demo organization is ours alone and answers as fast as it is asked.
        "ORGWARDEN_RATE_SHARE": "20",
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": "demo",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _three_readings(demo: Demo) -> tuple[list[Reading], Expected]:
    known = seed.declared()
    for workflow in reversed(CHAIN):
        demo.api.send("PATCH", f"/dags/{workflow}", {"is_paused": False})
    chain = Chain(api=demo.api, state=demo.state, tell=demo.tell)
    month = chain.scheduled_month()
    demo.tell(f"The schedule has started the reading of {month}")
    first = chain.followed(month)
    changed = story.next_month(lambda service: _client(demo, service))
    demo.tell("A drift was mended and another made; reading the next month")
    second = chain.triggered(_next(month))
    demo.tell("Nothing was changed; reading the same month again")
    again = chain.triggered(_next(month))
    wanted = seed.expectations(known)
    mended = {(one.control, one.subject) for one in changed.resolved}
    wanted_later = [one for one in wanted if (one.control, one.subject) not in mended] + list(changed.new)
    expected = Expected(
        first=_compared(demo, wanted, first),
        second=_compared(demo, wanted_later, second),
        resolved=len(changed.resolved),
        new=len(changed.new),
    )
    return [first, second, again], expected


def _compared(demo: Demo, wanted: list[Any], reading: Reading) -> dict[str, Any]:
    return oracle.compare(
        wanted, reading.verdicts, key_of_number=_number_hash(demo.veil), key_of_mailbox=demo.veil.mailbox
    )


def _number_hash(veil: Veil) -> Callable[[str], str]:
    return lambda text: veil.number("+" + "".join(c for c in text if c.isdigit()))


def _client(demo: Demo, service: str) -> Any:
    """Give a boto3 client of the management account."""
    import boto3  # noqa: PLC0415 - a second of imports that only this step needs

    return boto3.client(
        service,
        endpoint_url=demo.server,
        region_name="us-east-1",
        aws_access_key_id="ADMINISTRATOR",
        aws_secret_access_key="demo",  # noqa: S106 - opens nothing
    )


def _next(month: Period) -> Period:
    year, number = (int(part) for part in month.text.split("-"))
    return Period(f"{year + number // 12}-{number % 12 + 1:02}")


def _where_to_look(demo: Demo) -> str:
    """Say where a person finds what the demo made."""
    return "\n".join(
        [
            "",
            f"Summary   {demo.state / 'summary.json'}",
            f"Tickets   {demo.state / 'store' / 'tickets'}",
            f"Snapshots {demo.state / 'store' / 'snapshots'}",
            f"Airflow   {demo.api.url}, user {demo.api.login.user}, password {demo.api.login.password}; see `make up`",
        ]
    )


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """Make the state anew; refuse while another demo uses it."""
    state.parent.mkdir(parents=True, exist_ok=True)
    with state.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadInput(f"Another demo runs in {state}: stop it (Ctrl-C where it was started) first.") from error
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir()
        yield


@contextmanager
def _ends_on_signals() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end the demo as Ctrl-C does: by way of everything that has to be stopped."""

    def interrupt(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
