"""Policies are read type by type; what is refused of one family leaves the answers of the others standing."""

from pathlib import Path
from typing import Any

import pytest

from orgwarden.collect import policies
from orgwarden.collect.sessions import Aws
from orgwarden.model import EVERYTHING
from orgwarden.parts.policies import (
    POLICIES,
    POLICY_BODIES,
    POLICY_TAGS,
    POLICY_TARGETS,
    POLICY_TYPES,
    RESOURCE_POLICY,
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import merged
from tests.collect.fakes import FakeSession, aws, refusal
from tests.collect.staged import ROOT, UNIT, staged

VEIL = Veil(b"key")
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
FULL, GUARD = "p-FullAWSAccess", "p-guard"
BODY = '{"Statement": [{"Sid": "ask ada@corp.example"}]}'
DENIED = refusal("AccessDeniedException")


def summary(policy: str, *, managed: bool = False) -> dict[str, Any]:
    return {"Id": policy, "Name": policy, "AwsManaged": managed}


def root(**types: str) -> dict[str, Any]:
    return {"Roots": [{"Id": ROOT, "PolicyTypes": [{"Type": t, "Status": s} for t, s in types.items()]}]}


def answers(**changed: Any) -> dict[str, Any]:
    """One enabled type with AWS's own policy and one of the customer's; what differs is given."""
    return {
        "ListRoots": lambda: root(**{SCP: "ENABLED"}),
        "ListPolicies": lambda **_: {"Policies": [summary(FULL, managed=True), summary(GUARD)]},
        "ListTargetsForPolicy": lambda **_: {"Targets": [{"TargetId": UNIT}, {"TargetId": ROOT}]},
        "DescribePolicy": lambda **_: {"Policy": {"Content": BODY}},
        "ListTagsForResource": lambda **_: {"Tags": [{"Key": "owner", "Value": "ada@corp.example"}]},
        "DescribeResourcePolicy": lambda: refusal("ResourcePolicyNotFoundException"),
        **changed,
    }


def swept(folder: Path, **changed: Any) -> tuple[dict[Any, Any], dict[tuple[str, str], str]]:
    staging = staged(folder)
    policies.sweep(staging, aws=aws(answers(**changed)), veil=VEIL)
    assert staging.finished("policies")
    return merged(staging.all_pages())


def test_a_customers_policy_is_read_whole_and_masked(tmp_path: Path):
    rows, gaps = swept(tmp_path)
    assert gaps == {}
    assert rows[POLICY_TYPES][EVERYTHING] == (SCP,)
    assert rows[POLICY_TARGETS] == {GUARD: (UNIT, ROOT)}
    assert "a•••@corp.example" in rows[POLICY_BODIES][GUARD]
    assert "a•••@corp.example" in rows[POLICY_TAGS][GUARD]["owner"]


def test_a_policy_of_aws_is_listed_and_asked_for_nothing_more(tmp_path: Path):
    rows, _ = swept(tmp_path)
    assert rows[POLICIES][FULL].aws_managed
    assert {*rows[POLICY_TARGETS], *rows[POLICY_BODIES], *rows[POLICY_TAGS]} == {GUARD}


def test_only_types_that_are_enabled_are_listed(tmp_path: Path):
    asked: list[str] = []

    def listed(Filter: str, **_: Any) -> Any:
        asked.append(Filter)
        return {"Policies": []}

    types = {SCP: "ENABLED", RCP: "PENDING_ENABLE", "A_NEW_POLICY": "ENABLED"}
    rows, gaps = swept(tmp_path, ListRoots=lambda: root(**types), ListPolicies=listed)
    assert (gaps, sorted(asked)) == ({}, ["A_NEW_POLICY", SCP])
    assert rows[POLICY_TYPES][EVERYTHING] == ("A_NEW_POLICY", SCP)


def test_an_organization_without_policy_types_has_none_and_no_gap(tmp_path: Path):
    rows, gaps = swept(tmp_path, ListRoots=root)
    assert (rows[POLICY_TYPES], gaps) == ({EVERYTHING: ()}, {})
    assert POLICIES not in rows


@pytest.mark.parametrize("answer", [DENIED, {}, {"Roots": []}, {"Roots": [{"Id": ROOT}]}, root(**{"../x": "ENABLED"})])
def test_without_the_root_all_of_the_policies_are_gaps_and_the_resource_policy_stands(tmp_path: Path, answer: Any):
    rows, gaps = swept(tmp_path, ListRoots=lambda: answer)
    assert {part for part, _ in gaps} == {part.name for part in policies.PARTS} - {RESOURCE_POLICY.name}
    assert {key for _, key in gaps} == {EVERYTHING}
    assert rows[RESOURCE_POLICY] == {EVERYTHING: None}


@pytest.mark.parametrize("answer", [DENIED, {}, {"Policies": None}, {"Policies": [{"Id": "p-1"}]}])
def test_a_type_that_is_not_listed_is_a_gap_under_its_name_and_the_other_type_stands(tmp_path: Path, answer: Any):
    both = root(**{SCP: "ENABLED", RCP: "ENABLED"})
    listed = lambda Filter, **_: answer if Filter == RCP else {"Policies": [summary(GUARD)]}  # noqa: E731 - an answer
    rows, gaps = swept(tmp_path, ListRoots=lambda: both, ListPolicies=listed)
    assert set(gaps) == {(part.name, RCP) for part in (POLICIES, POLICY_BODIES, POLICY_TARGETS, POLICY_TAGS)}
    assert set(rows[POLICIES]) == {GUARD}


@pytest.mark.parametrize(
    ("operation", "part", "broken"),
    [
        ("ListTargetsForPolicy", POLICY_TARGETS, DENIED),
        ("ListTargetsForPolicy", POLICY_TARGETS, {"Targets": [{}]}),
        ("DescribePolicy", POLICY_BODIES, DENIED),
        ("DescribePolicy", POLICY_BODIES, {"Policy": {"Content": "<html>"}}),
        ("DescribePolicy", POLICY_BODIES, {"Policy": {}}),
        ("DescribePolicy", POLICY_BODIES, refusal("PolicyNotFoundException")),
        ("ListTagsForResource", POLICY_TAGS, DENIED),
        ("ListTagsForResource", POLICY_TAGS, {"message": "<html>"}),
    ],
)
def test_one_thing_of_a_policy_that_is_refused_or_broken_is_a_gap_of_that_thing(
    tmp_path: Path, operation: str, part: Any, broken: Any
):
    rows, gaps = swept(tmp_path, **{operation: lambda **_: broken})
    assert set(gaps) == {(part.name, GUARD)}
    assert part not in rows


def test_targets_of_which_a_page_is_refused_are_a_gap_and_no_row(tmp_path: Path):
    def pages(NextToken: str = "", **_: Any) -> Any:
        return DENIED if NextToken else {"Targets": [{"TargetId": UNIT}], "NextToken": "2"}

    rows, gaps = swept(tmp_path, ListTargetsForPolicy=pages)
    assert set(gaps) == {(POLICY_TARGETS.name, GUARD)}
    assert POLICY_TARGETS not in rows


def test_throttling_past_patience_is_a_gap_that_says_so(tmp_path: Path):
    staging, throttled = staged(tmp_path), lambda **_: refusal("TooManyRequestsException")
    impatient = Aws(FakeSession(answers(DescribePolicy=throttled)), share=1000.0, patience=0.0)
    policies.sweep(staging, aws=impatient, veil=VEIL)
    assert "throttled past patience" in merged(staging.all_pages())[1][POLICY_BODIES.name, GUARD]


@pytest.mark.parametrize("broken", [DENIED, {}, {"ResourcePolicy": {"Content": "[]"}}])
def test_a_resource_policy_that_is_refused_or_broken_is_a_gap_and_never_none(tmp_path: Path, broken: Any):
    rows, gaps = swept(tmp_path, DescribeResourcePolicy=lambda: broken)
    assert set(gaps) == {(RESOURCE_POLICY.name, EVERYTHING)}
    assert RESOURCE_POLICY not in rows


def test_the_resource_policy_is_told_masked(tmp_path: Path):
    rows, gaps = swept(tmp_path, DescribeResourcePolicy=lambda: {"ResourcePolicy": {"Content": BODY}})
    assert "a•••@corp.example" in rows[RESOURCE_POLICY][EVERYTHING]
    assert gaps == {}


def test_a_reading_that_was_cut_off_asks_for_nothing_twice(tmp_path: Path):
    staging, asking = staged(tmp_path), aws(answers())
    policies.sweep(staging, aws=asking, veil=VEIL)
    before = asking.calls()
    staging.store.delete("pages/policy-details/00001.json")
    policies.sweep(staging, aws=asking, veil=VEIL)
    more = {operation: count - before[operation] for operation, count in asking.calls().items()}
    once = {f"organizations:{o}" for o in ("DescribePolicy", "ListTagsForResource", "ListTargetsForPolicy")}
    assert {operation for operation, count in more.items() if count} == once
