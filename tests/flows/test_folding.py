"""Mailboxes are folded by the declared patterns when they are read, and a review under other patterns says so."""

from dataclasses import replace
from pathlib import Path

import pytest

from orgwarden import wiring
from orgwarden.baseline import Baseline
from orgwarden.flows import organization_inventory as inventory
from orgwarden.flows import reviewing
from orgwarden.parts.contacts import ROOT_MAILBOXES
from orgwarden.snapshot import load
from orgwarden.store import FileStore
from tests.collect.fakes import aws
from tests.collect.test_contacts import ALTERNATE, PRIMARY
from tests.collect.test_organizations import A, B, answers, listed
from tests.flows.test_organization_inventory import NOVEMBER, VEIL, Clock, NoDns

CONTROL = "contacts.root_email_is_group"
FOLDING = Baseline.model_validate(
    {
        "contacts": {
            "aliases": ({"pattern": "aws-*@corp.example", "mailbox": "aws@corp.example"},),
            "groups": ({"address": "aws@corp.example", "members": 3},),
        }
    }
)
PLAIN = Baseline.model_validate({"contacts": {"groups": ({"address": "aws@corp.example", "members": 3},)}})
FOLDED = replace(VEIL, aliases=(("aws-*@corp.example", "aws@corp.example"),))


def read(store: FileStore, veil=FOLDED) -> str:
    two = [listed(A, Email="aws-a@corp.example"), listed(B, Email="AWS-B+x@corp.example")]
    contacts = {"GetContactInformation": lambda **_: PRIMARY, "GetAlternateContact": lambda **_: ALTERNATE}
    caller, clock = aws(answers(ListAccounts=lambda **_: {"Accounts": two}, **contacts)), Clock()
    place = inventory.open_snapshot(NOVEMBER, run="r", store=store, veil=veil, clock=clock)
    inventory.sweep_organizations(place, store=store, aws=caller, veil=veil)
    inventory.sweep_contacts(place, store=store, aws=caller, veil=veil)
    inventory.sweep_mail_domains(place, store=store, dns=NoDns())
    inventory.gate(place, store=store, baseline=None)
    inventory.seal(place, store=store, clock=clock, versions={})
    return place


def said(store: FileStore, place: str, baseline: Baseline) -> list[tuple[str, str]]:
    judged = reviewing.judge(place, theme="contacts", store=store, baseline=baseline, veil=VEIL)
    return [(v.status.value, v.cause) for v in judged.verdicts if v.control == CONTROL]


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "store")


def test_accounts_whose_addresses_a_pattern_fits_are_judged_as_one_mailbox(store: FileStore):
    place = read(store)
    assert len({mailbox.key for mailbox in load(store, place).rows[ROOT_MAILBOXES].values()}) == 1
    assert said(store, place, FOLDING) == [("PASS", "")]


@pytest.mark.parametrize(("folded", "baseline"), [(FOLDED, PLAIN), (VEIL, FOLDING)], ids=["then", "now"])
def test_groups_are_not_looked_for_in_a_snapshot_that_was_folded_otherwise(store: FileStore, folded, baseline):
    verdicts = said(store, read(store, folded), baseline)
    assert set(verdicts) == {("UNKNOWN", reviewing.REFOLDED)}


def test_a_reading_that_was_begun_under_other_patterns_is_not_resumed(store: FileStore):
    clock = Clock()
    places = [
        inventory.open_snapshot(NOVEMBER, run="r", store=store, veil=veil, clock=clock)
        for veil in (VEIL, VEIL, FOLDED, FOLDED)
    ]
    assert places == ["snapshots/2026-11/1", "snapshots/2026-11/1", "snapshots/2026-11/2", "snapshots/2026-11/2"]


def test_whoever_reads_folds_by_the_baseline(tmp_path: Path):
    (tmp_path / "b.yaml").write_text(
        "contacts:\n  aliases: [{pattern: 'AWS-*@Corp.example', mailbox: aws+root@corp.example}]\n"
    )
    environ = {"ORGWARDEN_HASH_KEY": "key", "ORGWARDEN_BASELINE": str(tmp_path / "b.yaml")}
    assert wiring.tools(environ).veil == FOLDED
    assert wiring.tools({"ORGWARDEN_HASH_KEY": "key"}).veil == VEIL
