"""The billing reconciliation: which months were delivered anew, what they come to, and the pack that finance takes.

A month is read by its manifest's version. Each step finds what it needs by the month alone, so that a step that runs
on another worker, or once more, comes to the same.
"""

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from orgwarden.baseline import Baseline
from orgwarden.billing.choosing import PeriodMissing
from orgwarden.billing.declared_exports import bills as declared_bills
from orgwarden.billing.export_place import Bills, ExportPlace, version_of
from orgwarden.billing.lines import open_lines
from orgwarden.billing.locating import months_before
from orgwarden.collect.cost_explorer import Requests
from orgwarden.collect.invoicing import NO_INVOICE_YET
from orgwarden.collect.sessions import Aws
from orgwarden.errors import BadInput
from orgwarden.findings.store import FindingStore, Recorded
from orgwarden.flows import organization_inventory as inventory
from orgwarden.flows import reviewing
from orgwarden.flows.gating import gate_bill
from orgwarden.flows.packing import Packed, Packing, blocking, publish_packs
from orgwarden.flows.reconciling import FINAL, Reconciled
from orgwarden.flows.reconciling import reconcile as judge
from orgwarden.flows.releasing import Release, releases
from orgwarden.flows.releasing import release as keep_release
from orgwarden.flows.testifying import EXPECTED_SILENCE, Asked, given
from orgwarden.model import Observation, Period, Status, Verdict
from orgwarden.parts.exports import EXPORTS, Export
from orgwarden.population.bill import EACH_BILL
from orgwarden.privacy import Veil
from orgwarden.rounding import minor_unit, to_cents
from orgwarden.snapshot import load, load_rows
from orgwarden.store import NotThere, Store, create_or_same
from orgwarden.tickets.text import redacted
from orgwarden.ties import plain

log = logging.getLogger(__name__)
FOLDER = "billing"
# A month that was reconciled is looked at so many months longer: a late refund restates it.
RESTATED_WITHIN = 3
# An export has the last of a month within a day or two of its end.
DELIVERED_BY = 5
NO_EXPORT = (
    "nothing says where the bill is delivered: set ORGWARDEN_BILLING_EXPORT to s3://bucket/prefix or a folder of it, "
    "or run organization_inventory where it may list the payer's exports"
)
Clock = Callable[[], datetime]


def due(asked: Period | None, *, store: Store, bills: Bills, clock: Clock) -> list[str]:
    """Give the months that have something to do: the one asked for, else those that were delivered anew.

    Looked at are the month that runs, the one before, and those that were reconciled not long ago; a month that is over
    and was not delivered in time is given, too, for its tasks to tell. Raises ``BadInput`` where nothing says where the
    bill is, unless nobody asked for a month and none was ever reconciled.
    """
    if asked:
        export_of(store, bills)
        return [asked.text]
    if not named_export(store, bills) and not _reconciled(store):
        return []
    place = export_of(store, bills)
    today = clock().date()
    running = Period.month_of(today)
    closed, *older = months_before(running, 1 + RESTATED_WITHIN)
    looked_at = [*(month for month in reversed(older) if last(store, month)), closed, running]
    # An export that is new has no month before its first.
    expected = closed if today.day > DELIVERED_BY and last(store, older[0]) else None
    return [month.text for month in looked_at if _is_new(store, place, month, is_expected=month == expected)]


def stage(month: str, *, store: Store, bills: Bills, clock: Clock) -> str:
    """Fetch the files of a month; those that are there are not fetched again. Gives the month."""
    export_of(store, bills).delivery(Period(month))
    bills.prune(clock())
    return month


