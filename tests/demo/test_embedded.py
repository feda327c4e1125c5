"""What the demo starts, it stops; what it is asked for and cannot give, it says."""

import os
import socket
import sys
import time

import httpx
import psutil
import pytest

from orgwarden.demo import embedded
from orgwarden.errors import BadInput, StopAndTell

# Starts a process in a group of its own, as Airflow does for each task; both ignore the polite signal.
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if len(sys.argv) < 2:
    subprocess.Popen([sys.executable, __file__, 'inner'], process_group=0)
print('ready', flush=True)
time.sleep(60)
"""

LOGIN = embedded.Login("admin", "-")


@pytest.fixture
def taken():
    with socket.socket() as other:
        other.bind((embedded.HOST, 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_that_is_asked_for_and_taken_is_refused_with_the_remedy(taken):
    with pytest.raises(BadInput, match=f"Port {taken} is taken by another program: stop that, or choose another"):
        embedded.port(taken)


def test_a_port_that_is_only_preferred_gives_way(taken):
    assert embedded.port(preferred=taken) != taken


def test_nothing_of_a_session_remains_not_even_a_group_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "GIVE_UP_STOPPING", 1.0)
    script, log = tmp_path / "stubborn.py", tmp_path / "log"
    script.write_text(STUBBORN)
    with embedded.running("stubborn", [sys.executable, str(script)], environ=os.environ, log=log) as process:
        embedded.wait(process, log, lambda: log.read_text().count("ready") == 2)
        groups = {os.getpgid(found.pid) for found in psutil.Process(process.pid).children()}
        assert groups != {process.pid}
    assert [found.pid for found in psutil.process_iter() if str(script) in " ".join(cmdline(found))] == []


def cmdline(process):
    try:
        return process.cmdline() if process.status() != psutil.STATUS_ZOMBIE else []
    except psutil.Error:
        return []


def test_a_program_that_ends_while_it_starts_is_told_with_its_last_words(tmp_path):
    log = tmp_path / "log"
    command = [sys.executable, "-c", "raise SystemExit('the disk is full')"]
    with (
        embedded.running("quitter", command, environ=os.environ, log=log) as process,
        pytest.raises(StopAndTell, match=r"ended while it started(.|\n)*the disk is full"),
    ):
        embedded.wait(process, log, lambda: False)


def test_a_program_that_never_is_ready_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "GIVE_UP_STARTING", 0.2)
    log, begun = tmp_path / "log", time.monotonic()
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with (
        embedded.running("sleeper", command, environ=os.environ, log=log) as process,
        pytest.raises(StopAndTell, match="did not come up"),
    ):
        embedded.wait(process, log, lambda: False)
    assert time.monotonic() - begun < 10


def test_the_environment_of_the_demo_holds_nothing_of_the_shell(monkeypatch):
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql://elsewhere")
    monkeypatch.setenv("AWS_PROFILE", "production")
    assert {name for name in embedded.clean_environ() if name.startswith(("AIRFLOW", "AWS", "ORGWARDEN"))} == set()


@pytest.fixture
def asked(monkeypatch):
    """Give an Airflow of canned answers, and what was asked of it."""
    monkeypatch.setattr(embedded, "BREATH", 0.0)

    def made(*answers):
        left, seen = list(answers), []

        def answer(request):
            seen.append(f"{request.method} {request.url.path}")
            return left.pop(0)

        return embedded.Airflow("http://airflow.example", LOGIN, httpx.MockTransport(answer)), seen

    return made


def busy():
    return httpx.Response(500, json={"detail": {"reason": "Database error", "statement": "hidden"}})


def test_an_airflow_whose_database_is_busy_is_asked_again(asked):
    api, seen = asked(busy(), busy(), httpx.Response(200, json={"note": "said"}))
    assert api.send("PATCH", "/dags/review/dagRuns/one", {"note": "said"}) == {"note": "said"}
    assert seen == ["PATCH /api/v2/dags/review/dagRuns/one"] * 3


def test_an_airflow_whose_database_stays_busy_is_given_up(asked):
    api, seen = asked(*(busy() for _ in range(embedded.ASKED_AT_MOST)))
    with pytest.raises(StopAndTell, match=r"Airflow answered 500 to GET /dags/review: .*Database error"):
        api.get("/dags/review")
    assert len(seen) == embedded.ASKED_AT_MOST


def test_any_other_refusal_is_told_at_once(asked):
    api, seen = asked(httpx.Response(500, json={"detail": "Internal Server Error"}))
    with pytest.raises(StopAndTell, match="Airflow answered 500"):
        api.get("/dags/review")
    assert len(seen) == 1
