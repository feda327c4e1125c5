"""Makes ``.venv`` from the lock files; does nothing when it is made already.

Run by ``tools/setup`` with a Python that fits; knows the standard library alone. uv installs in seconds what pip
installs in minutes, so uv comes first, and pip stands in where uv cannot be had or does not reach the index.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
LOCKS = {"run": "requirements.txt", "dev": "requirements-dev.txt"}
# What a full disk, an unreachable index and a missing ensurepip look like in the words of pip, uv and venv.
REMEDIES = {
    "No space left on device": "The disk is full: about 1.5 GB are needed for .venv. Free some and try again.",
    "ensurepip is not": "This Python cannot make a virtual environment. Debian, Ubuntu: apt install python3-venv.",
    "No matching distribution": "The package index lacks what is needed, or was not reached; see above. Check the "
    "network and the index that pip is configured for (pip config list), then try again.",
    "Permission denied": "A file under .venv may not be written. Remove .venv (make clean) and try again.",
}


class SetupFailed(Exception):
    """A step did not succeed; its text is the last that the step said."""


def main(kind: str) -> int:
    """Make .venv with the locked requirements of one kind; 0 when it is as it should be, else 2."""
    stamp, digest = VENV / f".made-for-{kind}", _digest(kind)
    if stamp.exists() and stamp.read_text() == digest and PYTHON.exists():
        return 0
    try:
        _make_venv()
        _install("-r", LOCKS[kind])
        _install("--no-deps", "-e", ".")
    except (SetupFailed, OSError) as failure:
        sys.stderr.write(f"\n{_sentence(str(failure))}\n")
        return 2
    stamp.write_text(digest)
    return 0


def _digest(kind: str) -> str:
    """Give what .venv depends on: Python, place, lock file, and what the package declares."""
    files = (ROOT / name for name in (LOCKS[kind], "pyproject.toml"))
    seen = [sys.version, str(VENV), *(file.read_text() for file in files)]
    return hashlib.sha256("\0".join(seen).encode()).hexdigest()


def _make_venv() -> None:
    if _works():
        return
    _say(f"Making .venv with Python {sys.version.split()[0]}")
    shutil.rmtree(VENV, ignore_errors=True)
    _run(sys.executable, "-m", "venv", str(VENV))
    try:
        _run(str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv")
    except SetupFailed:
        _say("uv could not be installed; pip stands in, which takes some minutes")


def _works() -> bool:
    """Tell whether .venv is there, whole, and of the version that runs this."""
    if not PYTHON.exists():
        return False
    asked = "import sys, pip; print(sys.version)"
    answer = subprocess.run([PYTHON, "-c", asked], capture_output=True, text=True, check=False)
    return answer.stdout.strip() == sys.version


def _install(*what: str) -> None:
    _say(f"Installing {what[-1] if what[-1] != '.' else 'orgwarden'}")
    if UV.exists():
        try:
            _run(str(UV), "pip", "install", "--quiet", "--python", str(PYTHON), *what)
        except SetupFailed as failure:
            if "No space left" in str(failure):
                raise
            _say("uv did not succeed; trying pip")
        else:
            return
    _run(str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what)


def _run(*command: str) -> None:
    """Run one step; what it says is shown as it comes, and kept for the sentence about its failure."""
    environ = {**os.environ, "PYTHONPATH": "", "VIRTUAL_ENV": ""}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said = []
    for line in process.stdout or ():
        said.append(line)
        sys.stderr.write(line)
    if process.wait():
        raise SetupFailed("".join(said[-40:]))


def _sentence(said: str) -> str:
    known = (remedy for words, remedy in REMEDIES.items() if words in said)
    return next(known, "Setting up .venv failed; the reason stands above. `make clean` starts from nothing.")


def _say(text: str) -> None:
    sys.stderr.write(f"{text} ...\n")


if __name__ == "__main__":
    sys.exit(main((sys.argv[1:] or ["run"])[0]))
