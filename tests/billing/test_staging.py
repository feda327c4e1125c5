"""From a bucket comes all of one version of a month, each file once, or a word on why not."""

import io
import os
import re
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ReadTimeoutError,
)
from botocore.handlers import add_expect_header
from botocore.response import StreamingBody
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgwarden.billing.staging import prune, stage
from orgwarden.demo.service import running
from orgwarden.errors import BadInput, Refused, RetryLater, StopAndTell
from orgwarden.model import Period
from tests.billing.exports import LAYOUTS, Export, taken, uris
from tests.billing.test_locating import EXPORTS, OCTOBER, SEPTEMBER, places, wanted
from tests.demo.asking import Asking

HERE = "s3://corp-bills"


@dataclass
class Meddling:
    """A client before whose answers something may happen, and that remembers what was asked."""

    client: Any
    before: Any = lambda *_: None
    asked: list[str] = field(default_factory=list)

    def get_object(self, **params):
        self.asked.append(params["Key"])
        self.before(self, params)
        return self.client.get_object(**params)

    def list_objects_v2(self, **params):
        self.asked.append("list " + params["Prefix"])
        return self.client.list_objects_v2(**params)


@pytest.fixture(scope="module")
def asking():
    with running(empty=True) as served:
        asking = Asking(served)
        # A client waits a second for leave to send a body, and the server gives none.
        events = asking.client("s3", region="us-east-1").meta.events
        events.unregister("before-call.s3", add_expect_header)
        yield asking


@pytest.fixture
def s3(asking):
    """An S3 with one empty bucket."""
    asking.http("DELETE", "/demo/faults")
    asking.http("POST", "/demo/reset")
    client = asking.client("s3", region="us-east-1")
    client.create_bucket(Bucket="corp-bills")
    return client


def fill(client, objects: dict[str, bytes], bucket: str = "corp-bills") -> None:
    """Deliver as AWS does: manifests last."""
    for key in sorted(objects, key=lambda key: key.endswith(".json")):
        client.put_object(Bucket=bucket, Key=key, Body=objects[key])


def places_listed(export: Export) -> list[str]:
    """Leave out the folder that Athena's months stand in: nothing tells it from an export without a manifest."""
    inner = f"{export.folder}/{export.name}"
    return [
        place
        for place in places(export)
        if export.layout != "athena" or not re.fullmatch(rf"{inner}(/year=\d+)?", place)
    ]


def fault(asking, **rule) -> None:
    assert asking.http("PUT", "/demo/faults", [{"service": "s3", **rule}])[0] == 200


@EXPORTS
def test_whatever_is_named_of_an_export_its_month_is_fetched(export: Export, s3, tmp_path: Path):
    fill(s3, export.objects())
    for place in places_listed(export):
        found = stage(s3, f"{HERE}/{place}", OCTOBER, tmp_path)
        assert taken(found) == wanted(export), place
        assert [file.name for file in found.files] == uris(wanted(export))
        assert (found.period, found.export, found.notes) == (OCTOBER, "acme", ())
    assert len(list(tmp_path.rglob("*.*"))) == len(wanted(export))


@EXPORTS
def test_a_version_that_is_named_is_fetched(export: Export, s3, tmp_path: Path):
    fill(s3, export.objects())
    first = export.versions_of("2026-10")[0]
    for folder in (export.month_folder("2026-10"), export.manifest_folder("2026-10")):
        found = stage(s3, f"{HERE}/{folder}/{first}/", None, tmp_path)
        assert taken(found) == export.files("2026-10", first)


def test_only_manifests_are_listed_for_and_each_file_is_fetched_once(s3, tmp_path: Path):
    export = Export(versions=3)
    fill(s3, export.objects())
    client = Meddling(s3)
    stage(client, f"{HERE}/billing", OCTOBER, tmp_path)
    manifest = export.manifest_key("2026-10")
    assert client.asked == ["list billing/", manifest, *wanted(export), manifest]


