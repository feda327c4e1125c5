"""From a plan to files: lines, their switches, then every version of every month with its manifest and witnesses."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from orgwarden.demo.billing import cur, files, focus, layouts, witnesses
from orgwarden.demo.billing.bill import bill
from orgwarden.demo.billing.cur import Column
from orgwarden.demo.billing.line import Line
from orgwarden.demo.billing.plan import Format, Mode, Plan, days_of, start_of
from orgwarden.demo.billing.switches import Switch, switches
from orgwarden.demo.billing.truth import Truth, truths
from orgwarden.demo.billing.witnesses import Witnesses
from orgwarden.model import Period


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """One month as delivered last: its manifest, its files, its truth by currency, and the folder of its witnesses."""

    period: Period
    version: str
    manifest: Path
    files: tuple[Path, ...]
    currencies: Mapping[str, Truth]
    witnesses: Path
    columns: tuple[str, ...]

    @property
    def truth(self) -> Truth:
        """Give the truth of the currency that the bill is in; of several, that of the dollar."""
        return self.currencies["USD"] if len(self.currencies) > 1 else next(iter(self.currencies.values()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Generated:
    """All that was written; ``export`` is the folder of the export, ``root`` stands for the bucket."""

    root: Path
    export: Path
    months: Mapping[Period, Month]

    @property
    def last(self) -> Month:
        return self.months[max(self.months, key=lambda period: period.text)]


def generate(plan: Plan, out: Path) -> Generated:
    """Write the export and the witnesses below a folder. Raises ``BadInput`` where the plan asks for what is not."""
    broken = switches(plan.broken)
    last = max(plan.months, key=lambda period: period.text)
    months = {period: _month(plan, period, out, broken if period == last else []) for period in plan.months}
    return Generated(root=out, export=out / plan.prefix / plan.export, months=months)


def _month(plan: Plan, period: Period, out: Path, broken: list[Switch]) -> Month:
    lines = bill(plan, period)
    for switch in broken:
        lines = switch.lines(plan, period, lines)
    told = witnesses.witnesses(plan, period, lines)
    for switch in broken:
        told = switch.witnesses(plan, told)
    return _delivered(plan, period, out, lines, told)


def _delivered(plan: Plan, period: Period, out: Path, lines: list[Line], told: Witnesses) -> Month:
    for number in range(plan.drafts if _has_drafts(plan, period) else 0):
        _lay(plan, period, out, _so_far(period, lines), number)
    spelled, columns, laid = _lay(plan, period, out, lines, plan.drafts + plan.restatement)
    folder = out / "witnesses" / period.text
    witnesses.write(told, folder)
    return Month(
        period=period,
        version=laid.version.id,
        manifest=out / laid.manifests[-1],
        files=tuple(out / path for path in laid.files),
        currencies=truths(plan.format, plan.file, spelled),
        witnesses=folder,
        columns=tuple(column.name for column in columns),
    )


def _has_drafts(plan: Plan, period: Period) -> bool:
    return plan.mode is Mode.CREATE_NEW and not plan.restatement and not plan.is_open(period)


def _so_far(period: Period, lines: list[Line]) -> list[Line]:
    """Give the month as an earlier refresh knew it: two thirds of it, and no invoices."""
    until = start_of(period).replace(day=days_of(period) * 2 // 3)
    return [replace(line, invoice="") for line in lines if line.start < until]


def _lay(
    plan: Plan, period: Period, out: Path, lines: list[Line], number: int
) -> tuple[list[Line], list[Column], layouts.Layout]:
    laid = layouts.layout(plan, period, layouts.version(plan, period, number))
    spelled = list(focus.as_focus(lines)) if plan.format is Format.FOCUS else lines
    columns = focus.columns(plan, period) if plan.format is Format.FOCUS else cur.columns(plan, period, spelled)
    files.write(plan.format, plan.file, columns, spelled, [out / path for path in laid.files])
    text = layouts.manifest(plan, period, laid, columns)
    for path in laid.manifests:
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(text, encoding="utf-8")
    return spelled, columns, laid
