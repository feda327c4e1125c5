"""Runbooks as a part: by scenario, their links without what they ask for, and found again by a keyed hash."""

from datetime import date
from typing import Any

from orgwarden.baseline import Baseline
from orgwarden.declared import declared_parts
from orgwarden.declared.runbooks import UNDECLARED, links_of
from orgwarden.parts.runbooks import RUNBOOKS
from orgwarden.privacy import Veil
from tests.worlds import VEIL

LINK = "https://wiki.corp.example/root?token=hush#step"


def baseline(**changed: Any) -> Baseline:
    usual = {"name": "Root", "owner": "anna", "reviewed": date(2026, 9, 1), "link": LINK, "scenarios": ("use_root",)}
    return Baseline.model_validate({"runbooks": {"documents": ({**usual, **changed},), "review_days": 30}})


def declared(told: Baseline) -> Any:
    return declared_parts(told, veil=VEIL)[0][RUNBOOKS]["*"]


def test_where_none_is_declared_there_is_a_gap_with_the_remedy_and_an_empty_list_is_declared():
    parts, gaps = declared_parts(Baseline(), veil=VEIL)
    assert RUNBOOKS not in parts
    assert gaps[RUNBOOKS.name, "*"] == UNDECLARED[RUNBOOKS]
    assert declared(Baseline.model_validate({"runbooks": {"documents": ()}})).documents == {}


def test_one_document_serves_all_of_its_scenarios():
    found = declared(baseline(scenarios=("use_root", "reset_mfa")))
    assert (found.review_days, found.documents.keys()) == (30, {"use_root", "reset_mfa"})
    assert found.documents["use_root"] == found.documents["reset_mfa"]


def test_a_link_is_shown_without_what_it_asks_for_and_known_by_all_of_it():
    shown = declared(baseline()).documents["use_root"]
    other = declared(baseline(link=LINK.replace("hush", "hist"))).documents["use_root"]
    assert (shown.link, shown.key == other.key) == ("https://wiki.corp.example/root", False)
    assert "hush" not in repr(shown)


def test_addresses_and_numbers_in_a_document_are_masked():
    told = baseline(
        name="Call +47 22 86 40 10", link="https://wiki.corp.example/~anna@corp.example/x", kept="a@b.example"
    )
    shown = repr(declared(told))
    assert not [one for one in ("22 86", "anna@", "a@b") if one in shown]


def test_the_links_that_are_asked_are_those_of_the_documents_by_the_keys_of_their_rows():
    found = declared(baseline()).documents["use_root"]
    assert links_of(baseline(), VEIL) == {found.key: LINK}
    assert links_of(baseline(), Veil(b"another")) != {found.key: LINK}
    assert links_of(baseline(link=None, kept="safe"), VEIL) == links_of(Baseline(), VEIL) == links_of(None, VEIL) == {}
