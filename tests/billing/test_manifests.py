"""Manifests of both shapes are read; what is cut or of something else is told by its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.billing.manifests import Manifest, NotAManifest, is_manifest_name, parse
from orgwarden.errors import BadInput
from orgwarden.model import Period
from tests.billing.exports import Export, uris

OCTOBER = Period("2026-10")
PLACE = "/x/acme/metadata/BILLING_PERIOD=2026-10/acme-Manifest.json"


def told(place: str = "/x/acme-Manifest.json", **more) -> Manifest:
    return parse(json.dumps(more).encode(), place)


def test_a_manifest_of_data_exports_gives_version_period_columns_and_files():
    export = Export()
    found = parse(export.manifest("2026-10", ""), PLACE)
    assert (found.version, found.period, found.export) == (export.id_of("2026-10", 0), OCTOBER, "acme")
    assert found.columns == ("line_item_unblended_cost",)
    assert found.files == tuple(uris(export.newest("2026-10")))
    assert found.is_ordered


def test_a_manifest_of_a_legacy_report_gives_the_same():
    export = Export(layout="legacy")
    found = parse(export.manifest("2026-10", ""), "/anywhere/acme-Manifest.json")
    assert (found.version, found.period, found.export) == (export.id_of("2026-10", 0), OCTOBER, "acme")
    assert found.columns == ("lineItem/UnblendedCost",)
    assert found.files == tuple(uris(export.newest("2026-10")))
    assert not found.is_ordered


@pytest.mark.parametrize("start", ["20261001T000000.000Z", "2026-10-01T00:00:00.000Z", "20261001"])
def test_the_stated_period_comes_first(start: str):
    place = "/x/20260901-20261001/acme-Manifest.json"
    assert told(place, reportKeys=["20260901-20261001/a.csv"], billingPeriod={"start": start}).period == OCTOBER


def test_else_the_folders_tell_the_period_and_then_the_keys_if_they_agree():
    september, october = ("s3://b/data/BILLING_PERIOD=2026-09/a", "s3://b/data/billing_period%3D2026-10/a")
    assert told(PLACE, dataFiles=[september]).period == OCTOBER
    assert told(dataFiles=[october]).period == OCTOBER
    assert told(dataFiles=["s3://b/acme/year=2026/month=10/a"]).period == OCTOBER
    assert told(dataFiles=[october, september]).period is None
    assert told(dataFiles=["s3://b/a"], billingPeriod={"start": "soon"}).period is None


def test_a_file_that_is_listed_twice_is_one_file_and_others_than_data_files_are_none():
    found = told(dataFiles=["s3://b/a", "s3://b/a"], additionalOutputFiles=["s3://b/x.sql"])
    assert found.files == ("s3://b/a",)
    assert told(reportKeys=["a"], bucket="", additionalArtifactKeys=["x"]).files == ("a",)


def test_columns_of_another_shape_are_none():
    assert told(dataFiles=["a"], columns={"name": "x"}).columns == ()
    assert told(dataFiles=["a"], columns=["one", {"name": "two"}, {}, 3]).columns == ("one", "two")


@pytest.mark.parametrize("data", [b"", b"{", b'{"dataFiles": ["a"', b"\xff\xfe{", b"[" * 100_000])
def test_what_is_cut_is_told(data: bytes):
    with pytest.raises(BadInput, match=r"/x/acme-Manifest.json is cut or is no JSON: fetch the manifest again"):
        parse(data, "/x/acme-Manifest.json")


@pytest.mark.parametrize("data", [b"[]", b"null", b'"x"', b"{}", b'{"entries": []}'])
def test_what_is_of_something_else_is_no_manifest(data: bytes):
    with pytest.raises(NotAManifest, match=r"/x/m.json"):
        parse(data, "/x/m.json")


@pytest.mark.parametrize("more", [{"dataFiles": None}, {"dataFiles": [1]}, {"reportKeys": [""]}, {"dataFiles": "a"}])
def test_what_lists_no_names_is_told_with_its_key(more: dict):
    with pytest.raises(BadInput, match=rf"{next(iter(more))}.* is not as AWS writes it"):
        told(**more)


def test_names_of_manifests_end_alike_and_are_not_hidden():
    assert all(map(is_manifest_name, ["acme-Manifest.json", "MANIFEST.JSON", "manifest.json"]))
    assert not any(map(is_manifest_name, ["._acme-Manifest.json", "acme-Manifest.json.gz", "acme.json"]))


@given(
    st.binary(max_size=60)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps).map(str.encode)
)
def test_no_bytes_raise_anything_but_bad_input(data: bytes):
    with pytest.raises(BadInput):
        parse(data, "/x/acme-Manifest.json")


@given(st.integers(0, 10_000))
def test_a_manifest_that_is_cut_anywhere_is_never_a_shorter_one(length: int):
    whole = Export(chunks=9).manifest("2026-10", "")
    with pytest.raises(BadInput, match="is cut"):
        parse(whole[: length % len(whole)], PLACE)
