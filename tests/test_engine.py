"""No silence, no default and no gap elsewhere becomes a pass."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from orgwarden.control import Control, Setting, Ticket
from orgwarden.controls import catalogue
from orgwarden.engine import coverage, evaluate
from orgwarden.model import Deviation, Member, NotApplicable, Pass, Severity, Status, Subject, Unseen, Verdict, World
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, PRIMARY_CONTACTS, ROOT_MAILBOXES
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS, UNITS, AccountState, Unit
from orgwarden.population import ACCOUNT, NUMBER, ROOT_MAILBOX, WHOLE_ORGANIZATION, Population
from tests.worlds import DESK, VAULT, A, B, account, gap, mailbox, phone, primary, statuses, verdicts, world


def asking(answer, about: Population = ACCOUNT) -> Control:
    return Control(
        id="test.control",
        title="",
        guidance="",
        about=about,
        severity=Severity.LOW,
        ticket=Ticket.OWNER,
        authority="AWS",
        practices=(),
        check=answer if callable(answer) else lambda _member, _world: answer,
    )


def test_a_sound_organization_passes_everything():
    assert {v.status for v in evaluate(catalogue(), world())} == {Status.PASS}


def test_a_gap_of_one_account_makes_its_own_subject_unknown_and_no_other():
    unread = world(gaps=gap(PRIMARY_CONTACTS, B))
    assert statuses("contacts.primary_phone_valid", unread) == {(A, ""): "PASS", (B, ""): "UNKNOWN"}


def test_an_unread_slot_of_a_population_stands_at_its_account_and_slot():
    said = statuses("contacts.alternate_email_business_domain", world(gaps=gap(ALTERNATE_CONTACTS, f"{B}/SECURITY")))
    assert said[B, "SECURITY"] == "UNKNOWN"


def test_an_unread_population_is_one_unknown_and_never_silence():
    assert statuses("contacts.root_email_is_group", world(gaps=gap(ACCOUNTS))) == {("", ""): "UNKNOWN"}


def test_a_row_that_nobody_recorded_is_unknown():
    lost = world()
    del lost.parts[PRIMARY_CONTACTS][B]
    said = verdicts("contacts.primary_phone_valid", lost)[B, ""]
    assert said.status == Status.UNKNOWN
    assert said.cause == "neither a row nor a gap was recorded"


def test_an_account_with_a_row_and_a_gap_hides_no_other_account():
    seen = World(
        organization="o-1", management=A, today=world().today, parts=world().parts, gaps=gap(ACCOUNTS, A, "Throttled")
    )
    assert statuses("contacts.primary_phone_valid", seen) == {(A, ""): "PASS", (B, ""): "PASS"}


def test_one_subject_gets_one_verdict_however_often_it_is_met():
    def twice(_: World) -> Iterator[Member | Unseen]:
        yield Member(subject=Subject(resource="r"))
        yield Member(subject=Subject(resource="r"))

    assert len(list(evaluate([asking(None, Population("twice", twice))], world()))) == 1


def test_a_closed_account_is_not_applicable_without_being_asked():
    closed = world({ACCOUNTS: {B: account(B, state=AccountState.CLOSED)}})
    said = {v.subject.account: v for v in evaluate([asking(Deviation("always"))], closed)}
    assert said[B].status == Status.NOT_APPLICABLE
    assert said[B].reason == "the account is closed or pending closure"


def test_a_mailbox_of_closed_accounts_alone_is_not_applicable():
    closed = world(
        {ACCOUNTS: {B: account(B, state=AccountState.CLOSED)}, ROOT_MAILBOXES: {B: mailbox("old@corp.example")}}
    )
    said = {v.subject.resource: v.status for v in evaluate([asking(None, ROOT_MAILBOX)], closed)}
    assert said[mailbox("old@corp.example").key] == Status.NOT_APPLICABLE


def test_a_subject_that_is_no_account_lists_the_accounts_in_which_it_stands():
    shared = world({PRIMARY_CONTACTS: {B: primary(VAULT)}})
    (said,) = evaluate([asking(Deviation("always", {"number": "•••"}), NUMBER)], shared)
    assert said.subject == Subject(resource=phone(VAULT).key)
    assert said.evidence == {"accounts": (A, B), "number": "•••"}


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (None, Status.PASS),
        (Pass({"people": 3}), Status.PASS),
        (Deviation("so"), Status.FAIL),
        (NotApplicable("so"), Status.NOT_APPLICABLE),
    ],
)
def test_each_answer_has_one_status(answer, status):
    assert {v.status for v in evaluate([asking(answer)], world())} == {status}


def test_the_cause_of_a_gap_reaches_the_verdict():
    def ask(_member, world):
        return world.of(PRIMARY_CONTACTS, B)

    said = list(evaluate([asking(ask)], world(gaps=gap(PRIMARY_CONTACTS, B, "Throttled"))))
    assert {v.cause for v in said} == {"Throttled"}


def test_coverage_is_the_decided_share_of_what_applies():
    kinds = [Status.PASS, Status.FAIL, Status.UNKNOWN, Status.UNKNOWN, Status.NOT_APPLICABLE]
    said = [Verdict(control="c", subject=Subject(resource=str(n)), status=s) for n, s in enumerate(kinds)]
    assert coverage(said) == 0.5
    assert coverage([]) == 1.0


def test_two_numbers_are_two_members():
    said = {v.subject.resource for v in evaluate([asking(None, NUMBER)], world())}
    assert said == {phone(VAULT).key, phone(DESK).key}


PROD, BELOW, SAND = "ou-exam-prod0000", "ou-exam-below000", "ou-exam-sandbox0"
PLACED = {
    UNITS: {unit: Unit(name=unit, parent="r-exam") for unit in (PROD, BELOW, SAND)},
    PLACEMENTS: {A: (PROD, BELOW), B: (SAND,)},
}


def judged_with(setting: Setting, seen: World, about: Population = ACCOUNT, answer=None) -> dict[str, Verdict]:
    """Give the verdicts of a control that is set so, by account."""
    control = asking(Deviation("always") if answer is None else answer, about)
    return {v.subject.account: v for v in evaluate([control], seen, {control.id: setting})}


def test_what_is_switched_off_is_not_applicable_with_its_reason_even_where_nobody_could_look():
    off = Setting(off="judged elsewhere")
    for seen in (world(), world(gaps=gap(ACCOUNTS)), world({ACCOUNTS: {B: account(B, state=AccountState.CLOSED)}})):
        said = judged_with(off, seen).values()
        assert {(v.status, v.reason) for v in said} == {(Status.NOT_APPLICABLE, "switched off: judged elsewhere")}


def test_a_setting_of_one_control_leaves_the_others_alone():
    other = replace(asking(None), id="test.other")
    said = evaluate([asking(None), other], world(), {"test.control": Setting(off="so")})
    assert [v.status for v in said if v.control == "test.other"] == [Status.PASS, Status.PASS]


@pytest.mark.parametrize(
    ("setting", "judged"),
    [
        (Setting(units=frozenset({PROD})), {A}),
        (Setting(units=frozenset({BELOW})), {A}),
        (Setting(units=frozenset({PROD, SAND})), {A, B}),
        (Setting(except_units=frozenset({PROD})), {B}),
        (Setting(units=frozenset({PROD}), except_units=frozenset({BELOW})), set()),
    ],
)
def test_only_what_stands_in_an_account_in_or_below_the_units_is_judged(setting: Setting, judged: set[str]):
    said = judged_with(setting, world(PLACED))
    assert {account for account, v in said.items() if v.status is Status.FAIL} == judged
    assert {v.status for account, v in said.items() if account not in judged} <= {Status.NOT_APPLICABLE}


def test_a_shared_thing_is_judged_if_one_of_its_accounts_lies_in_the_units():
    (said,) = evaluate(
        [asking(Deviation("always"), ROOT_MAILBOX)], world(PLACED), {"test.control": Setting(units=frozenset({SAND}))}
    )
    assert said.status is Status.FAIL


def test_an_account_that_could_not_be_placed_is_unknown_and_never_left_out():
    unplaced = world(PLACED, gaps=gap(PLACEMENTS, B))
    said = judged_with(Setting(units=frozenset({PROD})), unplaced)
    assert {account: v.status for account, v in said.items()} == {A: Status.FAIL, B: Status.UNKNOWN}
    unread = judged_with(Setting(except_units=frozenset({PROD})), world(PLACED, gaps=gap(PLACEMENTS)))
    assert {v.status for v in unread.values()} == {Status.UNKNOWN}


def test_a_unit_that_is_not_there_leaves_nothing_out_in_silence():
    said = judged_with(Setting(units=frozenset({PROD, "ou-exam-misspelt"})), world(PLACED))
    assert {account: v.status for account, v in said.items()} == {A: Status.FAIL, B: Status.UNKNOWN}
    assert "unit ou-exam-misspelt, and there is none" in said[B].cause
    unread = judged_with(Setting(units=frozenset({SAND})), world({PLACEMENTS: PLACED[PLACEMENTS]}, gap(UNITS)))
    assert {account: v.status for account, v in unread.items()} == {A: Status.UNKNOWN, B: Status.FAIL}


def test_an_unread_place_outside_of_the_units_hides_nothing():
    unread = world(PLACED, gaps=gap(PRIMARY_CONTACTS, B))
    said = list(evaluate([asking(None, NUMBER)], unread, {"test.control": Setting(units=frozenset({PROD}))}))
    assert {v.subject.account: v.status for v in said} == {"": Status.PASS, B: Status.NOT_APPLICABLE}


def test_what_stands_in_no_account_is_judged_whatever_the_units():
    said = judged_with(Setting(units=frozenset({SAND}), grace_days=5), world(PLACED), WHOLE_ORGANIZATION)
    assert said[""].status is Status.FAIL


@pytest.mark.parametrize(
    ("joined", "status"),
    [("2026-11-08T10:00:00Z", "NOT_APPLICABLE"), ("2026-11-07T10:00:00Z", "FAIL"), ("", "FAIL")],
)
def test_an_account_is_judged_when_its_days_of_grace_are_over_and_at_once_when_nobody_knows_since_when(joined, status):
    young = world({ACCOUNTS: {B: replace(account(B), joined=joined)}})
    said = judged_with(Setting(grace_days=14), young)
    assert (said[B].status.value, said[A].status) == (status, Status.FAIL)
    assert young.today == date(2026, 11, 21)


def test_a_shared_thing_has_grace_only_while_all_of_its_accounts_have():
    def said(*joined: str) -> Verdict:
        rows = {a: replace(account(a), joined=day) for a, day in zip((A, B), joined, strict=True)}
        setting = {"test.control": Setting(grace_days=14)}
        return next(iter(evaluate([asking(Deviation("always"), ROOT_MAILBOX)], world({ACCOUNTS: rows}), setting)))

    assert said("2026-11-20", "2020-01-01").status is Status.FAIL
    assert (
        said("2026-11-20", "2026-11-10").reason
        == "joined on 2026-11-10, and is judged from 2026-11-24 (14 days of grace)"
    )
