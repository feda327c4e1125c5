"""A made-up snapshot is judged by every control, and hardly anything about it is unknown."""

import pytest

from orgwarden.demo.bench import growing, reviewing
from orgwarden.flows import organization_inventory
from orgwarden.snapshot import load_manifest
from orgwarden.store import FileStore

# An organization of thousands of accounts is made for it.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench") / "review"
    return folder, reviewing.measured(100, folder)


def test_every_theme_is_judged_and_nothing_is_unknown(measured):
    found = {step.name: step for step in measured[1].steps}
    assert found["root"].verdicts > growing.Size(accounts=100).accounts
    assert {"changes", "contacts", "delegation", "management_account", "structure", "tags"} <= found.keys()
    assert measured[1].whole.unknown == 0
    assert measured[1].megabytes > 0


def test_the_snapshot_has_rows_of_every_part_that_a_collection_reads(measured):
    sealed = load_manifest(FileStore(measured[0]), reviewing.PLACE).parts
    read = {part.name for sweep in organization_inventory.SWEEPS for part in sweep.PARTS}
    assert read == sealed.keys()
    assert [name for name, part in sealed.items() if not part.rows] == []


def test_the_whole_is_the_sum_of_its_steps(measured):
    assert measured[1].whole.seconds == pytest.approx(sum(step.seconds for step in measured[1].steps))
