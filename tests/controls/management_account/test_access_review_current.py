from datetime import date

import pytest

from orgwarden.asking import shown_with
from orgwarden.controls import catalogue
from orgwarden.engine import evaluate
from orgwarden.model import Member, Status, Subject
from orgwarden.parts.access import (
    ASSIGNMENTS,
    DELETED,
    GROUP_MEMBERS,
    GROUP_NAMES,
    IAM_USERS,
    IDENTITY_CENTER,
    PEOPLE,
    PERMISSION_SETS,
    USER_CREDENTIALS,
    Person,
)
from orgwarden.parts.attested import ANSWERED, key_of
from orgwarden.parts.contacts import ROOT_MAILBOXES
from orgwarden.parts.custody import (
    DECLARED_ACCESS,
    DEVICES,
    MAIL_READERS,
    NAMED_PEOPLE,
    PASSWORD_CUSTODY,
    PHONE_CUSTODY,
)
from orgwarden.parts.declared import MANAGEMENT_RULES
from orgwarden.population.access import NOT_ASKED_FOR
from tests.access_worlds import (
    ADA,
    ADMINISTRATORS,
    BEN,
    READERS,
    assigned,
    declared_access,
    held,
    iam_user,
    permission_set,
    person,
    registered,
    rules,
    user_arn,
)
from tests.attested_worlds import answered, attested, put_questions, sound_form
from tests.custody_worlds import ANNA, BJORN, DINA, device, devices, readers
from tests.worlds import A, gap

CONTROL = next(one for one in catalogue() if one.id == "management_account.access_review_current")
REGISTER = attested().parts[NAMED_PEOPLE]["*"]
ACCESS = attested().parts[DECLARED_ACCESS]["*"]
SETS = {PERMISSION_SETS: {ADMINISTRATORS: permission_set(name="Administrator")}}
JOE = user_arn("joe")


def said(parts=None, gaps=None):
    return {one.subject.resource: one for one in evaluate([CONTROL], attested(parts, gaps))}


def named(**people):
    return {NAMED_PEOPLE: {"*": {**REGISTER, **people}}}


def decided(who, gained=(), **form):
    """The answer about somebody; ``gained`` are the fields beside which less was shown than is there."""
    question = put_questions(CONTROL)[who]
    told = {name: text for name, text in sound_form(question).items() if name.partition(".")[0] not in gained}
    return {ANSWERED: {key_of(CONTROL.id, who): answered({**told, **form})}}


def put_about(who, parts=None):
    return CONTROL.asks(Member(subject=Subject(resource=who), keys=(who,)), attested(parts))


def test_who_keeps_what_they_have_passes_and_the_answer_is_shown():
    found = said()[ADA]
    assert found.status is Status.PASS
    assert (found.evidence["name"], found.evidence["answered"]) == ("Ada", "anna on 2026-10-14")
    assert found.evidence["details"] == ("console: a set",)


def test_each_access_of_a_person_is_asked_about_with_what_is_there_and_nothing_else():
    facts = put_about(ANNA).facts
    assert facts.told == {
        "mail": {"mailbox": "reads the root user's mail"},
        "password": {"password": "vault, with 1 more"},
    }
    assert (facts.name, facts.whose) == ("Anna: their work", ANNA)
    assert [one.name for one in put_about(DINA).fields] == ["devices", "phone"]


@pytest.mark.parametrize(
    ("users", "groups", "shown"),
    [
        ((ADA,), (), "Administrator"),
        ((), ("g-1",), "Administrator through group platform"),
        ((ADA,), ("g-1",), "Administrator, also through group platform"),
    ],
)
def test_a_permission_set_is_shown_with_the_group_that_gives_it(users, groups, shown):
    reached = {ASSIGNMENTS: {ADMINISTRATORS: assigned(*users, groups=groups)}, GROUP_NAMES: {"g-1": "platform"}}
    facts = put_about(ADA, {**SETS, **reached, GROUP_MEMBERS: {"g-1": (ADA,)}}).facts
    assert facts.told == {"console": {"Administrator": shown}}


def test_what_was_to_be_removed_deviates_until_a_reading_no_longer_has_it():
    decision = decided(ADA, console="remove")
    found = said(decision)[ADA]
    assert (found.status, found.reason) == (
        Status.FAIL,
        "it was decided that they lose console access, and they still have it",
    )
    assert (found.evidence["answered"], found.evidence["details"]) == ("anna on 2026-10-14", ("console: a set",))
    removed = said({**decision, ASSIGNMENTS: {ADMINISTRATORS: assigned()}})[ADA]
    assert (removed.status, removed.reason) == (Status.NOT_APPLICABLE, "nothing shows that they have access")


