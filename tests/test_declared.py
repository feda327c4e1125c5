"""What is declared is hashed as readings are; what is not declared is a gap whose cause is the remedy."""

import pytest

from orgwarden.baseline import Baseline
from orgwarden.declared import declared_parts
from orgwarden.parts.declared import (
    BUSINESS_DOMAINS,
    DECLARED_NUMBERS,
    GROUPS,
    INTERNAL_DOMAINS,
    OWNERS,
    PARTNER_DOMAINS,
    REQUIRED_CONTACTS,
    TOLL_FREE_ALLOWED,
    VENDED,
    Group,
    Vended,
)
from tests.worlds import VEIL, mailbox, phone


def declared(**contacts):
    return declared_parts(Baseline.model_validate({"contacts": contacts}), veil=VEIL)


def test_without_a_baseline_the_defaults_hold():
    parts, _ = declared_parts(None, veil=VEIL)
    assert parts[REQUIRED_CONTACTS] == {"*": ("BILLING", "OPERATIONS", "SECURITY")}
    assert parts[TOLL_FREE_ALLOWED] == {"*": True}
    assert parts[OWNERS]["*"].default == "organization"
    assert parts[PARTNER_DOMAINS] == parts[INTERNAL_DOMAINS] == {"*": frozenset()}


@pytest.mark.parametrize(
    ("part", "key"),
    [(BUSINESS_DOMAINS, "contacts.domains"), (DECLARED_NUMBERS, "contacts.numbers"), (GROUPS, "contacts.groups")],
    ids=lambda value: getattr(value, "name", value),
)
def test_what_is_not_declared_is_a_gap_whose_cause_is_the_remedy(part, key):
    parts, gaps = declared_parts(Baseline(), veil=VEIL)
    assert part not in parts
    assert gaps[part.name, "*"].startswith("not declared: list your")
    assert key in gaps[part.name, "*"]


def test_what_is_declared_empty_is_no_gap():
    parts, gaps = declared(domains=(), numbers=(), groups=())
    assert not [part for part, _ in gaps if part.startswith("baseline.contacts")]
    assert parts[BUSINESS_DOMAINS] == {"*": frozenset()}
    assert parts[GROUPS] == parts[DECLARED_NUMBERS] == {"*": {}}


def test_domains_are_told_as_the_dns_knows_them():
    parts, _ = declared(domains=("Bücher.Example.",))
    assert parts[BUSINESS_DOMAINS]["*"] == {mailbox("aws@bücher.example").domain}


def test_numbers_and_mailboxes_have_the_keys_that_readings_have():
    parts, _ = declared(
        numbers=({"number": "+1 (202) 555-0247", "use": "recovery"},),
        groups=({"address": "AWS+x@corp.example", "members": ("ada", "ben")},),
    )
    assert parts[DECLARED_NUMBERS]["*"] == {phone("+12025550247").key: "recovery"}
    assert parts[GROUPS]["*"] == {mailbox("aws@corp.example").key: Group(members=2, is_ticket_queue=False)}


def test_a_ticket_queue_is_told_as_one():
    parts, _ = declared(groups=({"address": "soc@corp.example", "kind": "ticket_queue"},))
    assert parts[GROUPS]["*"][mailbox("soc@corp.example").key] == Group(members=0, is_ticket_queue=True)


def test_nothing_is_declared_in_clear():
    parts, gaps = declared(
        numbers=({"number": "+1 202 555 0247", "use": "recovery"},), groups=({"address": "aws@corp.example"},)
    )
    assert "5550247" not in repr((parts, gaps))
    assert "aws@" not in repr((parts, gaps))


def test_groups_fold_by_the_declared_aliases_as_readings_do():
    aliases = ({"pattern": "AWS-*@corp.example", "mailbox": "aws+all@Corp.example"},)
    parts, _ = declared(aliases=aliases, groups=({"address": "aws-prod@corp.example", "members": 3},))
    assert set(parts[GROUPS]["*"]) == {mailbox("aws@corp.example").key}


def test_patterns_of_vended_accounts_are_declared_and_none_are_by_default():
    one = {"method": "CREATED", "units": ("ou-exam-ple00001",), "name": "team-*", "tags": {"by": "factory"}}
    parts, _ = declared_parts(Baseline.model_validate({"changes": {"vended": (one, {"name": "x"})}}), veil=VEIL)
    assert parts[VENDED]["*"] == (Vended(**one), Vended(method="", units=(), name="x", tags={}))
    assert declared_parts(None, veil=VEIL)[0][VENDED] == {"*": ()}
