"""``orgwarden billing``: one month's bill added up to the last digit, held against who else knows it, and released."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from orgwarden import wiring
from orgwarden.baseline import load
from orgwarden.billing import witnesses
from orgwarden.billing.checking import Weight
from orgwarden.billing.export_place import ExportPlace
from orgwarden.billing.ledger import Totals
from orgwarden.billing.lines import open_lines
from orgwarden.billing.locating import locate
from orgwarden.cli.output import show, table
from orgwarden.flows import billing_reconciliation
from orgwarden.flows.gating import gate_bill
from orgwarden.flows.hearing import Given
from orgwarden.flows.packing import Packing, publish_packs
from orgwarden.flows.reconciling import Checked, Reconciled, reconcile
from orgwarden.flows.testifying import MONTHS_BEFORE
from orgwarden.model import Period, Status
from orgwarden.rounding import allocate, minor_unit, total_of
from orgwarden.snapshot import load as load_snapshot
from orgwarden.store import FileStore
from orgwarden.ties import plain

DEVIATES, ONLY_UNKNOWN = 1, 3
SHOWN = 20
UNTAGGED, NO_ACCOUNT = "(untagged)", "(no account)"
DESCRIPTION = """\
Read one month of a billing export (CUR 2.0, legacy Cost and Usage Report, FOCUS 1.0 to 1.2; Parquet, CSV, gzip, zip),
add it up by account and tag with every digit that the file has, and ask the 21 checks of it. Nothing is kept, unless
--out names a folder for the pack: workbook, statements, journal, ledger, each under period, status and version.

