"""What is immutable is written once, whoever is first; a name outside the store is refused."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orgwarden.errors import BadInput
from orgwarden.store import AlreadyThere, FileStore, MemoryStore, NotThere, S3Store, Store, create_or_same, open_store


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return MemoryStore() if request.param == "memory" else FileStore(tmp_path / "store")


@pytest.fixture
def folder(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "store")


def no_s3():
    raise AssertionError("no S3 client is needed")


def test_what_was_created_is_read_and_never_overwritten(store: Store):
    store.create("a/b.txt", b"first")
    with pytest.raises(AlreadyThere, match=r"a/b\.txt"):
        store.create("a/b.txt", b"second")
    assert store.read("a/b.txt") == b"first"


def test_one_of_many_who_create_at_once_wins_and_the_others_are_told(store: Store):
    def attempt(number: int) -> bool:
        try:
            store.create("seal", str(number).encode())
        except AlreadyThere:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(32))) == 1


def test_the_same_content_under_its_name_is_as_good_as_created(store: Store):
    create_or_same(store, "part", b"rows")
    create_or_same(store, "part", b"rows")
    with pytest.raises(AlreadyThere):
        create_or_same(store, "part", b"other rows")


def test_what_is_mutable_is_replaced_and_deleted(store: Store):
    store.replace("index", b"1")
    store.replace("index", b"2")
    assert store.read("index") == b"2"
    store.delete("index")
    store.delete("index")
    with pytest.raises(NotThere, match="index"):
        store.read("index")


def test_a_half_written_file_is_not_listed(folder: FileStore):
    folder.create("pages/1", b"")
    (folder.root / "pages" / ".2.half").write_bytes(b"")
    assert folder.names("pages") == ["pages/1"]


def test_names_are_listed_in_order_below_a_folder(store: Store):
    for name in ("pages/b/2", "pages/a/1", "pages-of-another", "other/3"):
        store.create(name, b"")
    assert store.names("pages") == ["pages/a/1", "pages/b/2"]
    assert store.names("") == ["other/3", "pages-of-another", "pages/a/1", "pages/b/2"]
    assert store.names("nothing") == []


def test_a_name_cannot_lead_out_of_the_store(folder: FileStore):
    with pytest.raises(BadInput, match="no name within"):
        folder.create("../elsewhere", b"")


def test_a_uri_says_which_kind_of_store_it_is(tmp_path: Path):
    assert open_store(tmp_path.as_uri(), s3=no_s3) == FileStore(tmp_path)
    assert open_store("s3://bucket/some/prefix/", s3=lambda: "client") == S3Store("client", "bucket", "some/prefix")
    with pytest.raises(BadInput, match="ORGWARDEN_STORE"):
        open_store("https://bucket", s3=no_s3)
