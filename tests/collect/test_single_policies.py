"""One policy is read by its id; what was deleted is gone, and what is refused is a gap of what it would have told."""

from typing import Any

import pytest

from orgwarden.collect.single_policies import read_effective, read_policies, read_resource_policy, read_types
from orgwarden.model import EVERYTHING
from orgwarden.parts.policies import (
    EFFECTIVE_TAG_POLICIES,
    POLICIES,
    POLICY_BODIES,
    POLICY_TAGS,
    POLICY_TARGETS,
    POLICY_TYPES,
    RESOURCE_POLICY,
    EffectivePolicy,
    Policy,
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page
from tests.collect.fakes import refusal
from tests.collect.sides import api
from tests.collect.test_policies import BODY, GUARD, SCP, root
from tests.worlds import UNIT, A, B, world

VEIL = Veil(b"key")
OF_A_POLICY = (POLICIES, POLICY_BODIES, POLICY_TARGETS, POLICY_TAGS)
SUMMARY = {"Id": GUARD, "Name": GUARD, "Type": SCP, "AwsManaged": False}
DENIED, DELETED = refusal("AccessDeniedException"), refusal("PolicyNotFoundException")
ANSWERS = {
    "DescribePolicy": lambda **_: {"Policy": {"PolicySummary": SUMMARY, "Content": BODY}},
    "ListTargetsForPolicy": lambda **_: {"Targets": [{"TargetId": UNIT}]},
    "ListTagsForResource": lambda **_: {"Tags": []},
}


def read(*parts: Any, **changed: Any) -> Page:
    wanted = {part.name: {GUARD} for part in parts or OF_A_POLICY}
    return read_policies(wanted, api=api({**ANSWERS, **changed}, "organizations"), veil=VEIL)


def test_a_policy_is_read_whole_and_masked():
    page = read()
    assert page.rows[POLICIES] == {GUARD: Policy(name=GUARD, type=SCP, aws_managed=False)}
    assert page.rows[POLICY_TARGETS] == {GUARD: (UNIT,)}
    assert "ada@" not in page.rows[POLICY_BODIES][GUARD]


def test_only_what_is_asked_for_is_called():
    caller = api(ANSWERS, "organizations")
    read_policies({POLICY_TARGETS.name: {GUARD}}, api=caller, veil=VEIL)
    assert caller.calls == {"ListTargetsForPolicy": 1}


def test_of_a_policy_that_was_deleted_nothing_is_left():
    gone = {"DescribePolicy": lambda **_: DELETED, "ListTargetsForPolicy": lambda **_: DELETED}
    page = read(**gone, ListTagsForResource=lambda **_: refusal("TargetNotFoundException"))
    assert (page.rows, page.gaps) == ({}, {})


LOST = {
    "DescribePolicy": {POLICIES.name, POLICY_BODIES.name},
    "ListTargetsForPolicy": {POLICY_TARGETS.name},
    "ListTagsForResource": {POLICY_TAGS.name},
}


@pytest.mark.parametrize("operation", LOST)
def test_what_is_denied_is_lost_and_nothing_else(operation: str):
    page = read(**{operation: lambda **_: DENIED})
    assert page.gaps.keys() == {(part, GUARD) for part in LOST[operation]}


def test_a_text_that_is_no_document_is_a_gap_and_the_policy_is_there():
    page = read(DescribePolicy=lambda **_: {"Policy": {"PolicySummary": SUMMARY, "Content": "not now"}})
    assert page.gaps.keys() == {(POLICY_BODIES.name, GUARD)}
    assert page.rows[POLICIES].keys() == {GUARD}


def test_the_enabled_types_are_read_or_a_gap():
    caller = api({"ListRoots": lambda: root(TAG_POLICY="ENABLED", RCP="PENDING_ENABLE")}, "organizations")
    assert read_types(caller).rows == {POLICY_TYPES: {EVERYTHING: ("TAG_POLICY",)}}
    assert read_types(api({"ListRoots": lambda: DENIED})).gaps.keys() == {(POLICY_TYPES.name, EVERYTHING)}


@pytest.mark.parametrize(
    ("answer", "row"),
    [({"ResourcePolicy": {"Content": "{}"}}, "{}"), (refusal("ResourcePolicyNotFoundException"), None)],
    ids=["there is one", "there is none"],
)
def test_the_resource_policy_is_read(answer: Any, row: str | None):
    page = read_resource_policy(api({"DescribeResourcePolicy": lambda: answer}), VEIL)
    assert page.rows == {RESOURCE_POLICY: {EVERYTHING: row}}


@pytest.mark.parametrize("answer", [DENIED, {"ResourcePolicy": {"Content": "not now"}}], ids=["denied", "no document"])
def test_a_resource_policy_that_cannot_be_read_is_a_gap(answer: Any):
    page = read_resource_policy(api({"DescribeResourcePolicy": lambda: answer}), VEIL)
    assert page.gaps.keys() == {(RESOURCE_POLICY.name, EVERYTHING)}


KNOWN = world({EFFECTIVE_TAG_POLICIES: {UNIT: EffectivePolicy(account=B, content=None)}, POLICY_TYPES: {"*": ()}})
ENABLED = Page(rows={POLICY_TYPES: {EVERYTHING: ("TAG_POLICY",)}})


def effective(answer: Any, types: Page) -> Page:
    caller = api({"DescribeEffectivePolicy": lambda **asked: answer if asked["TargetId"] == B else {}})
    return read_effective([UNIT], types=types, before=KNOWN, api=caller, veil=VEIL)


def test_what_is_in_force_is_asked_of_who_spoke_for_the_place():
    page = effective({"EffectivePolicy": {"PolicyContent": "{}"}}, ENABLED)
    assert page.rows == {EFFECTIVE_TAG_POLICIES: {UNIT: EffectivePolicy(account=B, content="{}")}}


def test_where_tag_policies_are_off_nothing_is_in_force_and_nobody_is_asked():
    page = effective(DENIED, Page())
    assert page.rows == {EFFECTIVE_TAG_POLICIES: {UNIT: EffectivePolicy(account=B, content=None)}}
    assert effective(DENIED, ENABLED).gaps.keys() == {(EFFECTIVE_TAG_POLICIES.name, UNIT)}
    assert A not in page.rows[EFFECTIVE_TAG_POLICIES]