def test_what_was_fetched_is_not_fetched_again_until_it_changes(s3, tmp_path: Path):
    export = Export(months=("2026-10",))
    fill(s3, export.objects())
    first = stage(s3, HERE, None, tmp_path)
    inode = first.files[0].path.stat().st_ino
    assert stage(s3, HERE, None, tmp_path) == first
    assert first.files[0].path.stat().st_ino == inode
    fill(s3, {wanted(export)[0]: b"restated"} | {export.manifest_key("2026-10"): export.manifest("2026-10", "")})
    again = stage(s3, HERE, None, tmp_path)
    assert taken(again) == ["restated", wanted(export)[1]]
    assert again.files[0].etag != first.files[0].etag
    assert again.files[1] == first.files[1]


def test_what_nobody_used_for_long_is_removed_and_what_was_looked_at_again_stays(s3, tmp_path: Path):
    export = Export(months=("2026-10",))
    fill(s3, export.objects())
    kept, superseded = (file.path for file in stage(s3, HERE, None, tmp_path).files)
    left, theirs = superseded.parent / ".abc.part", tmp_path / "accounts" / "2019.xlsx"
    theirs.parent.mkdir()
    left.write_bytes(b"killed")
    theirs.write_bytes(b"not ours")
    for path in (kept, superseded, left, theirs):
        os.utime(path, (0, 0))
    fill(s3, {wanted(export)[1]: b"restated"} | {export.manifest_key("2026-10"): export.manifest("2026-10", "")})
    again = stage(s3, HERE, None, tmp_path)
    prune(tmp_path, datetime(2020, 1, 1, tzinfo=UTC))
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == {theirs, *(file.path for file in again.files)}
    assert not superseded.parent.exists()


def test_a_stage_that_was_cut_is_not_taken_for_whole(s3, tmp_path: Path):
    export = Export(months=("2026-10",))
    fill(s3, export.objects())
    stage(s3, HERE, None, tmp_path).files[0].path.write_bytes(b"cut")
    assert taken(stage(s3, HERE, None, tmp_path)) == wanted(export)


# S3 tells times in seconds.
@pytest.mark.parametrize("seconds", [0, 1.1])
def test_a_month_that_is_replaced_meanwhile_is_read_again(seconds: float, s3, tmp_path: Path):
    old, new = Export(months=("2026-10",), chunks=2), Export(months=("2026-10",), chunks=3)
    fill(s3, old.objects())

    def deliver(client: Meddling, params):
        if params["Key"] == wanted(old)[1] and len(client.asked) < 5:
            time.sleep(seconds)
            fill(s3, new.objects())

    assert taken(stage(Meddling(s3, deliver), HERE, OCTOBER, tmp_path)) == wanted(new)


def test_a_month_that_never_rests_is_for_later(s3, tmp_path: Path):
    export = Export(months=("2026-10",))
    fill(s3, export.objects())

    def deliver(client: Meddling, params):
        if params["Key"] == wanted(export)[1]:
            fill(s3, {export.manifest_key("2026-10"): export.manifest("2026-10", "") + b" " * len(client.asked)})

    with pytest.raises(RetryLater, match="replaced 3 times while it was read"):
        stage(Meddling(s3, deliver), HERE, OCTOBER, tmp_path)


def test_a_file_that_is_replaced_in_mid_download_is_never_mixed(s3, tmp_path: Path):
    export = Export(months=("2026-10",))
    fill(s3, export.objects())
    target, whole = wanted(export)[0], b"another" * 9

    class Torn(Meddling):
        def get_object(self, **params):
            answer = super().get_object(**params)
            if params["Key"] == target and self.asked.count(target) == 1:
                answer["Body"] = StreamingBody(io.BytesIO(answer["Body"].read()[:4]), answer["ContentLength"])
                fill(s3, {target: whole, export.manifest_key("2026-10"): export.manifest("2026-10", "")})
            return answer

    client = Torn(s3)
    assert taken(stage(client, HERE, None, tmp_path)) == [whole.decode(), wanted(export)[1]]
    assert not list(tmp_path.rglob("*.part"))


