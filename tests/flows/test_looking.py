"""A look reads for each theme what its controls look at, and no more."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

import pytest

from orgwarden import wiring
from orgwarden.collect import access
from orgwarden.controls import catalogue
from orgwarden.demo.service import running
from orgwarden.errors import RetryLater
from orgwarden.flows.looking import READ_FOR, THEMES, UNCHOSEN, Looked, look, theme_of
from orgwarden.flows.standpoint import AGAIN
from orgwarden.model import Status
from orgwarden.wiring import Tools
from tests.cli.conftest import use
from tests.demo.asking import Asking

# What changed needs an approved state, which a first look has not.
NOT_LOOKED_AT = {"attestations", "changes"}
# Its domains take the seconds of a name server that does not answer.
UNHURRIED = tuple(theme for theme in THEMES if theme != "contacts")


@pytest.fixture(scope="module")
def tools() -> Iterator[Tools]:
    with running() as served, pytest.MonkeyPatch.context() as patch:
        use(Asking(served), patch.setenv)
        yield wiring.tools()


@pytest.fixture(scope="module")
def whole(tools: Tools) -> Looked:
    return looked(tools, *UNHURRIED)[0]


def looked(tools: Tools, *themes: str) -> tuple[Looked, list[str]]:
    """Look by the themes; give what came of it, and the sweeps that were made."""
    sweeps: list[str] = []
    return look(aws=tools.aws, dns=tools.dns, clock=tools.clock, themes=themes, tell=sweeps.append), sweeps


def judged(looked: Looked, theme: str) -> Counter[tuple[str, Status, str]]:
    found = (v for v in looked.judged.verdicts if theme_of(v) == theme)
    return Counter((v.control, v.status, v.cause) for v in found)


def test_every_theme_is_looked_at_or_left_out_on_purpose():
    assert {control.theme for control in catalogue()} == {*READ_FOR, *NOT_LOOKED_AT}


@pytest.mark.parametrize("theme", UNHURRIED)
def test_a_theme_looked_at_alone_is_judged_as_among_all_others(tools: Tools, whole: Looked, theme: str):
    alone, _ = looked(tools, theme)
    assert judged(alone, theme) == judged(whole, theme)
    assert UNCHOSEN not in {verdict.cause for verdict in alone.judged.verdicts}


def test_one_theme_is_read_for_by_no_more_sweeps_than_it_needs(tools: Tools):
    _, sweeps = looked(tools, "tags")
    assert sweeps == ["organizations", "policies"]


def test_a_service_that_cannot_be_reached_hides_what_hangs_on_it_and_no_more(tools: Tools, monkeypatch):
    def unreachable(*_: object, **__: object) -> None:
        raise RetryLater("iam cannot be reached: no route to host")

    monkeypatch.setattr(access, "sweep", unreachable)
    seen, sweeps = looked(tools, "structure", "management_account")
    assert "access" not in sweeps
    assert {"root", "alerts"} <= set(sweeps)
    assert ("iam cannot be reached", AGAIN) in {(one.cause, one.unlock) for one in seen.unknown}
    assert UNCHOSEN not in {verdict.cause for verdict in seen.judged.verdicts}
    assert judged(seen, "structure")["structure.all_features", Status.PASS, ""] == 1


def test_the_worst_deviations_come_first_and_those_of_a_theme_stand_together(whole: Looked):
    found = [(theme, [whole.severity(v) for v in of]) for theme, of in groupby(whole.deviations, theme_of)]
    assert len({theme for theme, _ in found}) == len(found) > 1
    assert all(severities == sorted(severities, reverse=True) for _, severities in found)
    worst = [severities[0] for _, severities in found]
    assert worst == sorted(worst, reverse=True)


@pytest.mark.parametrize(
    "said",
    [
        "organizational units",
        "enabled types: ",
        "delegated administrators",
        "assigned to the management account",
        "roles of the management account",
        "rule",
        "the management account's root user",
    ],
)
def test_what_governs_the_organization_is_told_by_what_was_read_of_it(whole: Looked, said: str):
    assert any(said in line for line in whole.sees)


def test_what_was_not_read_is_not_told_as_seen(whole: Looked):
    assert not any(said in line for line in whole.sees for said in ("contacts", "mailboxes", "DNS", "regions"))
