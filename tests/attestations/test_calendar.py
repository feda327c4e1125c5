"""A calendar is as RFC 5545 has it, says days and counts, and keeps the name of an event from reading to reading."""

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from orgwarden.attestations.calendar import Event, messages_due, quarters_due, questions_due, text_of
from orgwarden.attestations.records import FIRST, Entry, Kind, Put, Recorded
from orgwarden.parts.probed import Delivery
from tests.attestations.test_confirming import probe

AT, TODAY = datetime(2026, 10, 20, 8, tzinfo=UTC), date(2026, 10, 20)
PEOPLE = {"anna": "Anna", "bjorn": "Bjorn"}
LINE = {
    "BEGIN",
    "END",
    "VERSION",
    "PRODID",
    "CALSCALE",
    "METHOD",
    "X-WR-CALNAME",
    "UID",
    "DTSTAMP",
    "DTSTART;VALUE=DATE",
}
LINE |= {"DTEND;VALUE=DATE", "SUMMARY", "DESCRIPTION", "TRANSP", "ACTION", "TRIGGER"}


def read(text):
    """Give the events of a calendar as a program that knows the RFC takes them."""
    assert text.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = [line.partition(":") for line in text.replace("\r\n ", "").split("\r\n")[:-1]]
    assert {name for name, _, _ in lines} <= LINE
    events, inner = [], []
    for name, _, value in lines:
        match name, value:
            case "BEGIN", "VEVENT":
                events.append({"alarms": []})
            case "BEGIN" | "END", _:
                inner = [*inner, value] if name == "BEGIN" else inner[:-1]
            case "TRIGGER", _:
                events[-1]["alarms"].append(value)
            case _ if events and inner[-1:] != ["VALARM"]:
                events[-1][name] = plain(value)
    return events


def plain(value):
    out, escaped = "", False
    for letter in value:
        if escaped:
            out, escaped = out + ("\n" if letter == "n" else letter), False
        elif letter == "\\":
            escaped = True
        else:
            assert letter not in ";,"
            out += letter
    return out


def calendar(*events, **changed):
    return text_of(events, **{"organization": "o-1", "name": "Access validation", "at": AT, **changed})


def asked(question, person="anna", period="2026-Q4", about=""):
    day = {"2026-Q4": date(2026, 10, 31), "2026-Q3": date(2026, 7, 31), "2026-Q1": date(2026, 1, 31)}[period]
    return Put(
        organization="o-1", period=period, question=question, about=about, person=person, due=day, at=AT
    )  # fmt: skip


def answered(question, period="2026-Q4"):
    entry = Entry(
        organization="o-1", period=period, question=question, about="", kind=Kind.ANSWER, by="zoe", at=AT, source="s"
    )  # fmt: skip
    return Recorded(number=1, entry=entry, previous=FIRST, digest="")


def told(events):
    return [(str(one.day), one.summary) for one in events]


def test_a_day_is_a_whole_day_with_two_alarms():
    (event,) = read(calendar(Event(key="x", day=date(2026, 12, 31), summary="Due")))
    assert event.pop("UID").endswith("@orgwarden")
    assert event == {
        "DTSTAMP": "20261020T080000Z", "DTSTART;VALUE=DATE": "20261231", "DTEND;VALUE=DATE": "20270101",
        "SUMMARY": "Due", "TRANSP": "TRANSPARENT", "alarms": ["-P7D", "-P1D"],
        "DESCRIPTION": "Airflow has it: under your own name, Your questions, or Browse > Required Actions.",
    }  # fmt: skip


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=300))
@settings(max_examples=60)
def test_any_text_is_folded_between_letters_and_read_as_it_was_written(text):
    (event,) = read(calendar(Event(key="x", day=TODAY, summary=f"Ω{text}")))
    assert event["SUMMARY"] == "Ω" + "".join(c for c in text.replace("\r\n", "\n") if c.isprintable() or c == "\n")


def test_an_event_keeps_its_name_and_another_organizations_has_another():
    one = Event(key="x", day=TODAY, summary="1")
    names = [
        read(text)[0]["UID"]
        for text in (
            calendar(one),
            calendar(Event(key="x", day=date(2026, 12, 1), summary="2"), at=AT.replace(hour=9)),
            calendar(one, organization="o-2"),
            calendar(Event(key="y", day=TODAY, summary="1")),
        )
    ]
    assert names[0] == names[1]
    assert len(set(names)) == 3


def test_a_person_has_one_event_for_what_they_have_not_answered():
    puts = [asked("a"), asked("b"), asked("c"), asked("d", "bjorn"), asked("e", "zoe")]
    assert told(questions_due(puts, [answered("c")], PEOPLE, TODAY)) == [
        ("2026-10-31", "Anna: 2 questions of the access validation, 2026-Q4"),
        ("2026-10-31", "Bjorn: 1 question of the access validation, 2026-Q4"),
    ]


def test_what_is_overdue_stays_for_a_quarter_and_no_longer():
    puts = [asked("a", period="2026-Q3"), asked("b", period="2026-Q1")]
    assert told(questions_due(puts, [], PEOPLE, TODAY)) == [
        ("2026-07-31", "Anna: 1 question of the access validation, 2026-Q3")
    ]


def test_a_reader_of_a_mailbox_sees_until_when_they_can_confirm_and_not_what_they_did():
    probes = [
        probe("2026-Q4"),
        probe("2026-Q4", "m-2"),
        probe("2026-Q3"),
        probe("2026-Q4", "m-3", outcome=Delivery.MADE),
    ]
    by = {"m-1-2026-Q4": ("bjorn",)}
    of = [told(messages_due(probes, by, {"m-1", "m-3"}, who, TODAY)) for who in ("anna", "bjorn")]
    assert of == [[("2026-10-31", "1 message to mailboxes of root users to confirm, 2026-Q4")], []]
    assert told(messages_due(probes, by, None, "", TODAY)) == [
        ("2026-10-31", "2 messages to mailboxes of root users to confirm, 2026-Q4")
    ]


def test_the_next_quarters_are_told_ahead_and_this_one_until_it_is_opened():
    days = [str(one.day) for one in quarters_due([], 30, TODAY)]
    assert days == ["2026-10-31", "2027-01-31", "2027-05-01", "2027-07-31"]
    assert next(str(one.day) for one in quarters_due([asked("a")], 30, TODAY)) == "2027-01-31"
