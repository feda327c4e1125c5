"""Setting up says in a sentence why it cannot, and does nothing when there is nothing to do."""

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path):
    """Make a small checkout whose lock needs nothing."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'nothing'\nversion = '0'\n")
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("")
    return tmp_path


def set_up(checkout, **environ):
    return subprocess.run(
        ["/bin/sh", "tools/setup"],
        cwd=checkout,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("version", ["3.9.18", "3.14.0"])
def test_a_python_that_does_not_fit_is_named_with_those_that_do(checkout, version):
    programs = checkout / "bin"
    programs.mkdir()
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        (programs / name).write_text(f"#!/bin/sh\necho {version}\n")
        (programs / name).chmod(0o755)
    (programs / "dirname").symlink_to(shutil.which("dirname"))
    done = set_up(checkout, PATH=str(programs))
    assert done.returncode == 2
    assert done.stderr.startswith("Orgwarden needs Python 3.11, 3.12 or 3.13.")
    assert f"python3 is {version}." in done.stderr


def test_no_python_at_all_is_told(checkout):
    programs = checkout / "bin"
    programs.mkdir()
    (programs / "dirname").symlink_to(shutil.which("dirname"))
    done = set_up(checkout, PATH=str(programs))
    assert (done.returncode, "No python3 was found." in done.stderr) == (2, True)


def test_what_is_made_already_is_not_made_again(checkout):
    module = runpy.run_path(str(checkout / "tools" / "setup.py"))
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (checkout / ".venv" / ".made-for-run").write_text(module["_digest"]("run"))
    assert module["main"]("run") == 0


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("ERROR: No matching distribution found for uv", "The package index lacks what is needed, or was not reached"),
        ("The virtual environment was not created because ensurepip is not available", "apt install python3-venv"),
        ("something new", "the reason stands above"),
    ],
)
def test_a_failure_is_told_in_a_sentence_with_its_remedy(said, told):
    assert told in runpy.run_path(str(ROOT / "tools" / "setup.py"))["_sentence"](said)
