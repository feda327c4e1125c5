"""docs/BILLING.md says of every check what it does to the month, and of a pack what is in it."""

import re
from pathlib import Path

from orgwarden.billing.checking import CHECKS, Weight
from orgwarden.reports.finance.publishing import publish
from orgwarden.store import MemoryStore
from tests.reports.finance.packs import pack, row

GUIDE = (Path(__file__).parents[3] / "docs" / "BILLING.md").read_text(encoding="utf-8")
DOES = {Weight.BLOCK: "holds back", Weight.TICKET: "ticket", Weight.LIST: "listed"}


def test_every_check_stands_in_the_guide_with_what_it_does():
    told = re.findall(r"^\| (R\d+) \| .+ \| (.+) \|$", GUIDE, re.MULTILINE)
    assert told == [(c.number, DOES[c.weight]) for c in sorted(CHECKS, key=lambda c: int(c.number[1:]))]


def test_every_file_of_a_pack_stands_in_the_guide():
    files = publish(MemoryStore(), pack(row("5"), earlier=False)).manifest["files"]
    others = {file["name"] for file in files if not file["name"].startswith(("recon_", "statements/"))}
    assert {name for name in others if f"`{name}`" not in GUIDE} == set()
