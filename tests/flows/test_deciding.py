"""What people decide becomes an entry for the baseline or an event, or is refused with what to do instead."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from orgwarden.baseline import Baseline, load
from orgwarden.baseline.filing import file_under
from orgwarden.errors import BadInput
from orgwarden.findings.finding import State
from orgwarden.findings.store import FindingStore
from orgwarden.flows import deciding
from orgwarden.flows.deciding import Decided
from orgwarden.model import Severity
from tests.findings.conftest import database_url, engine
from tests.findings.readings import CONTROL, ORG, A, B, control, fail, passed, review, subject, unknown

__all__ = ["database_url", "engine"]
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
TODAY, UNTIL = NOW.date(), date(2027, 3, 31)
DECIDED = Decided(owner="ada", approver="ben", reason="being closed", expires=UNTIL)
ANY = (CONTROL, "*", "*")


@pytest.fixture
def store(engine):
    return FindingStore(engine)


def adoption(store, **others):
    return deciding.adoption(findings=store, baseline=None, today=TODAY, until=UNTIL, **others)


def loaded(folder, section, *entries):
    (folder / "b.yaml").write_text("owners: {}\n")
    file_under(section, entries, folder / f"{section}.yaml", folder)
    return load(folder)


def test_what_is_open_is_adopted_but_what_is_critical_or_resolved_or_a_cause(store, tmp_path):
    worst = control("contacts.worst", severity=Severity.CRITICAL)
    judged = {"controls": [control(), worst]}
    said = [
        fail(subject(A)),
        fail(subject("", "m-1"), A, B),
        fail(subject(A), control_id=worst.id),
        unknown(subject(B)),
    ]
    store.record(review(1, *said, fail(subject("", "m-2"), A), **judged))
    store.record(review(2, *said, **judged))
    found = adoption(store)
    assert (found.adopted, found.critical) == (2, 1)
    (taken,) = loaded(tmp_path, "adopted", found.lines).adopted
    open_now = store.findings(ORG, state=State.OPEN)
    assert {*taken.findings} == {f.id for f in open_now if f.control == CONTROL and f.accounts}
    assert (taken.on, taken.until) == (TODAY, UNTIL)
    assert f"# {CONTROL}: {A}, {B}" in found.lines[-2] + found.lines[-1]


def test_once_it_is_merged_nothing_is_new_and_nothing_is_left_to_adopt(store, tmp_path):
    said = [fail(subject(A)), fail(subject(B))]
    store.record(review(1, *said))
    merged = loaded(tmp_path, "adopted", adoption(store).lines)
    recorded = store.record(review(2, *said, adoptions=merged.adoptions()))
    assert (recorded.deviations, recorded.new, len(recorded.adopted)) == ((), (), 2)
    with pytest.raises(BadInput, match="nothing to adopt"):
        adoption(store)


def test_a_theme_or_an_organization_is_adopted_alone(store):
    other = control("changes.moved")
    both = [fail(subject(A)), fail(subject(A), control_id=other.id)]
    store.record(review(1, *both, controls=[control(), other]))
    store.record(replace(review(1, *both, controls=[control(), other]), organization="o-another000"))
    assert (adoption(store).adopted, adoption(store, theme="changes").adopted) == (4, 2)
    declared = Baseline.model_validate({"organization": {"id": "o-another000"}})
    mine = deciding.adoption(findings=store, baseline=declared, today=TODAY, until=UNTIL)
    assert mine.adopted == 2


@pytest.mark.parametrize("until", [TODAY, TODAY - timedelta(days=1), date(2029, 1, 1)])
def test_debt_has_a_day_within_two_years(store, until):
    with pytest.raises(BadInput, match="within two years"):
        deciding.adoption(findings=store, baseline=None, today=TODAY, until=until)


def test_an_exemption_of_a_finding_covers_it_and_no_other(store, tmp_path):
    odd = fail(subject("", "r[1]*?"), A)
    store.record(review(1, odd, fail(subject("", "r1xx"), A)))
    (finding,) = [f for f in store.open_findings(ORG) if f.subject == odd.subject]
    (entry,) = deciding.exempting([deciding.patterns_of(finding)], DECIDED, today=TODAY)
    merged = loaded(tmp_path, "exemptions", entry)
    recorded = store.record(review(2, odd, fail(subject("", "r1xx"), A), exemptions=merged.exemptions))
    assert recorded.exempted == (finding.id,)
    assert merged.exemptions[0].reason == "being closed"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"approver": " Ada "}, "have somebody else approve it"),
        ({"expires": TODAY}, "within two years"),
        ({"expires": date(2028, 11, 9)}, "within two years"),
        ({"reason": " "}, "--reason is empty"),
    ],
)
def test_an_exemption_that_proves_nothing_is_refused(changed, told):
    with pytest.raises(BadInput, match=told):
        deciding.exempting([ANY], replace(DECIDED, **changed), today=TODAY)


def test_an_exemption_of_a_control_that_does_not_exist_is_refused_with_the_likely_one():
    with pytest.raises(BadInput, match=f"did you mean {CONTROL}"):
        deciding.exempting([("contacts.primary_phone_vaild", "*", "*")], DECIDED, today=TODAY)


def test_what_people_write_stays_text(tmp_path):
    odd = replace(DECIDED, owner="yes", reason='a: "b" # c\n- d\u2028é')
    (exemption,) = loaded(tmp_path, "exemptions", *deciding.exempting([ANY, ANY], odd, today=TODAY)).exemptions
    assert (exemption.owner, exemption.reason) == ("yes", odd.reason)


def test_a_cause_is_not_exempted(store):
    for n in (1, 2):
        store.record(review(n, unknown(subject(A))))
    (cause,) = store.open_findings(ORG)
    with pytest.raises(BadInput, match="only a deviation is exempted"):
        deciding.patterns_of(cause)


def test_a_snooze_puts_a_finding_off_for_thirty_days_at_most(store):
    (finding,) = store.record(review(1, fail(subject(A)))).new
    told = {"by": "ola", "why": "ordered", "findings": store, "now": NOW}
    (asleep,) = deciding.snooze(finding, days=30, **told)
    assert (asleep.state, asleep.snoozed_until) == (State.SNOOZED, date(2026, 12, 2))
    for days, words in ((31, {}), (0, {}), (5, {"by": " "})):
        with pytest.raises(BadInput):
            deciding.snooze(finding, days=days, **told | words)


def test_what_is_gone_is_not_put_off_and_what_is_not_known_is_told(store):
    (finding,) = store.record(review(1, fail(subject(A)))).new
    store.record(review(2, passed(subject(A))))
    told = {"days": 3, "by": "ola", "why": "w", "findings": store, "now": NOW}
    with pytest.raises(BadInput, match="nothing of it is open"):
        deciding.snooze(finding, **told)
    with pytest.raises(BadInput, match="neither a finding nor a ticket"):
        deciding.snooze("OW-0001", **told)