def reconcile(  # noqa: PLR0913 - what is read, who is asked, and where what comes of it is kept
    month: str,
    *,
    store: Store,
    bills: Bills,
    aws: Aws,
    paid_requests: Requests,
    baseline: Baseline | None,
    veil: Veil,
    findings: FindingStore,
    clock: Clock,
) -> dict[str, Any]:
    """Read a month, ask everybody who knows it, judge it, move the findings, publish the packs; give the outcome.

    Its files are fetched once more where another worker has them. Raises ``BadInput`` for a bill that cannot be read,
    and ``GateFailed`` for one that is not fit to be judged: nothing is published then.
    """
    place, newest = export_of(store, bills), inventory.newest(store)
    delivery = place.delivery(Period(month))
    with closing(bills.connect()) as con, TemporaryDirectory(prefix="orgwarden-billing-") as folder:
        lines = open_lines(con, delivery, Period(month))
        asked = Asked(
            place=place,
            others=other_exports(store, bills, lines.format, place),
            delivery=delivery,
            lines=lines,
            aws=aws,
            requests=paid_requests,
            snapshot=load(store, newest) if newest else None,
            baseline=baseline,
            veil=veil,
            store=store,
            con=con,
            folder=Path(folder),
        )
        told = given(asked)
        now = clock()
        found = judge(con, delivery, lines, told, today=now.date(), connect=bills.connect, tell=log.info)
        gate_bill(con, found.lines.period, store=store)
        recorded = _record(found, store=store, findings=findings, baseline=baseline, now=now)
        released = releases(store, found.lines.period, version_of(delivery))
        packing = Packing(con=con, found=found, given=told, store=store, made=now)
        packed = publish_packs(packing, released)
    return _kept(found, packed, recorded, paid_requests, store=store)


def _record(
    found: Reconciled, *, store: Store, findings: FindingStore, baseline: Baseline | None, now: datetime
) -> Recorded | None:
    """Move the findings by what matters; without an organization there is nobody whose they are."""
    if not found.world.organization:
        return None
    observation = Observation(at=found.delivery.at or now, run=f"{found.lines.period}/{version_of(found.delivery)}")
    holding = {control for bill in found.bills for control in blocking(found, bill)}
    verdicts = [verdict for verdict in found.verdicts if _matters(verdict) or verdict.control in holding]
    expected = EXPECTED_SILENCE if found.status == FINAL else EXPECTED_SILENCE | {NO_INVOICE_YET}
    quiet = {v.control for v in found.verdicts if v.cause in expected}
    # Of another payer's bill it may have something to say.
    quiet -= {v.control for v in found.verdicts if v.status is Status.FAIL}
    is_overtaken = _is_overtaken(store, found.lines.period)
    moved = [
        control
        for control in found.controls
        if control.id not in quiet and not (is_overtaken and control.about is not EACH_BILL)
    ]
    ids = {control.id for control in moved}
    kept = [verdict for verdict in verdicts if verdict.control in ids]
    return reviewing.move(
        found.world, moved, kept, observation, findings=findings, baseline=baseline, months_stand=True
    )


def _matters(verdict: Verdict) -> bool:
    """Say whether a verdict is more than a line in a pack: differences below what is material are not."""
    return verdict.status is not Status.FAIL or verdict.evidence.get("material", "yes") == "yes"


def _is_overtaken(store: Store, period: Period) -> bool:
    """Say whether a later month was reconciled: of what stands whatever the month, that one knows better."""
    return any(month > period.text for month in _reconciled(store))


def _reconciled(store: Store) -> list[str]:
    return [name.split("/")[1] for name in store.names(FOLDER) if name.endswith("/reconciled.json")]


def _kept(
    found: Reconciled, packed: Packed, recorded: Recorded | None, requests: Requests, *, store: Store
) -> dict[str, Any]:
    """Keep the outcome, and record that the month was reconciled; the record comes last."""
    period = found.lines.period
    verdicts = reviewing.keep_verdicts(f"reviews/{FOLDER}/{period}/verdicts", found.verdicts, store=store)
    outcome = outcome_of(found, packed, recorded, requests) | {"verdicts": verdicts}
    data = (json.dumps(outcome, indent=2, ensure_ascii=False) + "\n").encode()
    digest = hashlib.sha256(data).hexdigest()[:12]
    name = f"{FOLDER}/{period}/outcome-{digest}.json"
    create_or_same(store, name, data)
    record = {"version": version_of(found.delivery), "status": outcome["status"], "outcome": name}
    record |= {"blocked": list(packed.blocked)}
    store.replace(record_name(period), (json.dumps(record, indent=2) + "\n").encode())
    return outcome


def outcome_of(found: Reconciled, packed: Packed, recorded: Recorded | None, requests: Requests) -> dict[str, Any]:
    """Give what people and the next workflow are told: totals, checks, findings moved, packs, and a line."""
    currencies = list(found.sums)
    sole = currencies[0] if len(currencies) == 1 else None
    return {
        "period": found.lines.period.text,
        "status": found.status,
        "version": version_of(found.delivery),
        "total": plain(found.sums[sole].total) if sole else None,
        "currency": sole,
        "payers": list(found.lines.payers),
        "checks": {one.check.control: one.status.value for one in found.checks},
        "reports": [name for pack in packed.published for name in pack.names],
        "packs": [pack.folder for pack in packed.published],
        "new_packs": [pack.folder for pack in packed.published if pack.is_new],
        "blocked": list(packed.blocked),
        "notes": list(found.notes),
        **({name: len(ids) for name, ids in asdict(recorded).items()} if recorded else {}),
        "line": line(found, packed, recorded, requests),
    }


