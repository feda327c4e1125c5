"""What is declared about the management account, delegation, structure and tags, and what is refused of it."""

from datetime import date

import pytest
from pydantic import ValidationError

from orgwarden.baseline.governance import (
    Allowed,
    ManagementAccount,
    RootEvent,
    Structure,
    packaged,
)

PATH = {
    "role": "arn:aws:iam::*:role/vendor",
    "trusts": ("777788889999",),
    "owner": "finance",
    "why": "reads the bill",
    "expires": date(2027, 6, 30),
}


def test_every_packaged_resource_has_a_name_of_its_own_and_says_why():
    names = [allowed.name for allowed in packaged()]
    assert len(set(names)) == len(names)
    assert all(allowed.why for allowed in packaged())


def test_packaged_resources_are_allowed_until_they_are_left_out_by_name():
    declared = ManagementAccount(without=("default-vpc",))
    assert {a.name for a in packaged()} - {a.name for a in declared.all_allowed} == {"default-vpc"}


def test_leaving_out_what_is_not_packaged_is_refused_with_what_is():
    with pytest.raises(ValidationError, match="none of the packaged ones: organization-trail"):
        ManagementAccount(without=("default-vpcs",))


def test_an_entry_that_allows_everything_is_refused():
    with pytest.raises(ValidationError, match="allows everything"):
        Allowed(name="all", why="lazy")


def test_an_event_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValidationError, match="let it end later"):
        RootEvent(kind="use", account="123456789012", on=date(2026, 11, 3), until=date(2026, 11, 2), why="drill")


@pytest.mark.parametrize("account", ["12345678901", "1234567890123", "*", "prod"])
def test_an_account_is_twelve_digits(account):
    with pytest.raises(ValidationError, match="12 digits"):
        Structure(our_accounts=(account,))
