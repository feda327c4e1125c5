"""A switch changes what it says, and there is one, or a reason for none, for each check of the bill."""

import json

import pytest

from orgwarden.demo.billing import Plan, generate
from orgwarden.demo.billing.bill import bill
from orgwarden.demo.billing.switches import SWITCHES, WITHOUT_SWITCH, switches
from orgwarden.errors import BadInput
from orgwarden.model import Period

OCTOBER = Period("2026-10")
PLAN = Plan(months=(OCTOBER,), rows=1_500)
BY_WITNESS = {
    "billing.export_ties_to_invoice": "invoices.json",
    "billing.export_ties_to_cost_explorer": "cost-explorer-accounts.json",
    "billing.tags_add_up": "cost-explorer-tag-cost-center.json",
}


@pytest.fixture(scope="module")
def lines():
    return bill(PLAN, OCTOBER)


def test_each_of_the_21_checks_has_a_switch_or_a_reason_for_none():
    assert len(SWITCHES) + len(WITHOUT_SWITCH) == 21
    assert not SWITCHES.keys() & WITHOUT_SWITCH.keys()


@pytest.mark.parametrize("check", sorted(SWITCHES.keys() - BY_WITNESS.keys()))
def test_a_switch_of_the_lines_changes_some_of_them_and_leaves_the_others(check, lines):
    changed = SWITCHES[check].lines(PLAN, OCTOBER, list(lines))
    assert changed != lines
    assert {id(line) for line in lines} & {id(line) for line in changed}


@pytest.mark.parametrize(("check", "name"), BY_WITNESS.items())
def test_a_switch_of_a_witness_changes_that_one_alone(check, name, tmp_path):
    clean = generate(PLAN, tmp_path / "clean").last
    broken = generate(Plan(months=(OCTOBER,), rows=1_500, broken=(check,)), tmp_path / "broken").last
    differ = [
        path.name
        for path in sorted(clean.witnesses.iterdir())
        if json.loads(path.read_text()) != json.loads((broken.witnesses / path.name).read_text())
    ]
    assert differ in ([name], ["demo-state.json", name])
    assert clean.truth == broken.truth


def test_only_the_last_month_is_broken(tmp_path):
    months = (Period("2026-09"), OCTOBER)
    clean = generate(Plan(months=months, rows=1_500), tmp_path / "clean")
    broken = generate(Plan(months=months, rows=1_500, broken=("billing.lines_unique",)), tmp_path / "broken")
    same = [clean.months[month].truth == broken.months[month].truth for month in months]
    assert same == [True, False]


@pytest.mark.parametrize(
    ("name", "why"), [("billing.nonsense", "choose among"), ("billing.dimensions_add_up", "nothing")]
)
def test_a_check_without_a_switch_is_refused_with_the_reason(name, why):
    with pytest.raises(BadInput, match=why):
        switches((name,))
