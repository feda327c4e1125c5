"""The three months that the demo shows: one clean and final, one restated after it was final, one running and broken.

They are those around a day, billed to the accounts of the demo organization, so the bill fits its inventory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from orgwarden.demo import seed as seeds
from orgwarden.demo.billing.plan import EMEA, INC, Account, Format, Mode, Plan
from orgwarden.demo.organization import CLOSED
from orgwarden.demo.seed import AccountSeed, Seed
from orgwarden.model import Period

ROWS = 6_000
WORKLOADS, FOUNDATIONAL = "workloads", ("security", "infrastructure")
EMEA_EVERY = 3
RESTATED = ("billing.closed_month_unchanged",)
# What is wrong with the month that runs.
BROKEN = (
    "billing.accounts_match_inventory",
    "billing.month_on_month",
    "management_account.no_workload_spend",
    "tags.cost_coverage",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One delivery, in the order in which AWS would make them: generate it, then reconcile (and publish) its month."""

    says: str
    plan: Plan

    @property
    def period(self) -> Period:
        return self.plan.months[-1]


def demo_months(today: date, form: Format = Format.CUR2, rows: int = ROWS) -> tuple[Step, ...]:
    """Give the deliveries: each is laid over those before it in the same folder."""
    running = today.replace(day=1)
    closed = (running - timedelta(days=1)).replace(day=1)
    clean = (closed - timedelta(days=1)).replace(day=1)
    accounts = northwind()

    def step(says: str, first: date, *, broken: tuple[str, ...] = (), restatement: int = 0) -> Step:
        plan = Plan(
            months=(Period.month_of(first),),
            format=form,
            mode=Mode.CREATE_NEW,
            rows=rows,
            accounts=accounts,
            broken=broken,
            today=today,
            restatement=restatement,
        )
        return Step(says=says, plan=plan)

    return (
        step("clean and final", clean),
        step("final", closed),
        step("restated by a refund that came late", closed, broken=RESTATED, restatement=1),
        step("still running, and wrong in four ways", running, broken=BROKEN),
    )


def northwind(seed: Seed | None = None) -> tuple[Account, ...]:
    """Give the accounts of the demo organization that may still be billed; workloads come first, they use the most."""
    told = seed or seeds.declared()
    management = _account(told.management, 0, is_management=True)
    billed = [one for one in told.accounts if one.state != CLOSED]
    return (management, *_members(sorted(billed, key=lambda one: not one.unit.startswith(WORKLOADS))))


def _members(told: Sequence[AccountSeed]) -> list[Account]:
    return [_account(one, number) for number, one in enumerate(told, start=1)]


def _account(told: AccountSeed, number: int, *, is_management: bool = False) -> Account:
    return Account(
        id=told.id,
        name=told.name,
        seller=INC if number % EMEA_EVERY else EMEA,
        state=told.state,
        is_management=is_management,
        is_foundational=told.unit in FOUNDATIONAL,
        tags={"owner": told.owner or "platform", "cost-center": told.cost_center or "1020", "stage": told.stage},
    )
