"""The organization that is measured is as large as it says, and stands within what AWS allows."""

from collections import Counter

import pytest

from orgwarden.demo import messy
from orgwarden.demo.bench import formula, growing

AT_MOST = 10 - 1  # one is AWS's own


@pytest.fixture(scope="module", params=[100, 1_000, 10_000])
def grown(request):
    return request.param, growing.grown(request.param)


def test_it_has_as_many_of_each_as_its_size_says(grown):
    accounts, seed = grown
    size = growing.Size(accounts=accounts)
    assert len(seed.accounts) + 1 == accounts
    assert len(seed.units) == size.units
    assert len(formula.policies_of(seed)) == size.policies
    assert len(seed.delegated_administrators) == size.administrators


def test_a_large_one_is_as_large_as_large_organizations_are():
    size = growing.Size(accounts=10_000)
    assert (size.units, size.policies, size.administrators, size.exceptions) == (1_500, 800, 50, 100)


def test_every_unit_stands_in_another_one_and_every_account_in_one_of_them(grown):
    seed = grown[1]
    assert {path.rpartition("/")[0] for path in seed.units} <= {"", *seed.units}
    assert {one.unit for one in seed.accounts} <= {"", *seed.units}
    assert len({unit.id for unit in seed.units.values()}) == len(seed.units)


def test_no_place_has_more_policies_of_one_type_than_aws_allows(grown):
    policies = formula.policies_of(grown[1])
    assert max(Counter((place, one.type) for one in policies for place in one.attach).values()) <= AT_MOST
    assert len({one.name for one in policies}) == len(policies)


def test_the_messy_demo_stays_as_it_is():
    growing.grown(1_000)
    assert len(messy.declared().policies) == 2
