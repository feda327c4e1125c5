"""What is generated ties by every check, and each switch breaks its own check and no other."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orgwarden.baseline import Baseline
from orgwarden.billing import witnesses
from orgwarden.billing.checking import CHECKS
from orgwarden.billing.ledger import connect
from orgwarden.billing.lines import open_lines
from orgwarden.billing.locating import Delivery, earlier, locate
from orgwarden.demo import oracle
from orgwarden.demo.billing import Discounts, FileKind, Format, Generated, Plan, generate
from orgwarden.demo.billing.months import BROKEN, RESTATED, demo_months
from orgwarden.demo.billing.switches import SWITCHES, WITHOUT_SWITCH
from orgwarden.flows.hearing import Given
from orgwarden.flows.reconciling import Reconciled, reconcile
from orgwarden.flows.reviewing import rows
from orgwarden.model import Period, Status
from orgwarden.parts.organization import ACCOUNTS, Account, AccountState
from orgwarden.snapshot import Manifest, Snapshot

MONTHS = tuple(Period(f"2026-{month:02}") for month in (8, 9, 10))
EARLIER, OCTOBER = MONTHS[:2], MONTHS[2]
TODAY = date(2026, 11, 26)
FILES = {Format.CUR2: FileKind.PARQUET, Format.LEGACY: FileKind.GZIP, Format.FOCUS: FileKind.PARQUET}
OTHER = {Format.CUR2: Format.FOCUS, Format.LEGACY: Format.FOCUS, Format.FOCUS: Format.CUR2}
# What a format cannot show: FOCUS has no ids of lines, no fees of commitments and no negation.
NOT_IN_FOCUS = {"billing.lines_unique", "billing.commitments_amortize", "billing.savings_plans_negate"}
# One of the lines and one of a witness stand for all in the default run.
QUICK = {"billing.hours_complete", "billing.tags_add_up"}
CASES = [
    pytest.param(form, check, marks=() if form is Format.CUR2 and check in QUICK else pytest.mark.slow)
    for form in Format
    for check in sorted(SWITCHES)
    if form is not Format.FOCUS or check not in NOT_IN_FOCUS
]
BASELINE = Baseline.model_validate(
    {
        "billing": {
            "cost_keys": ("cost-center", "owner"),
            "cost_centres": {"tag_key": "cost-center"},
            "shared": (
                {"name": "support", "services": ("AWSSupport*", "AWS Support*"), "rule": "amortized"},
                {"name": "tax", "charge_categories": ("Tax",), "rule": "amortized"},
            ),
        }
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """What was there before a month is broken: the months before, the month as it was published, in one format."""

    months: tuple[Delivery, ...]
    clean: Generated
    published: Path


def plan(form: Format, *, months=(OCTOBER,), broken=()) -> Plan:
    return Plan(months=months, format=form, file=FILES[form], rows=1_000, chunks=1, broken=broken)


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """Make what was there before, once for each format."""
    kept: dict[Format, Before] = {}

    def of(form: Format) -> Before:
        if form not in kept:
            out = tmp_path_factory.mktemp(form)
            clean = generate(plan(form, months=MONTHS), out)
            months = tuple(locate(out, month) for month in reversed(EARLIER))
            kept[form] = Before(months=months, clean=clean, published=_published(out, out / "pack"))
        return kept[form]

    return of


def _published(export: Path, folder: Path) -> Path:
    """Publish the month's ledger, as a pack has it."""
    folder.mkdir()
    with closing(connect()) as con:
        delivery = locate(export, OCTOBER)
        reconciled(con, delivery, Given())
        con.execute(f"copy ledger to '{folder / 'ledger.parquet'}' (format parquet)")
    return folder


def reconciled(con, delivery: Delivery, given: Given) -> Reconciled:
    return reconcile(con, delivery, open_lines(con, delivery, OCTOBER), given, today=TODAY, connect=connect)


def with_all_witnesses(made: Generated, was: Before, other: Generated) -> Given:
    """Give everybody who knows the month."""
    folder = made.last.witnesses
    return Given(
        invoices=witnesses.read_invoices(folder / "invoices.json", OCTOBER),
        costs=witnesses.read_costs(sorted(folder.glob("cost-explorer-*.json")), OCTOBER),
        snapshot=snapshot(),
        earlier=was.months,
        other=locate(other.root, OCTOBER),
        published=was.published,
        baseline=BASELINE,
    )


def snapshot(known: Plan | None = None) -> Snapshot:
    then = datetime(2026, 11, 1, tzinfo=UTC)
    known = known or plan(Format.CUR2)
    rows = {
        one.id: Account(
            id=one.id, name=one.name, state=AccountState(one.state), joined="2019-03-04T08:30:00Z", method="CREATED"
        )
        for one in known.accounts
    }
    manifest = Manifest(
        schema=1,
        organization="o-nw7demo0rg",
        management=known.payer.id,
        period="2026-10",
        run="1",
        opened=then,
        sealed=then,
        key_check="",
        parts={},
        gaps=[],
        digest="",
        previous="",
        versions={},
    )
    return Snapshot(place="", manifest=manifest, rows={ACCOUNTS: rows}, gaps={})


