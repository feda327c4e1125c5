"""Which reviews were held: noted beside the verdicts when one came to its end, and read again by the quarter.

A note is named by the verdicts that it stands beside, so the same review held twice is noted once, with its first time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath

from pydantic import TypeAdapter, ValidationError

from orgwarden.attestations.quarters import after
from orgwarden.errors import BadInput
from orgwarden.model import EVERYTHING, Period, Status
from orgwarden.parts.reviews import REVIEWED_MONTHS, Held, ReviewedMonth
from orgwarden.snapshot import Gaps, Manifest, load_manifest
from orgwarden.store import AlreadyThere, Store

FOLDER, SNAPSHOTS = "reviews", "snapshots"
NOTE, VERDICTS, MANIFEST = ".held.json", ".jsonl", "/manifest.json"
UNNOTED = "the reviews of the month were held by a version that did not note when: hold them again, or wait"


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """What is noted of a review."""

    organization: str
    workflow: str
    snapshot: str
    at: datetime
    decided: int
    applicable: int


NOTES = TypeAdapter(Note)


def note(verdicts: str, held: Note, *, store: Store) -> None:
    """Note that a review came to its end, beside the file of its verdicts; the first time stands."""
    name = f"{PurePosixPath(verdicts).with_suffix('')}{NOTE}"
    try:
        store.create(name, NOTES.dump_json(held))
    except AlreadyThere:
        return


def counted(statuses: Mapping[Status, int]) -> dict[str, int]:
    """Give how many verdicts were decided, of how many."""
    decided = statuses[Status.PASS] + statuses[Status.FAIL]
    return {"decided": decided, "applicable": decided + statuses[Status.UNKNOWN]}


def reviewed_months(organization: str, today: date, *, store: Store) -> tuple[dict[str, ReviewedMonth], Gaps]:
    """Give the months since the quarter before that of a day, and what of them cannot be read.

    Months before the first reading of the organization are left out: nothing was to be reviewed.
    """
    months = list(_months(today))
    try:
        sealed, lost = _manifests(organization, months, store)
    except BadInput as error:
        return {}, {(REVIEWED_MONTHS.name, EVERYTHING): str(error)}
    begun = min((Period.month_of(one.opened).text for one in sealed), default="")
    rows: dict[str, ReviewedMonth] = {}
    gaps = {(REVIEWED_MONTHS.name, month): cause for month, cause in lost.items()}
    for month in months:
        if month in lost or not begun or month < begun:
            continue
        try:
            held = tuple(_held(organization, month, store))
        except BadInput as error:
            gaps[REVIEWED_MONTHS.name, month] = str(error)
            continue
        days = [one.sealed.date() for one in sealed if one.period == month]
        rows[month] = ReviewedMonth(last=_last_of(month), sealed=min(days, default=None), held=held)
    return rows, gaps


def _months(today: date) -> Iterator[str]:
    """Give the months of the quarter before that of a day, and those of its own until then."""
    day = after(Period.quarter_of(today), -1).first_day
    while day <= today:
        yield Period.month_of(day).text
        day = _last_of(Period.month_of(day).text) + timedelta(days=1)


def _last_of(month: str) -> date:
    in_the_next = date.fromisoformat(f"{month}-01") + timedelta(days=31)
    return in_the_next.replace(day=1) - timedelta(days=1)


def _manifests(organization: str, months: list[str], store: Store) -> tuple[list[Manifest], dict[str, str]]:
    """Give the seals of the months, and of earlier ones as far as tells whether there were readings before.

    Raises ``BadInput`` where an earlier one cannot be read; of the months it gives the causes, by month.
    """
    names = [name for name in store.names(SNAPSHOTS) if name.endswith(MANIFEST)]
    places = sorted((name.removesuffix(MANIFEST) for name in names), reverse=True)
    found: list[Manifest] = []
    lost: dict[str, str] = {}
    for place in places:
        period = place.split("/")[1]
        try:
            manifest = load_manifest(store, place)
        except BadInput as error:
            if period not in months:
                raise
            lost[period] = str(error)
            continue
        if manifest.organization == organization:
            found.append(manifest)
        if found and period < months[0] and Period.month_of(found[-1].opened).text < months[0]:
            break
    return found, lost


def _held(organization: str, month: str, store: Store) -> Iterator[Held]:
    """Give the reviews of a month. Raises ``BadInput`` where a note cannot be read, or none was made of any."""
    names = store.names(f"{FOLDER}/{month}")
    notes = [name for name in names if name.endswith(NOTE)]
    if not notes and any(name.endswith(VERDICTS) for name in names):
        raise BadInput(UNNOTED)
    for name in notes:
        try:
            one = NOTES.validate_json(store.read(name))
        except ValidationError as error:
            raise BadInput(f"{store.uri}/{name} is no note of a review: {error.errors()[0]['msg']}") from error
        if one.organization == organization:
            yield Held(
                workflow=one.workflow, snapshot=one.snapshot, on=one.at.date(), decided=one.decided,
                applicable=one.applicable,
            )  # fmt: skip
