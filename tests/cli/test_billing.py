"""``billing reconcile``: one JSON object with every digit, 21 checks, and exit codes that a pipeline can trust."""

import csv
import gzip
import json
import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from orgwarden.billing.checking import CHECKS
from orgwarden.demo.billing import FileKind, Format, Generated, Plan, generate
from orgwarden.model import Period
from tests.cli.conftest import CommandLine

MONTHS = (Period("2025-09"), Period("2025-10"))
OCTOBER = "2025-10"
KINDS = [
    (Format.CUR2, FileKind.PARQUET),
    (Format.CUR2, FileKind.GZIP),
    (Format.LEGACY, FileKind.ZIP),
    (Format.LEGACY, FileKind.PARQUET),
    (Format.FOCUS, FileKind.CSV),
    (Format.FOCUS, FileKind.PARQUET),
]
ALONE = {f"R{number}" for number in (4, 5, 6, 7, 13, 14, 15, 18, 21)}
NOT_IN_FOCUS = {"R7", "R14", "R15"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make each export once."""
    kept: dict[tuple[Format, FileKind, tuple[str, ...]], Generated] = {}

    def of(form=Format.CUR2, file=FileKind.PARQUET, *broken: str) -> Generated:
        key = (form, file, broken)
        if key not in kept:
            plan = Plan(months=MONTHS, format=form, file=file, rows=1_000, broken=broken)
            kept[key] = generate(plan, tmp_path_factory.mktemp("bill"))
        return kept[key]

    return of


def reconciled(orgwarden: CommandLine, path: Path, *words: object, period: str = OCTOBER):
    code, out, error = orgwarden("billing", "reconcile", "--export", path, "--period", period, "--json", *words)
    return code, json.loads(out) if out else None, error


def statuses(told):
    return {check["number"]: check["status"] for check in told["checks"].values()}


def texts(amounts):
    return {key: f"{amount.normalize():f}" if amount else "0" for key, amount in amounts.items()}


@pytest.mark.parametrize(("form", "file"), KINDS, ids=str)
def test_totals_are_those_of_the_lines_to_the_last_digit_in_every_format(orgwarden, made, form, file):
    export = made(form, file)
    code, told, _ = reconciled(orgwarden, export.root)
    truth = export.last.truth
    assert code == 3
    assert (told["period"], told["currency"], told["payers"]) == (OCTOBER, "USD", ["123456789012"])
    assert told["total"] == f"{truth.total.normalize():f}"
    assert told["accounts"] == texts(truth.accounts)
    assert {key: values for key, values in told["tags"].items() if key in truth.tags} == {
        key: texts(values) for key, values in truth.tags.items()
    }
    assert sum(map(Decimal, told["accounts"].values())) == Decimal(told["total"])
    assert told["lines"] == truth.lines


@pytest.mark.parametrize(("form", "file"), KINDS, ids=str)
def test_without_witnesses_a_clean_export_passes_what_it_can_answer_alone(orgwarden, made, form, file):
    _, told, _ = reconciled(orgwarden, made(form, file).root)
    expected = ALONE - NOT_IN_FOCUS if form is Format.FOCUS else ALONE
    assert {number for number, status in statuses(told).items() if status == "PASS"} == expected
    assert "FAIL" not in statuses(told).values()


def test_all_checks_are_listed_by_name_with_number_status_and_reason(orgwarden, made):
    _, told, _ = reconciled(orgwarden, made().root)
    assert {name: check["number"] for name, check in told["checks"].items()} == {c.control: c.number for c in CHECKS}
    assert list(statuses(told)) == [f"R{number}" for number in range(1, 22)]
    unknown = [check for check in told["checks"].values() if check["status"] == "UNKNOWN"]
    assert all(check["reason"] for check in unknown)


def test_who_it_is_told_by_is_named(orgwarden, made):
    folder = made().last.witnesses
    code, told, _ = reconciled(
        orgwarden,
        made().root,
        *("--invoices", folder / "invoices.json"),
        *("--cost-explorer", *sorted(folder.glob("cost-explorer-*.json"))),
        *("--organization", folder / "organization.json"),
        *("--earlier", "--other-format", made(Format.FOCUS).root),
    )
    assert told["witnesses"] == ["invoices", "cost_explorer", "organization", "earlier", "other_format"]
    passing = {number for number, status in statuses(told).items() if status == "PASS"}
    assert passing == ALONE | {f"R{number}" for number in (1, 2, 3, 8, 9, 10, 17, 19, 20)}
    assert code == 3


def test_a_baseline_and_a_published_pack_answer_the_rest(orgwarden, made, tmp_path):
    (tmp_path / "baseline.yaml").write_text(
        "billing:\n  cost_keys: [cost-center]\n  coverage: {default: 0.5}\n"
        "  shared: [{name: support, services: [AWSSupport*], rule: amortized}]\n"
    )
    _ledger_of(made().root, tmp_path / "pack" / "ledger.parquet")
    tags = made().last.witnesses / "cost-explorer-tag-cost-center.json"
    _, told, _ = reconciled(
        orgwarden,
        made().root,
        *("--baseline", tmp_path, "--published", tmp_path / "pack", "--cost-explorer", tags),
    )
    assert {number: statuses(told)[number] for number in ("R3", "R11", "R12")} == dict.fromkeys(
        ("R3", "R11", "R12"), "PASS"
    )
    # Nobody has costs of a centre of its own where no tag and no account names one.
    assert (statuses(told)["R16"], told["checks"]["billing.shared_costs_allocated"]["class"]) == ("FAIL", "LIST")


def _ledger_of(export: Path, file: Path) -> None:
    from orgwarden.billing.ledger import build, connect
    from orgwarden.billing.lines import open_lines
    from orgwarden.billing.locating import locate

    file.parent.mkdir()
    con = connect()
    build(con, open_lines(con, locate(export, MONTHS[1]), MONTHS[1]), ())
    con.execute(f"copy ledger to '{file}' (format parquet)")


def test_a_check_that_blocks_still_prints_the_bill_and_exits_as_any_other(orgwarden, made):
    code, told, _ = reconciled(orgwarden, made(Format.CUR2, FileKind.PARQUET, "billing.lines_unique").root)
    assert (code, statuses(told)["R7"], told["checks"]["billing.lines_unique"]["class"]) == (1, "FAIL", "BLOCK")
    assert told["total"]


def test_a_blank_account_is_one_and_its_check_does_not_pass(orgwarden, made):
    _, told, _ = reconciled(orgwarden, made(Format.CUR2, FileKind.PARQUET, "billing.accounts_add_up").root)
    assert (told["accounts"][""], statuses(told)["R4"]) == ("0", "FAIL")


def test_two_currencies_are_told_apart_and_never_added(orgwarden, made):
    export = made(Format.CUR2, FileKind.PARQUET, "billing.one_currency")
    code, told, _ = reconciled(orgwarden, export.root)
    assert (told["currency"], told["total"], told["accounts"], told["tags"]) == (None, None, None, None)
    assert {code: one["total"] for code, one in told["currencies"].items()} == texts(
        {code: truth.total for code, truth in export.last.currencies.items()}
    )
    assert (code, statuses(told)["R18"]) == (1, "FAIL")


def test_a_file_alone_is_accepted_by_hand_and_said_so(orgwarden, made, tmp_path):
    for file in made().last.files:
        shutil.copy(file, tmp_path / file.name)
    code, told, error = reconciled(orgwarden, tmp_path)
    assert (code, statuses(told)["R6"], told["manifest"]) == (3, "UNKNOWN", None)
    assert "by hand" in told["notes"][0]
    assert "by hand" in error


def test_several_months_and_no_period_stop_with_a_list_of_them(orgwarden, made):
    code, out, error = orgwarden("billing", "reconcile", "--export", made().root, "--json")
    assert (code, out) == (2, "")
    assert "2025-09" in error
    assert "2025-10" in error


def test_a_month_that_is_not_there_stops(orgwarden, made):
    code, told, error = reconciled(orgwarden, made().root, period="2025-11")
    assert (code, told) == (2, None)
    assert "2025-11" in error


def _cut(folder: Path, name: str, keep: int) -> None:
    for file in folder.rglob(name):
        file.write_bytes(file.read_bytes()[:keep])


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (FileKind.PARQUET, "*-00002.snappy.parquet"),
        (FileKind.GZIP, "*-00001.csv.gz"),
        (FileKind.PARQUET, "*Manifest.json"),
    ],
)
def test_a_file_that_is_cut_stops_and_no_total_is_printed(orgwarden, made, tmp_path, file, name):
    shutil.copytree(made(Format.CUR2, file).root, tmp_path / "cut")
    _cut(tmp_path / "cut", name, 200)
    code, told, error = reconciled(orgwarden, tmp_path / "cut")
    assert (code, told) == (2, None)
    assert name.strip("*") in error


def test_a_file_that_the_manifest_lists_and_is_not_there_stops(orgwarden, made, tmp_path):
    shutil.copytree(made().root, tmp_path / "half")
    for file in (tmp_path / "half").rglob("*-00002.snappy.parquet"):
        file.unlink()
    code, told, error = reconciled(orgwarden, tmp_path / "half")
    assert (code, told) == (2, None)
    assert "orgwarden-cur2-00002.snappy.parquet" in error


@pytest.mark.parametrize("option", ["--invoices", "--cost-explorer", "--organization", "--other-format", "--published"])
def test_a_witness_that_cannot_be_read_stops(orgwarden, made, tmp_path, option):
    code, told, error = reconciled(orgwarden, made().root, option, tmp_path / "nothing.json")
    assert (code, told) == (2, None)
    assert "nothing.json" in error


def test_a_witness_of_another_month_stops(orgwarden, made):
    september = made().months[MONTHS[0]].witnesses / "invoices.json"
    code, told, error = reconciled(orgwarden, made().root, "--invoices", september)
    assert (code, told) == (2, None)
    assert "no invoice of 2025-10" in error


@pytest.mark.parametrize("text", ["2025-Q4", "2025-13", "october"])
def test_a_period_is_a_month(orgwarden, capsys, text):
    with pytest.raises(SystemExit) as stopped:
        orgwarden("billing", "reconcile", "--export", "x", "--period", text)
    assert stopped.value.code == 2
    assert text in capsys.readouterr().err


def test_a_person_reads_a_table_whose_lines_add_up_and_what_does_not_tie(orgwarden, made):
    export = made(Format.CUR2, FileKind.PARQUET, "billing.lines_unique")
    code, out, _ = orgwarden("billing", "reconcile", "--export", export.root, "--period", OCTOBER)
    assert code == 1
    assert f"Total {export.last.truth.total.normalize():,f} USD" in out
    assert "R7     billing.lines_unique" in out
    assert "the surplus costs" in out
    assert out.rstrip().splitlines()[-1].startswith("8 tie · 1 do not · 12 unknown")


def test_an_open_month_is_estimated(orgwarden, tmp_path):
    now = datetime.now(UTC)
    month = Period.month_of(now)
    generate(Plan(months=(month,), rows=1_000, today=now.date()), tmp_path)
    _, told, _ = reconciled(orgwarden, tmp_path, period=month.text)
    assert (told["status"], statuses(told)["R13"]) == ("ESTIMATED", "NOT_APPLICABLE")


def test_ids_and_values_are_texts_as_they_are_written(orgwarden, tmp_path):
    columns = {
        "bill_payer_account_id": "000000000001",
        "line_item_usage_account_id": "000000000002",
        "bill_billing_period_start_date": "2025-10-01T00:00:00Z",
        "line_item_line_item_type": "Usage",
        "line_item_currency_code": "USD",
        "line_item_unblended_cost": "1e-3",
        "resource_tags_user_team": " =1+1 ",
    }
    with gzip.open(tmp_path / "bill.csv.gz", "wt", newline="") as file:
        rows = csv.DictWriter(file, columns)
        rows.writeheader()
        rows.writerows([columns, {**columns, "line_item_unblended_cost": "100", "resource_tags_user_team": ""}])
    code, told, _ = reconciled(orgwarden, tmp_path / "bill.csv.gz")
    assert code == 3
    assert (told["total"], told["accounts"]) == ("100.001", {"000000000002": "100.001"})
    assert told["tags"] == {"team": {"": "100", " =1+1 ": "0.001"}}
    assert statuses(told)["R13"] == "UNKNOWN"


def test_an_export_in_s3_is_fetched_by_its_manifest_with_the_month_before(orgwarden, organization, made):
    client = organization.client("s3", region="us-east-1")
    client.create_bucket(Bucket="northwind-billing")
    root = made().root
    # The manifests, in metadata/, come last, as AWS writes them.
    for file in (file for file in sorted(root.rglob("*")) if file.is_file() and "witnesses" not in file.parts):
        client.upload_file(str(file), "northwind-billing", str(file.relative_to(root)))
    _, there, error = reconciled(orgwarden, "s3://northwind-billing/exports", "--earlier")
    _, here, _ = reconciled(orgwarden, root, "--earlier")
    assert there, error
    assert (there["total"], statuses(there)) == (here["total"], statuses(here))
    assert statuses(there)["R17"] == "PASS"


def test_two_payers_in_one_export_are_added_up_together_and_judged_apart(orgwarden, tmp_path):
    (tmp_path / "bill.csv").write_text(
        "BillingAccountId,SubAccountId,BillingPeriodStart,ChargeCategory,BillingCurrency,BilledCost,ProviderName,Tags,InvoiceId\n"
        '100000000001,100000000002,2025-10-01T00:00:00Z,Usage,USD,1.5,AWS,"{""team"": ""red""}",A\n'
        "tenant-7,subscription-9,2025-10-01T00:00:00Z,Usage,USD,0.000000000000001,Azure,NULL,\n"
    )
    code, told, _ = reconciled(orgwarden, tmp_path / "bill.csv")
    assert (code, told["payers"]) == (1, ["100000000001", "tenant-7"])
    assert told["accounts"] == {"100000000002": "1.5", "subscription-9": "0.000000000000001"}
    assert told["tags"] == {"team": {"": "0.000000000000001", "red": "1.5"}}
    # The bill without an invoice is the other payer's.
    assert {number for number, status in statuses(told).items() if status == "FAIL"} == {"R13"}


def test_a_pack_is_published_below_a_folder_once(orgwarden, made, tmp_path):
    words = ("--out", tmp_path / "packs")
    _, _, first = reconciled(orgwarden, made().root, *words)
    _, _, second = reconciled(orgwarden, made().root, *words)
    folder = "reports/billing/123456789012/2025-10/final-v1"
    assert f"published: file://{tmp_path}/packs/{folder}" in first
    assert f"unchanged: file://{tmp_path}/packs/{folder}" in second
    assert (tmp_path / "packs" / folder / "manifest.json").is_file()


def test_a_final_month_that_a_check_blocks_is_told_and_not_published(orgwarden, made, tmp_path):
    export = made(Format.CUR2, FileKind.PARQUET, "billing.lines_unique")
    code, told, error = reconciled(orgwarden, export.root, "--out", tmp_path / "packs")
    assert (code, told["checks"]["billing.lines_unique"]["status"]) == (1, "FAIL")
    assert "not published: billing.lines_unique fails" in error
    assert not (tmp_path / "packs" / "reports").exists()


def test_a_release_of_what_was_never_reconciled_is_refused(orgwarden, tmp_path, monkeypatch):
    monkeypatch.setenv("ORGWARDEN_STORE", tmp_path.as_uri())
    check = ("--check", "billing.lines_unique", "--reason", "known", "--by", "Ada", "--second", "Grace")
    code, out, error = orgwarden("billing", "release", "--period", OCTOBER, *check)
    assert (code, out) == (2, "")
    assert "billing.lines_unique does not block 2025-10: nothing does" in error


def test_a_release_lets_the_blocked_version_through(orgwarden, tmp_path, monkeypatch):
    monkeypatch.setenv("ORGWARDEN_STORE", tmp_path.as_uri())
    record = tmp_path / "billing" / OCTOBER / "reconciled.json"
    record.parent.mkdir(parents=True)
    record.write_text(json.dumps({"version": "v1", "blocked": ["billing.lines_unique"]}))
    check = ("--check", "billing.lines_unique", "--reason", "known", "--by", "Ada", "--second", "Grace")
    code, out, _ = orgwarden("billing", "release", "--period", OCTOBER, *check, "--json")
    assert (code, json.loads(out)["version"]) == (0, "v1")
    assert (tmp_path / json.loads(out)["release"]).is_file()
