"""One served organization a test module, empty or seeded, and begun anew for each test."""

import pytest

from orgwarden.demo.service import running
from tests.demo.asking import Asking


@pytest.fixture(scope="module")
def empty_server():
    with running(empty=True) as served:
        yield Asking(served)


@pytest.fixture(scope="module")
def seeded_server():
    with running() as served:
        yield Asking(served)


@pytest.fixture
def empty(empty_server):
    empty_server.http("DELETE", "/demo/faults")
    empty_server.http("POST", "/demo/reset")
    return empty_server


@pytest.fixture
def seeded(seeded_server):
    seeded_server.http("POST", "/demo/reset")
    return seeded_server


@pytest.fixture
def organizations(empty):
    return empty.client("organizations")


@pytest.fixture
def root(organizations):
    return organizations.list_roots()["Roots"][0]["Id"]