def test_a_download_that_breaks_off_is_asked_for_again_and_then_for_later(s3, tmp_path: Path):
    export = Export(months=("2026-10",))
    fill(s3, export.objects())

    class Breaking(Meddling):
        left = 2

        def get_object(self, **params):
            answer = super().get_object(**params)
            if params["Key"] == wanted(export)[1] and self.left:
                self.left -= 1
                answer["Body"] = StreamingBody(io.BytesIO(b"half"), answer["ContentLength"])
            return answer

    assert taken(stage(Breaking(s3), HERE, None, tmp_path / "one")) == wanted(export)
    forever = Breaking(s3)
    forever.left = 99
    with pytest.raises(RetryLater, match=f"{wanted(export)[1]} broke off after [04] of"):
        stage(forever, HERE, None, tmp_path / "other")
    assert [path.name for path in (tmp_path / "other").rglob("*.*")] == [Path(wanted(export)[0]).name]


def test_a_listed_file_that_is_not_there_is_a_delivery_under_way(s3, tmp_path: Path):
    export = Export(versions=2)
    fill(s3, {key: data for key, data in export.objects().items() if key != wanted(export)[1]})
    with pytest.raises(RetryLater, match=rf"{HERE}/{wanted(export)[1]} is listed by .* a delivery is under way"):
        stage(s3, HERE, OCTOBER, tmp_path)


def test_a_file_that_is_newer_than_its_manifest_is_a_delivery_under_way(s3, tmp_path: Path):
    export = Export(months=("2026-10",))
    fill(s3, export.objects())
    clock = s3.head_object(Bucket="corp-bills", Key=export.manifest_key("2026-10"))["LastModified"]
    while s3.get_object(Bucket="corp-bills", Key=wanted(export)[1])["LastModified"] == clock:
        fill(s3, {wanted(export)[1]: b"of the next delivery"})
    with pytest.raises(RetryLater, match=rf"{wanted(export)[1]} is newer than .*json: a delivery is under way"):
        stage(s3, HERE, OCTOBER, tmp_path)


def test_a_replica_is_read_where_its_manifest_stands_and_it_is_said(s3, tmp_path: Path):
    export = Export(months=("2026-10",))
    s3.create_bucket(Bucket="replica")
    fill(s3, export.objects(), "replica")
    found = stage(s3, "s3://replica", None, tmp_path)
    assert taken(found) == wanted(export)
    assert found.notes == ("the files were read from replica, where their manifest stands, and not from corp-bills",)
    for key in wanted(export):
        s3.delete_object(Bucket="replica", Key=key)
    fill(s3, dict.fromkeys(wanted(export), b"original"))
    fill(s3, {export.manifest_key("2026-10"): export.manifest("2026-10", "")}, "replica")
    assert taken(stage(s3, "s3://replica", None, tmp_path)) == ["original", "original"]


def test_keys_that_the_manifest_escapes_are_found(s3, tmp_path: Path):
    export = Export(months=("2026-10",))
    objects = export.objects()
    key = export.manifest_key("2026-10")
    fill(s3, objects | {key: objects[key].replace(b"BILLING_PERIOD=", b"BILLING_PERIOD%3D")})
    assert taken(stage(s3, HERE, None, tmp_path)) == wanted(export)


@EXPORTS
def test_several_periods_are_listed_and_one_that_is_not_there_is_named(export: Export, s3, tmp_path: Path):
    fill(s3, export.objects())
    with pytest.raises(BadInput, match="name one with --period: 2026-09, 2026-10"):
        stage(s3, HERE, None, tmp_path)
    with pytest.raises(BadInput, match="no delivery of 2026-11: there are those of 2026-09, 2026-10"):
        stage(s3, HERE, Period("2026-11"), tmp_path)
    for place in (export.manifest_key("2026-10"), export.month_folder("2026-10")):
        with pytest.raises(BadInput, match="2026-09"):
            stage(s3, f"{HERE}/{place}", SEPTEMBER, tmp_path)


