from orgwarden.parts.bill_spend import ACCOUNT_STAGES
from orgwarden.parts.declared import STRUCTURE_RULES
from orgwarden.parts.organization import ACCOUNTS
from tests.governance_worlds import governed, staged
from tests.worlds import A, B, gap, statuses, verdicts

CONTROL = "structure.stages_in_own_accounts"


def billed(*stages, gaps=None, **more):
    return governed({ACCOUNT_STAGES: staged(*stages, **more)}, gaps)


def said(world):
    return statuses(CONTROL, world)[B, ""]


def test_an_account_with_one_stage_passes_and_one_without_is_not_judged():
    assert statuses(CONTROL, billed("prod")) == {(A, ""): "NOT_APPLICABLE", (B, ""): "PASS"}


def test_production_beside_another_stage_deviates_with_what_each_costs():
    found = verdicts(CONTROL, billed("Production", "test", "dev"))[B, ""]
    assert found.status == "FAIL"
    assert found.evidence == {
        "period": "2026-10",
        "production": ("Production: 1.50 USD",),
        "other": ("dev: 1.50 USD", "test: 1.50 USD"),
    }


def test_stages_without_production_and_spellings_of_production_stand_together():
    assert said(billed("test", "dev")) == "PASS"
    assert said(billed("prod", "PROD ", "production")) == "PASS"


def test_what_costs_nothing_does_not_count():
    free = {**staged("prod"), **staged("test", amount="0")}
    assert said(governed({ACCOUNT_STAGES: free})) == "PASS"


def test_without_a_bill_it_is_unknown_and_half_a_bill_may_deviate():
    assert said(billed(gaps=gap(ACCOUNT_STAGES))) == "UNKNOWN"
    assert said(billed("prod", gaps=gap(ACCOUNT_STAGES, "x"))) == "UNKNOWN"
    assert said(billed("prod", "test", gaps=gap(ACCOUNT_STAGES, "x"))) == "FAIL"


def test_unread_rules_and_accounts_are_unknown():
    assert said(billed("prod", gaps=gap(STRUCTURE_RULES))) == "UNKNOWN"
    assert statuses(CONTROL, billed("prod", gaps=gap(ACCOUNTS))) == {("", ""): "UNKNOWN"}
