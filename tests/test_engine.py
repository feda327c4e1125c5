"""No silence, no default and no gap elsewhere becomes a pass."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from orgwarden.control import Control, Setting, Ticket
from orgwarden.controls import arriving, catalogue
from orgwarden.engine import coverage, evaluate
from orgwarden.model import Deviation, Member, NotApplicable, Pass, Severity, Status, Subject, Unseen, Verdict, World
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, PRIMARY_CONTACTS, ROOT_MAILBOXES
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS, UNITS, AccountState, Unit
from orgwarden.parts.policies import RESOURCE_POLICY
from orgwarden.population import ACCOUNT, NUMBER, ROOT_MAILBOX, WHOLE_ORGANIZATION, Arrival, Population
from tests.access_worlds import BY_FILTER
from tests.access_worlds import governed as well_guarded
from tests.governance_worlds import governed as well_governed
from tests.worlds import DESK, VAULT, A, B, account, blind, gap, mailbox, phone, primary, statuses, verdicts, world

LETS_B = {"Effect": "Allow", "Principal": {"AWS": B}, "Action": "organizations:*", "Resource": "*"}
DELEGATING = json.dumps({"Version": "2012-10-17", "Statement": [LETS_B]})


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


def of_theme(*themes: str) -> list[Control]:
    return [control for control in arriving(Arrival.SNAPSHOT) if control.theme in themes]


def test_a_sound_organization_passes_everything():
    assert {v.status for v in evaluate(of_theme("contacts", "changes"), world())} == {Status.PASS}


@pytest.mark.parametrize(
    ("themes", "sound"),
    [
        (("billing", "delegation", "structure", "tags"), well_governed({RESOURCE_POLICY: {"*": DELEGATING}})),
        (("management_account", "root"), well_guarded(BY_FILTER)),
    ],
    ids=["governed", "guarded"],
)
def test_a_sound_organization_has_no_deviation_and_nothing_unknown(themes: tuple[str, ...], sound: World):
    said = {v.control: v for v in evaluate(of_theme(*themes), sound) if v.status in (Status.FAIL, Status.UNKNOWN)}
    assert said == {}


def test_the_themes_of_the_sound_organizations_are_all_there_are():
    judged = {"billing", "contacts", "changes", "delegation", "structure", "tags", "management_account", "root"}
    assert {control.theme for control in arriving(Arrival.SNAPSHOT)} == judged


def test_of_what_nobody_read_or_declared_nothing_is_decided():
    assert {v.status for v in evaluate(catalogue(), blind())} <= {Status.UNKNOWN}


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


def made(seen: World) -> list[str]:
    """List what was read: a new list each time that it is made."""
    return sorted(seen.whole(PRIMARY_CONTACTS))


def test_what_is_derived_of_a_world_is_made_once():
    sound = world()
    assert sound.derived(made) is sound.derived(made)
    assert sound.derived(made) == [A, B]


def test_what_cannot_be_derived_is_unseen_each_time_it_is_asked_for():
    unread = world(gaps=gap(PRIMARY_CONTACTS, B, "Throttled"))
    for _ in range(2):
        with pytest.raises(Unseen, match="Throttled"):
            unread.derived(made)


def test_a_changed_world_derives_anew_and_is_equal_whatever_was_derived():
    sound = world()
    assert sound.derived(made) == [A, B]
    unread = replace(sound, gaps=gap(PRIMARY_CONTACTS, A))
    with pytest.raises(Unseen):
        unread.derived(made)
    assert sound == world()


def test_only_gaps_of_the_part_are_missing_in_it():
    unread = world(gaps={**gap(PRIMARY_CONTACTS, B, "Throttled"), **gap(UNITS)})
    told = [(unseen.part, unseen.key, unseen.cause) for unseen in unread.missing(PRIMARY_CONTACTS)]
    assert told == [(PRIMARY_CONTACTS.name, B, "Throttled")]
    assert not list(unread.missing(ACCOUNTS))
    assert unread.whole(ACCOUNTS).keys() == {A, B}
