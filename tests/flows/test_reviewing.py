"""A review is about one theme, several or all; each verdict is kept in a file that is named by themes and content."""

from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from orgwarden.attestations.records import AttestationStore
from orgwarden.controls import catalogue
from orgwarden.errors import BadInput
from orgwarden.findings.database import connect, migrate
from orgwarden.findings.store import FindingStore
from orgwarden.flows import management_account_review, organization_review, reviewing
from orgwarden.flows.reviewing import controls_of
from orgwarden.population import Arrival
from orgwarden.store import FileStore
from tests.flows.test_organization_inventory import CLOCK, VEIL, all_swept, opened, sealed

FLOWS = [management_account_review, organization_review]


def ids(theme: str | None) -> set[str]:
    return {control.id for control in controls_of(theme)}


def test_without_a_theme_all_controls_judge_that_need_no_bill_and_with_several_those_of_each():
    assert ids(None) == {control.id for control in catalogue() if control.arrival is Arrival.SNAPSHOT}
    assert ids("root+tags") == ids("root") | ids("tags")
    assert ids("tags+root") == ids("root+tags")
    assert ids("root") & ids("tags") == set()


@pytest.mark.parametrize("theme", ["rot", "root+tgas", "root+", "", "root tags"])
def test_a_theme_that_there_is_not_is_told_with_those_there_are(theme: str):
    with pytest.raises(BadInput, match=r"there is no theme '.*': choose one of billing, changes, contacts, "):
        controls_of(theme)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> tuple[FileStore, str]:
    """A reading of which organization and contacts were answered alone."""
    store = FileStore(tmp_path_factory.mktemp("read"))
    place = opened(store)
    all_swept(store, place)
    sealed(store, place)
    return store, place


@pytest.fixture
def tools(read: tuple[FileStore, str], tmp_path: Path):
    engine = connect(f"sqlite:///{tmp_path / 'orgwarden.db'}")
    migrate(engine)
    yield {
        "store": read[0],
        "baseline": None,
        "veil": VEIL,
        "findings": FindingStore(engine),
        "attestations": AttestationStore(engine),
        "clock": CLOCK,
    }
    engine.dispose()


def test_several_themes_are_judged_at_once_as_each_by_itself(read: tuple[FileStore, str]):
    def judged(theme: str) -> list[Any]:
        place = {"store": read[0], "baseline": None, "veil": VEIL}
        return list(reviewing.judge(read[1], theme=theme, **place).verdicts)

    both = judged("root+tags")
    assert sorted(both, key=repr) == sorted(judged("root") + judged("tags"), key=repr)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__.rpartition(".")[2])
def test_a_review_keeps_its_verdicts_under_its_themes_and_moves_findings_once(flow: Any, read, tools: dict[str, Any]):
    wanted = {name: tool for name, tool in tools.items() if name in signature(flow.review).parameters}
    first, second = (flow.review(read[1], **wanted) for _ in range(2))
    assert first["verdicts"].startswith(f"reviews/2026-11/1/{flow.THEMES}-")
    assert first["verdicts"] in tools["store"].names("reviews")
    assert second["verdicts"] == first["verdicts"]
    assert (first["new"], second["new"]) == (first["fail"], 0)
    assert first["unknown"]
    assert {f.control.partition(".")[0] for f in tools["findings"].open_findings("o-1")} <= set(flow.THEMES.split("+"))
