"""Policies of every type, and the organization's resource policy."""

import botocore.session
import pytest

from orgwarden.demo.services.policies import POLICY_TYPES
from tests.demo.asking import refusal


def _create(organizations, kind="TAG_POLICY", name="p", content='{"tags": {}}'):
    made = organizations.create_policy(Name=name, Type=kind, Content=content, Description="")
    return made["Policy"]["PolicySummary"]["Id"]


def test_the_types_are_those_of_aws():
    model = botocore.session.get_session().get_service_model("organizations")
    assert set(POLICY_TYPES) == set(model.shape_for("PolicyType").enum)


@pytest.mark.parametrize("kind", POLICY_TYPES)
def test_every_type_is_enabled_then_attached_listed_and_detached(organizations, root, kind):
    policy = _create(organizations, kind)
    attachment = {"PolicyId": policy, "TargetId": root}
    assert refusal(organizations.attach_policy, **attachment)[0] == "PolicyTypeNotEnabledException"
    organizations.enable_policy_type(RootId=root, PolicyType=kind)
    organizations.attach_policy(**attachment)
    listed = organizations.list_policies_for_target(TargetId=root, Filter=kind)["Policies"]
    assert policy in [one["Id"] for one in listed]
    assert refusal(organizations.attach_policy, **attachment)[0] == "DuplicatePolicyAttachmentException"
    organizations.detach_policy(**attachment)
    organizations.delete_policy(PolicyId=policy)
    assert policy not in [one["Id"] for one in organizations.list_policies(Filter=kind)["Policies"]]


def test_enabled_types_show_at_the_root_and_are_disabled_again(organizations, root):
    enabled = organizations.enable_policy_type(RootId=root, PolicyType="S3_POLICY")["Root"]["PolicyTypes"]
    assert enabled == [{"Type": "S3_POLICY", "Status": "ENABLED"}]
    again = refusal(organizations.enable_policy_type, RootId=root, PolicyType="S3_POLICY")
    assert again[0] == "PolicyTypeAlreadyEnabledException"
    organizations.disable_policy_type(RootId=root, PolicyType="S3_POLICY")
    assert organizations.list_roots()["Roots"][0]["PolicyTypes"] == []


@pytest.mark.parametrize("content", ["no json", "[]", '"text"'])
def test_a_document_that_is_no_json_object_is_malformed(organizations, content):
    made = {"Name": "p", "Type": "TAG_POLICY", "Content": content, "Description": ""}
    assert refusal(organizations.create_policy, **made)[0] == "MalformedPolicyDocumentException"


def test_full_access_is_attached_to_everything_that_is_and_comes(empty, organizations, root):
    account = empty.new_account("one")
    organizations.enable_policy_type(RootId=root, PolicyType="RESOURCE_CONTROL_POLICY")
    later = empty.new_account("two")
    for policy in ("p-FullAWSAccess", "p-RCPFullAWSAccess"):
        targets = organizations.list_targets_for_policy(PolicyId=policy)["Targets"]
        assert {root, account, later} <= {target["TargetId"] for target in targets}


def test_the_targets_of_a_policy_come_in_pages_of_twenty(empty, organizations):
    for n in range(20):
        empty.new_account(f"a{n}")
    pages = organizations.get_paginator("list_targets_for_policy").paginate(PolicyId="p-FullAWSAccess")
    assert [len(page["Targets"]) for page in pages] == [20, 2]


def test_a_policy_in_use_and_one_of_aws_are_not_deleted(organizations, root):
    organizations.enable_policy_type(RootId=root, PolicyType="TAG_POLICY")
    policy = _create(organizations)
    organizations.attach_policy(PolicyId=policy, TargetId=root)
    assert refusal(organizations.delete_policy, PolicyId=policy)[0] == "PolicyInUseException"
    assert refusal(organizations.delete_policy, PolicyId="p-FullAWSAccess")[0] == "InvalidInputException"
    assert refusal(organizations.describe_policy, PolicyId="p-00000000")[0] == "PolicyNotFoundException"


def test_names_of_policies_are_unique_and_may_change(organizations):
    policy = _create(organizations)
    twice = {"Name": "p", "Type": "TAG_POLICY", "Content": "{}", "Description": ""}
    assert refusal(organizations.create_policy, **twice)[0] == "DuplicatePolicyException"
    organizations.update_policy(PolicyId=policy, Name="q", Content='{"tags": {"a": 1}}')
    described = organizations.describe_policy(PolicyId=policy)["Policy"]
    assert (described["PolicySummary"]["Name"], described["Content"]) == ("q", '{"tags": {"a": 1}}')


def test_the_resource_policy_is_put_described_and_deleted(organizations):
    assert refusal(organizations.describe_resource_policy)[0] == "ResourcePolicyNotFoundException"
    organizations.put_resource_policy(Content='{"Version": "2012-10-17", "Statement": []}')
    assert organizations.describe_resource_policy()["ResourcePolicy"]["Content"].startswith("{")
    organizations.delete_resource_policy()
    assert refusal(organizations.delete_resource_policy)[0] == "ResourcePolicyNotFoundException"


def test_where_no_policy_applies_there_is_no_effective_policy(empty, organizations):
    member = empty.as_role(empty.new_account("one"), "organizations")
    for client in (organizations, member):
        asked = refusal(client.describe_effective_policy, PolicyType="TAG_POLICY")
        assert asked[0] == "EffectivePolicyNotFoundException"