def test_what_was_to_change_deviates_until_it_is_answered_again():
    found = said(decided(ANNA, mail="change"))[ANNA]
    assert found.reason == "it was decided to change the root user's e-mail: change it, and have it answered again"
    assert said(decided(ANNA, mail="keep"))[ANNA].status is Status.PASS


def test_all_that_an_answer_leaves_open_is_told():
    found = said(decided(ANNA, mail="change", password="remove"))[ANNA]
    assert len(found.evidence["wrong"]) == 2


@pytest.mark.parametrize(
    ("parts", "who", "reason"),
    [
        (
            {PERMISSION_SETS: {READERS: permission_set(name="Reader")}, ASSIGNMENTS: {READERS: assigned(ADA)}},
            ADA,
            "Console access: nobody has decided on Reader",
        ),
        (devices(new=device(DINA)), DINA, "MFA devices: nobody has decided on new: bank"),
        (
            {ASSIGNMENTS: {READERS: assigned("a-user")}, PERMISSION_SETS: {READERS: permission_set(name="Reader")}}
            | named(anna=registered(ANNA, user="a-user")),
            ANNA,
            "Console access: nobody has decided on Reader",
        ),
    ],
)
def test_access_that_came_after_the_answer_deviates(parts, who, reason):
    found = said({**parts, PEOPLE: {"a-user": person("a-user")}})[who]
    assert (found.status, found.reason) == (Status.FAIL, reason)


def test_what_an_answer_did_not_have_before_it_is_not_decided():
    assert said(decided(ANNA, gained=("mail",), mail="keep"))[ANNA].reason.startswith("The root user's e-mail: nobody")


@pytest.mark.parametrize(
    ("user", "reason"),
    [
        (person(ADA, is_enabled=False), "they are disabled in Identity Center"),
        (Person(key="-", masked=DELETED, is_enabled=False), "they left: Identity Center has no such user any more"),
    ],
)
def test_whoever_left_deviates_without_being_asked_about_whatever_they_have(user, reason):
    gone = {PEOPLE: {ADA: user, "b-user": user}, **named(bjorn=registered(BJORN, user="b-user"))}
    found = said(gone)
    assert {(found[one].status, found[one].reason) for one in (ADA, BJORN)} == {(Status.FAIL, reason)}
    assert put_about(ADA, gone) is put_about(BJORN, gone) is None
    without = said({**gone, ASSIGNMENTS: {ADMINISTRATORS: assigned()}})[ADA]
    assert (without.status, without.evidence["details"]) == (Status.FAIL, ())


def test_of_whom_nobody_could_read_whether_they_are_there_nobody_knows():
    unread = said(named(anna=registered(ANNA, user="a-user")))[ANNA]
    assert (unread.status, unread.cause) == (Status.UNKNOWN, NOT_ASKED_FOR)
    denied = said(gaps=gap(PEOPLE, ADA))[ADA]
    assert denied.status is Status.UNKNOWN


def test_without_identity_center_nobody_knows_whether_its_users_are_there():
    found = said({IDENTITY_CENTER: {"*": None}})
    assert (found[ADA].status, found[ADA].cause.partition(":")[0]) == (
        Status.UNKNOWN,
        "there is no IAM Identity Center any more",
    )
    assert found[ANNA].status is Status.PASS


def test_a_user_who_is_nobody_of_the_register_deviates_by_their_id_and_is_asked_about():
    parts = {ASSIGNMENTS: {ADMINISTRATORS: assigned(ADA, BEN)}}
    found = said(parts)[BEN]
    assert (found.status, found.reason) == (Status.FAIL, "has access, and is nobody of the register")
    assert (found.subject, found.evidence["name"]) == (Subject(resource=BEN), "b•••@corp.example")
    assert put_about(BEN, parts).facts.name == "b•••@corp.example: the register does not say why"


def test_nobody_gets_in_by_an_assignment_that_outlived_a_user_whom_nobody_registered():
    gone = Person(key="-", masked=DELETED, is_enabled=False)
    assert BEN not in said({ASSIGNMENTS: {ADMINISTRATORS: assigned(ADA, BEN)}, PEOPLE: {BEN: gone}})


