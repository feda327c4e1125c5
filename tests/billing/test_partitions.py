"""Folders name periods in each of AWS's spellings, and nothing else names one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.billing.partitions import carries, contradicts, partition_of, parts_of, place_of, shared_tail, spelled
from orgwarden.model import Period

OCTOBER = Period("2026-10")
NAMES = [
    "BILLING_PERIOD=2026-10",
    "billing_period%3D2026-10",
    "20261001-20261101",
    "year=2026/month=10",
    "Year=2026/MONTH=10",
]


@pytest.mark.parametrize("name", NAMES)
def test_each_spelling_names_the_period(name: str):
    assert partition_of(parts_of(f"a/{name}/b")).period == OCTOBER


@pytest.mark.parametrize(
    "name",
    [
        "2026-10",
        "BILLING_PERIOD=2026-13",
        "BILLING_PERIOD=2026",
        "20261002-20261101",
        "month=10",
        "year=2026",
        "year=2026/x/month=1",
    ],
)
def test_nothing_else_names_one(name: str):
    assert partition_of(parts_of(f"a/{name}/b")) is None


def test_the_deepest_name_counts():
    assert partition_of(parts_of("20260901-20261001/x/BILLING_PERIOD=2026-10")).period == OCTOBER


@pytest.mark.parametrize(
    ("path", "export", "version"),
    [
        ("p/acme/metadata/BILLING_PERIOD=2026-10/m", "p/acme", ""),
        ("p/acme/data/BILLING_PERIOD=2026-10/v/m", "p/acme", "v"),
        ("p/acme/20261001-20261101/v/m", "p/acme", "v"),
        ("p/acme/metadata/m", "p/acme", ""),
        ("p/acme/m", "p/acme", ""),
        ("m", "", ""),
    ],
)
def test_a_place_tells_export_and_version(path: str, export: str, version: str):
    place = place_of(parts_of(path))
    assert (place.export, place.version) == (parts_of(export), version)


def test_a_folder_carries_an_id_that_it_is_or_ends_in():
    assert carries("20261001T000000Z-AbC", "abc")
    assert carries("abc", "abc")
    assert not carries("v2", "2")
    assert not carries("abc", "")


@pytest.mark.parametrize("name", ["2026-09", "month=9", "year=2025", "BILLING_PERIOD=2026-09", "x/20260901-20261001/y"])
def test_folders_of_another_month_contradict(name: str):
    assert contradicts(parts_of(name), OCTOBER)
    assert not contradicts(parts_of("x/2026-10/month=10/year=2026/y"), OCTOBER)


def test_the_case_of_a_partition_does_not_matter_and_that_of_a_name_does():
    assert shared_tail(("a", "BILLING_PERIOD=2026-10"), ("a", "billing_period=2026-10")) == 2
    assert shared_tail(("a", "x"), ("A", "x")) == 1


@given(st.text(max_size=30))
def test_any_text_is_split_and_spelled(text: str):
    parts = parts_of(text)
    partition_of(parts)
    place_of((*parts, "m"))
    assert isinstance(spelled(parts), str)
