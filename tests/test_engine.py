"""No silence, no default and no gap elsewhere becomes a pass."""

from collections.abc import Iterator

import pytest

from orgwarden.control import Control, Ticket
from orgwarden.controls import catalogue
from orgwarden.engine import coverage, evaluate
from orgwarden.model import Deviation, Member, NotApplicable, Pass, Severity, Status, Subject, Unseen, Verdict, World
from orgwarden.parts import ACCOUNTS, ALTERNATE_CONTACTS, PRIMARY_CONTACTS, ROOT_MAILBOXES, AccountState
from orgwarden.population import ACCOUNT, NUMBER, ROOT_MAILBOX, Population
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