PATH is a data file, the export's folder or any folder above it, a month's folder, or a manifest; or s3://BUCKET/PREFIX.
A check whose witness is not given is UNKNOWN and says which option gives it."""
EPILOG = "Exit codes: 0 everything ties, 1 something does not, 2 the bill could not be read, 3 only unknowns."


def add_to(commands: Any) -> None:
    """Add the command."""
    group = commands.add_parser("billing", help="reconcile the bill")
    below = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_release(below)
    parser = below.add_parser(
        "reconcile",
        help="add up one month's bill, and hold it against who else knows it",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--export", required=True, metavar="PATH", help="the export: a file, a folder, a manifest, S3")
    parser.add_argument("--period", type=_month, metavar="YYYY-MM", help="the month, where the export has several")
    _add_witnesses(parser)
    parser.add_argument("--baseline", type=Path, metavar="DIR", help="the declared state; default: ORGWARDEN_BASELINE")
    parser.add_argument("--out", type=Path, metavar="DIR", help="publish the month's pack below this folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=_reconcile)


def _add_release(below: Any) -> None:
    parser = below.add_parser(
        "release",
        help="let a final month be published although a check blocks it",
        description="Let the version of a month that was reconciled last be published although a check blocks it. "
        "What AWS delivers anew is judged anew.",
    )
    parser.add_argument("--period", required=True, type=_month, metavar="YYYY-MM", help="the month")
    parser.add_argument("--check", required=True, metavar="CHECK", help="such as billing.export_ties_to_invoice")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why it may be published all the same")
    parser.add_argument("--by", required=True, metavar="WHO", help="the controller who releases it")
    parser.add_argument("--second", required=True, metavar="WHO", help="the second person who stands behind it")
    parser.add_argument("--json", action="store_true", help="print the release as JSON")
    parser.set_defaults(run=_release)


def _add_witnesses(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("witnesses")
    group.add_argument(
        "--invoices", type=Path, metavar="FILE", help="what `aws invoicing list-invoice-summaries` prints of the month"
    )
    group.add_argument(
        "--cost-explorer",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="what `aws ce get-cost-and-usage` prints of the month: one file by LINKED_ACCOUNT and RECORD_TYPE, "
        "further ones by LINKED_ACCOUNT and a TAG",
    )
    group.add_argument(
        "--organization",
        type=Path,
        metavar="PATH",
        help="a sealed snapshot (`orgwarden collect`), or what `aws organizations list-accounts` prints",
    )
    group.add_argument(
        "--earlier", action="store_true", help="read the months before, too, where the export has them below PATH"
    )
    group.add_argument(
        "--other-format", type=Path, metavar="PATH", help="an export of the same month in the other format"
    )
    group.add_argument("--published", type=Path, metavar="DIR", help="the pack of the month that was published before")


def _month(text: str) -> Period:
    try:
        period = Period(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if not period.is_month:
        raise argparse.ArgumentTypeError(f"{text} is a quarter: a bill is of a month, such as 2026-10")
    return period


def _release(arguments: argparse.Namespace) -> int:
    done = wiring.tools().call(
        billing_reconciliation.release,
        arguments.period,
        arguments.check,
        reason=arguments.reason,
        by=arguments.by,
        second=arguments.second,
    )
    if arguments.json:
        show(done)
    else:
        print(f"{done['check']} is released for {done['period']}. The next run of billing_reconciliation publishes it.")
    return 0


def _reconcile(arguments: argparse.Namespace) -> int:
    tools = wiring.tools()
    with TemporaryDirectory(prefix="orgwarden-billing-") as folder:
        bills = replace(tools.bills, stage=Path(folder))
        place = bills.at(arguments.export)
        if place.is_bucket:
            _tell(f"Fetching from {arguments.export} …")
        delivery = place.delivery(arguments.period)
        with closing(bills.connect()) as con:
            _tell(f"Reading {len(delivery.files)} files of {delivery.export or arguments.export} …")
            lines = open_lines(con, delivery, arguments.period)
            given = _given(arguments, tools, place, lines.period)
            now = tools.clock()
            found = reconcile(con, delivery, lines, given, today=now.date(), connect=bills.connect, tell=_tell)
            if arguments.out:
                store = FileStore(arguments.out)
                _publish(Packing(con=con, found=found, given=given, store=store, made=now))
    for note in found.notes:
        _tell(f"note: {note}")
    show(_plain(found)) if arguments.json else _print(found)
    statuses = {one.counts for one in found.checks}
    return DEVIATES if Status.FAIL in statuses else ONLY_UNKNOWN if Status.UNKNOWN in statuses else 0


def _publish(packing: Packing) -> None:
    """Publish the packs, and tell where they stand. Raises ``GateFailed`` for a bill that is not fit for it."""
    _tell("Publishing …")
    gate_bill(packing.con, packing.found.lines.period, store=packing.store)
    packed = publish_packs(packing)
    for control in packed.blocked:
        _tell(f"not published: {control} fails, and blocks a final month")
    for pack in packed.published:
        _tell(f"{'published' if pack.is_new else 'unchanged'}: {packing.store.uri}/{pack.folder}")


def _given(arguments: argparse.Namespace, tools: wiring.Tools, place: ExportPlace, period: Period) -> Given:
    """Read the witnesses that were named. Raises ``BadInput`` for one that cannot be read, or tells another month."""
    baseline = load(arguments.baseline) if arguments.baseline else tools.baseline
    files, organization = arguments.cost_explorer, arguments.organization
    is_list = organization is not None and organization.is_file()
    return Given(
        invoices=witnesses.read_invoices(arguments.invoices, period) if arguments.invoices else None,
        costs=witnesses.read_costs(files, period) if files else None,
        accounts=witnesses.read_organization(organization) if is_list else None,
        snapshot=load_snapshot(FileStore(organization), "") if organization and not is_list else None,
        earlier=place.before(period, MONTHS_BEFORE) if arguments.earlier else None,
        other=locate(arguments.other_format, period) if arguments.other_format else None,
        published=arguments.published,
        baseline=baseline,
        veil=tools.veil if baseline and tools.settings.hash_key else None,
    )


def _plain(found: Reconciled) -> dict[str, Any]:
    """Give the whole of it as plain data; amounts are texts with every digit."""
    currencies = {code: _totals(totals) for code, totals in found.sums.items()}
    sole = next(iter(currencies)) if len(currencies) == 1 else None
    totals = currencies[sole] if sole is not None else {"total": None, "accounts": None, "tags": None}
    return {
        "period": found.lines.period.text,
        "currency": sole,
        **totals,
        **({} if sole is not None else {"currencies": currencies}),
        "payers": list(found.lines.payers),
        "checks": {one.check.control: _check(one) for one in found.checks},
        "status": found.status,
        "format": found.lines.format,
        "lines": found.count,
        "files": [file.name for file in found.delivery.files],
        "manifest": found.delivery.manifest.place if found.delivery.manifest else None,
        "version": found.delivery.version,
        "witnesses": [witness.value for witness in found.witnesses],
        "notes": list(found.notes),
    }


def _totals(totals: Totals) -> dict[str, Any]:
    return {"total": plain(totals.total), "accounts": _texts(totals.accounts), "tags": _tags(totals)}


def _tags(totals: Totals) -> dict[str, dict[str, str]]:
    """Give what users tagged; the keys of AWS itself come last."""
    keys = sorted(totals.tags, key=lambda key: (key.startswith("aws:"), key))
    return {key: _texts(totals.tags[key]) for key in keys}


def _texts(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {key: plain(amounts[key]) for key in sorted(amounts)}


def _check(one: Checked) -> dict[str, Any]:
    return {
        "number": one.check.number,
        "status": one.status.value,
        "reason": one.reason,
        "class": one.check.weight.value,
        "evidence": dict(one.evidence) | ({"exempted": "yes"} if one.is_exempted else {}),
    }


# --- for people


def _print(found: Reconciled) -> None:
    many = len(found.lines.payers) > 1
    print(
        f"Bill of {found.lines.period} · {'payers' if many else 'payer'} {', '.join(found.lines.payers)} · "
        f"{found.lines.format} · {found.status} · {found.count:,} lines"
    )
    for code, totals in found.sums.items():
        print(f"\nTotal {grouped(totals.total)} {code}\n")
        print(_amounts("account", totals.accounts, NO_ACCOUNT, code))
        for key in sorted(totals.tags):
            if not key.startswith("aws:"):
                print("\n" + _amounts(f"tag {key}", totals.tags[key], UNTAGGED, code))
    print("\n" + table([*_check_rows(found.checks)], ("check", "", "if it breaks", "status", "reason")))
    for one in found.checks:
        if one.status is Status.FAIL and (details := one.evidence.get("details", ())):
            print(f"\n{one.check.number} {one.check.control} ({_matters(one)})")
            print("\n".join(f"  {detail}" for detail in details))
    counts = Counter(one.status for one in found.checks)
    told = {Status.PASS: "tie", Status.FAIL: "do not", Status.UNKNOWN: "unknown", Status.NOT_APPLICABLE: "not asked"}
    print("\n" + " · ".join(f"{counts[status]} {word}" for status, word in told.items() if counts[status]))


def _matters(one: Checked) -> str:
    return "material" if one.evidence.get("material") == "yes" else "below what is material"


def _amounts(title: str, amounts: Mapping[str, Decimal], blank: str, code: str) -> str:
    """Give amounts in cents that add up to their total, the largest first; what is left out stands in one line."""
    cents = allocate(dict(amounts), unit=minor_unit(code))
    ranked = sorted(cents, key=lambda key: (-abs(amounts[key]), key))
    shown, rest = ranked[:SHOWN], ranked[SHOWN:]
    rows = [(key or blank, cents[key]) for key in shown]
    if rest:
        rows.append((f"{len(rest)} more (--json shows all)", total_of({key: cents[key] for key in rest})))
    rows.append(("total", total_of(cents)))
    width = max(len(grouped(amount)) for _, amount in rows)
    return table([(key, grouped(amount).rjust(width)) for key, amount in rows], (title, code.rjust(width)))


def grouped(amount: Decimal) -> str:
    """Give an amount with thousands apart, and all its digits."""
    return f"{amount:,f}"


def _check_rows(checks: Sequence[Checked]) -> Iterator[tuple[str, str, str, str, str]]:
    does = {Weight.BLOCK: "blocks", Weight.TICKET: "a ticket", Weight.LIST: "is listed"}
    for one in checks:
        yield one.check.number, one.check.control, does[one.check.weight], one.status.value, one.reason


def _tell(text: str) -> None:
    print(text, file=sys.stderr)
