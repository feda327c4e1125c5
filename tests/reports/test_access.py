"""Whoever approves the access finds each call once, with its reason, in the order of the services."""

import re
from collections import Counter
from pathlib import Path

import pytest

from orgwarden.aws.iam_names import iam_actions
from orgwarden.collect.actions import Action, Side, every_action
from orgwarden.reports.access import access_page
from orgwarden.reports.iam_templates import templates

PAGE = access_page(every_action())
NAMED = re.compile(r"`([\w-]+:\w+)`")


def rows(side: Side, page: str = PAGE) -> list[tuple[list[str], str, str]]:
    """The rows of a side's table: operations, IAM actions, reason."""
    section = page.partition(f"## As {side.value}\n")[2].partition("\n## ")[0]
    cells = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return [(NAMED.findall(operations), granted, reason) for operations, granted, reason in cells]


@pytest.mark.parametrize("side", Side)
def test_each_call_of_a_side_is_told_once(side):
    told = Counter(operation for operations, _, _ in rows(side) for operation in operations)
    assert told == Counter(action.operation for action in every_action() if action.side is side)


@pytest.mark.parametrize("side", Side)
def test_each_call_has_a_reason(side):
    assert [operations for operations, _, reason in rows(side) if not reason.strip()] == []


@pytest.mark.parametrize("side", Side)
def test_services_stand_in_their_order(side):
    services = [operations[0].partition(":")[0] for operations, _, _ in rows(side)]
    assert services == sorted(services)


@pytest.mark.parametrize("side", Side)
def test_every_iam_action_is_named_with_its_call(side):
    for operations, granted, _ in rows(side):
        named = {*operations, *NAMED.findall(granted)}
        assert {action for operation in operations for action in iam_actions(operation)} <= named


def test_calls_of_one_service_for_one_reason_stand_in_one_row():
    two = [Action(operation=f"ec2:Describe{what}", side=Side.MEMBER, why="why") for what in ("Vpcs", "Hosts")]
    assert rows(Side.MEMBER, access_page(two)) == [(["ec2:DescribeVpcs", "ec2:DescribeHosts"], "", "why")]


def test_the_page_leads_to_every_template():
    assert [name for name in templates(every_action()) if f"(../include/iam/{name})" not in PAGE] == []


def test_the_page_of_the_repository_is_that_of_the_declarations():
    assert (Path(__file__).parents[2] / "docs" / "ACCESS.md").read_text(encoding="utf-8") == PAGE
