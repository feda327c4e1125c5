import pytest

from orgwarden.parts.approved import APPROVED_ACCOUNTS
from orgwarden.parts.declared import VENDED, Vended
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS, TAGS, Account, AccountState
from tests.worlds import UNIT, A, B, account, approved, gap, statuses, verdicts, world

CONTROL = "changes.account_joined"
NEW = "333333333333"
FACTORY = {"vended-by": "account-factory"}


def joined(*patterns: Vended, gaps=None, state=AccountState.ACTIVE, **others):
    row = Account(id=NEW, name="team-ada", state=state, joined="", method="CREATED")
    parts = {ACCOUNTS: {NEW: row}, PLACEMENTS: {NEW: ("ou-exam-above0001", UNIT)}, TAGS: {NEW: FACTORY}}
    return world({**parts, VENDED: {"*": patterns}, **others}, gaps)


def pattern(**given):
    return Vended(**{"method": "", "units": (), "name": "", "tags": {}, **given})


def test_approved_accounts_pass():
    assert statuses(CONTROL, world()) == {(A, ""): "PASS", (B, ""): "PASS"}


def test_an_account_that_nobody_approved_deviates_and_says_where_it_stands_and_how_it_came():
    verdict = verdicts(CONTROL, joined())[NEW, ""]
    assert verdict.status == "FAIL"
    assert verdict.evidence == {"name": "team-ada", "unit": f"ou-exam-above0001/{UNIT}", "type": "CREATED"}


@pytest.mark.parametrize(
    "given",
    [
        {"method": "CREATED"},
        {"units": ("ou-exam-above0001",)},
        {"name": "team-*"},
        {"tags": {"vended-by": "account-*"}},
        {"method": "CREATED", "units": (UNIT,), "name": "team-*", "tags": FACTORY},
    ],
    ids=str,
)
def test_a_vended_account_passes_and_says_by_which_pattern(given):
    verdict = verdicts(CONTROL, joined(pattern(**given)))[NEW, ""]
    assert verdict.status == "PASS"
    assert verdict.evidence["pattern"]


@pytest.mark.parametrize(
    "given",
    [
        {"method": "INVITED", "name": "team-*"},
        {"units": ("ou-exam-other0001",), "name": "team-*"},
        {"name": "sandbox-*"},
        {"tags": {**FACTORY, "stage": "*"}},
    ],
    ids=str,
)
def test_every_key_of_a_pattern_must_match(given):
    assert statuses(CONTROL, joined(pattern(**given)))[NEW, ""] == "FAIL"


def test_a_pattern_that_could_not_be_tried_leaves_it_open_but_another_that_fits_decides():
    unseen, by_tag = gap(TAGS, NEW), pattern(tags=FACTORY)
    assert statuses(CONTROL, joined(by_tag, gaps=unseen))[NEW, ""] == "UNKNOWN"
    assert statuses(CONTROL, joined(by_tag, pattern(name="team-*"), gaps=unseen))[NEW, ""] == "PASS"
    assert statuses(CONTROL, joined(pattern(name="no", tags=FACTORY), gaps=unseen))[NEW, ""] == "FAIL"


def test_a_closed_account_does_not_join_and_one_that_opens_again_does():
    assert statuses(CONTROL, joined(state=AccountState.CLOSED))[NEW, ""] == "NOT_APPLICABLE"
    reopened = world({ACCOUNTS: {B: account(B)}, APPROVED_ACCOUNTS: {B: approved(B, state=AccountState.CLOSED)}})
    assert verdicts(CONTROL, reopened)[B, ""].reason == "the account was approved as closed and is open again"


def test_what_was_not_read_when_the_state_was_approved_is_unknown_never_joined():
    assert statuses(CONTROL, joined(gaps=gap(APPROVED_ACCOUNTS, NEW)))[NEW, ""] == "UNKNOWN"


def test_a_listing_that_was_cut_off_is_unknown():
    assert statuses(CONTROL, world(gaps=gap(ACCOUNTS, NEW)))[NEW, ""] == "UNKNOWN"
