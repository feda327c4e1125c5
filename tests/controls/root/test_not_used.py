from datetime import UTC, date, datetime

import pytest

from orgwarden.parts.attested import ROOT_USES
from orgwarden.parts.declared import ROOT_RULES
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_USE
from tests.access_worlds import event, governed, root_rules, use
from tests.attested_worlds import declared
from tests.worlds import A, B, gap, statuses, verdicts

CONTROL = "root.not_used"
TODAY = "2026-11-21T09:00:00+00:00"
LONG_AGO = "2026-08-13T09:00:00Z"


def said(row, *events, account=A, gaps=None):
    return verdicts(CONTROL, governed({ROOT_USE: {account: row}, ROOT_RULES: root_rules(*events)}, gaps))[account, ""]


def test_a_key_that_was_used_today_deviates_and_a_password_long_ago_does_not():
    key = said(use(LONG_AGO, TODAY))
    assert (key.status, key.evidence["used"]) == ("FAIL", ("access key on 2026-11-21",))
    assert said(use(LONG_AGO)).status == "PASS"


@pytest.mark.parametrize(
    ("when", "status"),
    [
        ("2026-10-21T00:00:00Z", "FAIL"),
        ("2026-10-20T23:59:59Z", "PASS"),
        ("2026-10-21T01:00:00+02:00", "PASS"),
        ("2026-11-22T00:10:00Z", "FAIL"),
        ("", "PASS"),
    ],
)
def test_a_use_counts_within_the_window_by_its_day_in_utc_and_so_does_one_of_a_clock_that_is_fast(when, status):
    assert said(use(when)).status == status


def test_a_use_that_is_declared_passes_whatever_kind_the_event_is_of():
    assert said(use(TODAY), event(date(2026, 11, 21))).status == "PASS"
    assert said(use(TODAY), event(date(2026, 11, 20), last=date(2026, 11, 22), kind="mfa_change")).status == "PASS"


def test_an_event_of_another_day_or_account_declares_nothing_and_each_use_wants_its_own():
    assert said(use(TODAY), event(date(2026, 11, 20))).status == "FAIL"
    assert said(use(TODAY), event(date(2026, 11, 21), account=B)).status == "FAIL"
    both = said(use("2026-11-19T09:00:00Z", TODAY), event(date(2026, 11, 21)))
    assert (both.status, both.evidence["used"]) == ("FAIL", ("password on 2026-11-19",))


def drilled(*uses, gaps=None, when=TODAY):
    parts = {ROOT_USE: {A: use(when)}, ROOT_USES: {A: uses}}
    return verdicts(CONTROL, governed(parts, gaps))[A, ""]


def test_a_use_in_the_window_of_a_signed_drill_passes_and_one_beside_it_deviates():
    window = declared(first=datetime(2026, 11, 21, 9, tzinfo=UTC), last=datetime(2026, 11, 21, 9, 30, tzinfo=UTC))
    found = drilled(window)
    assert (found.status, found.evidence["told_by"]) == ("PASS", ("the drill of 2026-Q4",))
    assert drilled(window, when="2026-11-21T09:45:01+00:00").status == "FAIL"
    assert drilled(window, when="2026-11-21T08:44:59+00:00").status == "FAIL"
    other = governed({ROOT_USE: {A: use(TODAY)}, ROOT_USES: {B: (window,)}})
    assert statuses(CONTROL, other)[A, ""] == "FAIL"


def test_two_uses_of_one_day_want_each_to_be_declared():
    window = declared(first=datetime(2026, 11, 21, 9, tzinfo=UTC), last=datetime(2026, 11, 21, 9, 30, tzinfo=UTC))
    parts = {ROOT_USE: {A: use("", TODAY, "2026-11-21T23:00:00Z")}, ROOT_USES: {A: (window,)}}
    found = verdicts(CONTROL, governed(parts))[A, ""]
    assert (found.status, found.evidence["used"]) == ("FAIL", ("access key on 2026-11-21",))


def test_without_the_record_of_drills_only_what_the_baseline_declares_is_known():
    lost = gap(ROOT_USES)
    assert drilled(gaps=lost).status == "UNKNOWN"
    assert drilled(gaps=lost).cause == "AccessDenied"
    assert said(use(TODAY), event(date(2026, 11, 21)), gaps=lost).status == "PASS"
    assert said(use(LONG_AGO), gaps=lost).status == "PASS"


def test_without_credentials_and_use_it_is_not_applicable_and_a_use_of_what_is_gone_counts():
    assert said(use(), account=B).status == "NOT_APPLICABLE"
    assert said(use(TODAY), account=B).status == "FAIL"


@pytest.mark.parametrize("part", [ROOT_USE, ROOT_CREDENTIALS], ids=lambda part: part.name)
def test_what_is_unread_is_unknown(part):
    assert statuses(CONTROL, governed(gaps=gap(part, A)))[A, ""] == "UNKNOWN"


def test_a_use_already_seen_deviates_whatever_else_is_unread():
    assert said(use(TODAY), gaps=gap(ROOT_CREDENTIALS, A)).status == "FAIL"


def test_a_time_that_does_not_parse_is_unknown():
    assert said(use("yesterday")).status == "UNKNOWN"
