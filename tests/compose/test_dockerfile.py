"""The Dockerfile: exact versions, nobody is root in the end, and nothing comes from elsewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.compose.reading import DOCKERFILE, ROOT, image_environ, instructions

LAST = instructions()[-1]
ALL = [one for stage in instructions() for one in stage]


def words(kind, of=LAST):
    return [told for found, told in of if found == kind]


def test_every_stage_begins_with_the_same_exact_version():
    assert {told.split()[0] for told in words("FROM", ALL)} == {"python:3.11.13-slim-bookworm"}
    assert len(instructions()) == 2


def test_the_last_user_is_nobody_who_may_do_more():
    assert words("USER") == ["50000:0"]
    assert [kind for kind, _ in LAST][-2:] == ["USER", "CMD"]


def test_nothing_is_added_from_elsewhere_and_nothing_secret_is_built_in():
    assert not words("ADD", ALL)
    assert not re.search(r"https?://|curl|wget|apt-get", DOCKERFILE.read_text())
    assert not [told for told in words("ARG", ALL) if re.search("PASSWORD|SECRET|KEY|TOKEN", told)]


def test_what_is_installed_is_what_is_locked():
    installs = [told for told in words("RUN", ALL) if "pip install" in told]
    assert installs
    assert all("--no-deps" in told for told in installs)
    pinned = [line for line in (ROOT / "requirements-fab.txt").read_text().splitlines() if line]
    assert all(re.match(r"[\w.\[\],-]+==[\w.!+]+( ;.*)?$", line) for line in pinned)


def test_the_lock_of_the_image_is_that_of_the_tests_and_what_signing_in_needs_besides():
    locks = [
        {line.partition(" ;")[0] for line in (ROOT / name).read_text().splitlines() if line}
        for name in ("requirements.txt", "requirements-fab.txt")
    ]
    assert locks[0] <= locks[1]
    assert any(line.startswith("apache-airflow-providers-fab==") for line in locks[1])


def test_everything_that_is_copied_is_there_and_let_through():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    let = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert "*" in ignored
    for told in words("COPY", ALL):
        for source in told.split()[:-1]:
            if not source.startswith("--from") and not told.startswith("--from"):
                assert (ROOT / source).exists()
                assert any(one == source or one.startswith(f"{source}/") for one in let), source


def test_it_says_what_it_is_and_leaves_health_to_compose():
    told = " ".join(words("LABEL"))
    for name in ("title", "description", "version", "revision", "base.name"):
        assert f"org.opencontainers.image.{name}=" in told
    assert not words("HEALTHCHECK", ALL)
    assert image_environ()["AIRFLOW_HOME"] == "/opt/airflow"


@pytest.fixture
def lint(tmp_path):
    """Give what the linter says of a Dockerfile's text."""
    linter = Path(sys.executable).with_name("hadolint")
    if not linter.exists():
        pytest.skip("hadolint is not installed: requirements-dev.txt has it for Linux on x86-64")

    def ask(text):
        file = tmp_path / "Dockerfile"
        file.write_text(text)
        return subprocess.run([linter, file], capture_output=True, text=True, check=False).stdout

    return ask


def test_the_linter_has_nothing_to_say_of_it(lint):
    assert lint(DOCKERFILE.read_text()) == ""


def test_the_linter_would_say_something(lint):
    assert "DL3007" in lint(DOCKERFILE.read_text().replace("python:3.11.13-slim-bookworm", "python:latest"))
