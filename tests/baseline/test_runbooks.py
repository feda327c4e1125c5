"""A runbook says where it is, who keeps it and what it is for; a link that could not be asked is refused."""

from pathlib import Path
from typing import get_args

import pytest

from orgwarden.baseline import Baseline
from orgwarden.baseline.loading import load
from orgwarden.baseline.runbooks import Scenario
from orgwarden.errors import BadInput
from orgwarden.parts.runbooks import SCENARIOS

HEAD = "people:\n  anna: {name: Anna}\nrunbooks:\n  documents:\n"
REST = "owner: anna, reviewed: 2026-09-01, scenarios: [use_root]"


def loaded(tmp_path: Path, documents: str) -> Baseline:
    file = tmp_path / "baseline.yaml"
    file.write_text(HEAD + documents)
    return load(file)


def refused(tmp_path: Path, documents: str) -> str:
    with pytest.raises(BadInput) as told:
        loaded(tmp_path, documents)
    return str(told.value)


def test_the_scenarios_of_the_baseline_are_those_that_are_judged():
    assert get_args(Scenario) == tuple(SCENARIOS)


@pytest.mark.parametrize(
    "where",
    [
        "link: 'https://wiki.corp.example/root?page=7#step-2'",
        "link: 'https://wiki.corp.example:8443/'",
        "kept: binder in the safe",
        "link: https://10.0.0.7/root, kept: binder in the safe",
    ],
)
def test_a_document_stands_behind_a_link_or_lies_somewhere(tmp_path, where):
    (document,) = loaded(tmp_path, f"    - {{name: Root, {where}, {REST}}}\n").runbooks.documents or ()
    assert document.owner == "anna"
    assert "wiki" not in repr(document)


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("http://wiki.corp.example/root", "is no https link, and anybody on the way may rewrite it"),
        ("wiki.corp.example/root", "is no link: write one such as https://"),
        ("ftp://wiki.corp.example/root", "is no link"),
        ("file:///root.md", "is no link"),
        ("https://", "is no link"),
        ("https://wiki.corp.example:99999/", "is no link"),
        ("https://wiki.corp.example:0/", "is no link"),
        ("https://[wiki/", "is no link"),
        ("https://wiki.corp.example/røt", "is no link"),
        ("https://wiki.corp.example/a b", "is no link"),
        ("https://anna:hush@wiki.corp.example/root", "has a user or a password in it: take them out"),
    ],
)
def test_a_link_that_cannot_be_asked_or_trusted_is_refused(tmp_path, link, why):
    told = refused(tmp_path, f"    - {{name: Root, link: '{link}', {REST}}}\n")
    assert f"baseline.yaml:5: runbooks.documents[0].link: '{link[:8]}" in told
    assert why in told
    assert "hush" not in told


def test_what_a_link_asks_for_is_not_told(tmp_path):
    told = refused(tmp_path, f"    - {{name: Root, link: 'http://wiki.corp.example/root?token=hush', {REST}}}\n")
    assert "'http://wiki.corp.example/root•••' is no https link" in told


@pytest.mark.parametrize(
    ("documents", "why"),
    [
        (f"    - {{name: Root, {REST}}}\n", "is nowhere: give the link, or say where it is kept"),
        ("    - {name: Root, kept: safe, owner: anna, reviewed: 2026-09-01, scenarios: []}\n", "is empty"),
        (
            "    - {name: Root, kept: safe, owner: anna, reviewed: 2026-09-01, scenarios: [reset_pasword]}\n",
            "'reset_pasword' is not known: write 'use_root', 'reset_password'",
        ),
        (f"    - {{name: A, kept: a, {REST}}}\n    - {{name: B, kept: b, {REST}}}\n", "has two documents for use_root"),
        ("    - {name: Root, kept: safe, owner: anna, reviewed: soon, scenarios: [use_root]}\n", "'soon' is no date"),
        ("    - {name: Root, kept: safe, reviewed: 2026-09-01, scenarios: [use_root]}\n", "owner: is missing"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_the_remedy(tmp_path, documents, why):
    assert why in refused(tmp_path, documents)


def test_whoever_keeps_it_stands_under_people(tmp_path):
    told = refused(
        tmp_path, "    - {name: Root, kept: safe, owner: ana, reviewed: 2026-09-01, scenarios: [use_root]}\n"
    )
    assert "baseline.yaml:5: runbooks.documents[0].owner: 'ana' is nobody who stands under people: did you mean" in told
