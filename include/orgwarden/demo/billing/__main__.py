"""``python -m orgwarden.demo.billing``: writes billing exports with known truth, and what must tie to them."""

import argparse
import json
import sys
from decimal import Decimal
from pathlib import Path

from orgwarden.demo.billing.generating import Generated, generate
from orgwarden.demo.billing.plan import Discounts, FileKind, Format, Mode, Plan
from orgwarden.demo.billing.switches import SWITCHES
from orgwarden.errors import BadInput
from orgwarden.model import Period

MONTHS = "2026-08,2026-09,2026-10"


def main() -> int:
    """Write as the arguments say, and print the truth as JSON; 2 where they cannot be used."""
    given = _parser().parse_args()
    try:
        sys.stdout.write(f"{_as_json(generate(_plan(given), given.out))}\n")
    except (BadInput, ValueError) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    breaks = "\n".join(f"  {name}: {switch.says}" for name, switch in sorted(SWITCHES.items()))
    parser = argparse.ArgumentParser(
        prog="python -m orgwarden.demo.billing",
        description=__doc__,
        epilog=f"Checks that can be broken, in the last month alone:\n{breaks}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder that stands for the bucket")
    parser.add_argument("--format", type=Format, choices=list(Format), default=Format.CUR2, help="default: cur2")
    parser.add_argument("--file", type=FileKind, choices=list(FileKind), default=FileKind.PARQUET)
    parser.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.OVERWRITE)
    parser.add_argument("--discounts", type=Discounts, choices=list(Discounts), default=Discounts.ROWS)
    parser.add_argument("--focus-version", choices=["1.0", "1.2"], default="1.2")
    parser.add_argument("--rows", type=int, default=2_000, help="about so many lines a month; default: 2000")
    parser.add_argument("--chunks", type=int, default=2, help="data files a month; default: 2")
    parser.add_argument("--months", default=MONTHS, help=f"separated by commas; default: {MONTHS}")
    parser.add_argument("--seed", type=int, default=1, help="another number makes another bill; default: 1")
    parser.add_argument("--break", dest="broken", action="append", default=[], metavar="CHECK", help="see below")
    return parser


def _plan(given: argparse.Namespace) -> Plan:
    return Plan(
        months=tuple(Period(month) for month in given.months.split(",")),
        format=given.format,
        file=given.file,
        mode=given.mode,
        discounts=given.discounts,
        focus_version=given.focus_version,
        rows=given.rows,
        chunks=given.chunks,
        seed=given.seed,
        broken=tuple(given.broken),
    )


def _as_json(done: Generated) -> str:
    months = {
        str(period): {
            "manifest": str(month.manifest),
            "witnesses": str(month.witnesses),
            "totals": {code: _text(truth.total) for code, truth in month.currencies.items()},
            "lines": sum(truth.lines for truth in month.currencies.values()),
        }
        for period, month in done.months.items()
    }
    return json.dumps({"export": str(done.export), "months": months}, indent=2)


def _text(amount: Decimal) -> str:
    return f"{amount:f}"


if __name__ == "__main__":
    sys.exit(main())
