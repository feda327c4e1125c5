"""What drills declare reaches the monthly review: from the record where there is one, and a gap where it is away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from orgwarden.attestations.records import AttestationStore, Recorded
from orgwarden.errors import BadInput
from orgwarden.findings.database import connect, migrate
from orgwarden.flows import reviewing
from orgwarden.flows.attested import declared_uses, questions
from orgwarden.parts.attested import ROOT_USES
from orgwarden.store import FileStore
from tests.flows.test_organization_inventory import VEIL, all_swept, opened, sealed


@dataclass
class Away:
    """A record whose database cannot be read."""

    error: Exception

    def entries(self, organization: str) -> Sequence[Recorded]:  # noqa: ARG002 - the record's own
        raise self.error


AWAY = Away(OperationalError("select", {}, Exception("secret of the connection")))


def test_without_a_record_nobody_declared_anything_and_nothing_is_unknown():
    assert declared_uses(None, "o-1") == ({ROOT_USES: {}}, {})


@pytest.mark.parametrize("record", [AWAY, Away(BadInput("the database URL cannot be read"))])
def test_a_record_that_cannot_be_read_is_a_gap_and_says_nothing_of_the_connection(record: Away):
    rows, gaps = declared_uses(record, "o-1")
    (cause,) = gaps.values()
    assert (rows, set(gaps)) == ({}, {(ROOT_USES.name, "*")})
    assert cause.startswith("the record of drills cannot be read (")
    assert "secret" not in cause


def test_each_question_is_found_by_its_id():
    assert all(id_ == question.id for id_, question in questions().items())


def test_a_snapshot_is_judged_with_and_without_a_record(tmp_path: Any):
    store = FileStore(tmp_path / "store")
    place = opened(store)
    all_swept(store, place)
    sealed(store, place)
    engine = connect(f"sqlite:///{tmp_path / 'orgwarden.db'}")
    migrate(engine)
    for record, expected in ((None, set()), (AttestationStore(engine), set()), (AWAY, {ROOT_USES.name})):
        told: dict[str, Any] = {"store": store, "baseline": None, "veil": VEIL, "record_of": record}
        world = reviewing.judge(place, theme="root", **told).world
        assert {part for part, _ in world.gaps if part == ROOT_USES.name} == expected
        assert (ROOT_USES in world.parts) == (not expected)
    engine.dispose()
