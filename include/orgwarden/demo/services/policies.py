"""AWS Organizations: policies of every type, what they are attached to, and the organization's resource policy."""

import json
from typing import Any

from orgwarden.demo.calls import Call
from orgwarden.demo.organization import FULL_ACCESS, Organization, Policy
from orgwarden.demo.paging import page
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.services.organizations import SERVICE, described_root, feature_set
from orgwarden.demo.state import Demo

POLICY_TYPES = (
    "SERVICE_CONTROL_POLICY",
    "RESOURCE_CONTROL_POLICY",
    "TAG_POLICY",
    "BACKUP_POLICY",
    "AISERVICES_OPT_OUT_POLICY",
    "CHATBOT_POLICY",
    "DECLARATIVE_POLICY_EC2",
    "SECURITYHUB_POLICY",
    "SECURITYHUB_CSPM_POLICY",
    "INSPECTOR_POLICY",
    "UPGRADE_ROLLOUT_POLICY",
    "BEDROCK_POLICY",
    "S3_POLICY",
    "NETWORK_SECURITY_DIRECTOR_POLICY",
    "GUARDDUTY_POLICY",
)
MANAGED = "AWS manages this policy: it cannot be changed or deleted."


def described(organization: Organization, policy: Policy) -> dict[str, Any]:
    """Give a policy's summary, as lists do."""
    return {
        "Id": policy.id,
        "Arn": organization.arn_of(policy.id),
        "Name": policy.name,
        "Description": policy.description,
        "Type": policy.type,
        "AwsManaged": policy.aws_managed,
    }


def _whole(organization: Organization, policy: Policy) -> Result:
    return {"Policy": {"PolicySummary": described(organization, policy), "Content": policy.content}}


@answers(SERVICE, "CreatePolicy")
def create_policy(demo: Demo, call: Call) -> Result:
    organization, kind = demo.organization, _type(call.of("Type"))
    _refuse_same_name(organization, call.of("Name"), kind)
    policy = Policy(
        id=f"p-{organization.fresh(10)}",
        name=call.of("Name"),
        description=call.of("Description"),
        type=kind,
        content=_document(call.of("Content")),
        tags={tag["Key"]: tag["Value"] for tag in call.parameters.get("Tags") or []},
    )
    organization.add_policy(policy)
    return _whole(organization, policy)


@answers(SERVICE, "DescribePolicy")
def describe_policy(demo: Demo, call: Call) -> Result:
    return _whole(demo.organization, demo.organization.policy(call.of("PolicyId")))


@answers(SERVICE, "UpdatePolicy")
def update_policy(demo: Demo, call: Call) -> Result:
    policy = _customers(demo, call)
    if call.of("Name") not in ("", policy.name):
        _refuse_same_name(demo.organization, call.of("Name"), policy.type)
    policy.name = call.of("Name") or policy.name
    policy.description = str(call.parameters.get("Description", policy.description))
    policy.content = _document(call.of("Content")) if call.of("Content") else policy.content
    return _whole(demo.organization, policy)


@answers(SERVICE, "DeletePolicy")
def delete_policy(demo: Demo, call: Call) -> Result:
    policy = _customers(demo, call)
    if demo.organization.targets[policy.id]:
        text = "The policy is attached to one or more entities. Detach it from all roots, OUs, and accounts first."
        raise AwsError("PolicyInUseException", text)
    del demo.organization.policies[policy.id], demo.organization.targets[policy.id]
    return None


@answers(SERVICE, "ListPolicies")
def list_policies(demo: Demo, call: Call) -> Result:
    organization, kind = demo.organization, _type(call.of("Filter"))
    policies = [policy for policy in organization.policies.values() if policy.type == kind]
    return page(call, "Policies", policies, lambda policy: described(organization, policy))


@answers(SERVICE, "ListPoliciesForTarget")
def list_policies_for_target(demo: Demo, call: Call) -> Result:
    organization, kind = demo.organization, _type(call.of("Filter"))
    policies = organization.attached_of(organization.target(call.of("TargetId")), kind)
    return page(call, "Policies", policies, lambda policy: described(organization, policy))


@answers(SERVICE, "ListTargetsForPolicy")
def list_targets(demo: Demo, call: Call) -> Result:
    organization = demo.organization
    policy = organization.policy(call.of("PolicyId"))
    return page(call, "Targets", organization.targets[policy.id], lambda id_: _described_target(organization, id_))


def _described_target(organization: Organization, id_: str) -> dict[str, Any]:
    named = organization.accounts.get(id_) or organization.units[id_]
    kind = "ACCOUNT" if id_ in organization.accounts else "ORGANIZATIONAL_UNIT"
    kind = "ROOT" if id_ == organization.root_id else kind
    return {"TargetId": id_, "Arn": organization.arn_of(id_), "Name": named.name, "Type": kind}


