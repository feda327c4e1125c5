from orgwarden.parts.declared import DELEGATION_RULES
from orgwarden.parts.delegation import DELEGATIONS, TRUSTED_SERVICES
from tests.governance_worlds import RAM, SINCE, SSO, UNHEARD_OF, delegation, governed
from tests.worlds import B, gap, statuses, verdicts

CONTROL = "delegation.service_delegated"


def trusting(principal, *, administrator="", gaps=None, **rules):
    delegations = {f"{administrator}/{principal}": SINCE} if administrator else {}
    parts = {TRUSTED_SERVICES: {principal: SINCE}, DELEGATIONS: delegations}
    return governed({**parts, DELEGATION_RULES: {"*": delegation(**rules)}}, gaps)


def test_a_service_that_a_member_account_administers_passes_and_names_it():
    said = verdicts(CONTROL, trusting(SSO, administrator=B))["", SSO]
    assert said.status == "PASS"
    assert said.accounts == (B,)


def test_a_service_that_could_be_delegated_and_is_not_deviates():
    said = verdicts(CONTROL, trusting(SSO))["", SSO]
    assert said.status == "FAIL"
    assert said.evidence == {"name": "IAM Identity Center"}


def test_a_registration_under_another_principal_of_the_service_counts():
    principals = {TRUSTED_SERVICES: {"malware-protection.guardduty.amazonaws.com": SINCE}}
    world = governed({**principals, DELEGATIONS: {f"{B}/guardduty.amazonaws.com": SINCE}})
    assert statuses(CONTROL, world) == {("", "malware-protection.guardduty.amazonaws.com"): "PASS"}


def test_a_service_that_cannot_be_delegated_is_not_applicable():
    assert statuses(CONTROL, trusting(RAM)) == {("", RAM): "NOT_APPLICABLE"}


def test_a_service_that_is_declared_to_stay_is_not_applicable_and_says_why():
    said = verdicts(CONTROL, trusting(SSO, undelegated={SSO: "two people use it"}))["", SSO]
    assert said.status == "NOT_APPLICABLE"
    assert "two people use it" in said.reason


def test_a_service_that_the_table_does_not_know_passes_if_delegated_and_else_asks_for_a_declaration():
    assert statuses(CONTROL, trusting(UNHEARD_OF, administrator=B)) == {("", UNHEARD_OF): "PASS"}
    said = verdicts(CONTROL, trusting(UNHEARD_OF))["", UNHEARD_OF]
    assert said.status == "UNKNOWN"
    assert "delegation.undelegated" in said.cause


def test_a_registration_already_seen_passes_whatever_else_is_unread():
    assert statuses(CONTROL, trusting(SSO, administrator=B, gaps=gap(DELEGATIONS, "333333333333")))["", SSO] == "PASS"


def test_registrations_that_were_not_all_read_are_unknown():
    for unread in (gap(DELEGATIONS), gap(DELEGATIONS, B)):
        assert statuses(CONTROL, trusting(SSO, gaps=unread)) == {("", SSO): "UNKNOWN"}


def test_an_unread_list_of_services_and_unread_rules_are_unknown():
    assert statuses(CONTROL, trusting(SSO, gaps=gap(TRUSTED_SERVICES))) == {("", ""): "UNKNOWN"}
    assert statuses(CONTROL, trusting(SSO, gaps=gap(DELEGATION_RULES))) == {("", SSO): "UNKNOWN"}
