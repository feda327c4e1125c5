import pytest

from orgwarden.parts.declared import STRUCTURE_RULES
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS, TAGS, AccountState
from tests.governance_worlds import OTHER_UNIT, C, governed, joining
from tests.worlds import UNIT, A, B, gap, statuses, verdicts

CONTROL = "structure.production_apart"
PROD, DEV = {"stage": "Production"}, {"stage": "dev"}


def together(mine=None, other=None, *, unit=None, above=None, gaps=None, **joined):
    """B and C in one unit, which stands in another, with these tags."""
    tags = {TAGS: {B: mine or {}, C: other or {}, UNIT: unit or {}, OTHER_UNIT: above or {}}}
    joining_c = joining(OTHER_UNIT, UNIT, **joined)
    placed = {PLACEMENTS: {B: (OTHER_UNIT, UNIT), **joining_c[PLACEMENTS]}}
    return governed({**joining_c, **placed, **tags}, gaps)


def test_production_beside_others_deviates_and_both_kinds_are_listed():
    said = verdicts(CONTROL, together(PROD, DEV))["", UNIT]
    assert said.status == "FAIL"
    assert said.evidence == {"accounts": (B, C), "production": (B,), "other": (C,)}


@pytest.mark.parametrize("stages", [(PROD, PROD), (DEV, DEV), (PROD, {}), ({}, DEV)], ids=str)
def test_one_kind_passes_beside_accounts_whose_stage_nobody_knows(stages):
    assert statuses(CONTROL, together(*stages)) == {("", UNIT): "PASS"}


def test_without_any_stage_it_is_not_applicable():
    assert statuses(CONTROL, together()) == {("", UNIT): "NOT_APPLICABLE"}


def test_an_account_has_the_stage_of_the_nearest_unit_above_unless_it_names_its_own():
    assert statuses(CONTROL, together(PROD, unit=DEV)) == {("", UNIT): "FAIL"}
    assert statuses(CONTROL, together(PROD, above=DEV)) == {("", UNIT): "FAIL"}
    assert statuses(CONTROL, together(PROD, unit=PROD, above=DEV)) == {("", UNIT): "PASS"}
    assert statuses(CONTROL, together(PROD, PROD, unit=DEV)) == {("", UNIT): "PASS"}


def test_the_first_key_that_is_declared_counts_whatever_its_case():
    assert statuses(CONTROL, together({"Environment": "dev", "Stage": "PROD"}, PROD)) == {("", UNIT): "PASS"}
    assert statuses(CONTROL, together({"Environment": "dev"}, PROD)) == {("", UNIT): "FAIL"}


def test_closed_accounts_do_not_count():
    assert statuses(CONTROL, together(PROD, DEV, state=AccountState.CLOSED)) == {("", UNIT): "PASS"}


@pytest.mark.parametrize("place", [C, UNIT, OTHER_UNIT])
def test_tags_that_could_name_a_stage_and_were_not_read_are_unknown(place):
    assert statuses(CONTROL, together(PROD, gaps=gap(TAGS, place))) == {("", UNIT): "UNKNOWN"}


def test_both_kinds_already_seen_deviate_whatever_else_is_unread():
    for unread in (gap(TAGS, UNIT), gap(PLACEMENTS, A)):
        assert statuses(CONTROL, together(PROD, DEV, gaps=unread))["", UNIT] == "FAIL"


def test_an_account_that_could_not_be_placed_may_stand_in_any_unit():
    unplaced = together(PROD, DEV, gaps=gap(PLACEMENTS, C))
    assert statuses(CONTROL, unplaced) == {("", UNIT): "UNKNOWN", (C, ""): "UNKNOWN"}


def test_a_closed_account_that_could_not_be_placed_is_of_no_account():
    closed = together(PROD, state=AccountState.CLOSED, gaps=gap(PLACEMENTS, C))
    assert statuses(CONTROL, closed) == {("", UNIT): "PASS"}


def test_unread_tags_placements_accounts_and_rules_are_unknown():
    assert statuses(CONTROL, together(PROD, PROD, gaps=gap(TAGS))) == {("", UNIT): "UNKNOWN"}
    assert statuses(CONTROL, together(PROD, PROD, gaps=gap(STRUCTURE_RULES))) == {("", UNIT): "UNKNOWN"}
    for part in (PLACEMENTS, ACCOUNTS):
        assert set(statuses(CONTROL, together(PROD, PROD, gaps=gap(part))).values()) == {"UNKNOWN"}
    assert statuses(CONTROL, together(PROD, PROD, gaps=gap(ACCOUNTS, "*page 2")))["", UNIT] == "UNKNOWN"