def test_several_exports_are_listed_by_their_places(s3, tmp_path: Path):
    fill(s3, Export().objects() | Export(name="focus", layout="focus").objects())
    with pytest.raises(BadInput, match=f"{HERE}/billing/payer/acme, {HERE}/billing/payer/focus"):
        stage(s3, HERE, OCTOBER, tmp_path)


def test_a_folder_whose_name_only_begins_alike_is_another(s3, tmp_path: Path):
    fill(s3, Export(name="acme-old", months=("2026-10",)).objects())
    with pytest.raises(BadInput, match=rf"{HERE}/billing/payer/acme has no manifest"):
        stage(s3, f"{HERE}/billing/payer/acme", None, tmp_path)


def test_an_empty_bucket_and_a_listing_that_says_nothing_are_not_alike(asking, s3, tmp_path: Path):
    with pytest.raises(BadInput, match="has no manifest: name the folder"):
        stage(s3, HERE, OCTOBER, tmp_path)
    fault(asking, operation="ListObjectsV2", body="", status=200)
    with pytest.raises(RetryLater, match="s3:ListBucket of s3://corp-bills/ gave an answer that does not parse"):
        stage(s3, HERE, OCTOBER, tmp_path)


def test_an_empty_answer_for_a_manifest_or_a_file_is_no_delivery(asking, s3, tmp_path: Path):
    export = Export(months=("2026-10",))
    fill(s3, export.objects())
    for key in (export.manifest_key("2026-10"), wanted(export)[0]):
        fault(asking, operation="GetObject", match=key, body="", status=200)
        with pytest.raises(RetryLater, match=rf"s3:GetObject of {HERE}/{key} gave an answer that does not parse"):
            stage(s3, HERE, OCTOBER, tmp_path)


@pytest.mark.parametrize(("operation", "action"), [("ListObjectsV2", "s3:ListBucket"), ("GetObject", "s3:GetObject")])
def test_a_denial_names_the_action_to_grant(operation: str, action: str, asking, s3, tmp_path: Path):
    fill(s3, Export().objects())
    fault(asking, operation=operation, error="AccessDenied", status=403)
    with pytest.raises(Refused, match=rf"{action} of {HERE}/.* was denied \(AccessDenied\): grant {action}"):
        stage(s3, HERE, OCTOBER, tmp_path)


@pytest.mark.parametrize("code", ["SlowDown", "InternalError", "ServiceUnavailable"])
def test_what_s3_puts_off_is_for_later(code: str, asking, s3, tmp_path: Path):
    fill(s3, Export().objects())
    fault(asking, operation="GetObject", match="acme-00002", error=code, status=503)
    with pytest.raises(RetryLater, match=rf"acme-00002\S* was put off \({code}\)"):
        stage(s3, HERE, OCTOBER, tmp_path)


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("ExpiredToken", (StopAndTell, "sign in again")),
        ("NoSuchBucket", (BadInput, "there is no such bucket")),
        ("InvalidObjectState", (BadInput, "is archived: restore it first")),
        ("MethodNotAllowed", (StopAndTell, "failed")),
    ],
)
def test_other_refusals_say_what_to_do(code: str, answer, asking, s3, tmp_path: Path):
    fill(s3, Export().objects())
    fault(asking, operation="GetObject", match="acme-00002", error=code, status=400)
    with pytest.raises(answer[0], match=answer[1]):
        stage(s3, HERE, OCTOBER, tmp_path)


