"""A real Airflow for the demo: ``airflow standalone`` with an environment of its own, and a REST client for it.

Airflow is run, never imported: only ``on_airflow`` knows its Python. What is started here is stopped here, whatever
happens: Airflow gives every task a process group of its own, so it is the process session that has to be empty in the
end.
"""

import base64
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from orgwarden.errors import BadInput, StopAndTell

ROOT = Path(__file__).resolve().parents[3]
HOST = "127.0.0.1"
UI_PORT = 8080
COMPONENTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")
# What a clean environment keeps of the caller's; AIRFLOW__* and AWS_* of a shell must not reach the demo.
KEPT = ("HOME", "LANG", "LC_ALL", "TMPDIR", "USER")
GIVE_UP_STARTING, GIVE_UP_STOPPING = 300.0, 25.0
# On SQLite Airflow 3.3 answers 500 with this word when its own writers stood in each other's way for five seconds;
# nothing was kept of the request then, and the next asking finds the way free.
BUSY, ASKED_AT_MOST, BREATH = "Database error", 5, 1.0


@dataclass(frozen=True, slots=True)
class Login:
    """Who may sign in to the demo's Airflow; made anew for each demo."""

    user: str
    password: str


def clean_environ() -> dict[str, str]:
    """Give an environment that holds nothing but what programs need to run, and the package."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**kept, "PATH": path, "PYTHONPATH": str(ROOT / "include"), "PYTHONUNBUFFERED": "1"}


def port(wanted: int | None = None, *, preferred: int = 0) -> int:
    """Give a free port: the wanted one or a refusal, else the preferred one or any other."""
    if wanted is not None:
        if not _is_free(wanted):
            raise BadInput(f"Port {wanted} is taken by another program: stop that, or choose another with --port.")
        return wanted
    if preferred and _is_free(preferred):
        return preferred
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _is_free(number: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, number))
        except OSError:
            return False
    return True


@contextmanager
def running(
    name: str, command: list[str], *, environ: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in a process session of its own, its words in a file; when left, nothing of that remains."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as words:
        process = subprocess.Popen(  # noqa: S603 - what the callers below name
            command,
            env=dict(environ),
            cwd=ROOT,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
        )
    try:
        yield process
    finally:
        _stop(process, name)


def _stop(process: subprocess.Popen[bytes], name: str) -> None:
    """End all processes of the process session: politely at first, and whatever a second Ctrl-C says."""
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        _signal_group(process.pid, signal.SIGTERM)
        if not _ends_within(GIVE_UP_STOPPING, process):
            for left in _session(process):
                with suppress(psutil.NoSuchProcess):
                    left.kill()
        # A process that was killed is gone a moment later, not at once.
        if not _ends_within(GIVE_UP_STOPPING, process):
            raise StopAndTell(f"{name} could not be stopped: processes {[p.pid for p in _session(process)]} remain")
    finally:
        signal.signal(signal.SIGINT, previous)


def _ends_within(seconds: float, process: subprocess.Popen[bytes]) -> bool:
    """Wait until nothing of the process session runs; say whether that came about in time."""
    until = time.monotonic() + seconds
    while _session(process):
        if time.monotonic() >= until:
            return False
        time.sleep(0.1)
    # A process is seen to have ended while its last threads still end; it can be waited for only after these.
    with suppress(subprocess.TimeoutExpired):
        process.wait(max(until - time.monotonic(), 1.0))
    return process.returncode is not None


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return


def _session(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Give the processes of a process session that still run."""
    process.poll()
    return [found for found in psutil.process_iter() if _is_of(found, process.pid)]


def _is_of(found: psutil.Process, session: int) -> bool:
    try:
        return os.getsid(found.pid) == session and found.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, psutil.NoSuchProcess):
        return False


