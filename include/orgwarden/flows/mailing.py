"""Mails the statement of each cost centre to its owner: of a final pack, once, to the address that the baseline has.

A mail that was sent is noted in the store, so that a run that is repeated sends only what was not. Addresses are read
when they are written to and stand in no log, outcome or note.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from orgwarden.baseline import Baseline
from orgwarden.errors import RetryLater
from orgwarden.flows.reconciling import FINAL
from orgwarden.reports.finance.publishing import Published, read
from orgwarden.reports.finance.statements import name_of
from orgwarden.store import AlreadyThere, Store

Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """One mail: to whom, what it says, the files that it brings, by name, and the headers that it bears besides."""

    to: str = field(repr=False)
    subject: str
    text: str
    files: dict[str, bytes] = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)


class NotSent(Exception):
    """A mail was not taken; the text says why without the address."""


Send = Callable[[Letter], None]


def mail_statements(
    folders: Sequence[str], send: Send, *, store: Store, baseline: Baseline | None, clock: Clock
) -> dict[str, int]:
    """Mail the statements of the packs in these folders that were not mailed; give how many were, and were before.

    Raises ``RetryLater`` where some were not taken, after all others were sent.
    """
    counts = {"mailed": 0, "mailed_before": 0}
    lost: list[str] = []
    for folder in folders:
        pack = read(store, folder)
        if pack.manifest["status"] != FINAL:
            continue
        sent = set(store.names(_notes(pack)))
        for centre, letter in _letters(pack, store, baseline or Baseline()):
            note = f"{_notes(pack)}/{name_of(centre)}.json"
            if note in sent:
                counts["mailed_before"] += 1
                continue
            try:
                send(letter)
            except NotSent as error:
                lost.append(f"cost centre {centre}: {error}")
            else:
                _note(store, note, centre, pack, clock())
                counts["mailed"] += 1
    if lost:
        raise RetryLater(f"{len(lost)} statements could not be mailed: {'; '.join(lost)}")
    return counts


def _letters(pack: Published, store: Store, baseline: Baseline) -> Iterator[tuple[str, Letter]]:
    """Give a letter for each cost centre that has a statement in the pack and an owner with an address."""
    there, told = set(pack.names), pack.manifest
    for centre, owner in sorted(baseline.billing.cost_centres.owners.items()):
        names = [f"{name_of(centre)}.{kind}" for kind in ("html", "xlsx")]
        places = {name: f"{pack.folder}/statements/{name}" for name in names}
        if owner.mail is None or not there.issuperset(places.values()):
            continue
        again = f", in place of {told['restates']}" if told["restates"] else ""
        yield (
            centre,
            Letter(
                to=owner.mail,
                subject=f"Statement of cost centre {centre} for {told['period']}",
                text=(
                    f"What cost centre {centre} bears of the AWS bill {told['period']} of payer {told['payer']} in "
                    f"{told['currency']}: {told['stamp']}, version {told['version']}{again}.\n\n"
                    "It is attached as a page and as a workbook. Whatever is wrong with it, tell whoever keeps the "
                    f"books; owner by the baseline: {owner.name}."
                ),
                files={name: store.read(place) for name, place in places.items()},
            ),
        )


def _notes(pack: Published) -> str:
    """Give the folder of notes on what was mailed of a pack; nothing is added to the pack itself."""
    return f"billing/{pack.manifest['period']}/mailed/{pack.digest[:12]}"


def _note(store: Store, name: str, centre: str, pack: Published, at: datetime) -> None:
    data = {"cost_centre": centre, "pack": pack.folder, "at": at.isoformat()}
    try:
        store.create(name, (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode())
    except AlreadyThere:
        # Another run sent it at the same time.
        return
