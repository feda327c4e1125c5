"""Who confirmed the message to a mailbox, and what that comes to; and what somebody finds who follows its link.

A confirmation is an entry of the record, by one person once for each message.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orgwarden.attestations.probes import Probe
from orgwarden.attestations.records import Entry, Kind, Recorded
from orgwarden.attestations.standing import Due
from orgwarden.parts.probed import NEEDED, REACHES_TWO, Confirmed, Probed

SOURCE = "probe"


class Standing(StrEnum):
    """How a link stands with whoever follows it; to a stranger, and of a made-up link, nothing else is told."""

    UNKNOWN = "unknown"
    STRANGER = "stranger"
    EXPIRED = "expired"
    OPEN = "open"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Followed:
    """What somebody finds who follows a link: how it stands with them, the mailbox as it is shown, and the last day."""

    standing: Standing
    mailbox: str = ""
    period: str = ""
    due: str = ""


def confirmation(probe: Probe, person: str, at: datetime) -> Entry:
    """Give the entry by which a person confirms that a message came; there is one for each."""
    return Entry(
        organization=probe.organization,
        period=probe.period,
        question=REACHES_TWO,
        about=probe.mailbox,
        kind=Kind.ANSWER,
        by=person,
        at=at,
        source=f"{SOURCE}/{probe.number}/{person}",
    )


def confirmed(records: Iterable[Recorded]) -> dict[str, tuple[str, ...]]:
    """Give the ids of those who confirmed each message, by its number."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in records:
        kind, _, rest = one.entry.source.partition("/")
        if one.entry.question == REACHES_TWO and kind == SOURCE:
            found[rest.partition("/")[0]].add(one.entry.by)
    return {number: tuple(sorted(people)) for number, people in found.items()}


def probe_rows(probes: Iterable[Probe], records: Iterable[Recorded], *, due_after: Due) -> dict[str, Probed]:
    """Give what became of the newest message, and of the last that two people confirmed, by mailbox.

    ``due_after`` gives when an answer of a quarter after another is due: until the next one's a confirmed one counts.
    """
    by, rows = confirmed(records), {}
    mailboxes: dict[str, list[Probe]] = defaultdict(list)
    for one in sorted(probes, key=lambda probe: probe.period):
        mailboxes[one.mailbox].append(one)
    for mailbox, found in mailboxes.items():
        newest, held = found[-1], [one for one in found if len(by.get(one.number, ())) >= NEEDED]
        rows[mailbox] = Probed(
            period=newest.period,
            sent=newest.sent_at.date() if newest.sent_at else None,
            due=newest.due,
            delivery=newest.outcome,
            text=newest.text,
            confirmed_by=by.get(newest.number, ()),
            last=_held(held[-1], by, due_after) if held else None,
        )
    return rows


def _held(probe: Probe, by: Mapping[str, tuple[str, ...]], due_after: Due) -> Confirmed:
    return Confirmed(period=probe.period, by=by[probe.number], until=due_after(probe.period, 1))
