import pytest

from orgwarden.model import Unseen
from orgwarden.parts.organization import ACCOUNTS, ORGANIZATION, PLACEMENTS, UNITS, AccountState, Organization, Unit
from orgwarden.population.tree import accounts_in, unplaced, upward
from tests.governance_worlds import OTHER_UNIT, ROOT_ID, C, governed, joining
from tests.worlds import UNIT, A, B, gap


def test_live_accounts_stand_directly_in_their_unit_or_the_root():
    assert accounts_in(governed(joining(UNIT))) == {"": (A,), UNIT: (B, C)}
    assert accounts_in(governed(joining(UNIT, state=AccountState.CLOSED))) == {"": (A,), UNIT: (B,)}


def test_accounts_that_nobody_placed_or_listed_are_told_and_closed_ones_are_not():
    assert [u.key for u in unplaced(governed(joining(), gap(PLACEMENTS, C)))] == [C]
    assert not unplaced(governed(joining(state=AccountState.CLOSED), gap(PLACEMENTS, C)))
    assert [u.key for u in unplaced(governed(gaps=gap(ACCOUNTS, C)))] == [C]


def test_a_unit_leads_up_to_the_root_by_the_units_and_else_by_the_paths_of_accounts():
    units = {UNITS: {OTHER_UNIT: Unit(name="above", parent=ROOT_ID), UNIT: Unit(name="below", parent=OTHER_UNIT)}}
    assert upward(UNIT, governed(units)) == (UNIT, OTHER_UNIT, ROOT_ID)
    by_paths = governed({PLACEMENTS: {B: (OTHER_UNIT, UNIT)}}, gap(UNITS))
    assert upward(UNIT, by_paths) == (UNIT, OTHER_UNIT, ROOT_ID)


def test_a_root_that_was_not_answered_is_unseen():
    rootless = Organization(id="o-sound00000", management_account=A, feature_set="ALL", root="")
    for world in (governed({ORGANIZATION: {"*": rootless}}, gap(UNITS)), governed(gaps=gap(UNITS) | gap(ORGANIZATION))):
        with pytest.raises(Unseen):
            upward(UNIT, world)
