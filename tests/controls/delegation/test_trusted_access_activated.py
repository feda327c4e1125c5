from orgwarden.parts.access import IAM_ROLES
from orgwarden.parts.declared import DELEGATION_RULES
from orgwarden.parts.delegation import ACTIVATIONS, TRUSTED_SERVICES, Activation
from tests.governance_worlds import SINCE, SSO, UNHEARD_OF, delegation, governed, role
from tests.worlds import gap, statuses, verdicts

CONTROL = "delegation.trusted_access_activated"
LINKED = {"arn:aws:iam::111111111111:role/linked": role(f"/aws-service-role/{SSO}/")}


def trusting(principal=SSO, *, says=None, roles=None, trusted=None, gaps=None):
    activations = {} if says is None else {principal: Activation(activated=says, said_by="sso:ListInstances")}
    parts = {TRUSTED_SERVICES: {principal: SINCE}, ACTIVATIONS: activations, IAM_ROLES: roles or {}}
    return governed({**parts, DELEGATION_RULES: {"*": delegation(trusted=trusted)}}, gaps)


def test_a_service_that_says_that_it_works_passes_with_or_without_its_role():
    assert statuses(CONTROL, trusting(says=True)) == {("", SSO): "PASS"}


def test_a_service_that_says_that_it_does_not_work_deviates_and_by_which_call():
    said = verdicts(CONTROL, trusting(says=False, roles=LINKED))["", SSO]
    assert said.status == "FAIL"
    assert said.evidence == {"said_by": "sso:ListInstances"}


def test_a_service_without_a_word_is_judged_by_its_own_role():
    assert statuses(CONTROL, trusting(roles=LINKED)) == {("", SSO): "PASS"}
    said = verdicts(CONTROL, trusting())["", SSO]
    assert said.status == "FAIL"
    assert said.evidence == {"missing": f"/aws-service-role/{SSO}/"}


def test_a_service_that_nobody_declared_deviates_once_any_is_declared():
    assert statuses(CONTROL, trusting(says=True, trusted=frozenset())) == {("", SSO): "FAIL"}
    assert statuses(CONTROL, trusting(says=True, trusted=frozenset({SSO}))) == {("", SSO): "PASS"}


def test_a_service_that_cannot_say_is_judged_by_what_is_declared_alone():
    assert statuses(CONTROL, trusting(UNHEARD_OF)) == {("", UNHEARD_OF): "NOT_APPLICABLE"}
    assert statuses(CONTROL, trusting(UNHEARD_OF, trusted=frozenset({UNHEARD_OF}))) == {("", UNHEARD_OF): "PASS"}
    assert statuses(CONTROL, trusting(UNHEARD_OF, trusted=frozenset())) == {("", UNHEARD_OF): "FAIL"}


def test_an_unread_word_is_unknown_whatever_role_there_is():
    for unread in (gap(ACTIVATIONS), gap(ACTIVATIONS, SSO)):
        assert statuses(CONTROL, trusting(roles=LINKED, gaps=unread)) == {("", SSO): "UNKNOWN"}
    assert statuses(CONTROL, trusting(says=True, gaps=gap(ACTIVATIONS, UNHEARD_OF))) == {("", SSO): "PASS"}


def test_roles_that_were_not_all_read_are_unknown_unless_the_role_was_seen():
    for unread in (gap(IAM_ROLES), gap(IAM_ROLES, "arn:aws:iam::111111111111:role/other")):
        assert statuses(CONTROL, trusting(gaps=unread)) == {("", SSO): "UNKNOWN"}
    assert statuses(CONTROL, trusting(roles=LINKED, gaps=gap(IAM_ROLES, "other"))) == {("", SSO): "PASS"}


def test_what_deviates_already_does_so_whatever_else_is_unread():
    assert statuses(CONTROL, trusting(trusted=frozenset(), gaps=gap(ACTIVATIONS))) == {("", SSO): "FAIL"}
    assert statuses(CONTROL, trusting(says=False, gaps=gap(DELEGATION_RULES))) == {("", SSO): "FAIL"}


def test_unread_rules_and_services_are_unknown():
    assert statuses(CONTROL, trusting(says=True, gaps=gap(DELEGATION_RULES))) == {("", SSO): "UNKNOWN"}
    assert statuses(CONTROL, trusting(gaps=gap(TRUSTED_SERVICES))) == {("", ""): "UNKNOWN"}