def test_a_bucket_or_a_manifest_that_is_not_there_is_told(s3, tmp_path: Path):
    with pytest.raises(BadInput, match="s3://no-such-bucket/: there is no such bucket"):
        stage(s3, "s3://no-such-bucket", OCTOBER, tmp_path)
    with pytest.raises(BadInput, match=r"x/a-Manifest.json is not there: name the export's folder or its manifest"):
        stage(s3, f"{HERE}/x/a-Manifest.json", OCTOBER, tmp_path)


@pytest.mark.parametrize("uri", ["", "corp-bills/x", "s3://", "s3:///x", "https://corp-bills/x"])
def test_what_is_no_place_in_s3_is_told(uri: str, tmp_path: Path):
    with pytest.raises(BadInput, match="is no place in S3: give s3://bucket/prefix"):
        stage(None, uri, OCTOBER, tmp_path)


def test_a_cut_manifest_is_named_and_another_months_does_not_matter(s3, tmp_path: Path):
    export = Export()
    fill(s3, export.objects() | {export.manifest_key("2026-10"): b'{"dataFiles": ['})
    assert taken(stage(s3, HERE, SEPTEMBER, tmp_path)) == export.newest("2026-09")
    with pytest.raises(BadInput, match=rf"{HERE}/.*2026-10/acme-Manifest.json is cut"):
        stage(s3, HERE, OCTOBER, tmp_path)


def test_a_manifest_cannot_have_files_written_elsewhere(s3, tmp_path: Path):
    fill(s3, {"a/..": b"x", "a-Manifest.json": b'{"dataFiles": ["s3://corp-bills/a/.."]}'})
    with pytest.raises((BadInput, RetryLater)):
        stage(s3, HERE, None, tmp_path / "into")
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (EndpointConnectionError(endpoint_url="http://x"), RetryLater, "S3 cannot be reached"),
        (ReadTimeoutError(endpoint_url="http://x"), RetryLater, "S3 cannot be reached"),
        (IncompleteReadError(actual_bytes=1, expected_bytes=2), RetryLater, "S3 cannot be reached"),
        (NoCredentialsError(), StopAndTell, "no AWS credentials"),
        (ClientError({"Error": {"Code": "SlowDown"}}, "GetObject"), RetryLater, "put off"),
    ],
)
def test_what_the_client_itself_raises_is_classed(error: Exception, kind: type, text: str, s3, tmp_path: Path):
    def fail(*_):
        raise error

    with pytest.raises(kind, match=text):
        stage(Meddling(s3, fail), f"{HERE}/a-Manifest.json", OCTOBER, tmp_path)


def test_a_stage_that_cannot_be_written_is_told(s3, tmp_path: Path):
    fill(s3, Export().objects())
    (tmp_path / "into").write_bytes(b"a file")
    with pytest.raises(StopAndTell, match=r"into/.* cannot be written: "):
        stage(s3, HERE, OCTOBER, tmp_path / "into")


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    export=st.builds(
        Export,
        layout=st.sampled_from(LAYOUTS),
        name=st.sampled_from(["acme", "data", "cur 2", "a=b"]),
        prefix=st.sampled_from(["", "p", "a/data", "year=2025"]),
        versions=st.integers(0, 2),
    )
    # Athena's folders of an export named so are spelled as those of a Data Export.
    .filter(lambda export: (export.layout, export.name) != ("athena", "data")),
    which=st.integers(0, 20),
)
def test_any_layout_in_a_bucket_gives_exactly_the_listed_files(asking, export, which):
    client = asking.client("s3", region="us-east-1")
    asking.http("DELETE", "/demo/faults")
    asking.http("POST", "/demo/reset")
    client.create_bucket(Bucket="corp-bills")
    fill(client, export.objects())
    named = places_listed(export)[which % len(places_listed(export))]
    with tempfile.TemporaryDirectory() as into:
        assert taken(stage(client, f"{HERE}/{named}", OCTOBER, Path(into))) == wanted(export)
