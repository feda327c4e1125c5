"""The three months that the demo shows: one clean and final, one restated after it was final, one running and broken.

They are those around a day, billed to the accounts of the demo organization, so the bill fits its inventory.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from orgwarden.demo import seed as seeds
from orgwarden.demo.billing.plan import EMEA, INC, Account, Format, Mode, Plan
from orgwarden.demo.billing.switches import COMMON_TAG, STRANGER
from orgwarden.demo.billing.usage import EC2
from orgwarden.demo.organization import CLOSED, MANAGEMENT_ID
from orgwarden.demo.seed import AccountSeed, Seed
from orgwarden.demo.subjects import Expectation, Subject
from orgwarden.model import Period

ROWS = 4_000
WORKLOADS, FOUNDATIONAL = "workloads", ("security", "infrastructure")
EMEA_EVERY = 3
SOUND: Mapping[str, Subject] = {}
# What is wrong with the restated month and with the one that runs, and what the verdict on it is about.
RESTATED = {"billing.closed_month_unchanged": Subject(account=MANAGEMENT_ID)}
BROKEN = {
    "billing.accounts_match_inventory": Subject(account=STRANGER),
    "billing.month_on_month": Subject(account=MANAGEMENT_ID),
    "management_account.no_workload_spend": Subject(account=MANAGEMENT_ID, resource=EC2.code),
    "tags.cost_coverage": Subject(account=MANAGEMENT_ID, resource=COMMON_TAG),
}
# What nobody can tell: there is one export, nothing was published of a month before its first bill is final, nothing is
# before the first month, and AWS writes no invoices for a month that runs.
NEVER_TOLD = ("billing.formats_agree",)
UNPUBLISHED = (*NEVER_TOLD, "billing.closed_month_unchanged")
FIRST = (*UNPUBLISHED, "billing.credits_explained", "billing.hours_complete", "billing.month_on_month")
NOT_INVOICED = (*UNPUBLISHED, "billing.credits_explained", "billing.export_ties_to_invoice")


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One delivery, in the order in which AWS would make them: generate it, then reconcile (and publish) its month.

    ``deviates`` says by check what the verdict is about, ``untold`` names checks that lack a witness.
    """

    says: str
    plan: Plan
    deviates: Mapping[str, Subject]
    untold: tuple[str, ...]

    @property
    def period(self) -> Period:
        return self.plan.months[-1]

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """Give the verdicts that must come, and no other may deviate or be unknown."""
        payer = Subject(account=self.plan.payer.id)
        return (
            *(
                Expectation(control=one, expected="FAIL", subject=at, why=self.says)
                for one, at in self.deviates.items()
            ),
            *(Expectation(control=one, expected="UNKNOWN", subject=payer, why=self.says) for one in self.untold),
        )


def demo_months(today: date, form: Format = Format.CUR2, rows: int = ROWS) -> tuple[Step, ...]:
    """Give the deliveries: each is laid over those before it in the same folder."""
    running = today.replace(day=1)
    closed = (running - timedelta(days=1)).replace(day=1)
    clean = (closed - timedelta(days=1)).replace(day=1)
    accounts = northwind()

    def step(
        says: str, first: date, untold: tuple[str, ...], *, broken: Mapping[str, Subject] = SOUND, restatement: int = 0
    ) -> Step:
        plan = Plan(
            months=(Period.month_of(first),),
            format=form,
            mode=Mode.CREATE_NEW,
            rows=rows,
            accounts=accounts,
            broken=tuple(broken),
            today=today,
            restatement=restatement,
        )
        return Step(says=says, plan=plan, deviates=broken, untold=untold)

    return (
        step("clean and final", clean, FIRST),
        step("final", closed, UNPUBLISHED),
        step("restated by a refund that came late", closed, NEVER_TOLD, broken=RESTATED, restatement=1),
        step("still running, and wrong in four ways", running, NOT_INVOICED, broken=BROKEN),
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
