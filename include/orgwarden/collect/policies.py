"""The sweep of policies: which types are enabled, the policies of each, what they say and where they are attached.

The policies are asked for their targets, never the targets for their policies: there are far fewer policies. What AWS
itself manages (FullAWSAccess, RCPFullAWSAccess) is listed and asked for nothing more: it stands on every account and
unit, in hundreds of pages, and no control needs to know more of it than that it is AWS's.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from orgwarden.collect import answers
from orgwarden.collect.actions import Action, called
from orgwarden.collect.api import Api, Missing
from orgwarden.collect.batches import gap, read_in_batches
from orgwarden.collect.effective_policies import read_effective_tag_policies
from orgwarden.collect.listing import list_on
from orgwarden.collect.masking import masked_document
from orgwarden.collect.sessions import Aws
from orgwarden.errors import SkipAndNote
from orgwarden.model import EVERYTHING
from orgwarden.parts.policies import (
    EFFECTIVE_TAG_POLICIES,
    POLICIES,
    POLICY_BODIES,
    POLICY_TAGS,
    POLICY_TARGETS,
    POLICY_TYPES,
    RESOURCE_POLICY,
    TAG_POLICY,
    Policy,
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import Gaps, Page, Staging, merged, whole_part_gaps

NAME = "policies"
OF_A_POLICY = (POLICIES, POLICY_BODIES, POLICY_TARGETS, POLICY_TAGS)
PARTS = (POLICY_TYPES, *OF_A_POLICY, RESOURCE_POLICY, EFFECTIVE_TAG_POLICIES)
ACTIONS: tuple[Action, ...] = called(
    (
        "organizations:DescribeEffectivePolicy",
        "organizations:DescribePolicy",
        "organizations:DescribeResourcePolicy",
        "organizations:ListPolicies",
        "organizations:ListRoots",
        "organizations:ListTagsForResource",
        "organizations:ListTargetsForPolicy",
    )
)
UNPARSABLE = "organizations:DescribePolicy gave a policy that does not parse"
UNPARSABLE_RESOURCE_POLICY = "organizations:DescribeResourcePolicy gave a policy that does not parse"


class PolicyType(BaseModel):
    """One policy type of a root."""

    Type: Annotated[str, Field(pattern=r"^[A-Z0-9_]+$")]
    Status: Literal["ENABLED", "PENDING_ENABLE", "PENDING_DISABLE"]


class Root(BaseModel):
    """One root of organizations:ListRoots, for its policy types."""

    PolicyTypes: list[PolicyType]


class ListRoots(BaseModel):
    """organizations:ListRoots; there is one root."""

    Roots: Annotated[list[Root], Field(min_length=1)]


class Summary(BaseModel):
    """One policy of organizations:ListPolicies."""

    Id: answers.Text
    Name: str
    AwsManaged: bool


class ListPolicies(BaseModel):
    """One page of organizations:ListPolicies."""

    Policies: list[Summary]
    NextToken: str | None = None


class Target(BaseModel):
    """One target of organizations:ListTargetsForPolicy."""

    TargetId: answers.Text


class ListTargetsForPolicy(BaseModel):
    """One page of organizations:ListTargetsForPolicy."""

    Targets: list[Target]
    NextToken: str | None = None


class Document(BaseModel):
    """A policy with its text."""

    Content: answers.Text


class DescribePolicy(BaseModel):
    """organizations:DescribePolicy."""

    Policy: Document


class DescribeResourcePolicy(BaseModel):
    """organizations:DescribeResourcePolicy."""

    ResourcePolicy: Document


def sweep(staging: Staging, *, aws: Aws, veil: Veil) -> dict[str, int]:
    """Read the policies of the staged organization; give the numbers of enabled types and of policies."""
    api = aws.here("organizations")
    types = _types(staging, api)
    for kind in types:
        _list_policies(staging, api, kind, veil)
    known = merged(staging.all_pages())[0].get(POLICIES, {})
    customers = {policy: row.type for policy, row in sorted(known.items()) if not row.aws_managed}
    tag_policies = [policy for policy, kind in customers.items() if kind == TAG_POLICY]
    others = [policy for policy in customers if policy not in tag_policies]
    read_in_batches(staging, "tag-policy-details", tag_policies, lambda policy: _details(api, policy, veil))
    with ThreadPoolExecutor(max_workers=1) as beside:
        # What is in force is another API with a rate of its own, and needs the targets of tag policies alone.
        in_force = beside.submit(read_effective_tag_policies, staging, api=api, veil=veil)
        read_in_batches(staging, "policy-details", others, lambda policy: _details(api, policy, veil))
        in_force.result()
    staging.put("resource-policy", 1, _resource_policy(staging, api, veil))
    staging.finish(NAME, PARTS)
    return {"policy_types": len(types), "policies": len(known)}


def _types(staging: Staging, api: Api) -> tuple[str, ...]:
    if not staging.pages("policy-types"):
        staging.put("policy-types", 1, _read_types(api))
    found: tuple[str, ...] = staging.pages("policy-types")[0].rows.get(POLICY_TYPES, {}).get(EVERYTHING, ())
    return found


def _read_types(api: Api) -> Page:
    try:
        root = api.call("ListRoots", ListRoots).Roots[0]
    except SkipAndNote as error:
        return Page(gaps=whole_part_gaps((POLICY_TYPES, *OF_A_POLICY, EFFECTIVE_TAG_POLICIES), error.cause))
    enabled = sorted(kind.Type for kind in root.PolicyTypes if kind.Status == "ENABLED")
    return Page(rows={POLICY_TYPES: {EVERYTHING: tuple(enabled)}})


def _list_policies(staging: Staging, api: Api, kind: str, veil: Veil) -> None:
    def read(start: str) -> Iterator[Page]:
        for page, token in api.pages("ListPolicies", ListPolicies, start=start, Filter=kind):
            rows = {one.Id: _policy(one, kind, veil) for one in page.Policies}
            yield Page(rows={POLICIES: rows}, cursor=token)

    def lost(cause: str) -> Gaps:
        return {(part.name, kind): cause for part in OF_A_POLICY}

    list_on(staging, f"policies-{kind}", read, lost)


def _policy(listed: Summary, kind: str, veil: Veil) -> Policy:
    return Policy(name=veil.text(listed.Name), type=kind, aws_managed=listed.AwsManaged)


def _details(api: Api, policy: str, veil: Veil) -> Page:
    rows, gaps = merged([_targets(api, policy), _body(api, policy, veil), _tags(api, policy, veil)])
    return Page(rows=rows, gaps=gaps)


def _targets(api: Api, policy: str) -> Page:
    try:
        listing = api.pages("ListTargetsForPolicy", ListTargetsForPolicy, PolicyId=policy)
        found = sorted(target.TargetId for page, _ in listing for target in page.Targets)
    except SkipAndNote as error:
        return gap(POLICY_TARGETS, policy, error.cause)
    return Page(rows={POLICY_TARGETS: {policy: tuple(found)}})


def _body(api: Api, policy: str, veil: Veil) -> Page:
    try:
        content = api.call("DescribePolicy", DescribePolicy, PolicyId=policy).Policy.Content
        return Page(rows={POLICY_BODIES: {policy: masked_document(content, veil)}})
    except SkipAndNote as error:
        return gap(POLICY_BODIES, policy, error.cause)
    except ValueError:
        return gap(POLICY_BODIES, policy, UNPARSABLE)


def _tags(api: Api, policy: str, veil: Veil) -> Page:
    try:
        listing = api.pages("ListTagsForResource", answers.ListTagsForResource, ResourceId=policy)
        tags = {tag.Key: veil.text(tag.Value) for page, _ in listing for tag in page.Tags}
    except SkipAndNote as error:
        return gap(POLICY_TAGS, policy, error.cause)
    return Page(rows={POLICY_TAGS: {policy: tags}})


def _resource_policy(staging: Staging, api: Api, veil: Veil) -> Page:
    if staging.pages("resource-policy"):
        return staging.pages("resource-policy")[0]
    try:
        answer = api.call(
            "DescribeResourcePolicy", DescribeResourcePolicy, missing="ResourcePolicyNotFoundException"
        ).ResourcePolicy
        return Page(rows={RESOURCE_POLICY: {EVERYTHING: masked_document(answer.Content, veil)}})
    except Missing:
        return Page(rows={RESOURCE_POLICY: {EVERYTHING: None}})
    except SkipAndNote as error:
        return gap(RESOURCE_POLICY, EVERYTHING, error.cause)
    except ValueError:
        return gap(RESOURCE_POLICY, EVERYTHING, UNPARSABLE_RESOURCE_POLICY)
