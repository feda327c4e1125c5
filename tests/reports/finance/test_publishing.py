"""What is published stays: a pack is written once, under a version of its own, and its manifest comes last."""

import json

import pytest

from orgwarden.errors import OrgwardenError
from orgwarden.model import Period
from orgwarden.reports.finance.pack import folder_of
from orgwarden.reports.finance.publishing import changed_files, finals, newest, next_version, publish
from orgwarden.store import MemoryStore, NotThere
from tests.reports.finance.packs import PAYER, lines, pack, row

OCTOBER = Period("2026-10")
FOLDER = f"reports/billing/{PAYER}/2026-10"


class Failing(MemoryStore):
    """A store that gives up at a file."""

    def create(self, name, data):
        if name.endswith("showback.html"):
            raise OrgwardenError("the disk is full")
        super().create(name, data)


def small(**changed):
    return pack(row("5", tag_2="Shop"), earlier=False, **changed)


@pytest.fixture
def store():
    return MemoryStore()


def test_all_files_stand_under_payer_period_status_and_version(store):
    made = publish(store, pack())
    assert made.folder == f"{FOLDER}/final-v1"
    names = {name.rpartition("/")[2] for name in made.names}
    assert {"ledger.csv", "ledger.parquet", "showback.html", "journal.csv", "findings.csv", "findings.json"} <= names
    assert f"recon_{PAYER}_2026-10_final_v1.xlsx" in names
    assert sum(name.startswith(f"{made.folder}/statements/") for name in made.names) == 2 * 4
    assert set(store.files) == {*made.names, f"{made.folder}/manifest.json"}


def test_the_manifest_tells_what_every_file_was(store):
    made = publish(store, small())
    assert changed_files(store, made) == []
    store.replace(made.names[0], b"other")
    assert changed_files(store, made) == ["ledger.parquet"]


def test_the_manifest_is_the_last_that_is_written(store):
    publish(store, small())
    assert list(store.files)[-1] == f"{FOLDER}/final-v1/manifest.json"


def test_the_manifest_says_what_was_published(store):
    told = json.loads(store.read(f"{publish(store, small()).folder}/manifest.json"))
    assert (told["payer"], told["period"], told["status"], told["version"]) == (PAYER, "2026-10", "FINAL", 1)
    assert (told["billed"], told["currency"], told["restates"]) == ("5.00", "USD", "")
    assert told["checks"]["billing.lines_unique"] == "FAIL"


def test_what_did_not_change_is_not_published_again(store):
    first = publish(store, pack())
    again = publish(store, pack())
    assert (first.is_new, again.is_new) == (True, False)
    assert again.digest == first.digest


def test_a_changed_bill_is_published_beside_the_first_which_stays_as_it_was(store):
    first = publish(store, small())
    before = dict(store.files)
    second = publish(store, pack(row("6", tag_2="Shop"), earlier=False))
    assert (second.version, second.manifest["restates"]) == (2, "final-v1")
    assert changed_files(store, first) == []
    assert {name: store.files[name] for name in before} == before


def test_a_bill_that_becomes_final_gets_the_next_version(store):
    publish(store, small(status="ESTIMATED"))
    assert publish(store, small()).folder == f"{FOLDER}/final-v2"


def test_a_bill_in_two_currencies_has_two_packs_and_neither_restates_the_other(store):
    def both() -> list:
        return [publish(store, small(currency=currency)) for currency in ("EUR", "USD")]

    first, again = both(), both()
    assert [pack.manifest["restates"] for pack in first] == ["", ""]
    assert [(pack.folder, pack.is_new) for pack in again] == [(pack.folder, False) for pack in first]


def test_a_pack_that_was_never_finished_counts_for_nothing_and_is_not_continued():
    store = Failing()
    with pytest.raises(OrgwardenError):
        publish(store, small())
    assert newest(store, PAYER, OCTOBER, "USD") is None
    assert next_version(store, PAYER, OCTOBER) == 2


def test_the_newest_of_ten_packs_is_the_tenth(store):
    for version in range(1, 11):
        store.create(
            f"{FOLDER}/final-v{version}/manifest.json", json.dumps({"version": version, "currency": "USD"}).encode()
        )
    assert newest(store, PAYER, OCTOBER, "USD").version == 10
    assert next_version(store, PAYER, OCTOBER) == 11


@pytest.mark.parametrize("payer", ["../../etc", "a/b", "", "x y", "..", "=1"])
def test_no_payer_leads_out_of_the_folder(payer):
    assert ".." not in folder_of(payer, OCTOBER)
    assert folder_of(payer, OCTOBER).count("/") == 3


def test_a_bill_that_nobody_published_is_not_there(store):
    assert newest(store, PAYER, OCTOBER, "USD") is None
    with pytest.raises(NotThere):
        store.read(f"{FOLDER}/final-v1/manifest.json")


def test_every_line_of_the_small_bill_is_published(store):
    made = publish(store, pack())
    text = store.read(f"{made.folder}/ledger.csv").decode()
    assert text.count("\n") == len(lines()) + 1


def test_the_newest_final_pack_of_each_bill_is_given_from_a_month_on(store):
    publish(store, small(status="ESTIMATED"))
    assert list(finals(store, since=Period("2026-01"))) == []
    first = publish(store, small())
    store.create("reports/billing/stray", b"")
    assert [one.folder for one in finals(store, since=Period("2026-01"))] == [first.folder]
    assert list(finals(store, since=Period("2099-01"))) == []
