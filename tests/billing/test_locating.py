"""Whatever is named of an export, exactly the files of its month are found, or it is said what to name instead."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from orgwarden.billing.locating import earlier, locate
from orgwarden.errors import BadInput
from orgwarden.model import Period
from tests.billing.exports import LAYOUTS, Export, places, put, taken, uris

OCTOBER, SEPTEMBER, AUGUST = Period("2026-10"), Period("2026-09"), Period("2026-08")
KINDS = [Export(layout=layout, versions=n) for layout in LAYOUTS for n in (0, 2) if (layout, n) != ("athena", 2)]
EXPORTS = pytest.mark.parametrize("export", KINDS, ids=lambda e: f"{e.layout}-{'new' if e.versions else 'overwrite'}")


@pytest.fixture
def tmp_path(tmp_path: Path) -> Path:
    """Give a folder so deep that nothing of another test is near a manifest."""
    deep = tmp_path / "far" / "from" / "others"
    deep.mkdir(parents=True)
    return deep


def wanted(export: Export) -> list[str]:
    return export.newest("2026-10")


@EXPORTS
def test_whatever_is_named_of_an_export_its_month_is_found(export: Export, tmp_path: Path):
    put(tmp_path, export.objects())
    for named in places(export):
        found = locate(tmp_path / named, OCTOBER)
        assert taken(found) == wanted(export), named
        assert (found.period, found.export, found.notes) == (OCTOBER, "acme", ())
        assert [file.name for file in found.files] == uris(wanted(export))


@EXPORTS
def test_a_file_that_is_listed_and_not_there_is_named_and_never_replaced(export: Export, tmp_path: Path):
    put(tmp_path, export.objects())
    (tmp_path / wanted(export)[1]).unlink()
    for named in places(export):
        with pytest.raises(BadInput, match=rf"s3://corp-bills/{wanted(export)[1]} is listed by .*anifest.json"):
            locate(tmp_path / named, OCTOBER)


@EXPORTS
def test_a_version_that_is_named_is_taken_though_it_is_not_the_newest(export: Export, tmp_path: Path):
    put(tmp_path, export.objects())
    first = export.versions_of("2026-10")[0]
    for folder in (export.month_folder("2026-10"), export.manifest_folder("2026-10")):
        named = tmp_path / folder / first
        assert taken(locate(named, None)) == export.files("2026-10", first)
        assert taken(locate(named, OCTOBER)) == export.files("2026-10", first)


@EXPORTS
def test_several_periods_are_listed_and_one_that_is_not_there_is_named(export: Export, tmp_path: Path):
    put(tmp_path, export.objects())
    with pytest.raises(BadInput, match="name one with --period: 2026-09, 2026-10"):
        locate(tmp_path, None)
    with pytest.raises(BadInput, match="no delivery of 2026-11: there are those of 2026-09, 2026-10"):
        locate(tmp_path, Period("2026-11"))
    for named in (export.month_folder("2026-10"), export.manifest_folder("2026-10"), export.manifest_key("2026-10")):
        assert taken(locate(tmp_path / named, None)) == wanted(export)
        with pytest.raises(BadInput, match="2026-09"):
            locate(tmp_path / named, SEPTEMBER)


@EXPORTS
def test_a_cut_manifest_that_is_needed_is_named_and_another_months_does_not_matter(export: Export, tmp_path: Path):
    put(tmp_path, export.objects())
    (tmp_path / export.manifest_key("2026-10")).write_bytes(
        export.manifest("2026-10", export.versions_of("2026-10")[0])[:99]
    )
    assert taken(locate(tmp_path, SEPTEMBER)) == export.newest("2026-09")
    with pytest.raises(BadInput, match=r"acme-Manifest.json is cut"):
        locate(tmp_path, OCTOBER)


@EXPORTS
def test_a_flat_copy_beside_its_manifest_is_enough(export: Export, tmp_path: Path):
    for month in export.months:
        flat = {f"{month}/{Path(key).name}": key.encode() for key in export.newest(month)}
        flat[f"{month}/acme-Manifest.json"] = export.manifest(month, export.versions_of(month)[-1])
        put(tmp_path, flat)
    for named in ("", "2026-10", "2026-10/acme-Manifest.json"):
        assert taken(locate(tmp_path / named, OCTOBER)) == wanted(export)
    (tmp_path / "2026-10" / Path(wanted(export)[0]).name).unlink()
    for named in ("", "2026-10", "2026-10/acme-Manifest.json"):
        with pytest.raises(BadInput, match=wanted(export)[0]):
            locate(tmp_path / named, OCTOBER)


@EXPORTS
def test_a_data_file_that_is_named_is_taken_alone(export: Export, tmp_path: Path):
    put(tmp_path, export.objects())
    found = locate(tmp_path / wanted(export)[0], None)
    assert (taken(found), found.manifest, found.period) == (wanted(export)[:1], None, OCTOBER)
    assert "accepted by hand" in found.notes[0]
    with pytest.raises(BadInput, match="is of 2026-10: there is no delivery of 2026-09"):
        locate(tmp_path / wanted(export)[0], SEPTEMBER)


@EXPORTS
def test_a_data_file_that_is_the_whole_delivery_has_its_manifest(export: Export, tmp_path: Path):
    export = replace(export, chunks=1)
    put(tmp_path, export.objects())
    for version in export.versions_of("2026-10"):
        (key,) = export.files("2026-10", version)
        found = locate(tmp_path / key, OCTOBER)
        assert (taken(found), bool(found.manifest), found.notes) == ([key], True, ())


@pytest.mark.parametrize("layout", ["cur2", "focus"])
def test_without_the_periods_manifest_the_newest_version_counts(layout: str, tmp_path: Path):
    export = Export(layout=layout, versions=3, has_own_manifest=False)
    put(tmp_path, export.objects())
    assert taken(locate(tmp_path, OCTOBER)) == wanted(export)
    assert taken(locate(tmp_path / export.month_folder("2026-10"), OCTOBER)) == wanted(export)


def test_without_the_periods_manifest_several_assemblies_have_no_order(tmp_path: Path):
    export = Export(layout="legacy", versions=2, has_own_manifest=False)
    put(tmp_path, export.objects())
    with pytest.raises(BadInput, match="nothing tells which one counts, name one of them: "):
        locate(tmp_path, OCTOBER)
    one = replace(export, versions=1)
    assert taken(locate(put(tmp_path / "one", one.objects()), OCTOBER)) == wanted(one)


def test_several_exports_that_have_the_period_are_listed(tmp_path: Path):
    one, other = Export(name="acme"), Export(name="focus-acme", layout="focus", months=("2026-10",))
    put(tmp_path, one.objects() | other.objects())
    with pytest.raises(BadInput, match=r"several exports .*billing/payer/acme, .*billing/payer/focus-acme"):
        locate(tmp_path, OCTOBER)
    assert taken(locate(tmp_path, SEPTEMBER)) == one.newest("2026-09")
    assert taken(locate(tmp_path / other.folder, None)) == wanted(other)


def test_a_missing_file_of_one_payer_is_not_taken_from_another(tmp_path: Path):
    one, other = (Export(prefix=f"billing/{payer}", months=("2026-10",)) for payer in ("one", "other"))
    put(tmp_path, one.objects() | other.objects())
    (tmp_path / wanted(one)[0]).unlink()
    for named in places(one)[1:]:
        if named != "billing":
            with pytest.raises(BadInput, match=wanted(one)[0]):
                locate(tmp_path / named, OCTOBER)


@pytest.mark.parametrize(("layout", "other"), [("legacy", "focus"), ("focus", "legacy"), ("cur2", "athena")])
def test_a_folder_that_names_the_month_as_another_kind_of_export_does_is_anothers(
    layout: str, other: str, tmp_path: Path
):
    ours = Export(layout=layout, prefix="", chunks=1, months=("2026-10",))
    theirs = Export(layout=other, prefix="one", chunks=1, months=("2026-10",))
    (lost,) = wanted(ours)
    put(tmp_path, {ours.manifest_key("2026-10"): ours.objects()[ours.manifest_key("2026-10")]})
    put(tmp_path, {f"{theirs.month_folder('2026-10')}/{Path(lost).name}": b"theirs"})
    for named in ("", ours.manifest_key("2026-10")):
        with pytest.raises(BadInput, match=lost):
            locate(tmp_path / named, OCTOBER)


def test_what_is_no_manifest_of_an_export_is_looked_past(tmp_path: Path):
    export = Export(layout="legacy", months=("2026-10",))
    put(tmp_path, export.objects())
    folder = tmp_path / export.manifest_folder("2026-10")
    (folder / "acme-RedshiftManifest.json").write_text('{"entries": [{"url": "s3://corp-bills/x"}]}')
    (folder / "._acme-Manifest.json").write_bytes(b"\0\5\x16\7")
    (folder / "list-manifest.json").write_text("[1]")
    (folder / "acme-00003.csv.gz").write_bytes(b"not listed")
    assert taken(locate(tmp_path, None)) == wanted(export)


def test_a_manifest_may_be_spelled_in_any_case_begin_with_a_mark_and_escape_its_keys(tmp_path: Path):
    export = Export(months=("2026-10",))
    objects = export.objects()
    told = objects.pop(export.manifest_key("2026-10")).replace(b"BILLING_PERIOD=", b"BILLING_PERIOD%3D")
    put(tmp_path, objects | {f"{export.manifest_folder('2026-10')}/MANIFEST.JSON": b"\xef\xbb\xbf" + told})
    assert taken(locate(tmp_path, OCTOBER)) == wanted(export)


def test_folders_may_be_escaped_or_spelled_in_another_case(tmp_path: Path):
    export = Export()
    put(tmp_path / "escaped", {key.replace("=", "%3D"): data for key, data in export.objects().items()})
    put(tmp_path / "lower", {key.replace("BILLING", "billing"): data for key, data in export.objects().items()})
    for copy in ("escaped", "lower"):
        assert taken(locate(tmp_path / copy, OCTOBER)) == wanted(export)


def test_a_manifest_without_files_says_that_there_is_nothing(tmp_path: Path):
    put(tmp_path, {"metadata/BILLING_PERIOD=2026-10/a-Manifest.json": b'{"dataFiles": []}'})
    with pytest.raises(BadInput, match="lists no files"):
        locate(tmp_path, None)


def test_an_empty_file_is_named(tmp_path: Path):
    export = Export()
    put(tmp_path, export.objects() | {wanted(export)[0]: b""})
    with pytest.raises(BadInput, match=f"{wanted(export)[0]} is empty"):
        locate(tmp_path, OCTOBER)


def test_two_copies_that_fit_alike_are_not_guessed_between(tmp_path: Path):
    export = Export(months=("2026-10",))
    flat = {f"{folder}/{Path(key).name}": b"?" for key in wanted(export) for folder in ("one", "other")}
    put(tmp_path, flat | {"acme-Manifest.json": export.manifest("2026-10", "")})
    with pytest.raises(BadInput, match=r"may be any of several: keep one of .*/one, .*/other"):
        locate(tmp_path, OCTOBER)


def test_a_self_contained_copy_is_preferred_to_a_longer_tail_elsewhere(tmp_path: Path):
    export = Export(months=("2026-10",))
    flat = {f"copy/{Path(key).name}": f"copy of {key}".encode() for key in wanted(export)}
    put(tmp_path, flat | {"copy/acme-Manifest.json": export.manifest("2026-10", "")})
    put(tmp_path, dict.fromkeys(wanted(export), b"refreshed"))
    assert taken(locate(tmp_path, OCTOBER)) == [f"copy of {key}" for key in wanted(export)]


def test_files_of_one_folder_that_cannot_be_told_apart_are_refused(tmp_path: Path):
    told = {"executionId": "x", "dataFiles": ["s3://b/one/a.csv.gz", "s3://b/other/a.csv.gz"]}
    put(tmp_path, {"a.csv.gz": b"?", "Manifest.json": json.dumps(told).encode()})
    with pytest.raises(BadInput, match="cannot be told apart"):
        locate(tmp_path, None)


def test_stale_files_of_the_other_delivery_mode_are_not_taken(tmp_path: Path):
    new, old = Export(versions=1, months=("2026-10",)), Export(months=("2026-10",))
    put(tmp_path, new.objects() | dict.fromkeys(wanted(old), b"stale"))
    assert taken(locate(tmp_path, OCTOBER)) == wanted(new)
    for key in wanted(new):
        (tmp_path / key).unlink()
    with pytest.raises(BadInput, match=wanted(new)[0]):
        locate(tmp_path, OCTOBER)


def test_what_overwrites_is_not_taken_from_an_older_version(tmp_path: Path):
    new, old = Export(months=("2026-10",)), Export(versions=1, months=("2026-10",))
    put(tmp_path, old.objects() | new.objects())
    (tmp_path / wanted(new)[0]).unlink()
    with pytest.raises(BadInput, match=wanted(new)[0]):
        locate(tmp_path, OCTOBER)


# --- by hand


@EXPORTS
def test_without_manifests_the_files_of_a_month_are_accepted_and_it_is_said(export: Export, tmp_path: Path):
    export = replace(export, versions=0)
    put(tmp_path, {key: data for key, data in export.objects().items() if not key.endswith(".json")})
    found = locate(tmp_path, OCTOBER)
    assert (taken(found), found.manifest, found.period, found.version) == (wanted(export), None, OCTOBER, "")
    assert found.notes == ("2 files were accepted by hand: no manifest says whether this is the whole delivery",)
    assert taken(locate(tmp_path / export.month_folder("2026-10"), None)) == wanted(export)
    with pytest.raises(BadInput, match="2026-09, 2026-10"):
        locate(tmp_path, None)
    with pytest.raises(BadInput, match="no delivery of 2026-11"):
        locate(tmp_path, Period("2026-11"))


def test_by_hand_the_lines_tell_the_period_where_no_folder_does(tmp_path: Path):
    names = ["a.csv", "b.CSV.GZ", "deep/er/c.Parquet", "d.zip", "e.gz"]
    others = [
        "_SUCCESS",
        ".hidden.csv",
        ".git/x.csv",
        "x.sql",
        "y.json",
        "cost_and_usage_data_status/s.parquet",
        "z.tar.gz",
    ]
    put(tmp_path, {name: name.encode() for name in names + others})
    found = locate(tmp_path, OCTOBER)
    assert sorted(taken(found)) == sorted(names)
    assert (found.period, {file.name for file in found.files}) == (None, set(names))
    assert locate(tmp_path / "b.CSV.GZ", None).files[0].name == "b.CSV.GZ"


def test_by_hand_two_versions_of_a_month_are_not_added_up(tmp_path: Path):
    for export in (Export(versions=2), Export(layout="legacy", versions=2)):
        root = put(tmp_path / export.layout, {k: v for k, v in export.objects().items() if not k.endswith(".json")})
        with pytest.raises(BadInput, match="several versions and no manifest: name one of"):
            locate(root, OCTOBER)
        version = export.versions_of("2026-10")[0]
        named = root / export.month_folder("2026-10") / version
        assert taken(locate(named, None)) == export.files("2026-10", version)


def test_by_hand_a_file_and_its_unpacked_form_are_not_added_up(tmp_path: Path):
    put(tmp_path, {"a-1.csv": b"x", "a-1.csv.gz": b"x"})
    with pytest.raises(BadInput, match=r"a-1.csv, a-1.csv.gz, the same in several forms"):
        locate(tmp_path, None)


@pytest.mark.parametrize("files", [{}, {"readme.txt": b"x"}, {"empty/.keep": b""}])
def test_a_folder_without_data_is_told_with_the_remedy(files: dict[str, bytes], tmp_path: Path):
    with pytest.raises(BadInput, match=r"holds no data of an export: give a folder with files that end in \.parquet"):
        locate(put(tmp_path, files), None)


@pytest.mark.parametrize("name", ["gone", "gone.parquet", "x" * 5000, "a\0b", "s3://corp-bills/x-Manifest.json"])
def test_what_is_not_there_is_told(name: str, tmp_path: Path):
    with pytest.raises(BadInput, match="is not there"):
        locate(tmp_path / name, None)


def test_a_file_that_is_no_data_is_told(tmp_path: Path):
    put(tmp_path, {"a.txt": b"x", "b.json": b"{}", "c.json": b"{"})
    with pytest.raises(BadInput, match=r"a.txt is no data file: give one that ends in \.parquet"):
        locate(tmp_path / "a.txt", None)
    with pytest.raises(BadInput, match=r"b.json names neither"):
        locate(tmp_path / "b.json", None)
    with pytest.raises(BadInput, match=r"c.json is cut"):
        locate(tmp_path / "c.json", None)


# --- links


def test_links_in_a_circle_end_and_a_file_is_counted_once(tmp_path: Path):
    put(tmp_path / "here", {"real/a.csv": b"a"})
    put(tmp_path / "there", {"b.csv": b"b", "more/c.csv": b"c"})
    for link, target in [("up", ".."), ("self", "."), ("all", "/"), ("twin", "real"), ("zone", "../there")]:
        (tmp_path / "here" / link).symlink_to(target)
    (tmp_path / "here" / "loop").symlink_to("loop")
    (tmp_path / "there" / "back").symlink_to("../here")
    assert sorted(taken(locate(tmp_path / "here", None))) == ["a", "b", "c"]


def test_a_link_to_a_part_of_an_export_is_that_part(tmp_path: Path):
    export = Export()
    put(tmp_path / "disk", export.objects())
    (tmp_path / "latest").symlink_to(tmp_path / "disk" / export.month_folder("2026-10"))
    (tmp_path / "mine").mkdir()
    for part in ("data", "metadata"):
        (tmp_path / "mine" / part).symlink_to(tmp_path / "disk" / export.folder / part)
    assert taken(locate(tmp_path / "latest", None)) == wanted(export)
    assert taken(locate(tmp_path / "mine", OCTOBER)) == wanted(export)


def test_a_link_to_a_manifest_is_that_manifest(tmp_path: Path):
    export = Export()
    put(tmp_path / "disk", export.objects())
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "latest.json").symlink_to(tmp_path / "disk" / export.manifest_key("2026-10"))
    assert taken(locate(tmp_path / "here" / "latest.json", OCTOBER)) == wanted(export)


def test_copies_in_hidden_folders_do_not_count(tmp_path: Path):
    export = Export()
    put(tmp_path, export.objects() | {f".snapshot/daily/{key}": data for key, data in export.objects().items()})
    assert taken(locate(tmp_path, OCTOBER)) == wanted(export)


def test_a_link_that_leads_nowhere_is_a_file_that_was_not_fetched(tmp_path: Path):
    (tmp_path / "a.csv").symlink_to("annex/objects/a")
    with pytest.raises(BadInput, match=r"a.csv cannot be read"):
        locate(tmp_path, None)


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read every folder")
def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path):
    put(tmp_path, {"a.csv": b"a", "shut/b.csv": b"b"})
    (tmp_path / "shut").chmod(0)
    with pytest.raises(BadInput, match="shut cannot be read: Permission denied"):
        locate(tmp_path, None)
    (tmp_path / "shut").chmod(0o700)


# --- earlier months


@EXPORTS
def test_the_months_before_are_those_of_the_same_export_newest_first(export: Export, tmp_path: Path):
    export = replace(export, months=("2025-12", "2026-08", "2026-09", "2026-10"))
    stranger = Export(name="stranger", layout="focus", months=("2026-08", "2026-09"))
    put(tmp_path, export.objects() | stranger.objects())
    for named in places(export):
        found = earlier(tmp_path / named, OCTOBER, 3)
        assert [taken(one) for one in found] == [export.newest("2026-09"), export.newest("2026-08")], named
    assert earlier(tmp_path, OCTOBER, 12)[-1].period == Period("2025-12")


def test_the_months_before_are_found_in_flat_copies_beside(tmp_path: Path):
    export = Export()
    for month in export.months:
        flat = {f"bills {month}/{Path(key).name}": key.encode() for key in export.newest(month)}
        put(tmp_path, flat | {f"bills {month}/acme-Manifest.json": export.manifest(month, "")})
    assert [taken(one) for one in earlier(tmp_path, OCTOBER, 3)] == [export.newest("2026-09")]


def test_a_broken_month_before_is_told_and_one_that_is_not_there_is_none(tmp_path: Path):
    export = Export()
    put(tmp_path, export.objects())
    assert earlier(tmp_path, SEPTEMBER, 3) == []
    (tmp_path / export.newest("2026-09")[0]).unlink()
    with pytest.raises(BadInput, match=export.newest("2026-09")[0]):
        earlier(tmp_path, OCTOBER, 3)


def test_the_months_before_may_be_by_hand(tmp_path: Path):
    export = Export()
    put(tmp_path, {key: data for key, data in export.objects().items() if not key.endswith(".json")})
    assert earlier(tmp_path / wanted(export)[0], OCTOBER, 2) == []
    for named in ("", export.folder, export.month_folder("2026-10")):
        assert [taken(one) for one in earlier(tmp_path / named, OCTOBER, 2)] == [export.newest("2026-09")]
    put(tmp_path / "bare", {"a.csv": b"a"})
    assert earlier(tmp_path / "bare", OCTOBER, 3) == earlier(tmp_path / "bare" / "a.csv", OCTOBER, 3) == []
