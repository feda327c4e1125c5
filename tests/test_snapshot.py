"""A snapshot is sealed once, resumed before and immutable after, and two equal readings have one digest."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.errors import BadInput
from orgwarden.flows.organization_inventory import SWEEPS
from orgwarden.model import EVERYTHING, Subject, Unseen, World
from orgwarden.parts import every_part
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, AlternateContact, Mailbox, Phone
from orgwarden.parts.organization import STATES_SINCE, TAGS, UNITS, Unit
from orgwarden.snapshot import Opened, Page, Sealing, Staging, load, load_rows, merged, seal, stage
from orgwarden.store import AlreadyThere, FileStore

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
OPENED = Opened(period="2026-11", run="r1", at=NOW, key_check="c-1")
SEALING = Sealing(organization="o-1", management="1" * 12, sealed=NOW, previous="", versions={"orgwarden": "0"})
MAILBOX = Mailbox(key="m-1", masked="s•••@corp.example", domain="corp.example")
PHONE = Phone(key="n-1", masked="+47 ••• ••12", region="NO", kind="mobile", defect="")
CONTACT = AlternateContact(mailbox=MAILBOX, phone=PHONE, person="p-1")
ROWS: dict[Any, dict[str, Any]] = {
    UNITS: {"ou-1": Unit(name="workloads", parent="r-1")},
    ALTERNATE_CONTACTS: {"1/BILLING": CONTACT, "1/SECURITY": None},
}
GAPS = {(TAGS.name, "ou-1"): "denied"}


def staged(folder: Path, opened: Opened = OPENED) -> Staging:
    staging = stage(FileStore(folder), "snapshots/2026-11/1", opened)
    staging.put("units", 1, Page(rows={UNITS: ROWS[UNITS]}, cursor="2"))
    staging.put("rest", 1, Page(rows={ALTERNATE_CONTACTS: ROWS[ALTERNATE_CONTACTS]}, gaps=GAPS))
    return staging


def sealed(folder: Path, opened: Opened = OPENED):
    staging = staged(folder, opened)
    seal(staging, SEALING, parts=(UNITS, ALTERNATE_CONTACTS, TAGS), gaps={})
    return load(staging.store, staging.place)


def test_what_was_staged_is_what_is_loaded(tmp_path: Path):
    snapshot = sealed(tmp_path)
    assert snapshot.rows == {**ROWS, TAGS: {}}
    assert snapshot.gaps == GAPS
    assert snapshot.manifest.parts[ALTERNATE_CONTACTS.name].rows == 2


def test_a_part_that_an_older_version_sealed_without_has_no_rows_and_is_unseen(tmp_path: Path):
    snapshot = sealed(tmp_path)
    assert load_rows(FileStore(tmp_path), snapshot.place, UNITS) == ROWS[UNITS]
    assert load_rows(FileStore(tmp_path), snapshot.place, STATES_SINCE) == {}
    with pytest.raises(Unseen, match="not read in this run"):
        snapshot.world({}, {}).of(STATES_SINCE, "1" * 12)


def test_a_part_by_itself_is_checked_against_its_seal_too(tmp_path: Path):
    sealed(tmp_path)
    (file,) = (tmp_path / "snapshots/2026-11/1/parts").glob("organizations.units-*.jsonl")
    file.write_bytes(b"")
    with pytest.raises(BadInput, match="is not what was sealed"):
        load_rows(FileStore(tmp_path), "snapshots/2026-11/1", UNITS)


def test_the_pages_are_gone_after_sealing_and_the_digest_stays_the_same(tmp_path: Path):
    one = sealed(tmp_path / "a")
    other = sealed(tmp_path / "b", replace(OPENED, run="r2", at=NOW.replace(day=22)))
    assert one.manifest.digest == other.manifest.digest
    assert not FileStore(tmp_path / "a").names("snapshots/2026-11/1/pages")


def test_a_run_resumes_its_own_staging_and_nobody_elses(tmp_path: Path):
    staged(tmp_path)
    assert staged(tmp_path).pages("units")[0].cursor == "2"
    for other in (replace(OPENED, run="r2"), replace(OPENED, key_check="c-2")):
        with pytest.raises(AlreadyThere):
            stage(FileStore(tmp_path), "snapshots/2026-11/1", other)


def test_a_sealed_place_is_not_opened_again(tmp_path: Path):
    sealed(tmp_path)
    with pytest.raises(AlreadyThere):
        stage(FileStore(tmp_path), "snapshots/2026-11/1", OPENED)


def test_a_page_that_was_staged_stands_against_a_second_writer(tmp_path: Path):
    staging = staged(tmp_path)
    staging.put("units", 1, Page(cursor="late"))
    assert [page.cursor for page in staging.pages("units")] == ["2"]


def test_a_step_that_is_restarted_stands_in_nobodys_way(tmp_path: Path):
    staging = staged(tmp_path)
    pages = staging.all_pages()
    assert next(pages).gaps == GAPS
    staging.restart("units")
    assert list(pages) == []


def test_sealing_that_was_cut_off_takes_what_was_read_since(tmp_path: Path):
    staging = staged(tmp_path)
    staging.store.create("snapshots/2026-11/1/parts/organizations.units-cutoff.jsonl", b"half of it")
    staging.put("units", 2, Page(rows={UNITS: {"ou-2": Unit(name="late", parent="r-1")}}))
    seal(staging, SEALING, parts=(UNITS, ALTERNATE_CONTACTS, TAGS), gaps={})
    assert set(load(staging.store, staging.place).rows[UNITS]) == {"ou-1", "ou-2"}


def test_without_a_manifest_there_is_no_snapshot(tmp_path: Path):
    staging = staged(tmp_path)
    with pytest.raises(BadInput, match="no sealed snapshot"):
        load(staging.store, staging.place)


def test_a_file_that_was_changed_after_sealing_is_refused(tmp_path: Path):
    sealed(tmp_path)
    (file,) = (tmp_path / "snapshots/2026-11/1/parts").glob("organizations.units-*.jsonl")
    file.write_bytes(file.read_bytes().replace(b"workloads", b"changed"))
    with pytest.raises(BadInput, match="is not what was sealed"):
        load(FileStore(tmp_path), "snapshots/2026-11/1")


def test_a_gap_is_closed_by_a_later_row_of_its_key():
    pages = [Page(gaps={(UNITS.name, "ou-1"): "denied"}), Page(rows={UNITS: ROWS[UNITS]})]
    assert merged(pages)[1] == {}


def test_a_world_has_what_was_read_and_what_was_declared(tmp_path: Path):
    world = sealed(tmp_path).world(
        {TAGS: {EVERYTHING: {}}}, {("baseline.contacts.domains", EVERYTHING): "not declared"}
    )
    assert isinstance(world, World)
    assert world.of(UNITS, "ou-1").name == "workloads"
    assert world.today == NOW.date()
    assert len(world.gaps) == 2


@given(st.dictionaries(st.text(min_size=1), st.dictionaries(st.text(), st.text())))
def test_any_text_survives_staging(tags: dict[str, dict[str, str]]):
    page = Page(rows={TAGS: tags})
    from orgwarden.snapshot import _page, _page_bytes

    assert _page(_page_bytes(page)) == page


def test_every_part_has_a_name_of_its_own():
    names = [part.name for part in every_part()]
    assert len(names) == len(set(names)) > 10
    assert Subject() == Subject()


def test_every_part_that_a_sweep_reads_is_known_to_a_snapshot_and_read_by_that_sweep_alone():
    read = [part for sweep in SWEEPS for part in sweep.PARTS]
    assert set(read) <= set(every_part())
    assert len(read) == len(set(read))
