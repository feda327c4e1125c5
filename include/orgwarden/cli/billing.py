"""``orgwarden billing reconcile``: one month's bill added up to the last digit, and held against who else knows it."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from orgwarden import wiring
from orgwarden.baseline import load
from orgwarden.billing import witnesses
from orgwarden.billing.checking import Weight
from orgwarden.billing.choosing import PeriodMissing
from orgwarden.billing.ledger import Totals, connect
from orgwarden.billing.lines import open_lines
from orgwarden.billing.locating import Delivery, earlier, locate, months_before
from orgwarden.billing.rounding import allocate, minor_unit, total_of
from orgwarden.billing.staging import stage
from orgwarden.cli.output import show, table
from orgwarden.flows.reconciling import Checked, Given, Reconciled, reconcile
from orgwarden.model import Period, Status
from orgwarden.snapshot import load as load_snapshot
from orgwarden.store import FileStore
from orgwarden.ties import plain

DEVIATES, ONLY_UNKNOWN = 1, 3
MONTHS_BEFORE = 3
SHOWN = 20
S3 = "s3://"
UNTAGGED, NO_ACCOUNT = "(untagged)", "(no account)"
DESCRIPTION = """\
Read one month of a billing export (CUR 2.0, legacy Cost and Usage Report, FOCUS 1.0 to 1.2; Parquet, CSV, gzip, zip),
add it up by account and tag with every digit that the file has, and ask the 21 checks of it. Nothing is kept.

PATH is a data file, the export's folder or any folder above it, a month's folder, or a manifest; or s3://BUCKET/PREFIX.
A check whose witness is not given is UNKNOWN and says which option gives it."""
EPILOG = "Exit codes: 0 everything ties, 1 something does not, 2 the bill could not be read, 3 only unknowns."


def add_to(commands: Any) -> None:
    """Add the command."""
    group = commands.add_parser("billing", help="reconcile the bill")
    below = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
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
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=_reconcile)


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


def _reconcile(arguments: argparse.Namespace) -> int:
    tools = wiring.tools()
    with TemporaryDirectory(prefix="orgwarden-billing-") as folder:
        opening = partial(connect, tools.settings.billing_memory, temp=Path(folder) / "spill")
        place = _Place(arguments.export, tools, Path(folder))
        delivery = place.delivery(arguments.period)
        with closing(opening()) as con:
            _tell(f"Reading {len(delivery.files)} files of {delivery.export or arguments.export} …")
            lines = open_lines(con, delivery, arguments.period)
            given = _given(arguments, tools, place, lines.period)
            today = tools.clock().date()
            found = reconcile(con, delivery, lines, given, today=today, connect=opening, tell=_tell)
    for note in found.notes:
        _tell(f"note: {note}")
    show(_plain(found)) if arguments.json else _print(found)
    statuses = {one.counts for one in found.checks}
    return DEVIATES if Status.FAIL in statuses else ONLY_UNKNOWN if Status.UNKNOWN in statuses else 0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the export is: on this machine, or in S3, from where it is fetched below a folder."""

    named: str
    tools: wiring.Tools
    folder: Path

    def delivery(self, period: Period | None) -> Delivery:
        if not self.named.startswith(S3):
            return locate(Path(self.named), period)
        _tell(f"Fetching from {self.named} …")
        return stage(self.tools.s3, self.named, period, self.folder / "staged")

    def before(self, period: Period) -> list[Delivery]:
        if not self.named.startswith(S3):
            return earlier(Path(self.named), period, MONTHS_BEFORE)
        return [*self._fetched_before(period)]

    def _fetched_before(self, period: Period) -> Iterator[Delivery]:
        for month in months_before(period, MONTHS_BEFORE):
            try:
                yield self.delivery(month)
            except PeriodMissing:
                continue


def _given(arguments: argparse.Namespace, tools: wiring.Tools, place: _Place, period: Period) -> Given:
    """Read the witnesses that were named. Raises ``BadInput`` for one that cannot be read, or tells another month."""
    baseline = load(arguments.baseline) if arguments.baseline else tools.baseline
    files, organization = arguments.cost_explorer, arguments.organization
    is_list = organization is not None and organization.is_file()
    return Given(
        invoices=witnesses.read_invoices(arguments.invoices, period) if arguments.invoices else None,
        costs=witnesses.read_costs(files, period) if files else None,
        accounts=witnesses.read_organization(organization) if is_list else None,
        snapshot=load_snapshot(FileStore(organization), "") if organization and not is_list else None,
        earlier=place.before(period) if arguments.earlier else None,
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
