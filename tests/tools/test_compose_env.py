"""The .env that is made has every secret anew, and nothing left to fill in for the demo."""

import runpy
import subprocess
import sys

from tests.compose.reading import ROOT, document, env_file, services, variables

TOOL = ROOT / "tools" / "compose_env.py"
EXAMPLE = (ROOT / ".env.example").read_text()


def made(*words):
    done = subprocess.run([sys.executable, TOOL, *words], capture_output=True, text=True, check=True)
    return env_file(done.stdout), done.stderr


def test_each_has_secrets_of_its_own_and_the_example_has_none():
    first, second = made()[0], made()[0]
    secrets = {name for name in first if first[name]}
    assert secrets == set(runpy.run_path(str(TOOL))["MADE"])
    assert all(first[name] != second[name] and len(first[name]) >= 44 for name in secrets)
    assert not any(env_file(EXAMPLE).values())


def test_for_the_demo_nothing_is_left_to_fill_in():
    told, said = made("--demo")
    assert services(told)
    assert "Nothing is left" in said
    assert "demo-organization" in services(told)["airflow-worker"].environment["AWS_ENDPOINT_URL"]


def test_it_names_what_is_left():
    told, said = made()
    left = set(said.removeprefix("Fill in: ").strip().split(", "))
    assert left == {name for name in variables() if not told[name]}


def checked(file):
    done = subprocess.run([sys.executable, TOOL, "--check", file], capture_output=True, text=True, check=False, env={})
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_everything_that_is_missing_is_named_at_once_with_what_it_is_for(tmp_path):
    file = tmp_path / ".env"
    file.write_text(EXAMPLE)
    code, said = checked(file)
    assert (code, said) == (1, "".join(f"{name} is missing: {words}\n" for name, words in variables().items()))
    file.write_text("\n".join(f"{name}=x" for name in variables() if name != "REDIS_PASSWORD"))
    code, said = checked(file)
    assert (code, said.count("\n"), said.startswith("REDIS_PASSWORD is missing: ")) == (1, 1, True)
    file.write_text("\n".join(f"{name}=x" for name in variables()))
    assert checked(file) == (0, "Nothing is missing.\n")


def test_a_file_that_is_not_there_is_said_with_the_remedy(tmp_path):
    code, said = checked(tmp_path / ".env")
    assert (code, "python3 tools/compose_env.py > .env makes it" in said) == (2, True)


def test_the_example_has_every_variable_that_the_file_takes():
    named = {line.removeprefix("#").partition("=")[0] for line in EXAMPLE.splitlines() if "=" in line}
    taken = {
        key
        for one in document()["services"].values()
        for key, value in one.get("environment", {}).items()
        if value is None
    }
    assert set(variables()) | taken <= named
