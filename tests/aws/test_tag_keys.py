"""A key is itself; one that an export flattened is the only one that it may be, and never a guess among several."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.aws.tag_keys import alike, flattened, spelled


@pytest.mark.parametrize(
    ("key", "column"),
    [("CostCenter", "cost_center"), ("cost-center", "cost_center"), ("Cost  Center", "cost_center"), ("team", "team")],
)
def test_a_column_is_in_lower_case_with_underscores(key: str, column: str):
    assert flattened(key) == column


@given(st.text(max_size=20))
def test_what_was_flattened_stays_as_it_is(key: str):
    assert flattened(flattened(key)) == flattened(key)


def test_a_known_key_is_itself_and_a_flattened_one_the_only_one_that_it_may_be():
    assert spelled("team", {"team", "Team"}) == "team"
    assert spelled("cost_center", {"CostCenter", "team"}) == "CostCenter"
    assert spelled("cost_center", {"CostCenter", "cost-center"}) == ""
    assert spelled("CostCenter", {"cost-center"}) == ""


def test_keys_are_alike_that_differ_in_spelling_alone():
    assert alike("team", {"team", "Team", "TEAM", "owner"}) == ("Team",)
