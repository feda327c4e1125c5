"""A signature is for one exact pack; a restatement keeps it on record and asks for another."""

from datetime import UTC, datetime

import pytest

from orgwarden.errors import BadInput
from orgwarden.model import Period
from orgwarden.reports.finance.publishing import publish
from orgwarden.reports.finance.signing import Role, SignOff, State, sign, standing
from orgwarden.store import MemoryStore
from tests.reports.finance.packs import PAYER, pack, row

OCTOBER = Period("2026-10")


def small(amount="5"):
    return pack(row(amount, tag_2="Shop"), earlier=False)


def signature(published, role=Role.APPROVED, by="anna", day=10) -> SignOff:
    at = datetime(2026, 11, day, tzinfo=UTC)
    return SignOff(
        payer=PAYER, period="2026-10", folder=published.folder, manifest=published.digest, role=role, by=by, at=at
    )


@pytest.fixture
def store():
    return MemoryStore()


def state(store) -> State:
    return standing(store, PAYER, OCTOBER, "USD").state


def test_a_bill_that_is_not_published_has_nothing_to_sign(store):
    assert state(store) is State.UNPUBLISHED


def test_a_pack_is_signed_once_somebody_approved_it(store):
    made = publish(store, small())
    sign(store, made, signature(made, Role.PREPARED, "ben"))
    assert state(store) is State.OPEN
    sign(store, made, signature(made))
    assert state(store) is State.SIGNED
    assert [one.by for one in standing(store, PAYER, OCTOBER, "USD").valid] == ["anna", "ben"]


def test_a_restatement_reopens_it_and_keeps_the_record(store):
    first = publish(store, small())
    sign(store, first, signature(first))
    second = publish(store, small("6"))
    found = standing(store, PAYER, OCTOBER, "USD")
    assert (found.state, found.valid, found.newest.digest) == (State.REOPENED, (), second.digest)
    assert [one.manifest for one in found.overtaken] == [first.digest]
    sign(store, second, signature(second))
    assert state(store) is State.SIGNED


def test_publishing_the_same_again_reopens_nothing(store):
    made = publish(store, small())
    sign(store, made, signature(made))
    publish(store, small())
    assert state(store) is State.SIGNED


def test_only_the_newest_pack_is_signed(store):
    first = publish(store, small())
    publish(store, small("6"))
    with pytest.raises(BadInput, match="not the newest"):
        sign(store, first, signature(first))


def test_nobody_signs_twice(store):
    made = publish(store, small())
    sign(store, made, signature(made, Role.PREPARED))
    with pytest.raises(BadInput, match="somebody else"):
        sign(store, made, signature(made, by=" ANNA "))


def test_each_role_signs_once(store):
    made = publish(store, small())
    sign(store, made, signature(made))
    with pytest.raises(BadInput, match="approved already"):
        sign(store, made, signature(made, by="carl"))


def test_a_pack_that_was_tampered_with_is_not_signed(store):
    made = publish(store, small())
    store.replace(made.names[0], b"other")
    with pytest.raises(BadInput, match=r"ledger\.parquet is not what the manifest says"):
        sign(store, made, signature(made))
