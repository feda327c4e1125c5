"""A service's own word counts as it stands: on, off, or not said; and a word that is not known is not said."""

from pathlib import Path
from typing import Any

import botocore.session
import pytest

from orgwarden.collect.activation import MULTI, QUESTIONS, read_activations
from orgwarden.collect.iam_answers import NONE_ON
from orgwarden.collect.searching import Regions
from orgwarden.collect.sessions import Aws
from orgwarden.model import EVERYTHING
from orgwarden.parts.delegation import ACTIVATIONS, TRUSTED_SERVICES
from orgwarden.snapshot import Page, Staging, merged
from tests.collect.fake_regions import DENIED, asked_of, regional_aws
from tests.collect.fakes import refusal
from tests.collect.staged import MANAGEMENT, A, staged

ENABLED = {"status": "ENABLED"}
# Of each service, by operation and parameters, what it says when it is on, and when it is off.
WORDS: dict[str, tuple[Any, Any]] = {
    MULTI: ({"Status": "ENABLED"}, {"Status": "DISABLED_PERMANENTLY"}),
    "stacksets.cloudformation.amazonaws.com": ({"Status": "ENABLED"}, {"Status": "DISABLED"}),
    "compute-optimizer.amazonaws.com": (
        {"status": "Active", "memberAccountsEnrolled": True},
        {"status": "Active", "memberAccountsEnrolled": False},
    ),
    "cost-optimization-hub.bcm.amazonaws.com": (
        {"items": [{"accountId": A, "status": "Active"}], "includeMemberAccounts": True},
        {"items": [{"accountId": A, "status": "Inactive"}], "includeMemberAccounts": False},
    ),
    "detective.amazonaws.com": ({"Administrators": [{"AccountId": A}]}, {"Administrators": []}),
    "fms.amazonaws.com": ({"RoleStatus": "READY"}, refusal("ResourceNotFoundException")),
    "guardduty.amazonaws.com": (
        {"AdminAccounts": [{"AdminStatus": "ENABLED"}]},
        {"AdminAccounts": [{"AdminStatus": "DISABLE_IN_PROGRESS"}]},
    ),
    "health.amazonaws.com": (
        {"healthServiceAccessStatusForOrganization": "ENABLED"},
        {"healthServiceAccessStatusForOrganization": "PENDING"},
    ),
    "iam.amazonaws.com": ({"OrganizationId": "o-1", "EnabledFeatures": ["RootSessions"]}, {"OrganizationId": "o-1"}),
    "inspector2.amazonaws.com": ({"delegatedAdminAccounts": [ENABLED]}, {"delegatedAdminAccounts": []}),
    "license-manager.amazonaws.com": (
        {"OrganizationConfiguration": {"EnableIntegration": True}},
        {"OrganizationConfiguration": {"EnableIntegration": False}},
    ),
    "macie.amazonaws.com": ({"adminAccounts": [ENABLED]}, {"adminAccounts": []}),
    "networkmanager.amazonaws.com": (
        {"OrganizationStatus": {"OrganizationAwsServiceAccessStatus": "ENABLED"}},
        {"OrganizationStatus": {"OrganizationAwsServiceAccessStatus": "DISABLED"}},
    ),
    "notifications.amazonaws.com": (
        {"notificationsAccessForOrganization": {"accessStatus": "ENABLED"}},
        {"notificationsAccessForOrganization": {"accessStatus": "FAILED"}},
    ),
    "observabilityadmin.amazonaws.com": ({"Status": "RUNNING"}, {"Status": "NOT_STARTED"}),
    "resource-explorer-2.amazonaws.com": (
        {"OrgConfiguration": {"AWSServiceAccessStatus": "ENABLED"}},
        {"OrgConfiguration": {"AWSServiceAccessStatus": "DISABLED"}},
    ),
    "securityhub.amazonaws.com": ({"AdminAccounts": [{"Status": "ENABLED"}]}, {"AdminAccounts": []}),
    "servicecatalog.amazonaws.com": ({"AccessStatus": "ENABLED"}, {"AccessStatus": "UNDER_CHANGE"}),
    "servicequotas.amazonaws.com": (
        {"ServiceQuotaTemplateAssociationStatus": "ASSOCIATED"},
        refusal("ServiceQuotaTemplateNotInUseException"),
    ),
    "wellarchitected.amazonaws.com": (
        {"OrganizationSharingStatus": "ENABLED"},
        {"OrganizationSharingStatus": "DISABLED"},
    ),
}
BOTH = pytest.mark.parametrize("principal", sorted(QUESTIONS))


def trusting(folder: Path, *principals: str, gaps: dict[tuple[str, str], str] | None = None) -> Staging:
    staging = staged(folder)
    staging.put("trusted", 1, Page(rows={TRUSTED_SERVICES: dict.fromkeys(principals, "")}, gaps=gaps or {}))
    return staging


def read(staging: Staging, aws: Aws) -> tuple[dict[str, Any], dict[str, str]]:
    read_activations(staging, aws=aws, management=MANAGEMENT, regions=Regions(aws, MANAGEMENT))
    rows, gaps = merged(staging.all_pages())
    return rows.get(ACTIVATIONS, {}), {key: cause for (part, key), cause in gaps.items() if part == ACTIVATIONS.name}


