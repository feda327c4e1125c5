"""docker-compose itself takes the file, and its copy of the Compose specification's schema does."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator, Draft201909Validator

from tests.compose.reading import ROOT, document, services, variables

pytestmark = pytest.mark.topology
SCHEMA = Path("/usr/lib/python3/dist-packages/compose/config/compose_spec.json")
SET = dict.fromkeys(variables(), "value") | {"ORGWARDEN_BASELINE_FOLDER": "./include/baseline"}
CLEAN = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}


@pytest.fixture
def compose(tmp_path):
    """Run docker-compose with an environment of its own; no .env of this folder is read."""
    command = shutil.which("docker-compose")
    if command is None:
        pytest.fail("docker-compose is not there: apt install docker-compose, or run .ci/run, which does")
    nothing = tmp_path / "nothing.env"
    nothing.touch()

    def run(*words, **environ):
        told = [command, "--project-directory", str(ROOT), "--env-file", str(nothing), *words]
        return subprocess.run(told, cwd=ROOT, env=CLEAN | environ, capture_output=True, text=True, check=False)

    return run


def files(*names):
    return [word for name in names for word in ("--file", str(ROOT / name))]


@pytest.mark.parametrize("names", [("docker-compose.yaml",), ("docker-compose.yaml", "docker-compose.mounted.yaml")])
@pytest.mark.parametrize("profile", [(), ("--profile", "demo")])
def test_docker_compose_takes_it(compose, names, profile):
    done = compose(*files(*names), *profile, "config", "-q", **SET)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_docker_compose_makes_of_it_is_what_the_reader_of_these_tests_makes_of_it(compose):
    done = compose(*files("docker-compose.yaml"), "--profile", "demo", "config", **SET)
    theirs = yaml.safe_load(done.stdout)["services"]
    ours = services(SET)
    assert set(theirs) == set(ours)
    for name, one in ours.items():
        # What it prints can be read again, so its dollars are doubled.
        assert [word.replace("$$", "$") for word in theirs[name]["command"]] == one.command
        told = {key: str(value) for key, value in theirs[name].get("environment", {}).items() if value is not None}
        assert told == {key: value.rstrip("\n") for key, value in one.environment.items()}


@pytest.mark.parametrize("name", sorted(variables()))
def test_docker_compose_says_what_is_missing(compose, name):
    done = compose(*files("docker-compose.yaml"), "config", "-q", **{k: v for k, v in SET.items() if k != name})
    assert done.returncode == 1
    assert variables()[name] in done.stderr
    assert name in done.stderr


def test_the_specifications_schema_takes_it():
    if not SCHEMA.exists():
        pytest.fail(f"{SCHEMA} is not there: apt install docker-compose, or run .ci/run, which does")
    schema = json.loads(SCHEMA.read_text())
    told = document()
    check = Draft201909Validator if "2019-09" in schema["$schema"] else Draft7Validator
    # The formats (durations, expositions) are Compose's own words, checked by docker-compose above.
    assert [error.message for error in check(schema).iter_errors(told)] == []
    assert list(check(schema).iter_errors({**told, "servces": {}})) != []


def test_compose_starts_nothing_where_secrets_are_missing(compose):
    done = compose(*files("docker-compose.yaml"), "config", "-q")
    assert done.returncode == 1
    assert re.search(r"make one with: openssl rand|see docs/|such as", done.stderr)
