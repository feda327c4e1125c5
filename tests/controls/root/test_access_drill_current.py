"""A drill counts when it was of this quarter, AWS saw it and nothing else, and all custodians take part in a year."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orgwarden.controls.root.access_drill_current import AWAITED, QUESTION
from orgwarden.controls.root.custodians_present import QUESTION as CUSTODIANS
from orgwarden.parts.attested import ANSWERED, ASKED, DRILLS, ROOT_USES, SNAPSHOT_OPENED, Asked, key_of
from orgwarden.parts.custody import DEVICES, PASSWORD_CUSTODY
from orgwarden.parts.declared import ROOT_RULES
from orgwarden.parts.root import ROOT_USE
from orgwarden.population.custody import CUSTODIANS_ASKED
from tests.access_worlds import event, root_rules, use
from tests.attested_worlds import answered, attested, declared, drill, sound_form
from tests.custody_worlds import device, devices, password
from tests.worlds import A, gap, statuses, verdicts

CONTROL = "root.access_drill_current"
KEY = key_of(CONTROL, A)
ENDED = datetime(2026, 10, 14, 10, tzinfo=UTC)
LATER = "2026-11-20T15:00:00Z"
QUARTERS = ("2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")


def said(parts=None, gaps=None, **form):
    told = {ANSWERED: {KEY: answered({**sound_form(QUESTION), **form})}}
    return verdicts(CONTROL, attested({**told, **(parts or {})}, gaps))[A, ""]


def seen(when, *, hours=24 * 30):
    """What AWS tells, and how many hours after the drill the snapshot was opened."""
    opened = {SNAPSHOT_OPENED: {"*": ENDED + timedelta(hours=hours)}}
    return said({ROOT_USE: {A: use(when)}, **opened})


def test_a_drill_that_aws_saw_passes_with_its_day():
    found = said()
    assert (found.status, found.evidence["used"]) == ("PASS", ("2026-10-14",))
    assert found.evidence["answered"] == "anna on 2026-10-14"


def test_a_drill_of_an_earlier_quarter_is_none_of_this_one():
    held = {"held": "2026-09-30"}
    use_of_then = {ROOT_USE: {A: use("2026-09-30T09:30:00Z")}}
    found = said(use_of_then, **held)
    assert (found.status, found.reason) == ("FAIL", "the drill was on 2026-09-30, before the quarter began")


@pytest.mark.parametrize("when", ["2026-10-14T08:45:00Z", "2026-10-14T10:15:00Z", "2026-10-14T11:30:00+02:00"])
def test_watches_may_differ_by_a_quarter_of_an_hour(when):
    assert seen(when).status == "PASS"


@pytest.mark.parametrize("when", ["", "2026-10-13T09:30:00Z", "2026-10-14T08:44:59Z"])
def test_a_drill_that_aws_did_not_see_deviates_once_it_could_have_told(when):
    found = seen(when, hours=6)
    assert (found.status, found.reason) == ("FAIL", "AWS saw no sign-in in the drill's window")
    early = seen(when, hours=5.9)
    assert (early.status, early.cause) == ("UNKNOWN", AWAITED)


def test_what_is_awaited_makes_no_finding():
    assert AWAITED.startswith("awaited")


def test_another_use_after_the_drill_deviates_unless_it_is_declared():
    found = seen(LATER)
    assert (found.status, found.reason) == ("FAIL", "AWS shows another use of the root user after the drill")
    moment = datetime(2026, 11, 20, 15, tzinfo=UTC)
    assert said({ROOT_USE: {A: use(LATER)}, ROOT_RULES: root_rules(event(date(2026, 11, 20)))}).status == "PASS"
    more = declared(kind="mfa_change", first=moment - timedelta(minutes=5), last=moment + timedelta(minutes=20))
    assert said({ROOT_USE: {A: use(LATER)}, ROOT_USES: {A: (declared(), more)}}).status == "PASS"


def test_a_time_that_does_not_parse_is_unknown():
    assert seen("yesterday").status == "UNKNOWN"


def test_what_the_answer_says_stands_beside_what_aws_shows():
    found = said({ROOT_USE: {A: use(LATER)}}, came="not at all")
    assert found.reason == "the alarm did not come; AWS shows another use of the root user after the drill"


def test_while_it_is_asked_it_is_unknown_and_overdue_it_deviates():
    until = date(2026, 11, 20)
    assert said({ANSWERED: {KEY: answered(sound_form(QUESTION), until=until)}}).status == "FAIL"


def test_the_custodians_are_those_who_are_asked_as_such():
    assert CUSTODIANS.id == CUSTODIANS_ASKED


# --- who takes part


def asked(first):
    return Asked(first=first, first_due=date(2026, 1, 31), last="2026-Q4", last_due=date(2026, 10, 31), person="anna")


def year(taking_part, since, drills_since=QUARTERS[0]):
    """A year in which these people keep the password or the device, and these took part in each quarter's drill."""
    rows = {KEY: asked(drills_since)}
    for person, quarter in since.items():
        thing = "device bank" if person == "chen" else "password"
        rows[key_of(CUSTODIANS_ASKED, f"{person}/{thing}")] = asked(quarter)
    keepers = [person for person in since if person != "chen"]
    return {
        DRILLS: {f"{A}/{quarter}": drill(*people, quarter=quarter) for quarter, people in taking_part.items()},
        ASKED: rows,
        **password(*keepers),
        **devices(bank=device(*(["chen"] if "chen" in since else keepers))),
    }


