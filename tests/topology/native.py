"""Runs what docker-compose.yaml describes on this machine, without containers: the same commands and environments.

Only what a container would give is put in its place: host names, ports, paths, and PostgreSQL's making of its folder.
"""

import filecmp
import os
import re
import runpy
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import psutil
import pytest

from orgwarden.demo import embedded
from tests.compose import reading
from tests.compose.reading import ROOT, Service

IMAGE = Path(os.environ.get("ORGWARDEN_TEST_IMAGE", ROOT / ".venv-production"))
HOSTS = ("postgres", "redis", "airflow-apiserver", "demo-organization", "demo-mail", "sign-in.localhost")
PORTS = (5432, 6379, 8080, 8974, 8793, 8794, 5600, 5653, 5625, 5680)
PATIENCE = 300.0
DEMO = ("demo-organization", "demo-mail", "demo-sign-in")
PROCESSES = ("airflow-scheduler", "airflow-dag-processor", "airflow-triggerer", "airflow-worker")


def needed() -> Path:
    """Give the folder of PostgreSQL's programs; fail with all that this machine lacks."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    lacking = [] if found else ["PostgreSQL's server (apt install postgresql)"]
    if not shutil.which("redis-server"):
        lacking.append("Redis (apt install redis-server)")
    if not (IMAGE / "bin" / "airflow").exists():
        lacking.append(
            f"{IMAGE} with what the image has (python3 -m venv {IMAGE} && {IMAGE}/bin/pip install -r "
            "requirements-fab.txt && make a package of this folder in it: pip install --no-deps .)"
        )
    elif stale := _stale():
        lacking.append(f"{stale} in {IMAGE}, where it is another than in this folder (pip install --no-deps .)")
    if lacking:
        pytest.fail(f"This machine lacks {'; '.join(lacking)}. .ci/run installs all of it.")
    return found[-1].parent


def _stale() -> str:
    """Name a file of the package that is not installed as it is here."""
    installed = next((IMAGE / "lib").glob("python*")) / "site-packages" / "orgwarden"
    here = ROOT / "include" / "orgwarden"
    names = [
        str(file.relative_to(here)) for file in here.rglob("*") if file.is_file() and "__pycache__" not in file.parts
    ]
    _, other, missing = filecmp.cmpfiles(here, installed, names, shallow=False)
    return next(iter([*other, *missing]), "")


@dataclass
class Running:
    """One process that runs: of which service, how its health is asked, and where its words go."""

    service: Service
    process: subprocess.Popen[bytes]
    log: Path
    command: list[str]
    environ: dict[str, str]
    begun: float = field(default_factory=time.monotonic)

    def is_healthy(self) -> bool:
        """Ask for its health as docker-compose.yaml says."""
        done = subprocess.run(self.service.healthcheck, env=self.environ, capture_output=True, check=False, timeout=60)
        return done.returncode == 0

    def memory(self) -> int:
        """Give the bytes that its processes take, what they share counted once."""
        return sum(map(_pss, self.pids()))

    def pids(self) -> set[int]:
        """Give its processes: PostgreSQL's have sessions of their own, a worker's outlive whom they descend from."""
        session = {one for one in psutil.pids() if _session_of(one) == self.process.pid}
        with suppress(psutil.Error):
            return session | {one.pid for one in psutil.Process(self.process.pid).children(recursive=True)}
        return session


def _pss(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_full_info().pss)
    except psutil.Error:
        return 0


def _has_ended(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return True


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return -1


@dataclass
class Topology:
    """What docker-compose.yaml describes, running; ``told`` are the variables that it was told.

    ``more`` is what a test sets beside the file, for Airflow's processes.
    """

    state: Path
    tools: Path
    told: dict[str, str]
    ports: dict[int, int]
    stack: ExitStack
    more: dict[str, str] = field(default_factory=dict)
    running: dict[str, Running] = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)
    # What went wrong beside what follows the runs, which ends at it.
    trouble: BaseException | None = None

    @property
    def server(self) -> str:
        return f"http://127.0.0.1:{self.ports[5600]}"

    @property
    def url(self) -> str:
        return self.service("airflow-apiserver").environment["AIRFLOW__API__BASE_URL"]

    def service(self, name: str, number: int = 1) -> Service:
        """Give a service as it runs here; ``number`` tells its replicas apart, which share one machine here."""
        one = reading.services(self.told)[name]
        ports = self.ports if number == 1 else self.ports | {8793: embedded.port()}
        put = lambda text: self._here(text, ports, f"{name}-{number}")  # noqa: E731 - it is applied four times
        return replace(
            one,
            command=[put(word) for word in one.command],
            environment={key: put(value) for key, value in one.environment.items()},
            healthcheck=[put(word) for word in one.healthcheck],
        )

    def start(self, name: str, *more: str, number: int = 1, of: Service | None = None) -> Running:
        """Start a service; give it once it is healthy."""
        one, key = of or self.service(name, number), name if number == 1 else f"{name}-{number}"
        begun = time.monotonic()
        self._run(key, one, [*self._as(one), *one.command, *more], self._environ(one, number))
        self.until_healthy(key)
        self.took[key] = time.monotonic() - begun
        return self.running[key]

    def start_again(self, key: str) -> None:
        """Start what has ended once more, as it was started; it is not waited for."""
        one = self.running[key]
        self._run(key, one.service, one.command, one.environ)

    def until_healthy(self, key: str) -> None:
        """Wait until what was started is healthy."""
        one = self.running[key]
        if one.service.healthcheck:
            embedded.wait(one.process, one.log, one.is_healthy)

    def _run(self, key: str, service: Service, command: list[str], environ: dict[str, str]) -> None:
        log = self.state / "words" / f"{key}.log"
        process = self.stack.enter_context(embedded.running(key, command, environ=environ, log=log))
        self.running[key] = Running(service, process, log, command, environ)

    def kill(self, key: str) -> None:
        """Kill every process of one that runs, at once, those that begin meanwhile too."""
        running = self.running[key]
        killed: set[int] = set()
        while left := {one for one in running.pids() if not _has_ended(one)}:
            killed |= left
            for one in left:
                with suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
        running.process.wait(30)
        # In a container their numbers would be gone with them; PostgreSQL does not start beside one of its own.
        until = time.monotonic() + 30
        while any(map(psutil.pid_exists, killed)) and time.monotonic() < until:
            time.sleep(0.05)

    def ended(self) -> list[str]:
        """Give what has ended though nobody stopped it."""
        return [key for key, one in self.running.items() if one.process.poll() is not None]

    def command(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a command as in the api-server's container."""
        told = self._environ(self.service("airflow-apiserver"), 1) | environ
        return subprocess.run(words, env=told, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE)

    def run(self, name: str) -> None:
        """Run a service that ends; its failure is told with its words."""
        one, begun = self.service(name), time.monotonic()
        done = subprocess.run(
            one.command,
            env=self._environ(one, 1),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        self.took[name] = time.monotonic() - begun

    def _environ(self, one: Service, number: int) -> dict[str, str]:
        told, key = reading.image_environ(), f"{one.name}-{number}"
        image = {name: self._here(value, self.ports, key) for name, value in told.items() if name != "PATH"}
        here = {
            "PATH": os.pathsep.join([str(IMAGE / "bin"), str(self.tools), os.environ["PATH"]]),
            "HOME": str(self.state / "home"),
            # In a container the name of the machine is that of the container.
            "HOSTNAME": f"worker-{number}" if one.name == "airflow-worker" else socket.gethostname(),
        }
        return here | (image | self.more if one.name not in {"postgres", "redis"} else {}) | one.environment

    def _as(self, one: Service) -> list[str]:
        """PostgreSQL refuses to be root."""
        return ["runuser", "-u", "postgres", "--"] if one.name == "postgres" and os.getuid() == 0 else []

    def _here(self, text: str, ports: Mapping[int, int], key: str) -> str:
        """Put this machine's hosts, ports and paths where the file has those of containers."""
        text = re.sub(rf"\b({'|'.join(map(re.escape, HOSTS))}):(\d+)\b", r"127.0.0.1:\2", text)
        text = text.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - that it is not is the point
        text = re.sub(rf"\b({'|'.join(map(str, PORTS))})\b", lambda found: str(ports[int(found[1])]), text)
        for inside, outside in sorted(self._places(key).items(), reverse=True):
            text = re.sub(
                rf"(?<![\w/.]){re.escape(inside)}(?![\w-])|(?<=://){re.escape(inside)}(?![\w-])", str(outside), text
            )
        return text

    def _places(self, key: str) -> dict[str, Path]:
        """Give where a container's files lie here: volumes, what the image has, and a home of its own."""
        home = self.state / "homes" / key
        home.mkdir(parents=True, exist_ok=True)
        places = {"/opt/airflow": home}
        for kind, words in reading.instructions()[-1]:
            if kind == "COPY" and not words.startswith("--from"):
                *sources, target = words.split()
                for source in sources:
                    places[f"{target}{Path(source).name}" if target.endswith("/") else target] = ROOT / source
        for one in reading.services(self.told).values():
            for volume in one.volumes:
                source, target = volume.split(":")[:2]
                places[target] = ROOT / source if source.startswith(".") else self.state / source
        return places


@contextmanager
def standing(state: Path, more: Mapping[str, str], **told: str) -> Iterator[Topology]:
    """Run all of it: servers, the demo profile, every process of Airflow; each healthy by its own healthcheck."""
    tools = needed()
    tool = runpy.run_path(str(ROOT / "tools" / "compose_env.py"))
    env = reading.env_file("\n".join(tool["lines"](demo=True, example=(ROOT / ".env.example").read_text())))
    ports = {one: embedded.port() for one in PORTS}
    # PostgreSQL runs as somebody else, and has to get at its folder.
    state.chmod(0o711)
    with ExitStack() as stack:
        one = Topology(state=state, tools=tools, told=env | told, ports=ports, stack=stack, more=dict(more))
        for folder in ("home", "redis", "logs", "store", "stage"):
            (state / folder).mkdir()
        for name in DEMO:
            one.start(name)
        where = httpx.get(f"{one.server}/demo/where").json()
        (state / "authority.pem").write_text(where["authority"])
        # The wiki, whose links are asked, stands behind the demo organization as behind a proxy.
        one.told |= {"HTTPS_PROXY": one.server, "SSL_CERT_FILE": str(state / "authority.pem")}
        _postgres(one)
        one.start("redis")
        one.run("airflow-init")
        one.start("airflow-apiserver")
        for name in PROCESSES:
            for number in range(1, one.service(name).replicas + 1):
                start_one(one, name, number)
        yield one


def start_one(one: Topology, name: str, number: int = 1) -> Running:
    """Start a process of Airflow; workers of one machine need names of their own."""
    more = ["--celery-hostname", f"celery@worker-{number}"] if name == "airflow-worker" else []
    return one.start(name, *more, number=number)


def _postgres(one: Topology) -> None:
    """Do what PostgreSQL's image does at its first start, then start it as the file says."""
    told = one.service("postgres")
    data, sockets = one.state / "postgres", one.state / "sockets"
    for folder in (data, sockets):
        folder.mkdir()
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
    word = one.state / "word"
    word.write_text(told.environment["POSTGRES_PASSWORD"])
    word.chmod(0o644)
    as_it, place = one._as(told), ["-D", str(data)]  # noqa: SLF001 - it is half of the same
    asked = [
        "-U",
        "postgres",
        "-A",
        "scram-sha-256",
        "--auth-local=trust",
        f"--pwfile={word}",
        "-E",
        "UTF8",
        "--locale",
        "C",
    ]
    environ = one._environ(told, 1) | {"PGHOST": str(sockets), "PGPORT": str(one.ports[5432])}  # noqa: SLF001 - the same
    _done([*as_it, str(one.tools / "initdb"), *place, *asked], environ)
    word.unlink()
    # Scripts are run while it listens on its socket alone, then it is started as the file says.
    quiet = ["-p", str(one.ports[5432]), "-k", str(sockets), "-c", "listen_addresses="]
    _done(
        [
            *as_it,
            str(one.tools / "pg_ctl"),
            *place,
            "-w",
            "-l",
            str(data / "first.log"),
            "-o",
            " ".join(quiet),
            "start",
        ],
        environ,
    )
    for script in sorted((ROOT / "deploy" / "postgres").glob("*.sh")):
        _done([str(script)], environ)
    _done([*as_it, str(one.tools / "pg_ctl"), *place, "-w", "stop"], environ)
    start_postgres(one)


def start_postgres(one: Topology) -> Running:
    """Start PostgreSQL on the folder that was made."""
    here = ["-p", str(one.ports[5432]), "-k", str(one.state / "sockets"), "-c", "listen_addresses=127.0.0.1"]
    return one.start("postgres", "-D", str(one.state / "postgres"), *here, "-c", "fsync=off")


def _done(command: list[str], environ: dict[str, str]) -> None:
    done = subprocess.run(command, env=environ, cwd="/", capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 0, done.stdout + done.stderr
