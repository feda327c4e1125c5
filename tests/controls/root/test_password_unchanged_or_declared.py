from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from orgwarden.parts.attested import ROOT_USES
from orgwarden.parts.declared import ROOT_RULES
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_USE
from tests.access_worlds import credentials, event, governed, root_rules, use
from tests.attested_worlds import declared
from tests.worlds import A, B, gap, statuses

CONTROL = "root.password_unchanged_or_declared"
HERE = (A, "")
RECENT = "2026-06-01T10:00:00Z"


def status(changed, *events):
    parts = {ROOT_USE: {A: use(changed=changed)}, ROOT_RULES: root_rules(*events)}
    return statuses(CONTROL, governed(parts))[HERE]


@pytest.mark.parametrize("changed", ["", "2025-11-20T10:00:00Z"])
def test_a_password_that_was_not_changed_of_late_passes(changed):
    assert status(changed) == "PASS"


def test_a_recent_change_deviates_unless_an_event_says_why():
    assert status(RECENT) == "FAIL"
    assert status(RECENT, event(date(2026, 6, 1), kind="password_change")) == "PASS"


def test_a_change_that_a_signed_drill_names_is_declared_and_the_drill_itself_is_no_change():
    change = declared(
        kind="password_change", first=datetime(2026, 6, 1, 10, tzinfo=UTC), last=datetime(2026, 6, 1, 11, tzinfo=UTC)
    )
    for uses, expected in (((change,), "PASS"), ((replace(change, kind="use"),), "FAIL")):
        parts = {ROOT_USE: {A: use(changed=RECENT)}, ROOT_USES: {A: uses}}
        assert statuses(CONTROL, governed(parts))[HERE] == expected


def test_without_the_record_of_drills_a_change_that_the_baseline_does_not_declare_is_unknown():
    parts = {ROOT_USE: {A: use(changed=RECENT)}}
    assert statuses(CONTROL, governed(parts, gap(ROOT_USES)))[HERE] == "UNKNOWN"


def test_an_event_of_another_kind_day_or_account_says_nothing():
    assert status(RECENT, event(date(2026, 6, 1))) == "FAIL"
    assert status(RECENT, event(date(2026, 6, 2), kind="password_change")) == "FAIL"
    assert status(RECENT, event(date(2026, 6, 1), kind="password_change", account=B)) == "FAIL"


@pytest.mark.parametrize("changed", [None, "once"])
def test_a_change_of_which_aws_does_not_tell_is_unknown(changed):
    assert status(changed) == "UNKNOWN"


def test_without_a_password_it_is_not_applicable():
    parts = {ROOT_CREDENTIALS: {A: credentials(has_password=False, has_access_keys=True)}}
    assert statuses(CONTROL, governed(parts))[HERE] == "NOT_APPLICABLE"


@pytest.mark.parametrize("part", [ROOT_USE, ROOT_CREDENTIALS], ids=lambda part: part.name)
def test_what_is_unread_is_unknown(part):
    assert statuses(CONTROL, governed(gaps=gap(part, A)))[HERE] == "UNKNOWN"
