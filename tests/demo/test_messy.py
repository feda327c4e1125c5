"""The messy organization: 400 accounts out of some twenty habits, the same each time, and as messy as month one is."""

import collections
import json
import re
import subprocess
import sys

import pytest

from orgwarden import baseline
from orgwarden.aws.mailboxes import fold, normal
from orgwarden.demo import messy, profiles, seed
from orgwarden.errors import BadInput

SEED = messy.declared()
MEMBERS = (SEED.management, *SEED.accounts)
LIVE = [one for one in SEED.accounts if one.state not in ("CLOSED", "PENDING_CLOSURE")]
DECLARED = baseline.load(messy.BASELINE)


def test_there_are_400_accounts_with_ids_names_and_addresses_of_their_own():
    for values in (
        {one.id for one in MEMBERS},
        {one.name for one in MEMBERS},
        {one.address.lower() for one in MEMBERS},
    ):
        assert len(values) == len(MEMBERS) == 400
    assert all(re.fullmatch(r"[1-9]\d{11}", one.id) for one in MEMBERS)


def test_eighty_are_closed_and_some_suspended_or_closing():
    states = collections.Counter(one.state for one in SEED.accounts)
    assert (states["CLOSED"], states["SUSPENDED"], states["PENDING_CLOSURE"]) == (80, 3, 4)


def test_another_process_makes_the_same_organization():
    make = "from orgwarden.demo import messy; print(messy.declared().model_dump_json())"
    made = subprocess.run([sys.executable, "-c", make], capture_output=True, check=True, text=True).stdout
    assert json.loads(made) == json.loads(SEED.model_dump_json())


def test_five_shared_mailboxes_take_the_mail_of_most_accounts():
    aliases = [(alias.pattern, alias.mailbox) for alias in DECLARED.contacts.aliases]
    shared = {group.address for group in DECLARED.contacts.groups} - {SEED.management.email}
    mailboxes = [fold(normal(one.address), aliases) for one in LIVE]
    assert len(shared) == 5
    assert shared <= set(mailboxes)
    assert sum(mailbox in shared for mailbox in mailboxes) > len(LIVE) * 3 / 4


def test_sub_addresses_and_aliases_are_both_in_use():
    addresses = [one.address for one in LIVE]
    assert sum(address.startswith("aws+") for address in addresses) > 50
    assert sum(address.startswith("aws-") for address in addresses) > 50


def test_owners_are_written_in_every_way_and_mostly_not_at_all():
    keys = collections.Counter(key for one in LIVE for key in one.tags)
    assert {"owner", "Owner", "OWNER", "team", "owner_email"} <= keys.keys()
    assert sum("owner" in one.tags for one in LIVE) < len(LIVE) / 10
    assert any("@" in value for one in LIVE for value in one.tags.values())


def test_landing_zones_and_stack_sets_left_their_traces():
    names = " ".join([*(one.name for one in SEED.accounts), *(policy.name for policy in SEED.policies), *SEED.units])
    for trace in ("StackSet", "aft-", "aws-guardrails", "vendor-", "Log Archive"):
        assert trace in names


def test_the_baseline_declares_five_owners_and_the_units_of_the_organization():
    owners = {*DECLARED.owners.units.values(), *DECLARED.owners.themes.values(), DECLARED.owners.default}
    assert len(owners) <= 5
    assert DECLARED.organization.id == SEED.organization.id
    assert set(DECLARED.owners.units) <= {unit.id for unit in SEED.units.values()}


def test_every_domain_of_a_live_address_is_in_the_zone_but_the_one_that_lapsed():
    alternates = seed.alternate_contacts(SEED, drifts=True).values()
    addresses = [*(one.address for one in LIVE), *(one["EmailAddress"] for one in alternates)]
    assert {address.rpartition("@")[2] for address in addresses} - SEED.domains.keys() == {"nordvik-old.example"}


def test_what_happens_later_is_about_accounts_that_are_there_or_not_there_yet():
    removed, made = messy.later().removed, [*messy.vended(messy.later().vended), *messy.vended(messy.later().expected)]
    held = seed.alternate_contacts(SEED, drifts=True)
    assert (SEED.id_of(removed.account), removed.slot) in held
    assert len({one.email for one in made}) == 10
    assert not {one.email for one in made} & {one.address for one in MEMBERS}


@pytest.mark.parametrize("accounts", [100, 1_000, 10_000])
def test_it_grows_and_shrinks_with_the_same_shares(accounts):
    grown = messy.declared(accounts)
    closed = sum(one.state == "CLOSED" for one in grown.accounts)
    assert len(grown.accounts) == len({one.address.lower() for one in grown.accounts}) == accounts - 1
    assert closed == pytest.approx(accounts / 5, rel=0.1)


def test_too_few_accounts_an_unknown_profile_and_a_fixed_one_are_refused_with_the_remedy():
    with pytest.raises(BadInput, match="ask for 100 or more"):
        messy.declared(99)
    with pytest.raises(BadInput, match="choose one of northwind, messy"):
        profiles.of("nordvik")
    with pytest.raises(BadInput, match="--profile messy"):
        profiles.of("northwind").seed(1_000)
