from orgwarden.parts.bill_spend import ACCOUNT_SERVICES
from orgwarden.parts.delegation import DELEGATIONS
from orgwarden.parts.organization import ACCOUNTS, AccountState
from tests.governance_worlds import SINCE, SSO, account, governed, spent
from tests.worlds import B, gap, statuses, verdicts

CONTROL = "delegation.administrator_dedicated"
PLACE = (B, "")


def administering(*services, gaps=None, **more):
    return governed({ACCOUNT_SERVICES: spent(*services, **more)}, gaps)


def test_an_account_that_spends_on_what_runs_the_organization_passes():
    assert statuses(CONTROL, administering("AWSCloudTrail", "AWS Config", "AmazonS3")) == {PLACE: "PASS"}


def test_spend_on_a_workload_deviates_with_the_largest_first():
    parts = {**spent("AmazonEC2", "AWSConfig"), **spent("AmazonRDS", amount="2")}
    said = verdicts(CONTROL, governed({ACCOUNT_SERVICES: parts}))[PLACE]
    assert said.status == "FAIL"
    assert said.evidence == {"period": "2026-10", "spend": ("AmazonRDS: 2.00 USD", "AmazonEC2: 1.50 USD")}


def test_a_service_that_nobody_knows_is_a_workload():
    assert statuses(CONTROL, administering("Unheard Of")) == {PLACE: "FAIL"}


def test_what_costs_nothing_is_no_workload():
    assert statuses(CONTROL, administering("AmazonEC2", amount="0")) == {PLACE: "PASS"}


def test_spend_of_another_account_does_not_count():
    assert statuses(CONTROL, administering("AmazonEC2", account="333333333333")) == {PLACE: "PASS"}


def test_an_account_that_administers_several_services_is_judged_once():
    both = {f"{B}/{SSO}": SINCE, f"{B}/iam.amazonaws.com": SINCE}
    assert statuses(CONTROL, governed({DELEGATIONS: both})) == {PLACE: "PASS"}


def test_a_closed_account_is_not_judged():
    closed = {ACCOUNTS: {B: account(B, state=AccountState.CLOSED)}, ACCOUNT_SERVICES: spent("AmazonEC2")}
    assert statuses(CONTROL, governed(closed)) == {PLACE: "NOT_APPLICABLE"}


def test_without_a_bill_it_is_unknown_and_half_a_bill_may_deviate():
    assert statuses(CONTROL, administering(gaps=gap(ACCOUNT_SERVICES))) == {PLACE: "UNKNOWN"}
    half = gap(ACCOUNT_SERVICES, "x")
    assert statuses(CONTROL, administering("AWSConfig", gaps=half)) == {PLACE: "UNKNOWN"}
    assert statuses(CONTROL, administering("AmazonEC2", gaps=half)) == {PLACE: "FAIL"}


def test_who_administers_and_what_is_unread_of_accounts_is_unknown():
    assert statuses(CONTROL, administering(gaps=gap(DELEGATIONS))) == {("", ""): "UNKNOWN"}
    assert statuses(CONTROL, administering("AmazonEC2", gaps=gap(ACCOUNTS)))[PLACE] == "UNKNOWN"
