"""What is due as a calendar that other programs read (RFC 5545): days and counts, and nothing that is secret.

An event is the same one in every reading: its name in the calendar is made of what it is about.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from orgwarden.attestations.probes import Probe
from orgwarden.attestations.quarters import after, due
from orgwarden.attestations.records import Kind, Put, Recorded
from orgwarden.model import Period
from orgwarden.parts.probed import NEEDED, Delivery

OCTETS = 75
# How many days before the day a calendar reminds.
ALARMS = (7, 1)
QUARTERS_AHEAD = 4
HOW = "Airflow has it: under your own name, Your questions, or Browse > Required Actions."
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """A day on which something is due; ``key`` names what, so that it is the same event in every reading."""

    key: str
    day: date
    summary: str
    description: str = HOW


def text_of(events: Iterable[Event], *, organization: str, name: str, at: datetime) -> str:
    """Give an organization's calendar of that name, as it is at a time."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Orgwarden//Access validation//EN", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{_escaped(name)}"]
    for one in sorted(events, key=lambda event: (event.day, event.key)):
        lines += _lines(one, organization, at)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def questions_due(
    asked: Iterable[Put], records: Iterable[Recorded], people: Mapping[str, str], today: date
) -> Iterator[Event]:
    """Give when questions are due that a person has not answered, of this quarter and the one before."""
    answered = {
        (one.entry.period, one.entry.question, one.entry.about) for one in records if one.entry.kind is Kind.ANSWER
    }
    this = Period.quarter_of(today)
    open_ = [
        (one.period, one.person, one.due)
        for one in asked
        if (one.period, one.question, one.about) not in answered
        and one.person in people
        and this in {Period(one.period), after(Period(one.period))}
    ]
    for (period, person, day), many in Counter(open_).items():
        what = f"{many} {'question' if many == 1 else 'questions'} of the access validation, {period}"
        yield Event(key=f"questions/{period}/{person}", day=day, summary=f"{people[person]}: {what}")


def messages_due(
    probes: Iterable[Probe], by: Mapping[str, tuple[str, ...]], mine: Collection[str] | None, person: str, today: date
) -> Iterator[Event]:
    """Give until when messages to mailboxes can be confirmed: to ``mine``, by this person, or all, by anybody."""
    open_ = [
        (one.period, one.due)
        for one in probes
        if one.outcome is Delivery.SENT
        and one.due >= today
        and (len(by.get(one.number, ())) < NEEDED if mine is None else one.mailbox in mine)
        and person not in by.get(one.number, ())
    ]
    for (period, day), many in Counter(open_).items():
        what = f"{many} {'message' if many == 1 else 'messages'} to mailboxes of root users to confirm, {period}"
        yield Event(
            key=f"messages/{period}/{day}/{person}",
            day=day,
            summary=what,
            description="Follow the link in the message, sign in and confirm.",
        )


def quarters_due(asked: Sequence[Put], days: int, today: date) -> Iterator[Event]:
    """Give when the answers of this quarter, where it was not opened yet, and of the next quarters are due."""
    quarter = Period.quarter_of(today)
    if any(one.period == quarter.text for one in asked):
        quarter = after(quarter)
    for _ in range(QUARTERS_AHEAD):
        yield Event(
            key=f"quarter/{quarter}",
            day=due(quarter, days),
            summary=f"Access validation {quarter} is due",
            description="Whoever is asked is told when the quarter begins.",
        )
        quarter = after(quarter)


def _lines(one: Event, organization: str, at: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{hashlib.sha256(f'{organization}/{one.key}'.encode()).hexdigest()[:32]}@orgwarden"
    yield f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(one.summary)}"
    yield f"DESCRIPTION:{_escaped(one.description)}"
    yield "TRANSP:TRANSPARENT"
    for days in ALARMS:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_escaped(one.summary)}")
        yield from (f"TRIGGER:-P{days}D", "END:VALARM")
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    """Give a text as it may stand behind a colon (RFC 5545, 3.3.11)."""
    kept = "".join(c for c in text.replace("\r\n", "\n") if c.isprintable() or c == "\n")
    return kept.translate(ESCAPES)


def _folded(line: str) -> Iterator[str]:
    """Give a line in pieces of at most 75 octets, none of them a part of a letter (RFC 5545, 3.1)."""
    piece, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > OCTETS:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + octets
    yield piece
