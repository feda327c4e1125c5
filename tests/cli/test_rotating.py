"""A rotation at the command line: said with both keys, and followed by a review under the new one."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.demo.asking import Asking


@pytest.mark.slow
def test_a_rotation_moves_findings_and_the_review_under_the_new_key_finds_nothing_new(
    organization: Asking, orgwarden: CommandLine, tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("ORGWARDEN_STORE", (tmp_path / "store").as_uri())
    monkeypatch.setenv("ORGWARDEN_DATABASE_URL", f"sqlite:///{tmp_path / 'orgwarden.db'}")
    orgwarden("review", "--snapshot", orgwarden.collected(tmp_path / "s"), "--theme", "contacts", "--record")
    before = {json.loads(line)["control"] for line in orgwarden("findings", "list", "--json")[1].splitlines()}
    monkeypatch.setenv("ORGWARDEN_NEW_HASH_KEY", "the next")
    code, out, error = orgwarden("rotate-key", "--json")
    assert code == 0, error
    rotated = json.loads(out)
    assert (len(rotated["findings"]) > 0, rotated["left"]) == (True, [])
    monkeypatch.setenv("ORGWARDEN_HASH_KEY", "the next")
    _, _, error = orgwarden("review", "--snapshot", rotated["snapshot"], "--theme", "contacts", "--record", "--json")
    assert "(0 new)" in error
    assert "0 resolved" in error
    after = {json.loads(line)["control"] for line in orgwarden("findings", "list", "--json")[1].splitlines()}
    assert after >= before
    assert organization.served.port


def test_without_the_new_key_there_is_nothing_to_rotate_to(orgwarden: CommandLine, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, error = orgwarden("rotate-key")
    assert (code, "ORGWARDEN_NEW_HASH_KEY is not set" in error) == (2, True)
    assert not list(tmp_path.iterdir())
