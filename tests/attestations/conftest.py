"""The record of attestations on a migrated database."""

import pytest

from orgwarden.attestations.records import AttestationStore
from tests.findings.conftest import database_url, engine

__all__ = ["database_url", "engine", "record"]


@pytest.fixture
def record(engine):
    return AttestationStore(engine)
