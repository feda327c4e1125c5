"""The seed: sound but for its drifts, and each drift named with what must come of it."""

import collections
import re

import phonenumbers
import pytest
import yaml

from orgwarden.controls import arriving
from orgwarden.demo import seed as seeds
from orgwarden.population import Arrival

SEED = seeds.declared()
MEMBERS = (SEED.management, *SEED.accounts)


@pytest.fixture(scope="module")
def baseline():
    return yaml.safe_load((seeds.BASELINE / "baseline.yaml").read_text(encoding="utf-8"))


def test_about_sixty_accounts_have_ids_and_names_of_their_own():
    ids, names = {one.id for one in MEMBERS}, {one.name for one in MEMBERS}
    assert 55 <= len(MEMBERS) == len(ids) == len(names) <= 65
    assert all(re.fullmatch(r"\d{12}", id_) for id_ in ids)


def test_every_member_has_its_tags_and_an_address_of_its_own():
    assert all(set(one.tags) == {"owner", "cost-center", "stage"} for one in SEED.accounts)
    for drifts in (True, False):
        addresses = seeds.addresses(SEED, drifts=drifts).values()
        assert len({address.lower() for address in addresses}) == len(SEED.accounts)


def test_suspended_closed_and_closing_accounts_are_there():
    """One is suspended by a drift: AWS lets nobody in, and what it hides is no part of a sound organization."""
    states = collections.Counter(one.state for one in SEED.accounts)
    drifted = [one for state in seeds.states_of(SEED, drifts=True) for one in state.get("accounts", {}).values()]
    assert [one["State"] for one in drifted] == ["SUSPENDED"]
    assert (states["CLOSED"], states["PENDING_CLOSURE"]) == (2, 1)


def test_every_control_has_a_drift_and_every_drift_a_known_control():
    """What changes by the next reading counts, too: some deviations of one reading exclude each other."""
    expected = [*seeds.expectations(SEED)]
    later = {one.control for one in SEED.later.new}
    judged = {control.id for control in arriving(Arrival.SNAPSHOT) if control.theme != "changes"}
    assert {one.control for one in expected} | later == judged
    places = [(one.control, tuple(one.subject.told().items())) for one in expected]
    assert len(places) == len(set(places))


def test_no_drift_is_about_an_account_that_is_closed_or_closing():
    gone = {one.name for one in SEED.accounts if one.state in ("CLOSED", "PENDING_CLOSURE")}
    assert not gone & {drift.change.account for drift in SEED.drifts}


def test_every_sound_number_is_valid_and_declared(baseline):
    declared = {_e164(one["number"]) for one in baseline["contacts"]["numbers"]}
    primary = seeds.primary_contacts(SEED, drifts=False).values()
    alternates = seeds.alternate_contacts(SEED, drifts=False).values()
    numbers = {contact["PhoneNumber"] for contact in (*primary, *alternates)}
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(number)) for number in numbers)
    assert {_e164(number) for number in numbers} <= declared


def test_the_recovery_number_stands_nowhere_else_but_for_the_drift():
    recovery = _e164(SEED.numbers["recovery"].number)
    for drifts, times in ((False, 1), (True, 2)):
        contacts = (*_contacts(seeds.primary_contacts, drifts), *_contacts(seeds.alternate_contacts, drifts))
        assert [_e164(contact["PhoneNumber"]) for contact in contacts].count(recovery) == times


def test_every_sound_root_address_is_a_declared_group_of_two_or_more(baseline):
    said = {one["address"]: one["members"] for one in baseline["contacts"]["groups"]}
    groups = {address: members if isinstance(members, int) else len(members) for address, members in said.items()}
    mailboxes = {re.sub(r"\+[^@]*", "", address) for address in seeds.addresses(SEED, drifts=False).values()}
    assert all(groups[mailbox] >= 2 for mailbox in mailboxes)


def test_every_domain_of_an_address_is_in_the_zone():
    alternates = _contacts(seeds.alternate_contacts, drifts=True)
    addresses = [*seeds.addresses(SEED, drifts=True).values(), *(one["EmailAddress"] for one in alternates)]
    domains = {address.rpartition("@")[2] for address in addresses}
    assert domains <= set(seeds.domains_of(SEED, drifts=True))


def test_the_sound_organization_has_no_fault_and_all_its_contacts():
    assert len(seeds.primary_contacts(SEED, drifts=False)) == len(MEMBERS)
    assert len(seeds.alternate_contacts(SEED, drifts=False)) == 3 * len(MEMBERS)
    assert set(seeds.verifications(SEED, drifts=False).values()) == {"VERIFIED", "NOT_SUPPORTED"}


def test_names_of_people_are_distinctive():
    named = {contact["FullName"] for contact in SEED.people.values()}
    named |= {contact["Name"] for slots in SEED.alternates.values() for contact in slots.values()}
    assert all(len(word) >= 5 for name in named for word in name.split())


def test_the_exempted_subject_is_a_drift(baseline):
    exempted = baseline["exemptions"][0]
    drifts = {(one.control, one.subject.account) for one in seeds.expectations(SEED)}
    assert (exempted["control"], exempted["account"]) in drifts


def test_the_baseline_names_the_units_and_the_organization_of_the_seed(baseline):
    assert baseline["organization"]["id"] == SEED.organization.id
    assert set(baseline["owners"]["units"]) <= {unit.id for unit in SEED.units.values()}


def _contacts(read, drifts):
    return tuple(read(SEED, drifts=drifts).values())


def _e164(number):
    return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.E164)
