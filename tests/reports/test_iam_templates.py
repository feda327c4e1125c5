"""The templates grant what the sweeps declare, nothing else, and CloudFormation takes them."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from cfnlint import lint_all

from orgwarden.collect.actions import Action, Side, every_action
from orgwarden.reports.iam_templates import granted, templates

ROOT = Path(__file__).parents[2]
READS = re.compile(r"[\w-]+:(Get|List|Describe|BatchGet|Select|Search|Lookup|GET)\w*")
BESIDE_READS = {"iam:GenerateCredentialReport", "sts:AssumeRole", "sts:AssumeRoot"}
TEMPLATES = templates(every_action())


def statements(name: str) -> list[dict]:
    """Every statement of a template's policies, but those of trust."""
    resources = yaml.safe_load(TEMPLATES[name])["Resources"].values()
    return [one for resource in resources for document in documents(resource) for one in document["Statement"]]


def documents(resource: dict) -> list[dict]:
    properties = resource["Properties"]
    policies = [one["Fn::If"][1] if "Fn::If" in one else one for one in properties.get("Policies", ())]
    whole = [properties["Content"]] if "Content" in properties else []
    return [*whole, *(policy["PolicyDocument"] for policy in policies)]


def actions(name: str) -> set[str]:
    return {action for statement in statements(name) for action in statement["Action"]}


@pytest.mark.parametrize(
    ("name", "side"),
    [("collector.yaml", Side.COLLECTOR), ("management.yaml", Side.MANAGEMENT), ("member.yaml", Side.MEMBER)],
)
def test_a_role_is_granted_exactly_what_its_side_calls(name, side):
    assert actions(name) == set(granted(every_action(), side))


def test_the_organizations_policy_grants_its_reads_alone():
    assert actions("organization-policy.yaml") == {
        name for name in granted(every_action(), Side.COLLECTOR) if name.startswith("organizations:")
    }


@pytest.mark.parametrize("name", TEMPLATES)
def test_everything_that_is_granted_is_a_read_or_leads_to_one(name):
    assert {action for action in actions(name) if not READS.fullmatch(action)} <= BESIDE_READS
    assert all(statement["Effect"] == "Allow" for statement in statements(name))
    assert not any("*" in action for action in actions(name))


@pytest.mark.parametrize("name", ["collector.yaml", "management.yaml"])
def test_a_root_session_may_only_look(name):
    found = [statement for statement in statements(name) if "sts:AssumeRoot" in statement["Action"]]
    assert [statement["Condition"]["StringEquals"] for statement in found] == [
        {"sts:TaskPolicyArn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"}
    ]


@pytest.mark.parametrize("name", TEMPLATES)
def test_cloudformation_takes_the_template(name):
    assert [str(match) for match in lint_all(TEMPLATES[name])] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_policies_of_a_role_fit_into_what_iam_takes(name):
    """A role's inline policies have 10,240 characters together, white space aside (IAM quotas)."""
    (resource,) = yaml.safe_load(TEMPLATES[name])["Resources"].values()
    assert sum(len(re.sub(r"\s", "", json.dumps(document))) for document in documents(resource)) < 10_240


def resources(name: str, action: str) -> list[str]:
    (found,) = [one["Resource"] for one in statements(name) if action in one["Action"]]
    return [resource["Fn::Sub"].partition("${AWS::Partition}:")[2] for resource in found]


@pytest.mark.parametrize("name", ["management.yaml", "member.yaml"])
def test_a_role_trusts_the_collecting_role_alone(name):
    (resource,) = yaml.safe_load(TEMPLATES[name])["Resources"].values()
    (statement,) = resource["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    collector = "arn:${AWS::Partition}:iam::${CollectorAccountId}:role/${CollectorRoleName}"
    assert (statement["Principal"], statement["Action"]) == ({"AWS": {"Fn::Sub": collector}}, "sts:AssumeRole")


def test_api_gateway_is_granted_for_its_lists_of_apis_alone():
    """The same action elsewhere gives API keys with their values."""
    assert resources("management.yaml", "apigateway:GET") == ["apigateway:*::/apis", "apigateway:*::/restapis"]


def test_accounts_are_asked_for_their_contacts_in_the_organization_alone():
    own = "account::${AWS::AccountId}:account"
    assert resources("management.yaml", "account:GetContactInformation") == [own]
    members = "account::${ManagementAccountId}:account/${OrganizationId}/*"
    assert resources("collector.yaml", "account:GetContactInformation") == [members, own]


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_template_of_the_repository_is_that_of_the_declarations(name):
    assert (ROOT / "include" / "iam" / name).read_text(encoding="utf-8") == TEMPLATES[name]


def test_every_action_of_the_management_account_says_why():
    wanting = [a for a in every_action() if a.side is Side.MANAGEMENT and not a.why]
    assert wanting == []


def test_every_call_of_a_side_is_declared_for_one_reason():
    told = Counter((action.operation, action.side) for action in every_action())
    assert [call for call, times in told.items() if times > 1] == []


def test_one_declaration_more_is_one_grant_more():
    more = Action(operation="s3:ListBuckets", side=Side.MEMBER, why="for this test")
    assert "s3:ListAllMyBuckets" in templates([*every_action(), more])["member.yaml"]