def saying(principal: str, *answers: Any, **more: Any) -> Aws:
    """An AWS where the service gives one answer in us-east-1 and another one in the Regions beside it."""
    word = lambda region, **_: answers[0 if region in ("us-east-1", "us-west-2") else -1]  # noqa: E731 - an answer
    return regional_aws({QUESTIONS[principal].operation: word}, **{"caller": MANAGEMENT, "on": ("eu-west-1",), **more})


@BOTH
def test_every_question_is_one_that_aws_knows(principal: str):
    question = QUESTIONS[principal]
    model = botocore.session.get_session().get_service_model(question.service).operation_model(question.operation)
    known = model.input_shape.members if model.input_shape else {}
    assert {*question.params, *question.as_delegate} <= set(known)
    assert set(question.shape.model_json_schema()["required"]) <= set(model.output_shape.members)


@BOTH
@pytest.mark.parametrize("is_on", [0, 1])
def test_a_service_is_taken_at_its_word(tmp_path: Path, principal: str, is_on: int):
    rows, gaps = read(trusting(tmp_path, principal), saying(principal, WORDS[principal][1 - is_on]))
    assert gaps == {}
    assert rows[principal].activated is bool(is_on)
    assert rows[principal].said_by == QUESTIONS[principal].name


@BOTH
@pytest.mark.parametrize("answer", [DENIED, refusal("ThrottlingException"), {}, {"message": "<html>"}])
def test_a_service_that_does_not_say_is_a_gap_and_never_off(tmp_path: Path, principal: str, answer: Any):
    rows, gaps = read(trusting(tmp_path, principal), saying(principal, answer))
    assert rows == {}
    assert set(gaps) == {principal}


def test_a_word_that_is_not_known_is_a_gap(tmp_path: Path):
    rows, gaps = read(trusting(tmp_path, MULTI), saying(MULTI, {"Status": "PERHAPS"}))
    assert (rows, set(gaps)) == ({}, {MULTI})


@pytest.mark.parametrize("principal", sorted(name for name, question in QUESTIONS.items() if question.is_regional))
def test_a_service_that_is_set_up_in_one_region_works_and_a_region_that_does_not_say_leaves_it_open(
    tmp_path: Path, principal: str
):
    on, off = WORDS[principal]
    rows, _ = read(trusting(tmp_path / "on", principal), saying(principal, off, on))
    assert rows[principal].activated
    rows, gaps = read(trusting(tmp_path / "open", principal), saying(principal, off, DENIED))
    assert (rows, set(gaps)) == ({}, {principal})


@pytest.mark.parametrize("code", NONE_ON)
def test_where_no_feature_of_iam_can_be_on_it_is_off(tmp_path: Path, code: str):
    rows, gaps = read(trusting(tmp_path, "iam.amazonaws.com"), saying("iam.amazonaws.com", refusal(code)))
    assert (rows["iam.amazonaws.com"].activated, gaps) == (False, {})


def test_only_trusted_services_are_asked_each_once(tmp_path: Path):
    aws = saying("guardduty.amazonaws.com", WORDS["guardduty.amazonaws.com"][0])
    rows, gaps = read(trusting(tmp_path, "guardduty.amazonaws.com", "ram.amazonaws.com"), aws)
    assert (set(rows), gaps) == ({"guardduty.amazonaws.com"}, {})
    assert [name for _, name, _ in aws.session.asked] == [
        "sts:GetCallerIdentity",
        "guardduty:ListOrganizationAdminAccounts",
    ]


def test_a_delegated_administrator_asks_as_such_and_says_so(tmp_path: Path):
    aws = saying(MULTI, WORDS[MULTI][0], caller=A, administers=(MULTI,))
    rows, _ = read(trusting(tmp_path, MULTI), aws)
    assert rows[MULTI].activated
    assert aws.session.asked[-1] == (
        "us-east-1",
        f"cloudformation:{QUESTIONS[MULTI].operation}",
        {"CallAs": "DELEGATED_ADMIN"},
    )


@pytest.mark.parametrize("principal", ["guardduty.amazonaws.com", "servicecatalog.amazonaws.com"])
def test_without_a_role_what_another_account_may_not_ask_is_a_gap_with_the_remedy(tmp_path: Path, principal: str):
    aws = saying(principal, WORDS[principal][0], caller=A)
    _, gaps = read(trusting(tmp_path, principal), aws)
    assert "ORGWARDEN_MANAGEMENT_ROLE_ARN" in gaps[principal]
    assert asked_of(aws, QUESTIONS[principal].service) == []


def test_where_not_all_trusted_services_are_known_neither_are_the_activations(tmp_path: Path):
    staging = trusting(tmp_path, MULTI, gaps={(TRUSTED_SERVICES.name, EVERYTHING): "denied"})
    rows, gaps = read(staging, saying(MULTI, WORDS[MULTI][0]))
    assert (set(rows), gaps) == ({MULTI}, {EVERYTHING: "denied"})
