"""Files lie where AWS lays them, and manifests list them as AWS's do."""

import json
from datetime import date

import pytest

from orgwarden.demo.billing import FileKind, Format, Mode, Plan, generate
from orgwarden.demo.billing.files import extension
from orgwarden.errors import BadInput
from orgwarden.model import Period

DECEMBER = Period("2026-12")
DATA_EXPORTS = {"executionId", "exportArn", "columns", "dataFiles", "additionalOutputFiles"}
LEGACY = {"assemblyId", "bucket", "reportKeys", "billingPeriod", "compression", "columns"}


def made(tmp_path, **told):
    plan = Plan(months=(DECEMBER,), rows=1_000, **told)
    return generate(plan, tmp_path), tmp_path / "exports" / plan.export


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_cur2_has_data_and_metadata_by_billing_period(tmp_path):
    _, home = made(tmp_path)
    assert names(home) == [
        "data/BILLING_PERIOD=2026-12/orgwarden-cur2-00001.snappy.parquet",
        "data/BILLING_PERIOD=2026-12/orgwarden-cur2-00002.snappy.parquet",
        "metadata/BILLING_PERIOD=2026-12/orgwarden-cur2-Manifest.json",
    ]


def test_focus_spells_its_partition_in_lower_case(tmp_path):
    _, home = made(tmp_path, format=Format.FOCUS, file=FileKind.GZIP, chunks=1)
    assert names(home) == [
        "data/billing_period=2026-12/orgwarden-focus-00001.csv.gz",
        "metadata/billing_period=2026-12/orgwarden-focus-Manifest.json",
    ]


def test_create_new_lays_each_refresh_in_a_folder_of_its_own_and_the_last_manifest_above(tmp_path):
    done, home = made(tmp_path, mode=Mode.CREATE_NEW, chunks=1)
    folders = sorted(path.name for path in (home / "data/BILLING_PERIOD=2026-12").iterdir())
    assert [folder[:10] for folder in folders] == ["2026-12-23", "2027-01-06"]
    assert folders == sorted(
        path.name for path in (home / "metadata/BILLING_PERIOD=2026-12").iterdir() if path.is_dir()
    )
    assert json.loads(done.last.manifest.read_text())["executionId"] == done.last.version
    assert folders[-1].endswith(done.last.version)


def test_the_legacy_report_lies_by_the_days_of_its_period_and_keeps_versions_by_assembly(tmp_path):
    done, home = made(tmp_path, format=Format.LEGACY, file=FileKind.GZIP, mode=Mode.CREATE_NEW, chunks=1, drafts=0)
    assert names(home) == [
        f"20261201-20270101/{done.last.version}/orgwarden-cur-1.csv.gz",
        f"20261201-20270101/{done.last.version}/orgwarden-cur-Manifest.json",
        "20261201-20270101/orgwarden-cur-Manifest.json",
    ]


def test_the_legacy_report_for_athena_lies_by_year_and_month(tmp_path):
    _, home = made(tmp_path, format=Format.LEGACY, chunks=1)
    assert names(home) == [
        "20261201-20270101/orgwarden-cur-Manifest.json",
        "orgwarden-cur/year=2026/month=12/orgwarden-cur-1.snappy.parquet",
    ]


def test_the_manifest_of_a_data_export_lists_full_uris_and_tells_no_period(tmp_path):
    done, _ = made(tmp_path)
    told = json.loads(done.last.manifest.read_text())
    assert told.keys() == DATA_EXPORTS
    assert told["dataFiles"] == [f"s3://northwind-billing/{path.relative_to(tmp_path)}" for path in done.last.files]
    assert {"name": "resource_tags", "type": "map<string,string>"} in told["columns"]


def test_the_manifest_of_the_legacy_report_lists_keys_and_tells_its_period(tmp_path):
    done, _ = made(tmp_path, format=Format.LEGACY, file=FileKind.ZIP)
    told = json.loads(done.last.manifest.read_text())
    assert told.keys() >= LEGACY
    assert told["billingPeriod"] == {"start": "20261201T000000.000Z", "end": "20270101T000000.000Z"}
    assert told["reportKeys"] == [path.relative_to(tmp_path).as_posix() for path in done.last.files]
    assert {"category": "lineItem", "name": "UnblendedCost", "type": "OptionalBigDecimal"} in told["columns"]


def test_parquet_of_the_legacy_report_merges_tag_columns_that_collide(tmp_path):
    done, _ = made(tmp_path, format=Format.LEGACY)
    assert "resource_tags_user_env" in done.last.columns
    assert "env" in done.last.truth.tags
    assert "Env" not in done.last.truth.tags


def test_focus_1_0_has_the_48_columns_of_aws_and_no_invoice(tmp_path):
    done, _ = made(tmp_path, format=Format.FOCUS, focus_version="1.0")
    assert len(done.last.columns) == 48
    assert "InvoiceId" not in done.last.columns


def test_a_restatement_is_a_version_beside_those_that_were_there(tmp_path):
    first, home = made(tmp_path, mode=Mode.CREATE_NEW, chunks=1)
    second, _ = made(tmp_path, mode=Mode.CREATE_NEW, chunks=1, restatement=1)
    assert first.last.version != second.last.version
    assert all(path.exists() for path in (*first.last.files, *second.last.files))
    assert len(list((home / "data/BILLING_PERIOD=2026-12").iterdir())) == 3
    assert json.loads(second.last.manifest.read_text())["executionId"] == second.last.version


def test_a_month_that_runs_has_no_invoice_and_ends_before_today(tmp_path):
    done, _ = made(tmp_path, format=Format.FOCUS, today=date(2026, 12, 11))
    assert set(done.last.truth.invoices) == {""}
    told = json.loads((done.last.witnesses / "cost-explorer-accounts.json").read_text())
    assert told["ResultsByTime"][0]["Estimated"]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"rows": 10}, "too few"),
        ({"format": Format.FOCUS, "file": FileKind.ZIP}, "never delivered as zip"),
        ({"focus_version": "1.1"}, "no FOCUS 1.1"),
        ({"accounts": ()}, "one management account"),
        ({"months": (Period("2026-Q4"),)}, "no months"),
    ],
)
def test_a_plan_that_aws_would_not_deliver_is_refused(told, why):
    with pytest.raises(BadInput, match=why):
        Plan(**{"months": (DECEMBER,), **told})


@pytest.mark.parametrize(("kind", "end"), [(FileKind.ZIP, "csv.zip"), (FileKind.CSV, "csv")])
def test_legacy_names_end_as_they_are_packed(kind, end):
    assert extension(Format.LEGACY, kind) == end
