"""A list is read to its end; one that ends in a refusal keeps what it gave, and says that there may be more."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from orgwarden.collect.listing import list_on, listed, moment
from orgwarden.errors import SkipAndNote
from orgwarden.parts.delegation import TRUSTED_SERVICES
from orgwarden.snapshot import Page, Staging, merged
from orgwarden.store import FileStore
from tests.collect.fakes import aws, refusal


class Names(BaseModel):
    Names: list[str]
    NextToken: str | None = None


def read(ask: Any, **params: Any) -> Page:
    api = aws({"ListNames": ask}).here("organizations")
    return listed(api, "ListNames", Names, TRUSTED_SERVICES, lambda page: dict.fromkeys(page.Names, "then"), **params)


def test_empty_pages_are_followed():
    def pages(NextToken: str = "") -> Any:
        return {"Names": ["a"]} if NextToken else {"Names": [], "NextToken": "2"}

    assert read(pages) == Page(rows={TRUSTED_SERVICES: {"a": "then"}})


def test_what_came_before_a_refusal_stands_and_the_rest_is_a_gap():
    def pages(NextToken: str = "") -> Any:
        return refusal("AccessDeniedException") if NextToken else {"Names": ["a"], "NextToken": "2"}

    page = read(pages, key="of-b")
    assert page.rows == {TRUSTED_SERVICES: {"a": "then"}}
    assert "denied" in page.gaps[TRUSTED_SERVICES.name, "of-b"]


def test_where_aws_says_that_there_is_none_there_is_neither_row_nor_gap():
    assert read(lambda **_: refusal("NoneException"), missing="NoneException") == Page(rows={TRUSTED_SERVICES: {}})


def lost(cause: str) -> dict[tuple[str, str], str]:
    return {(TRUSTED_SERVICES.name, "*"): cause}


def counted(start: str, *, until: int = 3, refused: str = "") -> Iterator[Page]:
    for number in range(int(start or 0), until):
        if str(number) == refused:
            raise SkipAndNote("refused")
        token = str(number + 1) if number + 1 < until else ""
        yield Page(rows={TRUSTED_SERVICES: {str(number): "then"}}, cursor=token)


def test_a_list_goes_on_behind_its_last_staged_page(tmp_path: Path):
    staging, starts = Staging(FileStore(tmp_path), ""), []
    staging.put("names", 1, Page(rows={TRUSTED_SERVICES: {"0": "then"}}, cursor="1"))
    list_on(staging, "names", lambda start: starts.append(start) or counted(start), lost)
    list_on(staging, "names", lambda start: starts.append(start) or counted(start), lost)
    assert starts == ["1"]
    assert set(merged(staging.all_pages())[0][TRUSTED_SERVICES]) == {"0", "1", "2"}


def test_a_token_that_no_longer_holds_starts_the_list_anew(tmp_path: Path):
    staging = Staging(FileStore(tmp_path), "")
    staging.put("names", 1, Page(rows={TRUSTED_SERVICES: {"gone": "then"}}, cursor="2"))
    list_on(staging, "names", lambda start: counted(start, refused="2" if start else ""), lost)
    assert set(merged(staging.all_pages())[0][TRUSTED_SERVICES]) == {"0", "1", "2"}


def test_a_list_that_is_refused_is_a_gap_behind_what_it_gave(tmp_path: Path):
    staging = Staging(FileStore(tmp_path), "")
    list_on(staging, "names", lambda start: counted(start, refused="2"), lost)
    rows, gaps = merged(staging.all_pages())
    assert (set(rows[TRUSTED_SERVICES]), gaps) == ({"0", "1"}, lost("refused"))


def test_a_time_is_told_in_utc_and_no_time_is_empty():
    oslo = timezone(timedelta(hours=1))
    assert moment(datetime(2026, 11, 1, 12, tzinfo=oslo)) == moment(datetime(2026, 11, 1, 11, tzinfo=UTC))
    assert moment(datetime(2026, 11, 1, 11, tzinfo=UTC)) == "2026-11-01T11:00:00+00:00"
    assert moment(None) == ""