def missing(*told, **more):
    found = said(year(*told, **more))
    return (found.status.value, found.evidence.get("missing", ()))


NOW = {"2026-Q4": ("anna", "bjorn")}


def test_a_custodian_who_took_part_in_no_drill_for_a_year_is_named():
    since = dict.fromkeys(("anna", "bjorn", "chen", "dina"), "2026-Q1")
    assert missing({**NOW, "2026-Q1": ("chen",), "2025-Q4": ("dina",)}, since) == ("FAIL", ("dina",))


@pytest.mark.parametrize("more", [{}, {"2025-Q3": ("anna",)}])
def test_whoever_is_a_custodian_for_less_than_a_year_has_time(more):
    assert missing({**NOW, **more}, {"anna": "2025-Q3", "bjorn": "2025-Q3", "dina": "2026-Q2"})[0] == "PASS"
    assert missing({**NOW, **more}, {"anna": "2025-Q3", "bjorn": "2025-Q3", "dina": "2026-Q1"}) == ("FAIL", ("dina",))


def test_in_the_first_year_of_drills_nobody_is_missing():
    since = dict.fromkeys(("anna", "bjorn", "dina"), "2025-Q3")
    assert missing(NOW, since, drills_since="2026-Q2")[0] == "PASS"
    assert missing(NOW, since, drills_since="2026-Q1") == ("FAIL", ("dina",))


PEOPLE = ("anna", "bjorn", "chen", "dina")
SOME = st.lists(st.sampled_from(PEOPLE), min_size=2, max_size=3, unique=True)


@settings(max_examples=60)
@given(
    st.dictionaries(st.sampled_from(QUARTERS[:-1]), SOME),
    SOME,
    st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(QUARTERS), min_size=1),
    st.sampled_from(QUARTERS),
)
def test_the_year_is_held_against_a_slow_reading_of_it(before, now, since, drills_since):
    taking_part = {**before, "2026-Q4": now}
    last_four = QUARTERS[-4:]
    absent = set()
    for person, first in since.items():
        could = [quarter for quarter in last_four if quarter >= first and quarter >= drills_since]
        did = [quarter for quarter in last_four if person in taking_part.get(quarter, ())]
        if len(could) == len(last_four) and not did:
            absent.add(person)
    if all(person == "chen" for person in since):
        since = {**since, "anna": "2026-Q4"}
    status, told = missing(taking_part, since, drills_since=drills_since)
    assert (status, set(told)) == ("FAIL" if absent else "PASS", absent)


# --- what is unread


@pytest.mark.parametrize(
    "part", [ROOT_USE, DRILLS, PASSWORD_CUSTODY, DEVICES, SNAPSHOT_OPENED], ids=lambda part: part.name
)
def test_what_is_unread_is_unknown(part):
    key, early = A if part is ROOT_USE else "*", {ROOT_USE: {A: use("2026-10-13T09:30:00Z")}}
    seen_by_aws = {} if part is not SNAPSHOT_OPENED else early
    assert statuses(CONTROL, attested(seen_by_aws, gap(part, key)))[A, ""] == "UNKNOWN"


def test_whether_a_later_use_was_declared_is_unknown_without_the_record_of_drills():
    assert said({ROOT_USE: {A: use(LATER)}}, gap(ROOT_USES)).status == "UNKNOWN"
