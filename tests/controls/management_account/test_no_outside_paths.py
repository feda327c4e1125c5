from datetime import date

import pytest

from orgwarden.parts.access import IAM_ROLES
from orgwarden.parts.declared import MANAGEMENT_RULES
from tests.access_worlds import GITHUB, governed, path, role, role_arn, rules, trust, user_arn
from tests.worlds import A, B, gap, statuses, verdicts

CONTROL = "management_account.no_outside_paths"
DEPLOY = role_arn("deploy")
HERE = (A, DEPLOY)
OKTA = f"arn:aws:iam::{A}:saml-provider/Okta"
CENTERS = f"arn:aws:iam::{A}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"
OUTSIDE = [
    trust(AWS=B),
    trust(AWS=f"arn:aws:iam::{B}:root"),
    trust(AWS=f"arn:aws:iam::{B}:role/pipeline"),
    trust(AWS="333333333333"),
    trust(AWS="*"),
    trust(Federated=GITHUB),
    trust(Federated="cognito-identity.amazonaws.com"),
    trust(Federated=OKTA),
]
INSIDE = [
    trust(AWS=A),
    trust(AWS=user_arn("joe")),
    trust(AWS="AIDAEXAMPLEEXAMPLE123"),
    trust(Service="ec2.amazonaws.com"),
    trust(Federated=CENTERS),
]


def seen(trusts, *paths, gaps=None):
    return governed({IAM_ROLES: {DEPLOY: role(trusts)}, MANAGEMENT_RULES: rules(paths=paths)}, gaps)


@pytest.mark.parametrize("trusts", OUTSIDE)
def test_a_role_that_somebody_outside_may_assume_deviates_and_says_who(trusts):
    said = verdicts(CONTROL, seen(trusts))[HERE]
    assert said.status == "FAIL"
    assert said.evidence["trusts"]


@pytest.mark.parametrize("trusts", INSIDE)
def test_a_role_of_the_account_itself_of_a_service_or_of_identity_center_is_not_asked(trusts):
    assert statuses(CONTROL, seen(trusts)) == {}


@pytest.mark.parametrize("named", [B, f"arn:aws:iam::{B}:role/*", "*"])
def test_a_declared_path_passes_and_says_until_when(named):
    said = verdicts(CONTROL, seen(trust(AWS=f"arn:aws:iam::{B}:role/pipeline"), path("*:role/deploy", named)))[HERE]
    assert (said.status, said.evidence["declared_until"]) == ("PASS", "2027-01-01")


@pytest.mark.parametrize(
    ("declared", "status"),
    [
        (path(DEPLOY, GITHUB, expires=date(2026, 11, 21)), "PASS"),
        (path(DEPLOY, GITHUB, expires=date(2026, 11, 20)), "FAIL"),
        (path(role_arn("other"), GITHUB), "FAIL"),
        (path(DEPLOY, "333333333333"), "FAIL"),
    ],
)
def test_a_path_of_another_role_or_principal_or_that_has_expired_declares_nothing(declared, status):
    assert statuses(CONTROL, seen(trust(Federated=GITHUB), declared))[HERE] == status


def test_an_expired_path_is_told_as_one():
    said = verdicts(CONTROL, seen(trust(Federated=GITHUB), path(DEPLOY, GITHUB, expires=date(2026, 1, 1))))[HERE]
    assert "declared until 2026-01-01" in said.reason


def test_each_of_several_wants_a_declaration():
    both = trust(AWS="333333333333").replace('"333333333333"', f'["{B}", "333333333333"]')
    said = verdicts(CONTROL, seen(both, path(DEPLOY, B)))[HERE]
    assert (said.status, said.evidence["trusts"]) == ("FAIL", ("account 333333333333",))


def test_what_is_unread_or_cannot_be_understood_is_unknown():
    assert statuses(CONTROL, governed(gaps=gap(IAM_ROLES))) == {("", ""): "UNKNOWN"}
    assert statuses(CONTROL, governed(gaps=gap(IAM_ROLES, DEPLOY))) == {HERE: "UNKNOWN"}
    assert statuses(CONTROL, seen("no policy")) == {HERE: "UNKNOWN"}
    assert statuses(CONTROL, seen(trust(AWS=B), gaps=gap(MANAGEMENT_RULES))) == {HERE: "UNKNOWN"}
