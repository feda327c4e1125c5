"""What is in force is asked through one account of each unit, and what cannot be known that way is never made up."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from orgwarden.collect.effective_policies import read_effective_tag_policies
from orgwarden.model import EVERYTHING
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS
from orgwarden.parts.policies import EFFECTIVE_TAG_POLICIES, POLICIES, POLICY_TARGETS, POLICY_TYPES, Policy
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page, Staging, merged
from tests.collect.fakes import aws, refusal
from tests.collect.staged import CLOSED, MANAGEMENT, ROOT, STATES, UNIT, A, B, staged

CONTENT = '{"tags": {}}'
IN_FORCE = {"EffectivePolicy": {"PolicyContent": CONTENT}}
NOTHING = refusal("EffectivePolicyNotFoundException")


def read(
    staging: Staging,
    *,
    types: tuple[str, ...] = ("TAG_POLICY",),
    targets: tuple[str, ...] = (),
    gaps: Mapping[tuple[str, str], str] | None = None,
    answer: Any = IN_FORCE,
) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """Read where one tag policy is attached to the targets; give rows, gaps, and who was asked for, in order."""
    tag_policy = {"p-1": Policy(name="tags", type="TAG_POLICY", aws_managed=False)}
    rows = {POLICY_TYPES: {EVERYTHING: types}, POLICIES: tag_policy, POLICY_TARGETS: {"p-1": targets}}
    asking = aws({"DescribeEffectivePolicy": lambda **_: answer})
    staging.put("policies", 1, Page(rows={p: r for p, r in rows.items() if not gaps or p != POLICY_TARGETS}))
    staging.put("policies", 2, Page(gaps=gaps or {}))
    read_effective_tag_policies(staging, api=asking.here("organizations"), veil=Veil(b"key"))
    found, lost = merged(staging.all_pages())
    asked = sorted(params["TargetId"] for _, params in asking.here("organizations").client.asked)
    return found.get(EFFECTIVE_TAG_POLICIES, {}), {k: c for (p, k), c in lost.items() if "effective" in p}, asked


def test_one_account_speaks_for_its_unit_and_closed_ones_are_not_asked(tmp_path: Path):
    rows, gaps, asked = read(staged(tmp_path))
    assert {key: row.account for key, row in rows.items()} == {ROOT: MANAGEMENT, UNIT: A}
    assert {row.content for row in rows.values()} == {CONTENT}
    assert (gaps, asked) == ({}, [MANAGEMENT, A])


def test_an_account_with_a_policy_of_its_own_speaks_for_itself_alone(tmp_path: Path):
    rows, _, asked = read(staged(tmp_path), targets=(A, CLOSED, UNIT))
    assert {key: row.account for key, row in rows.items()} == {ROOT: MANAGEMENT, UNIT: B, A: A}
    assert asked == [MANAGEMENT, A, B]


def test_where_every_account_has_a_policy_of_its_own_one_of_them_is_asked_once_for_both(tmp_path: Path):
    rows, _, asked = read(staged(tmp_path), targets=(A, B))
    assert {key: row.account for key, row in rows.items()} == {ROOT: MANAGEMENT, UNIT: A, A: A, B: B}
    assert asked == [MANAGEMENT, A, B]


def test_an_active_account_speaks_before_a_suspended_one(tmp_path: Path):
    rows, _, _ = read(staged(tmp_path, states={**STATES, A: "SUSPENDED"}))
    assert rows[UNIT].account == B


def test_nothing_in_force_is_a_row_that_says_so(tmp_path: Path):
    rows, gaps, _ = read(staged(tmp_path), answer=NOTHING)
    assert {row.content for row in rows.values()} == {None}
    assert gaps == {}


def test_where_tag_policies_are_not_enabled_nothing_is_in_force_and_nobody_is_asked(tmp_path: Path):
    rows, gaps, asked = read(staged(tmp_path), types=())
    assert {key: row.content for key, row in rows.items()} == {ROOT: None, UNIT: None}
    assert (gaps, asked) == ({}, [])


@pytest.mark.parametrize(
    "answer",
    [
        refusal("AccessDeniedException"),
        refusal("TargetNotFoundException"),
        {},
        {"EffectivePolicy": {"PolicyContent": ""}},
        {"EffectivePolicy": {"PolicyContent": "<html>"}},
    ],
)
def test_a_refused_or_broken_answer_is_a_gap_of_what_was_asked_for_and_never_nothing(tmp_path: Path, answer: Any):
    rows, gaps, _ = read(staged(tmp_path), targets=(A, B), answer=answer)
    assert rows == {}
    assert set(gaps) == {ROOT, UNIT, A, B}


@pytest.mark.parametrize("key", ["TAG_POLICY", "p-1"])
def test_without_the_attachments_nobody_knows_who_speaks_for_a_unit(tmp_path: Path, key: str):
    rows, gaps, asked = read(staged(tmp_path), gaps={(POLICY_TARGETS.name, key): "denied"})
    assert (rows, gaps, asked) == ({}, {EVERYTHING: "denied"}, [])


def test_an_account_without_a_place_or_a_root_without_an_id_is_a_gap(tmp_path: Path):
    lost = {(PLACEMENTS.name, B): "no parent", (PLACEMENTS.name, CLOSED): "no parent"}
    staging = staged(tmp_path, places={MANAGEMENT: (), A: (UNIT,)}, root="", gaps=lost)
    rows, gaps, _ = read(staging)
    assert set(rows) == {UNIT}
    assert gaps == {B: "no parent", MANAGEMENT: "the root's id is not known"}


def test_where_not_all_accounts_are_known_not_all_units_with_accounts_are(tmp_path: Path):
    _, gaps, _ = read(staged(tmp_path, gaps={(ACCOUNTS.name, EVERYTHING): "denied"}))
    assert gaps == {EVERYTHING: "denied"}


def test_without_the_enabled_types_there_is_nothing_to_go_by(tmp_path: Path):
    staging, asking = staged(tmp_path), aws({})
    read_effective_tag_policies(staging, api=asking.here("organizations"), veil=Veil(b"key"))
    assert asking.calls() == {}