def line(found: Reconciled, packed: Packed, recorded: Recorded | None, requests: Requests) -> str:
    """Give the line that people see: what the month comes to, what ties, what is new, and what was published."""
    counts = Counter(one.status for one in found.checks)
    totals = " and ".join(f"{to_cents(t.total, minor_unit(code)):,f} {code}" for code, t in found.sums.items())
    told = [
        f"{found.lines.period} {found.status} {totals}",
        f"{counts[Status.PASS]} tie",
        f"{counts[Status.FAIL]} {'does' if counts[Status.FAIL] == 1 else 'do'} not",
        f"{counts[Status.UNKNOWN]} unknown",
        f"{len(recorded.new)} new" if recorded else "no findings kept: no organization was read",
        *([requests.line] if requests.made else []),
        *(f"blocked by {control}: nothing is published until somebody releases it" for control in packed.blocked),
        *(f"{'published' if pack.is_new else 'unchanged'} {pack.folder}" for pack in packed.published),
    ]
    return " · ".join(told)


def release(  # noqa: PLR0913 - what is released, why, and by whom
    period: Period, check: str, *, reason: str, by: str, second: str, store: Store, clock: Clock
) -> dict[str, Any]:
    """Let the version of a month that was reconciled last be published although a check blocks it.

    Raises ``BadInput`` where the check does not block it, or nobody stands behind the release.
    """
    record = last(store, period)
    if check not in record.get("blocked", ()):
        blocked = ", ".join(record.get("blocked", ())) or "nothing"
        raise BadInput(f"{check} does not block {period}: {blocked} does, in the version that was reconciled last")
    one = Release(
        period=period.text,
        check=check,
        version=record["version"],
        reason=redacted(reason),
        by=redacted(by),
        second=redacted(second),
        at=clock(),
    )
    return {"period": period.text, "check": check, "version": one.version, "release": keep_release(store, one)}


def last(store: Store, period: Period) -> dict[str, Any]:
    """Give what is recorded of the last reconciliation of a month; empty where there was none."""
    try:
        found: dict[str, Any] = json.loads(store.read(record_name(period)))
    except NotThere:
        return {}
    return found


def record_name(period: Period) -> str:
    """Give where in the store it stands."""
    return f"{FOLDER}/{period}/reconciled.json"


def named_export(store: Store, bills: Bills) -> str:
    """Give where the bill is delivered: as set, else as the newest snapshot says; empty where nothing does."""
    if bills.export:
        return bills.export
    found = _declared(store)
    return found[0].uri if found else ""


def other_exports(store: Store, bills: Bills, format_: str, place: ExportPlace) -> list[ExportPlace]:
    """Give the exports that have the bill in another format, as the newest snapshot says: they witness the first."""
    found = (bills.at(one.uri) for one in _declared(store) if one.format != format_)
    return [one for one in found if one.named != place.named]


def _declared(store: Store) -> Sequence[Export]:
    newest = inventory.newest(store)
    return declared_bills(load_rows(store, newest, EXPORTS)) if newest else ()


def export_of(store: Store, bills: Bills) -> ExportPlace:
    """Give the place of the export. Raises ``BadInput`` where nothing says it."""
    named = named_export(store, bills)
    if not named:
        raise BadInput(NO_EXPORT)
    return bills.at(named)


def _is_new(store: Store, place: ExportPlace, month: Period, *, is_expected: bool) -> bool:
    record = last(store, month)
    try:
        return bool(place.version(month) != record.get("version")) or _was_released(store, month, record)
    except PeriodMissing:
        # Told by the tasks of its month, as what cannot be read is, and holds back no other.
        return is_expected
    except BadInput:
        return True


def _was_released(store: Store, month: Period, record: Mapping[str, Any]) -> bool:
    """Say whether all that held back the month was released since."""
    released = {one.check for one in releases(store, month, record.get("version", ""))}
    return bool(record.get("blocked")) and released.issuperset(record["blocked"])
