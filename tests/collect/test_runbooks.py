"""The sweep asks each link once, keeps what it led to under its key, and says what did not answer."""

from pathlib import Path

from orgwarden.collect import runbooks
from orgwarden.errors import SkipAndNote
from orgwarden.parts.runbooks import RUNBOOK_LINKS, LinkState
from orgwarden.snapshot import merged
from orgwarden.store import FileStore
from tests.collect.pages import links, serving
from tests.collect.staged import staged

KEYS = [f"l-{number:024x}" for number in range(45)]


class Answering:
    """Links that answer as they are told, and note what was asked."""

    def __init__(self, **answers: LinkState | str) -> None:
        self.answers, self.asked = answers, []

    def led_to(self, link: str) -> LinkState:
        self.asked.append(link)
        found = self.answers.get(link, LinkState.THERE)
        if isinstance(found, LinkState):
            return found
        raise SkipAndNote(found)


def found(staging):
    rows, gaps = merged(staging.all_pages())
    return rows.get(RUNBOOK_LINKS, {}), gaps


def test_rows_and_gaps_go_by_the_keys_and_no_link_is_staged(tmp_path: Path):
    staging = staged(tmp_path)
    asked = dict(zip(KEYS, ("there", "gone", "silent"), strict=False))
    answering = Answering(gone=LinkState.GONE, silent="wiki.corp.example does not answer in time")
    assert runbooks.sweep(staging, links=answering, asked=asked) == {"links": 3}
    rows, gaps = found(staging)
    assert rows == {KEYS[0]: LinkState.THERE, KEYS[1]: LinkState.GONE}
    assert gaps == {(RUNBOOK_LINKS.name, KEYS[2]): "wiki.corp.example does not answer in time"}
    assert staging.finished(runbooks.NAME)


def test_a_sweep_that_was_cut_off_asks_only_for_the_rest(tmp_path: Path):
    staging = staged(tmp_path)
    asked = {key: key for key in KEYS}
    runbooks.sweep(staging, links=Answering(), asked=dict(list(asked.items())[:20]))
    again = Answering()
    runbooks.sweep(staging, links=again, asked=asked)
    assert sorted(again.asked) == KEYS[20:]
    assert found(staging)[0].keys() == set(KEYS)


def test_where_no_document_has_a_link_nobody_is_asked_and_the_part_is_whole(tmp_path: Path):
    staging = staged(tmp_path)
    assert runbooks.sweep(staging, links=Answering(), asked={}) == {"links": 0}
    assert (found(staging), staging.finished(runbooks.NAME)) == (({}, {}), True)


def test_what_a_real_server_answers_is_what_is_kept(tmp_path: Path):
    with serving() as pages:
        pages.answers.update({"/there": (200, ""), "/private": (403, ""), "/busy": (429, "")})
        asked = dict(zip(KEYS, map(pages.link, ("/there", "/private", "/busy", "/none")), strict=False))
        staging = staged(tmp_path)
        runbooks.sweep(staging, links=links(), asked=asked)
    rows, gaps = found(staging)
    assert [rows.get(key) for key in KEYS[:4]] == [LinkState.THERE, LinkState.SIGN_IN, None, LinkState.GONE]
    assert list(gaps.values()) == ["localhost answered 429"]
    assert "/private" not in "".join(file.read_text() for file in Path(FileStore(tmp_path).root).rglob("*.json"))
