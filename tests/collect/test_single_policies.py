"""One policy is read by its id; what was deleted is gone, and what is refused is a gap of what it would have told."""

from dataclasses import replace
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
from tests.worlds import UNIT, B, world

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
IN_FORCE = {"EffectivePolicy": {"PolicyContent": "{}"}}


def described(*above: str) -> Any:
    """Give an account as it is described: it stands under these units."""
    path = f"o-1/r-1/{''.join(f'{unit}/' for unit in above)}{B}/"
    row = {"Id": B, "Name": "b", "Email": "b@corp.example", "Paths": [path], "State": "ACTIVE"}
    return {"Account": row}


def effective(answer: Any, types: Page = ENABLED, *, now: Any = None, place: str = UNIT) -> Page:
    answers = {
        "DescribeEffectivePolicy": lambda **asked: answer if asked["TargetId"] == B else {},
        "DescribeAccount": lambda **_: now or described(UNIT),
    }
    before = world({EFFECTIVE_TAG_POLICIES: {place: EffectivePolicy(account=B, content=None)}}, {})
    before = replace(before, parts={**KNOWN.parts, **before.parts})
    caller = api(answers, "organizations")
    return read_effective([place], types=types, before=before, api=caller, veil=VEIL, today=before.today)


def test_what_is_in_force_is_asked_of_who_spoke_for_the_place():
    page = effective(IN_FORCE)
    assert (page.rows, page.gaps) == ({EFFECTIVE_TAG_POLICIES: {UNIT: EffectivePolicy(account=B, content="{}")}}, {})


def test_where_tag_policies_are_off_nothing_is_in_force_and_nobody_is_asked():
    page = effective(DENIED, Page(), now=DENIED)
    assert page.rows == {EFFECTIVE_TAG_POLICIES: {UNIT: EffectivePolicy(account=B, content=None)}}
    assert effective(DENIED).gaps.keys() == {(EFFECTIVE_TAG_POLICIES.name, UNIT)}


MOVED = [
    described("ou-r1-other"),
    described(UNIT, "ou-r1-below"),
    described(),
    refusal("AccountNotFoundException"),
    DENIED,
]


@pytest.mark.parametrize("now", MOVED, ids=["to another unit", "below", "to the root", "left", "denied"])
def test_who_no_longer_stands_at_the_place_says_nothing_of_it(now: Any):
    page = effective(IN_FORCE, now=now)
    assert page.gaps.keys() == {(EFFECTIVE_TAG_POLICIES.name, UNIT)}
    assert page.rows[EFFECTIVE_TAG_POLICIES] == {}


@pytest.mark.parametrize(
    ("place", "now"), [("r-1", described()), (B, described("ou-r1-other"))], ids=["root", "itself"]
)
def test_an_account_speaks_for_the_root_while_it_stands_there_and_for_itself_anywhere(place: str, now: Any):
    page = effective(IN_FORCE, now=now, place=place)
    assert (page.rows[EFFECTIVE_TAG_POLICIES].keys(), page.gaps) == ({place}, {})
