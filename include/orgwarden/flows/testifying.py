"""What a workflow asks of a bill's witnesses: AWS's invoices and Cost Explorer, the newest snapshot, earlier months.

A witness that cannot speak is told with the reason, and makes what asks it unknown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from orgwarden.aws.cost_explorer import RECORD_TYPE, TAG, Cost
from orgwarden.aws.invoices import Invoice
from orgwarden.baseline import Baseline
from orgwarden.billing.checking import Witness
from orgwarden.billing.choosing import PeriodMissing
from orgwarden.billing.comparing import LEDGER_FILE
from orgwarden.billing.export_place import ExportPlace, version_of
from orgwarden.billing.lines import Lines
from orgwarden.billing.locating import Delivery
from orgwarden.collect import cost_explorer, invoicing
from orgwarden.collect.cost_explorer import Requests
from orgwarden.collect.sessions import Aws
from orgwarden.errors import BadInput, OrgwardenError
from orgwarden.flows.hearing import BROKEN_BEFORE, Given
from orgwarden.flows.reconciling import FINAL
from orgwarden.model import EVERYTHING, Period
from orgwarden.privacy import Veil
from orgwarden.reports.finance.publishing import Published, every
from orgwarden.snapshot import Snapshot
from orgwarden.store import Store

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MONTHS_BEFORE = 3
# These say nothing of a month for which there is nothing to say; nobody needs to do anything about it.
NO_OTHER_FORMAT = "no export of the month in another format is read"
NOTHING_PUBLISHED = "no other version of the month was published as final before"
NO_SNAPSHOT = "there is no sealed snapshot: run organization_inventory"
NO_BASELINE = "no baseline is set (ORGWARDEN_BASELINE)"
EXPECTED_SILENCE = frozenset({NO_OTHER_FORMAT, NOTHING_PUBLISHED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Whom the witnesses are asked through, and of which delivery; ``others`` have the bill in another format."""

    place: ExportPlace
    others: Sequence[ExportPlace]
    delivery: Delivery
    lines: Lines
    aws: Aws
    requests: Requests
    snapshot: Snapshot | None
    baseline: Baseline | None
    veil: Veil
    store: Store
    con: "DuckDBPyConnection" = field(repr=False)
    folder: Path

    @property
    def management(self) -> str:
        """Give the account that AWS tells the bill to: the organization's, else the one whose credentials these are."""
        return self.snapshot.manifest.management if self.snapshot else self.aws.caller


def given(asked: Asked) -> Given:
    """Ask every witness; those that say nothing are named with the reason."""
    silent: dict[Witness, str] = {}
    costs, unanswered = _costs(asked, silent)
    told = Given(
        invoices=_invoices(asked, silent),
        costs=costs,
        unanswered=unanswered,
        snapshot=asked.snapshot,
        earlier=_earlier(asked, silent),
        other=_other(asked, silent),
        is_found=True,
        published=_published(asked, silent),
        baseline=asked.baseline,
        veil=asked.veil,
        silent=silent,
    )
    if asked.snapshot is None:
        silent[Witness.ORGANIZATION] = NO_SNAPSHOT
    if asked.baseline is None:
        silent[Witness.BASELINE] = NO_BASELINE
    return told


def _invoices(asked: Asked, silent: dict[Witness, str]) -> tuple[Invoice, ...] | None:
    """Read the invoices of all payers; without those of one of them, nothing ties."""
    found: list[Invoice] = []
    for payer in asked.lines.payers:
        answer = invoicing.read(asked.aws, asked.management, payer, asked.lines.period)
        if answer.gaps:
            silent[Witness.INVOICES] = answer.gaps[EVERYTHING]
            return None
        found += answer.rows
    return tuple(found)


def _costs(asked: Asked, silent: dict[Witness, str]) -> tuple[tuple[Cost, ...] | None, dict[str, str]]:
    """Ask Cost Explorer; give what it answered, and why it told nothing by a tag key."""
    answer = cost_explorer.read(
        asked.aws, asked.management, asked.lines.period, _cost_keys(asked), requests=asked.requests
    )
    if RECORD_TYPE in answer.gaps:
        silent[Witness.COST_EXPLORER] = answer.gaps[RECORD_TYPE]
        return None, {}
    return answer.rows, {name.removeprefix(f"{TAG} "): why for name, why in answer.gaps.items()}


def _cost_keys(asked: Asked) -> Sequence[str]:
    """Give the keys to ask about, for each costs a cent: the declared ones, else those of users."""
    declared = asked.baseline.billing.cost_keys if asked.baseline else None
    return [key for key in asked.lines.tag_keys if not key.startswith("aws:")] if declared is None else declared


def _earlier(asked: Asked, silent: dict[Witness, str]) -> list[Delivery] | None:
    """Find the months before; one of them that is broken must not hold this one back."""
    try:
        return asked.place.before(asked.lines.period, MONTHS_BEFORE)
    except BadInput as error:
        silent[Witness.EARLIER] = BROKEN_BEFORE.format(cause=error)
        return None


def _other(asked: Asked, silent: dict[Witness, str]) -> Delivery | None:
    """Fetch the month from the first export in another format that has it; what is wrong with it ends nothing."""
    for place in asked.others:
        try:
            return place.delivery(asked.lines.period)
        except PeriodMissing:
            continue
        except OrgwardenError as error:
            silent[Witness.OTHER_FORMAT] = f"{place.named} cannot be read: {error}"
            return None
    silent[Witness.OTHER_FORMAT] = NO_OTHER_FORMAT
    return None


def _published(asked: Asked, silent: dict[Witness, str]) -> Path | None:
    """Bring what was published as final of other versions of the month into one ledger, newest of each currency."""
    version = version_of(asked.delivery)
    packs = [_others(asked.store, payer, asked.lines.period, version) for payer in asked.lines.payers]
    if not packs or not all(packs):
        silent[Witness.PUBLISHED] = NOTHING_PUBLISHED
        return None
    files = [_fetched(asked, number, pack) for number, pack in enumerate(chain.from_iterable(packs))]
    whole = asked.folder / "published" / LEDGER_FILE
    whole.parent.mkdir(parents=True)
    asked.con.read_parquet([str(file) for file in files], union_by_name=True).write_parquet(str(whole))
    return whole.parent


def _others(store: Store, payer: str, period: Period, version: str) -> list[Published]:
    """Give the newest final pack of each currency made from another version: this one judged again is to be equal."""
    newest: dict[str, Published] = {}
    for pack in every(store, payer, period):
        if pack.manifest["status"] == FINAL and version not in _versions(pack):
            newest.setdefault(pack.currency, pack)
    return list(newest.values())


def _versions(pack: Published) -> Iterable[str]:
    return [source["version"] for source in pack.manifest["sources"]]


def _fetched(asked: Asked, number: int, pack: Published) -> Path:
    path = asked.folder / f"published-{number}.parquet"
    path.write_bytes(asked.store.read(f"{pack.folder}/{LEDGER_FILE}"))
    return path
