"""``make bench``: tables of what sweeps, reviews and bills take, held against AWS's rates and against a plain scan."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from orgwarden.demo.bench import billing, ceiling, collecting, formula, growing, reviewing
from orgwarden.demo.bench.collecting import SHARE, Gaps, Swept
from orgwarden.demo.embedded import ROOT
from orgwarden.demo.seed import Seed
from orgwarden.demo.summary import table

STATE = ROOT / "var" / "bench"
SIZES = (1_000, 10_000)
THREADS = (8, 16)
MOST = 1.25
MOST_MEGABYTES = 1_024
LINES = 10_000_000
TIMES = 5
# How many scans a ledger is to take with tags in columns and in a map, how many it may, and how its time may grow
# beyond its size. A scan of columns that Parquet keeps as dictionaries looks at each word once, a ledger at each line;
# each of its seven exact sums is looked up in its group.
AIMS = {billing.FLAT: 2.0, billing.MAP: 3.0}
MOST_SCANS = {billing.FLAT: 3.5, billing.MAP: 3.0}
MOST_GROWTH = 1.5
MOST_OF_A_BILL = 2_000
HEAD = ("sweep", "accounts", "calls", "by the formula", "at AWS's rates", "took", "ratio", "gaps")
FORMULAS: Mapping[str, Callable[[Seed], dict[str, int]]] = {
    "organizations": formula.organizations,
    "contacts": formula.contacts,
    "policies": formula.policies,
    "delegation": formula.delegation,
}


def main() -> int:
    """Measure, print, and give 1 where the calls, the gaps, the ratio or the memory are not as they must be."""
    parser = argparse.ArgumentParser(prog="python -m orgwarden.demo.bench", description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000, help="of the organization that is read; default: 1000")
    parser.add_argument("--rates", type=float, default=5.0, help="how many times as fast as AWS; default: 5")
    parser.add_argument("--state", type=Path, default=STATE, help="a folder for what is made; default: var/bench")
    parser.add_argument("--lines", type=int, default=LINES, help="of the smaller bill; default: 10 million")
    given = parser.parse_args()
    _ceiling(given.accounts, given.state / "ceiling")
    wrong = _collect(given.accounts, given.rates, given.state / "collect")
    wrong += _review(given.state / "review")
    wrong += _bill(given.lines, given.state / "bill")
    sys.stdout.writelines(f"NOT AS IT SHOULD BE: {one}\n" for one in wrong)
    return 1 if wrong else 0


def _ceiling(accounts: int, folder: Path) -> None:
    seed = growing.grown(accounts)
    with collecting.ground(seed, times=0, folder=folder) as ground:
        found = {n: ceiling.calls_a_second(ground.url, formula.live(seed), threads=n) for n in THREADS}
    told = ", ".join(f"{calls:.0f} calls/s at {n} client threads" for n, calls in found.items())
    _say(f"The demo organization answers at most {told}.")


def _collect(accounts: int, times: float, folder: Path) -> list[str]:
    seed = growing.grown(accounts)
    _say(f"Reading {accounts} accounts, {_size(accounts)}: {times:g} times AWS's rates, {SHARE:.0%} of them used ...")
    with collecting.ground(seed, times=times, folder=folder) as ground:
        plain = ground.read("plain")
        denied = ground.deny_and_throttle()
        faulty = ground.read("faulty")
    wanted = {name: count(seed) for name, count in FORMULAS.items()}
    rows = [_row(one, "", accounts, wanted[one.name], times) for one in plain]
    rows += [_row(one, ", 5 % denied, 5 % throttled", accounts, wanted[one.name], times) for one in faulty]
    _say(table(HEAD, rows))
    return [*_wrong(plain, wanted, times), *_wrong_gaps(faulty, denied), *_slow(faulty, times)]


def _row(swept: Swept, how: str, accounts: int, wanted: Mapping[str, int], times: float) -> tuple[str, ...]:
    least = formula.seconds(swept.calls, SHARE * times)
    return (
        swept.name + how,
        str(accounts),
        str(sum(swept.calls.values())),
        str(sum(wanted.values())),
        f"{least:.1f} s",
        f"{swept.seconds:.1f} s",
        f"{swept.seconds / least:.2f}",
        str(len(swept.gaps)),
    )


def _wrong(plain: list[Swept], wanted: Mapping[str, Mapping[str, int]], times: float) -> list[str]:
    calls = [f"{one.name} made {one.calls}, and {wanted[one.name]} is the formula's" for one in plain]
    unequal = [text for one, text in zip(plain, calls, strict=True) if one.calls != wanted[one.name]]
    gaps = [f"{one.name} has {len(one.gaps)} gaps, and nothing was denied" for one in plain if one.gaps]
    return [*unequal, *gaps, *_slow(plain, times)]


def _wrong_gaps(faulty: list[Swept], denied: Gaps) -> list[str]:
    found = frozenset[tuple[str, str]]().union(*(one.gaps for one in faulty))
    lost, more = denied - found, found - denied
    return [f"{len(lost)} denied readings are no gaps, {len(more)} gaps were not denied"] if lost or more else []


def _slow(swept: list[Swept], times: float) -> list[str]:
    ratios = {one.name: one.seconds / formula.seconds(one.calls, SHARE * times) for one in swept}
    return [f"{name} took {ratio:.2f} of what AWS's rates allow" for name, ratio in ratios.items() if ratio > MOST]


def _review(folder: Path) -> list[str]:
    """Judge each size by every control, and print what each step came to; give what takes too much memory."""
    found = {accounts: reviewing.measured(accounts, folder / str(accounts)) for accounts in SIZES}
    largest = found[max(SIZES)]
    head = ("review", "verdicts", "unknown", *(f"{accounts} accounts" for accounts in SIZES))
    steps = zip(*((*one.steps, one.whole) for one in found.values()), strict=True)
    rows = [(of[-1].name, *_counted(of[-1]), *(f"{step.seconds:.1f} s" for step in of)) for of in steps]
    rows.append(("most memory", "", "", *(f"{one.megabytes:.0f} MB" for one in found.values())))
    _say(f"Judging by every control; at {max(SIZES)} accounts with {_size(max(SIZES))} ...")
    _say(table(head, rows))
    if largest.megabytes <= MOST_MEGABYTES:
        return []
    return [f"the review held {largest.megabytes:.0f} MB, and {MOST_MEGABYTES} MB are enough"]


def _bill(lines: int, folder: Path) -> list[str]:
    """Make the ledger of a bill and of one of five times the lines; give what takes too long or too much memory."""
    sizes = (lines, TIMES * lines)
    _say(
        f"Making the ledger of {lines:,} and {sizes[1]:,} lines of a bill, "
        f"by {len(billing.TEXTS) + 2} columns and {len(billing.KEYS)} tags ..."
    )
    took = ("plain scan", "ledger", "ratio", "aim", "check", "sums", "most memory", "by pandas")
    found = list(billing.measured(sizes, folder, against_pandas=lines))
    _say(table(("bill", "tags", "ledger rows", *took), [_bill_row(one) for one in found]))
    return [*_wrong_bills(found), *_wrong_growth(found)]


def _bill_row(one: billing.Measured) -> tuple[str, ...]:
    seconds = {name: f"{took:.1f} s" for name, took in one.ledger.seconds.items()}
    pandas = f"{one.pandas.seconds['ledger']:.1f} s, {one.pandas.megabytes:.0f} MB" if one.pandas else ""
    return (
        f"{one.lines:,} lines",
        one.tags,
        f"{one.ledger.rows:,}",
        f"{one.scan.seconds['scan']:.1f} s",
        seconds["ledger"],
        f"{one.ratio:.2f}",
        f"{AIMS[one.tags]:g}",
        seconds["check"],
        seconds["sums"],
        f"{one.ledger.megabytes:.0f} MB",
        pandas,
    )


def _wrong_bills(found: Sequence[billing.Measured]) -> list[str]:
    slow = [one for one in found if one.ratio > MOST_SCANS[one.tags]]
    large = [one for one in found if one.ledger.megabytes > MOST_OF_A_BILL]
    return [
        *(f"the ledger of {one.lines:,} lines, tags {one.tags}, takes {one.ratio:.2f} plain scans" for one in slow),
        *(f"the ledger of {one.lines:,} lines held {one.ledger.megabytes:.0f} MB" for one in large),
    ]


def _wrong_growth(found: Sequence[billing.Measured]) -> list[str]:
    took = {(one.tags, one.lines): one.ledger.seconds["ledger"] for one in found}
    least = min(one.lines for one in found)
    growths = {tags: took[tags, TIMES * least] / took[tags, least] / TIMES for tags in MOST_SCANS}
    return [
        f"with tags {tags}, {TIMES} times the lines take {growth * TIMES:.1f} times as long"
        for tags, growth in growths.items()
        if growth > MOST_GROWTH
    ]


def _counted(step: reviewing.Step) -> tuple[str, str]:
    return (str(step.verdicts), str(step.unknown)) if step.verdicts else ("", "")


def _size(accounts: int) -> str:
    size = growing.Size(accounts=accounts)
    return f"{size.units} units, {size.policies} policies, {size.administrators} administrators"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
