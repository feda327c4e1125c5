from datetime import date

import pytest

from orgwarden.parts.runbooks import RUNBOOK_LINKS, RUNBOOKS, SCENARIOS, LinkState
from tests.access_worlds import bare, governed
from tests.runbook_worlds import WIKI, document, runbooks
from tests.worlds import gap, verdicts

CONTROL = "root.runbooks_current"


def said(parts=None, gaps=None):
    return {resource: one for (_, resource), one in verdicts(CONTROL, governed(parts, gaps)).items()}


def status(scenario="use_root", **changed):
    return said(runbooks(**{scenario: document(**changed)}))[scenario]


def test_each_of_the_ten_scenarios_is_judged_and_shows_its_document():
    found = said()
    assert {scenario: one.status.value for scenario, one in found.items()} == dict.fromkeys(SCENARIOS, "PASS")
    assert dict(found["use_root"].evidence) == {
        "scenario": "using the root user for what only the root user can do",
        "document": "Root user",
        "link": "https://wiki.corp.example/root",
        "owner": "anna",
        "reviewed": "2026-09-01",
    }
    assert found["reset_mfa"].evidence["kept"] == "binder in the safe"


def test_a_scenario_for_which_no_document_is_named_deviates_and_no_other():
    found = said(runbooks(use_root=None))
    assert (found.pop("use_root").reason, {one.status.value for one in found.values()}) == (
        "no document is named for it",
        {"PASS"},
    )


@pytest.mark.parametrize(
    ("reviewed", "expected"), [(date(2025, 11, 20), "PASS"), (date(2025, 11, 19), "FAIL"), (date(2026, 11, 21), "PASS")]
)
def test_a_review_counts_for_a_year_to_the_day(reviewed, expected):
    assert status(reviewed=reviewed).status == expected


def test_how_long_it_counts_is_declared():
    found = said(runbooks(review_days=30, use_root=document(reviewed=date(2026, 10, 21))))["use_root"]
    assert (found.status, found.reason) == (
        "FAIL",
        "its document was last reviewed on 2026-10-21, more than 30 days ago",
    )


def test_a_review_that_is_still_to_come_is_none():
    found = status(reviewed=date(2062, 1, 1))
    assert (found.status, "later than this reading" in found.cause) == ("UNKNOWN", True)


@pytest.mark.parametrize(
    ("state", "expected"), [(LinkState.THERE, "PASS"), (LinkState.SIGN_IN, "PASS"), (LinkState.GONE, "FAIL")]
)
def test_a_link_that_leads_nowhere_deviates_and_one_behind_a_sign_in_is_there(state, expected):
    found = said({RUNBOOK_LINKS: {WIKI: state}})
    assert (found["use_root"].status, found["reset_mfa"].status) == (expected, "PASS")


@pytest.mark.parametrize("key", [WIKI, "*"])
def test_a_link_that_could_not_be_asked_is_unknown_and_hides_no_old_review(key):
    unread = gap(RUNBOOK_LINKS, key, "wiki.corp.example does not answer in time")
    found = said(runbooks(change_mfa_battery=document(reviewed=date(2020, 1, 1))), unread)
    assert (found["use_root"].status, found["use_root"].cause) == (
        "UNKNOWN",
        "wiki.corp.example does not answer in time",
    )
    assert (found["change_mfa_battery"].status, found["reset_mfa"].status) == ("FAIL", "PASS")


def test_a_link_that_is_newer_than_the_reading_is_unknown_with_what_to_do():
    found = {key[1]: one for key, one in verdicts(CONTROL, bare(RUNBOOK_LINKS, {})).items()}
    assert (found["use_root"].status, "recheck" in found["use_root"].cause) == ("UNKNOWN", True)


def test_a_document_that_is_kept_offline_needs_no_link_to_answer():
    assert status(link="", key="", kept="binder in the safe").status == "PASS"


def test_where_nobody_declared_any_all_are_unknown_by_one_cause():
    found = said(gaps=gap(RUNBOOKS, cause="not declared: list them"))
    assert {(one.status.value, one.cause) for one in found.values()} == {("UNKNOWN", "not declared: list them")}
    assert len(found) == 10