class Airflow:
    """The REST API of a running Airflow."""

    def __init__(self, url: str, login: Login, transport: httpx.BaseTransport | None = None) -> None:
        self.url, self.login = url, login
        self._client = httpx.Client(base_url=url, timeout=60, transport=transport)
        self._others: list[Airflow] = []

    def health(self) -> dict[str, str]:
        """Give the state of each component; nothing as long as nobody answers."""
        try:
            answer = self._client.get("/api/v2/monitor/health")
        except httpx.TransportError:
            return {}
        return {name: told["status"] for name, told in answer.json().items()} if answer.is_success else {}

    def sign_in(self) -> None:
        """Take a token, which is good for a day."""
        asked = {"username": self.login.user, "password": self.login.password}
        answer = self._client.post("/auth/token", json=asked).raise_for_status()
        self.bear(answer.json()["access_token"])

    def bear(self, token: str) -> None:
        """Be whoever a token belongs to."""
        self._client.headers["Authorization"] = f"Bearer {token}"

    def of(self, user: str, password: str) -> "Airflow":
        """Give the API as another user sees it."""
        other = Airflow(self.url, Login(user, password))
        self._others.append(other)
        other.sign_in()
        return other

    def close(self) -> None:
        """Let go of all connections, those of other users, too."""
        for other in self._others:
            other.close()
        self._client.close()

    def get(self, path: str, **query: str | int) -> Any:
        """Read something; raises where Airflow refuses."""
        return self._asked("GET", path, params=query)

    def send(self, method: str, path: str, body: Any) -> Any:
        """Change something; raises where Airflow refuses."""
        return self._asked(method, path, json=body)

    def visit(self, method: str, path: str) -> str:
        """Open a page as this user, or press its button; give its text. Raises where it is refused."""
        answer = self._client.request(method, path)
        if not answer.is_success:
            raise StopAndTell(f"Airflow answered {answer.status_code} to {method} of a page: {answer.text[:500]}")
        return answer.text

    def knows(self, workflow: str) -> bool:
        """Tell whether Airflow has read the file of a workflow."""
        return self._client.get(f"/api/v2/dags/{workflow}").is_success

    def _asked(self, method: str, path: str, **said: Any) -> Any:
        answer = self._answer(method, path, **said)
        if not answer.is_success:
            raise StopAndTell(f"Airflow answered {answer.status_code} to {method} {path}: {answer.text[:500]}")
        return answer.json() if answer.content else None

    def _answer(self, method: str, path: str, **said: Any) -> httpx.Response:
        """Ask, and ask again as long as Airflow's database is busy."""
        for _ in range(ASKED_AT_MOST - 1):
            answer = self._client.request(method, f"/api/v2{path}", **said)
            if answer.status_code != httpx.codes.INTERNAL_SERVER_ERROR or BUSY not in answer.text:
                return answer
            time.sleep(BREATH)
        return self._client.request(method, f"/api/v2{path}", **said)


@contextmanager
def airflow(
    state: Path, *, ui_port: int, environ: Mapping[str, str], workflows: list[str], people: Sequence[str] = ()
) -> Iterator[Airflow]:
    """Run an Airflow whose state is in a folder; given once it answers, knows the workflows and has its pools.

    The workflows are paused: the caller unpauses them when everything stands. ``people`` may sign in beside the
    administrator, each with a password of their own, and answer what they are asked.
    """
    passwords = {user: secrets.token_urlsafe(9) for user in ("admin", *people)}
    login = Login("admin", passwords["admin"])
    _write_privately(state / "passwords.json", json.dumps(passwords))
    log = state / "airflow.log"
    users = {"AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(["admin:admin", *(f"{one}:user" for one in people)])}
    settings = {**clean_environ(), **_settings(state, ui_port), **users, **environ}
    command = [str(Path(sys.executable).with_name("airflow")), "standalone"]
    with running("Airflow", command, environ=settings, log=log) as process, ExitStack() as stack:
        api = stack.enter_context(closing(Airflow(f"http://{HOST}:{ui_port}", login)))
        wait(process, log, lambda: all(api.health().get(name) == "healthy" for name in COMPONENTS))
        api.sign_in()
        for name, pool in json.loads((ROOT / "include" / "pools.json").read_text()).items():
            api.send("POST", "/pools", {"name": name, **pool})
        wait(process, log, lambda: all(api.knows(workflow) for workflow in workflows))
        yield api


def answers(url: str) -> bool:
    """Tell whether somebody answers there."""
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.TransportError:
        return False


def wait(process: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool]) -> None:
    """Wait until a program is ready. Raises ``StopAndTell`` with its last words where it ends before, or takes long."""
    name = Path(str(log)).stem
    until = time.monotonic() + GIVE_UP_STARTING
    while not ready():
        if process.poll() is not None:
            raise StopAndTell(f"{name} ended while it started; its last words, all in {log}:\n{_tail(log)}")
        if time.monotonic() > until:
            raise StopAndTell(
                f"Airflow did not come up within {GIVE_UP_STARTING:.0f} s; its words are in {log}:\n{_tail(log)}"
            )
        time.sleep(0.5)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])


def _settings(state: Path, ui_port: int) -> dict[str, str]:
    url = f"http://{HOST}:{ui_port}"
    return {
        "AIRFLOW_HOME": str(state),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(state / "passwords.json"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__CORE__FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(ui_port),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__WORKERS": "1",
        # Equal in all processes, and long enough for the algorithm.
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(64),
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
        "AIRFLOW__LOGGING__UVICORN_LOGGING_LEVEL": "WARNING",
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(port(preferred=8793)),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(port(preferred=8794)),
        "GX_ANALYTICS_ENABLED": "false",
    }


def _write_privately(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        opened.write(text)