@answers(SERVICE, "AttachPolicy")
def attach_policy(demo: Demo, call: Call) -> Result:
    organization = demo.organization
    policy = organization.policy(call.of("PolicyId"))
    target = organization.target(call.of("TargetId"))
    _refuse_unless_enabled(organization, policy.type)
    if policy.id in organization.attached[target]:
        text = "The selected policy is already attached to the specified target."
        raise AwsError("DuplicatePolicyAttachmentException", text)
    organization.attach(policy.id, target)
    return None


@answers(SERVICE, "DetachPolicy")
def detach_policy(demo: Demo, call: Call) -> Result:
    organization = demo.organization
    policy = organization.policy(call.of("PolicyId"))
    target = organization.target(call.of("TargetId"))
    if policy.id not in organization.attached[target]:
        raise AwsError("PolicyNotAttachedException", "The policy isn't attached to the specified target.")
    last = len(organization.attached_of(target, policy.type)) == 1
    if policy.type in FULL_ACCESS and policy.type in organization.policy_types and last:
        text = "You cannot remove the last policy attached to the specified target."
        reason = "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
        raise AwsError("ConstraintViolationException", text, Reason=reason)
    organization.detach(policy.id, target)
    return None


@answers(SERVICE, "EnablePolicyType")
def enable_policy_type(demo: Demo, call: Call) -> Result:
    organization, kind = _root(demo, call), _type(call.of("PolicyType"))
    if feature_set(demo) != "ALL":
        text = "You can't use the specified policy type with the feature set currently enabled for this organization."
        raise AwsError("PolicyTypeNotAvailableForOrganizationException", text)
    if kind in organization.policy_types:
        raise AwsError("PolicyTypeAlreadyEnabledException", "The specified policy type is already enabled.")
    organization.enable_policy_type(kind)
    return {"Root": described_root(organization)}


@answers(SERVICE, "DisablePolicyType")
def disable_policy_type(demo: Demo, call: Call) -> Result:
    organization, kind = _root(demo, call), _type(call.of("PolicyType"))
    _refuse_unless_enabled(organization, kind)
    organization.disable_policy_type(kind)
    return {"Root": described_root(organization)}


@answers(SERVICE, "PutResourcePolicy")
def put_resource_policy(demo: Demo, call: Call) -> Result:
    organization = demo.organization
    organization.resource_policy = _document(call.of("Content"))
    organization.resource_policy_tags |= {tag["Key"]: tag["Value"] for tag in call.parameters.get("Tags") or []}
    return _described_resource_policy(organization)


@answers(SERVICE, "DescribeResourcePolicy")
def describe_resource_policy(demo: Demo, _: Call) -> Result:
    return _described_resource_policy(demo.organization)


@answers(SERVICE, "DeleteResourcePolicy")
def delete_resource_policy(demo: Demo, _: Call) -> Result:
    _described_resource_policy(demo.organization)
    demo.organization.resource_policy = None
    demo.organization.resource_policy_tags = {}
    return None


def _described_resource_policy(organization: Organization) -> Result:
    if organization.resource_policy is None:
        raise AwsError("ResourcePolicyNotFoundException", "We can't find a resource policy for this organization.")
    id_ = f"rp-{organization.id[2:]}"
    summary = {"Id": id_, "Arn": organization.arn("resourcepolicy", id_)}
    return {"ResourcePolicy": {"ResourcePolicySummary": summary, "Content": organization.resource_policy}}


def _customers(demo: Demo, call: Call) -> Policy:
    policy = demo.organization.policy(call.of("PolicyId"))
    if policy.aws_managed:
        raise AwsError("InvalidInputException", MANAGED, Reason="IMMUTABLE_POLICY")
    return policy


def _type(value: str) -> str:
    if value not in POLICY_TYPES:
        raise AwsError("InvalidInputException", "You specified an invalid value.", Reason="INVALID_ENUM_POLICY_TYPE")
    return value


def _document(content: str) -> str:
    try:
        whole = isinstance(json.loads(content), dict)
    except ValueError:
        whole = False
    if not whole:
        text = "The provided policy document does not meet the requirements of the specified policy type."
        raise AwsError("MalformedPolicyDocumentException", text)
    return content


def _refuse_unless_enabled(organization: Organization, kind: str) -> None:
    if kind not in organization.policy_types:
        text = "This operation can be performed only for enabled policy types."
        raise AwsError("PolicyTypeNotEnabledException", text)


def _refuse_same_name(organization: Organization, name: str, kind: str) -> None:
    if any((policy.name, policy.type) == (name, kind) for policy in organization.policies.values()):
        raise AwsError("DuplicatePolicyException", "A policy with the same name already exists.")


def _root(demo: Demo, call: Call) -> Organization:
    if call.of("RootId") != demo.organization.root_id:
        raise AwsError("RootNotFoundException", "You specified a root that doesn't exist.")
    return demo.organization
