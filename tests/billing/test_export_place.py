"""A look tells whether a month was delivered anew, in a folder and in a bucket alike, and fetches nothing."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.handlers import add_expect_header

from orgwarden.billing.choosing import PeriodMissing
from orgwarden.billing.export_place import Bills, ExportPlace, version_of
from orgwarden.demo.billing import Generated, Plan, generate
from orgwarden.demo.service import running
from orgwarden.model import Period
from tests.demo.asking import Asking

SEPTEMBER, OCTOBER, NOVEMBER = (Period(f"2025-{month:02}") for month in (9, 10, 11))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    return generate(Plan(months=(SEPTEMBER, OCTOBER), rows=1_000), tmp_path_factory.mktemp("bill"))


@pytest.fixture(scope="module")
def bucket(made: Generated):
    """An S3 with the export in a bucket; gives its client, and what was asked of it."""
    with running(empty=True) as served:
        client = Asking(served).client("s3", region="us-east-1")
        client.meta.events.unregister("before-call.s3", add_expect_header)
        client.create_bucket(Bucket="corp-bills")
        files = [path for path in made.root.rglob("*") if path.is_file() and "witnesses" not in path.parts]
        for path in sorted(files, key=lambda path: path.suffix == ".json"):
            client.put_object(Bucket="corp-bills", Key=str(path.relative_to(made.root)), Body=path.read_bytes())
        asked: list[str] = []
        client.meta.events.register("before-call.s3.GetObject", lambda params, **_: asked.append(params["url_path"]))
        yield client, asked


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, made: Generated, bucket: Any, tmp_path: Path) -> ExportPlace:
    named = str(made.root) if request.param == "folder" else "s3://corp-bills/exports"
    return ExportPlace(named=named, client=lambda: bucket[0], into=tmp_path / "files")


def test_the_version_is_the_manifests_wherever_it_lies(place: ExportPlace, made: Generated):
    assert place.version(OCTOBER) == made.months[OCTOBER].version
    assert place.version(SEPTEMBER) != place.version(OCTOBER)


def test_a_manifest_without_a_version_of_its_own_is_the_same_for_a_look_and_for_the_files(
    bucket: Any, made: Generated, tmp_path: Path
):
    manifest = {"dataFiles": ["s3://corp-bills/bare/data.csv.gz"], "billingPeriod": {"start": "20251001"}}
    place = ExportPlace(named="s3://corp-bills/bare/bill-Manifest.json", client=lambda: bucket[0], into=tmp_path)
    bucket[0].put_object(Bucket="corp-bills", Key="bare/data.csv.gz", Body=made.months[OCTOBER].files[0].read_bytes())
    versions = []
    for columns in ([], ["added"]):
        told = json.dumps({**manifest, "columns": columns}).encode()
        bucket[0].put_object(Bucket="corp-bills", Key="bare/bill-Manifest.json", Body=told)
        assert version_of(place.delivery(OCTOBER)) == place.version(OCTOBER)
        versions.append(place.version(OCTOBER))
    assert versions[0] != versions[1]


def test_a_look_at_a_bucket_fetches_no_data(place: ExportPlace, bucket: Any):
    bucket[1].clear()
    place.version(OCTOBER)
    assert [path for path in bucket[1] if not path.endswith(".json")] == []


def test_a_month_that_never_was_is_told_apart(place: ExportPlace):
    with pytest.raises(PeriodMissing):
        place.version(NOVEMBER)


def test_a_delivery_says_when_it_was_stated_and_is_fetched_once(place: ExportPlace):
    first = place.delivery(OCTOBER)
    assert first.at is not None
    assert first.at.tzinfo is not None
    written = [file.path.stat().st_ino for file in first.files]
    again = place.delivery(OCTOBER)
    assert [file.path.stat().st_ino for file in again.files] == written


def test_the_months_before_are_found_as_far_as_they_are_there(place: ExportPlace):
    assert [delivery.period for delivery in place.before(OCTOBER, 3)] == [SEPTEMBER]


def test_files_by_hand_have_a_version_of_their_own_that_changes_with_them(made: Generated, tmp_path: Path):
    source = made.months[OCTOBER].files[0]
    alone = tmp_path / source.name
    alone.write_bytes(source.read_bytes())
    place = ExportPlace(named=str(alone), client=lambda: None, into=tmp_path / "files")
    before = place.version(OCTOBER)
    assert place.version(OCTOBER) == before
    alone.write_bytes(source.read_bytes() + b" ")
    assert place.version(OCTOBER) != before


def test_the_stage_is_its_owners_alone_and_keeps_nothing_unused(tmp_path: Path):
    bills = Bills(export="", client=lambda: None, stage=tmp_path / "stage", memory="100MB")
    bills.at("s3://corp-bills/exports")
    assert bills.stage.stat().st_mode & 0o077 == 0
    file = bills.stage / "files" / ("ab" * 8) / "old.parquet"
    file.parent.mkdir(parents=True)
    file.touch()
    now = datetime.now(UTC)
    bills.prune(now)
    assert file.exists()
    bills.prune(now + timedelta(days=4))
    assert not file.exists()
