"""Every command says what it does, ends by its exit code, and tells an error in one sentence."""

import json
from pathlib import Path

import pytest

from orgwarden.cli import parser
from orgwarden.controls import catalogue
from tests.cli.conftest import CommandLine

ROOT = Path(__file__).parents[2]


def commands() -> dict[str, list[str]]:
    """The subcommands of each command."""
    groups = parser()._subparsers._group_actions[0].choices  # noqa: SLF001 - argparse shows them nowhere else
    return {
        name: list(group._subparsers._group_actions[0].choices) if group._subparsers else []  # noqa: SLF001 - the same
        for name, group in groups.items()
    }


def test_the_readme_names_every_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, verbs in commands().items():
        for words in [f"{name} {verb}" for verb in verbs] or [name]:
            if words != "docs":
                assert words in readme


def test_the_controls_are_listed_and_shown(orgwarden: CommandLine):
    code, out, _ = orgwarden("controls", "list", "--json")
    assert code == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == [control.id for control in catalogue()]
    code, out, _ = orgwarden("controls", "show", "contacts.recovery_phone_apart")
    assert (code, "Why:" in out, "Fix:" in out) == (0, True, True)
    assert orgwarden("controls", "show", "contacts.nothing")[0] == 2


def test_the_generated_pages_are_those_of_the_code(orgwarden: CommandLine):
    code, _, error = orgwarden("docs", "--check", "--root", ROOT)
    assert code == 0, error


def test_a_page_that_is_out_of_date_is_told_and_written(orgwarden: CommandLine, tmp_path: Path):
    (tmp_path / "dags").mkdir()
    code, _, error = orgwarden("docs", "--check", "--root", tmp_path)
    assert (code, "docs/CONTROLS.md" in error) == (2, True)
    assert orgwarden("docs", "--root", tmp_path)[0] == 0
    assert orgwarden("docs", "--check", "--root", tmp_path)[0] == 0


@pytest.mark.parametrize(
    ("words", "setting"),
    [(("findings", "list"), "DATABASE_URL"), (("tickets", "plan"), "STORE"), (("collect", "--out", "x"), "HASH_KEY")],
)
def test_what_is_not_set_is_told_by_its_name(orgwarden: CommandLine, tmp_path: Path, monkeypatch, words, setting):
    monkeypatch.chdir(tmp_path)
    code, _, error = orgwarden(*words)
    assert code == 2
    assert f"ORGWARDEN_{setting} is not set" in error
    assert not list(tmp_path.iterdir())


def test_recorded_findings_are_listed_shown_and_put_on_tickets(orgwarden: CommandLine, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("ORGWARDEN_DATABASE_URL", f"sqlite:///{tmp_path / 'orgwarden.db'}")
    monkeypatch.setenv("ORGWARDEN_STORE", tmp_path.as_uri())
    assert orgwarden("findings", "list")[0] == 0
    assert "there is no finding" in orgwarden("findings", "show", "f00")[2]
    assert "no findings yet" in orgwarden("tickets", "apply")[2]
