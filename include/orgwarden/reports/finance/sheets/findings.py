"""The sheet of findings: what every check said, and in full what deviates or could not be looked at."""

from collections.abc import Iterable, Iterator, Sequence

from orgwarden.model import Evidence, Status, Subject, Verdict
from orgwarden.reports.finance.books import Books
from orgwarden.reports.finance.pack import Pack
from orgwarden.reports.finance.tables import Column, Row, Sheet, Table

WORST = (Status.FAIL, Status.UNKNOWN, Status.PASS, Status.NOT_APPLICABLE)
TOLD = (Status.FAIL, Status.UNKNOWN)


def findings(books: Books) -> Iterator[Sheet]:
    """Make the sheets: what every check said, and what is to be done."""
    unknown = "UNKNOWN: the check could not look, and says why. It is no pass."
    yield Sheet(name="Checks", title="Checks", tables=(checks(books.pack),), notes=(unknown,))
    yield Sheet(name="Findings", title="Findings", tables=(_details(books.pack),), notes=(unknown,))


def checks(pack: Pack) -> Table:
    """Give what every check said, in the order of their numbers."""
    said = by_check(pack)
    rows = [_check(pack, control, said[control]) for control in sorted(said, key=lambda c: order(pack, c))]
    return Table(
        title="Checks",
        columns=(Column("Number"), Column("Check"), Column("Status"), Column("What it says")),
        rows=tuple(rows),
        empty="No check was made: this pack is not reconciled.",
    )


def counted(pack: Pack) -> dict[Status, int]:
    """Count the checks by what they said; the worst of a check counts."""
    found = [worst(said).status for said in by_check(pack).values()]
    return {status: found.count(status) for status in WORST}


def by_check(pack: Pack) -> dict[str, list[Verdict]]:
    """Give what each check said."""
    found: dict[str, list[Verdict]] = {}
    for verdict in pack.verdicts:
        found.setdefault(verdict.control, []).append(verdict)
    return found


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Give the worst verdict of a check."""
    return min(verdicts, key=lambda verdict: (WORST.index(verdict.status), verdict.subject))


def order(pack: Pack, control: str) -> tuple[int, str]:
    """Order checks by their number; those without one come last, by name."""
    number = pack.numbers.get(control, "").lstrip("R")
    return (int(number) if number.isdigit() else 10**6, control)


def told(verdict: Verdict) -> str:
    """Give what a verdict says in words."""
    return verdict.cause or verdict.reason


def evidence_text(evidence: Evidence) -> str:
    """Give evidence as text, one thing after the other."""
    return "; ".join(f"{name}: {', '.join(v) if isinstance(v, tuple) else v}" for name, v in evidence.items())


def _check(pack: Pack, control: str, mine: Sequence[Verdict]) -> Row:
    first = worst(mine)
    same = sum(verdict.status is first.status for verdict in mine)
    more = f" (and {same - 1} more)" if same > 1 and first.status in TOLD else ""
    return (pack.numbers.get(control, ""), control, first.status.value, f"{told(first)}{more}")


def _details(pack: Pack) -> Table:
    bad = [verdict for verdict in pack.verdicts if verdict.status in TOLD]
    bad.sort(key=lambda v: (WORST.index(v.status), order(pack, v.control), v.subject))
    return Table(
        title="What deviates, and what could not be looked at",
        columns=(
            Column("Number"),
            Column("Check"),
            Column("Status"),
            Column("Subject"),
            Column("What it says"),
            Column("Evidence"),
        ),
        rows=tuple(_detail(pack, some) for some in _alike(bad)),
        empty="Nothing deviates, and every check could look." if pack.verdicts else "No check was made.",
    )


def _alike(bad: Iterable[Verdict]) -> Iterable[list[Verdict]]:
    """Put together what one check could not look at for one reason: ten thousand such lines say no more than one."""
    found: dict[tuple[str, str, Subject | None], list[Verdict]] = {}
    for verdict in bad:
        subject = None if verdict.status is Status.UNKNOWN else verdict.subject
        found.setdefault((verdict.control, told(verdict), subject), []).append(verdict)
    return found.values()


def _detail(pack: Pack, some: Sequence[Verdict]) -> Row:
    verdict, subject = some[0], some[0].subject
    named = ", ".join(text for text in (subject.account, subject.region, subject.resource) if text)
    if len(some) > 1:
        named = f"{len(some)} subjects: findings.csv names them"
    number = pack.numbers.get(verdict.control, "")
    return (number, verdict.control, verdict.status.value, named, told(verdict), evidence_text(verdict.evidence))