def test_a_reader_of_the_mail_who_is_nobody_of_the_register_deviates():
    assert said(readers(ANNA, "zoe"))["zoe"].status is Status.FAIL


@pytest.mark.parametrize(
    ("access", "status", "reason"),
    [
        ({}, Status.FAIL, "has access, and the register does not say why"),
        ({"until": date(2026, 11, 20)}, Status.FAIL, "their access was to end on 2026-11-20"),
        ({"until": date(2026, 11, 21)}, Status.PASS, ""),
    ],
)
def test_why_somebody_has_access_is_registered_and_ends_on_its_day(access, status, reason):
    others = {id_: one for id_, one in ACCESS.items() if id_ != ADA}
    mine = declared_access(ada=access["until"])["*"] if access else {}
    found = said({DECLARED_ACCESS: {"*": {**others, **mine}}})
    assert (found[ADA].status, found[ADA].reason) == (status, reason)
    assert found[ANNA].status is Status.PASS


def test_whoever_has_no_access_and_is_registered_is_not_asked_about():
    parts = named(zoe=registered("zoe", user=""))
    assert said(parts)["zoe"].status is Status.NOT_APPLICABLE
    assert put_about("zoe", parts) is None


@pytest.mark.parametrize(
    ("parts", "who"),
    [
        ({MANAGEMENT_RULES: rules(people={JOE: ADA})}, ADA),
        ({IAM_USERS: {JOE: iam_user("joe", person=person(ADA).key)}}, ADA),
        ({}, JOE),
        ({MANAGEMENT_RULES: rules(people={JOE: "u-9"})}, "u-9"),
    ],
)
def test_an_iam_user_with_a_password_is_whose_it_is_declared_or_addressed(parts, who):
    joe = {IAM_USERS: {JOE: iam_user("joe")}, USER_CREDENTIALS: {JOE: held(has_password=True)}}
    found = said({**joe, **parts})
    assert found[who].status is Status.FAIL
    assert "console: IAM user joe" in found[who].evidence["details"]
    assert JOE not in found or who == JOE


def test_an_iam_user_without_a_password_is_a_program_and_one_that_is_nobodys_is_not_asked_about():
    joe = {IAM_USERS: {JOE: iam_user("joe")}}
    assert JOE not in said({**joe, USER_CREDENTIALS: {JOE: held(active_keys=1)}})
    assert put_about(JOE, {**joe, USER_CREDENTIALS: {JOE: held(has_password=True)}}) is None


@pytest.mark.parametrize(
    ("part", "key"),
    [
        (ASSIGNMENTS, ADMINISTRATORS),
        (PERMISSION_SETS, "*"),
        (IDENTITY_CENTER, "*"),
        (GROUP_MEMBERS, "g-1"),
        (USER_CREDENTIALS, A),
        (ROOT_MAILBOXES, A),
        (MAIL_READERS, "*"),
        (PASSWORD_CUSTODY, "*"),
        (PHONE_CUSTODY, "*"),
        (DEVICES, "*"),
        (NAMED_PEOPLE, "*"),
        (DECLARED_ACCESS, "*"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_what_could_hide_more_access_lets_nobody_pass_and_no_deviation_go(part, key):
    found = said(decided(ADA, console="remove"), gap(part, key))
    assert {one.status for who, one in found.items() if who != ADA} == {Status.UNKNOWN}
    # Where her own access was not read, nobody knows whether it was removed.
    is_lost = part in {ASSIGNMENTS, NAMED_PEOPLE}
    assert found[ADA].status is (Status.UNKNOWN if is_lost else Status.FAIL)


def test_a_mailbox_whose_readers_nobody_listed_and_a_device_that_nobody_keeps_let_nobody_pass():
    assert {one.status for one in said({MAIL_READERS: {"*": {}}}).values()} == {Status.UNKNOWN}
    loose = said(devices(**attested().parts[DEVICES]["*"], loose=device()))
    assert loose[ADA].cause == "nobody said who gets at loose: add custody to it in root.mfa_devices"


def test_no_users_of_other_accounts_are_meant():
    joe = user_arn("joe", "222222222222")
    assert joe not in said({USER_CREDENTIALS: {joe: held(has_password=True)}})


def test_what_is_shown_goes_with_the_decision():
    form = shown_with(put_about(ANNA), {"mail": "keep"})
    assert form == {"mail": "keep", "mail.shown": "mailbox"}
