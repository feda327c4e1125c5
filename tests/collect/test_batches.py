"""Batches: a page for every twenty keys, staged in order, without waiting idly between two of them."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orgwarden.collect.batches import SIZE, read_in_batches
from orgwarden.errors import StopAndTell
from orgwarden.parts.organization import TAGS
from orgwarden.snapshot import Opened, Page, Staging, merged, stage
from orgwarden.store import FileStore

KEYS = [f"key-{number:03}" for number in range(3 * SIZE + 5)]


@pytest.fixture
def staging(tmp_path: Path) -> Staging:
    return stage(FileStore(tmp_path), "", Opened(period="2026-11", run="r", at=datetime.now(UTC), key_check="k"))


def row(key: str) -> Page:
    return Page(rows={TAGS: {key: {"owner": "somebody"}}})


def keys_of(pages: list[Page]) -> list[str]:
    return [key for page in pages for key in page.rows[TAGS]]


def test_a_page_holds_twenty_keys_and_the_pages_are_in_order(staging: Staging):
    read_in_batches(staging, "tags", KEYS, row)
    pages = staging.pages("tags")
    assert [len(page.rows[TAGS]) for page in pages] == [SIZE, SIZE, SIZE, 5]
    assert keys_of(pages) == KEYS


def test_the_next_page_is_read_while_the_last_key_of_a_page_is_waited_for(staging: Staging):
    begun = threading.Event()

    def read(key: str) -> Page:
        if key == KEYS[SIZE]:
            begun.set()
        if key == KEYS[SIZE - 1]:
            assert begun.wait(10), "the second page was not begun before the first one was whole"
        return row(key)

    read_in_batches(staging, "tags", KEYS, read)
    assert keys_of(staging.pages("tags")) == KEYS


def test_an_error_keeps_the_pages_before_it_and_ends_the_others(staging: Staging):
    asked: list[str] = []

    def read(key: str) -> Page:
        asked.append(key)
        if key == KEYS[SIZE]:
            raise StopAndTell("no more")
        return row(key)

    with pytest.raises(StopAndTell):
        read_in_batches(staging, "tags", KEYS, read)
    assert keys_of(staging.pages("tags")) == KEYS[:SIZE]
    assert KEYS[-1] not in asked


def test_what_was_staged_is_not_read_again(staging: Staging):
    read_in_batches(staging, "tags", KEYS[: 2 * SIZE], row)
    asked: list[str] = []

    def read(key: str) -> Page:
        asked.append(key)
        return row(key)

    read_in_batches(staging, "tags", KEYS, read)
    assert sorted(asked) == KEYS[2 * SIZE :]
    assert set(merged(staging.pages("tags"))[0][TAGS]) == set(KEYS)