def statuses(made: Generated, was: Before, other: Generated) -> Mapping[str, tuple[Status, str]]:
    with closing(connect()) as con:
        found = reconciled(con, locate(made.root, OCTOBER), with_all_witnesses(made, was, other))
    return {one.check.control: (one.status, one.reason) for one in found.checks}


def failing(told: Mapping[str, tuple[Status, str]]) -> dict[str, str]:
    return {name: reason for name, (status, reason) in told.items() if status is Status.FAIL}


def test_every_check_has_a_switch_or_a_reason_for_none():
    assert {check.control for check in CHECKS} == SWITCHES.keys() | WITHOUT_SWITCH.keys()


@pytest.mark.parametrize("form", [Format.CUR2, *(pytest.param(f, marks=pytest.mark.slow) for f in list(Format)[1:])])
def test_a_clean_month_with_all_witnesses_ties_by_every_check(form, before, tmp_path):
    was = before(form)
    told = statuses(was.clean, was, generate(plan(OTHER[form]), tmp_path))
    assert not failing(told)
    unknown = {name: reason for name, (status, reason) in told.items() if status is Status.UNKNOWN}
    assert unknown.keys() == (NOT_IN_FOCUS - {"billing.savings_plans_negate"} if form is Format.FOCUS else set())


@pytest.mark.parametrize(("form", "check"), CASES)
def test_a_switch_breaks_its_own_check_and_no_other(form, check, before, tmp_path):
    made = generate(plan(form, broken=(check,)), tmp_path / "broken")
    # The other export follows the switch, unless it is what the two formats are compared by.
    followed = () if check == "billing.formats_agree" else (check,)
    other = generate(plan(OTHER[form], broken=followed), tmp_path / "other")
    was = before(form)
    if check != "billing.closed_month_unchanged":
        was = replace(was, published=_published(made.root, tmp_path / "pack"))
    assert failing(statuses(made, was, other)).keys() == {check}


@pytest.mark.slow
@pytest.mark.parametrize("form", [Format.CUR2, Format.LEGACY])
def test_a_clean_month_with_its_discounts_inside_the_net_columns_ties_too(form, before, tmp_path):
    made, other = (generate(replace(plan(one), discounts=Discounts.NET), tmp_path / one) for one in (form, OTHER[form]))
    was = replace(before(form), published=_published(made.root, tmp_path / "pack"))
    assert not failing(statuses(made, was, other))


@pytest.mark.slow
def test_the_three_months_of_the_demo_break_as_they_say(tmp_path):
    out, pack = tmp_path / "export", tmp_path / "pack"
    broken = []
    for step in demo_months(TODAY, rows=4_000):
        made = generate(step.plan, out)
        with closing(connect()) as con:
            found = reconciled_as_told(con, step, made, pack if pack.exists() and step.plan.restatement else None)
            if not step.plan.restatement:
                pack.mkdir(exist_ok=True)
                con.execute(f"copy ledger to '{pack / 'ledger.parquet'}' (format parquet)")
        ours = [row for row in rows(found.verdicts) if row["control"] in {check.control for check in CHECKS}]
        compared = oracle.compare(step.expectations, ours, key_of_number=str, key_of_mailbox=str)
        assert (compared["missed"], compared["extra"]) == ([], [])
        broken.append({one.check.control for one in found.checks if one.status is Status.FAIL})
    assert broken == [set(), set(), set(RESTATED), set(BROKEN)]


def reconciled_as_told(con, step, made: Generated, published: Path | None) -> Reconciled:
    """Reconcile a delivery by the witnesses that the demo has of it."""
    folder, is_open = made.last.witnesses, step.plan.is_open(step.period)
    given = Given(
        invoices=None if is_open else witnesses.read_invoices(folder / "invoices.json", step.period),
        costs=witnesses.read_costs(sorted(folder.glob("cost-explorer-*.json")), step.period),
        snapshot=snapshot(step.plan),
        earlier=earlier(made.root, step.period, 3),
        published=published,
        baseline=BASELINE,
    )
    delivery = locate(made.root, step.period)
    lines = open_lines(con, delivery, step.period)
    return reconcile(con, delivery, lines, given, today=TODAY, connect=connect)


@pytest.mark.slow
@pytest.mark.parametrize("day", [1, 2, 5, 28])
def test_the_running_month_is_wrong_in_four_ways_on_every_day(day, tmp_path):
    today = date(2026, 12, day)
    *before, running = demo_months(today, rows=4_000)
    for step in before:
        generate(step.plan, tmp_path)
    made = generate(running.plan, tmp_path)
    with closing(connect()) as con:
        found = reconciled_as_told(con, running, made, None)
    assert {one.check.control for one in found.checks if one.status is Status.FAIL} == set(BROKEN)
