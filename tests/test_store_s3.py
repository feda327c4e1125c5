"""A bucket keeps the same promises as a folder: what is immutable is written once."""

import pytest

from orgwarden.demo.service import running
from orgwarden.store import AlreadyThere, NotThere, S3Store
from tests.demo.asking import Asking


@pytest.fixture(scope="module")
def store():
    with running(empty=True) as served:
        client = Asking(served).client("s3", region="us-east-1")
        client.create_bucket(Bucket="orgwarden-files")
        yield S3Store(client, "orgwarden-files", "some/prefix")


def test_what_was_created_in_a_bucket_is_read_and_never_overwritten(store: S3Store):
    store.create("a/b.txt", b"first")
    with pytest.raises(AlreadyThere):
        store.create("a/b.txt", b"second")
    assert store.read("a/b.txt") == b"first"


def test_names_are_those_below_the_prefix_and_what_is_not_there_is_told(store: S3Store):
    for name in ("pages/2", "pages/1", "pages-of-another/3"):
        store.replace(name, b"")
    assert store.names("pages") == ["pages/1", "pages/2"]
    store.delete("pages/1")
    with pytest.raises(NotThere, match="pages/1"):
        store.read("pages/1")
