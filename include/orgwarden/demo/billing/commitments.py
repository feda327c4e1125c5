"""Savings Plans and a reserved instance: what they cover, what they negate, what they cost, and what stays unused.

The arithmetic closes for each commitment: what usage is charged and what stays unused come to the fee of the month.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from orgwarden.demo.billing.line import ZERO, BillType, Commitment, Kind, Line, Product, issuer
from orgwarden.demo.billing.plan import Account, Plan, days_of, end_of, start_of
from orgwarden.demo.billing.usage import EC2, HOUR, RDS, line_id
from orgwarden.model import Period

SAVINGS_PLANS = Product(
    code="ComputeSavingsPlans",
    name="Savings Plans for AWS Compute usage",
    category="Compute",
    usage_type="ComputeSP:3yrPartialUpfront",
    operation="None",
)
# Rows from which a Savings Plan's usage is told by the hour, and not by the day.
HOURLY_FROM = 5_000
ON_DEMAND_HOUR, COVERED_HOUR, COMMITTED_HOUR = Decimal("0.3712"), Decimal("0.2468"), Decimal("0.26")
UPFRONT_SHARE = Decimal("0.25")
RI_ON_DEMAND_HOUR = Decimal("0.5")
RI_RECURRING_HOUR, RI_UPFRONT_HOUR = Decimal("0.1875"), Decimal("0.0625")
RI_IDLE_HOURS = 24
UPFRONT_FEE = Decimal("90.00")


def lines_a_day(plan: Plan) -> int:
    """Give how many lines a day commitments have: usage of two plans and a reservation, negations and fees."""
    return 24 + 2 * (24 if plan.rows >= HOURLY_FROM else 1) + 4


def savings_plans(plan: Plan, period: Period, days: int) -> Iterator[Line]:
    """Give two plans, each used by one member: the payer's, wholly used, and a member's own, partly paid upfront."""
    used, half_used = plan.members[0], plan.members[min(1, len(plan.members) - 1)]
    for number, (user, owner, committed) in enumerate(
        ((used, plan.payer, COVERED_HOUR), (half_used, plan.members[-1], COMMITTED_HOUR))
    ):
        arn = f"arn:aws:savingsplans::{owner.id}:savingsplan/0d3m0000-{number:04d}"
        payment = "No Upfront" if owner is plan.payer else "Partial Upfront"
        bought = Commitment(arn=arn, is_savings_plan=True, payment=payment)
        yield from _covered(plan, period, user, bought, days)
        yield from (_fee(period, owner, bought, committed * 24, day) for day in range(days))
    yield _upfront(plan, period)


def _covered(plan: Plan, period: Period, user: Account, bought: Commitment, days: int) -> Iterator[Line]:
    for day in range(days):
        first = start_of(period) + timedelta(days=day)
        hours = 1 if plan.rows >= HOURLY_FROM else 24
        for hour in range(0, 24, hours):
            start = first + HOUR * hour
            yield _sp_line(user, bought, Kind.SP_COVERED, start, start + HOUR * hours)
        yield _sp_line(user, bought, Kind.SP_NEGATION, first, first + HOUR * 24)


def _sp_line(user: Account, bought: Commitment, kind: Kind, start: datetime, end: datetime) -> Line:
    hours = (end - start) // HOUR
    is_covered = kind is Kind.SP_COVERED
    cost = ON_DEMAND_HOUR * hours
    name = f"arn:aws:ec2:eu-north-1:{user.id}:instance/i-0demo{bought.arn[-4:]}"
    return Line(
        kind=kind,
        product=EC2,
        start=start,
        end=end,
        unblended=cost if is_covered else -cost,
        public=cost if is_covered else ZERO,
        line_id=line_id(kind, bought.arn, user.id),
        region="eu-north-1",
        resource=name if is_covered else "",
        quantity=Decimal(hours),
        tags=user.tags,
        commitment=bought,
        effective=COVERED_HOUR * hours if is_covered else ZERO,
        description=f"{EC2.usage_type} covered by a Savings Plan" if is_covered else "Negation of covered usage",
        **issuer(user),
    )


def _fee(period: Period, owner: Account, bought: Commitment, committed: Decimal, day: int) -> Line:
    start = start_of(period) + timedelta(days=day)
    upfront = committed * UPFRONT_SHARE if bought.payment == "Partial Upfront" else ZERO
    return Line(
        kind=Kind.SP_RECURRING,
        product=SAVINGS_PLANS,
        start=start,
        end=start + timedelta(days=1),
        unblended=committed - upfront,
        public=committed - upfront,
        line_id=line_id("fee", bought.arn),
        region="global",
        quantity=Decimal(24),
        tags=owner.tags,
        commitment=bought,
        recurring=committed - upfront,
        upfront=upfront,
        used=COVERED_HOUR * 24,
        unused_recurring=committed - COVERED_HOUR * 24,
        description="Recurring commitment of a Savings Plan",
        **issuer(owner),
    )


def _upfront(plan: Plan, period: Period) -> Line:
    # The plan that it pays for begins next month, so that nothing of it falls into this one.
    arn = f"arn:aws:savingsplans::{plan.payer.id}:savingsplan/0d3m0000-{period.text}"
    return Line(
        kind=Kind.SP_UPFRONT,
        product=SAVINGS_PLANS,
        start=start_of(period),
        end=start_of(period) + HOUR,
        unblended=UPFRONT_FEE,
        public=UPFRONT_FEE,
        line_id=line_id("upfront", arn),
        region="global",
        bill_type=BillType.PURCHASE,
        commitment=Commitment(arn=arn, is_savings_plan=True, payment="All Upfront"),
        description="Upfront fee of a Savings Plan that begins next month",
        **issuer(plan.payer),
    )


def reserved_instance(plan: Plan, period: Period, days: int) -> Iterator[Line]:
    """Give a reserved database: usage in every hour, idle ones of the fee beside it, and an upfront fee."""
    user = plan.members[-1]
    arn = f"arn:aws:rds:eu-west-1:{user.id}:ri:demo-0001"
    bought = Commitment(arn=arn, is_savings_plan=False, payment="Partial Upfront")
    for hour in range(24 * days):
        start = start_of(period) + HOUR * hour
        yield _ri_usage(user, bought, start)
    yield _ri_fee(user, bought, period, days)
    yield _ri_upfront(user, period)


def _ri_usage(user: Account, bought: Commitment, start: datetime) -> Line:
    return Line(
        kind=Kind.RI_USAGE,
        product=RDS,
        start=start,
        end=start + HOUR,
        unblended=ZERO,
        public=RI_ON_DEMAND_HOUR,
        line_id=line_id("ri", bought.arn),
        region="eu-west-1",
        resource=f"arn:aws:rds:eu-west-1:{user.id}:db:always-on",
        tags=user.tags,
        commitment=bought,
        effective=RI_RECURRING_HOUR + RI_UPFRONT_HOUR,
        recurring=RI_RECURRING_HOUR,
        upfront=RI_UPFRONT_HOUR,
        description="db.r7g.large reserved instance applied",
        **issuer(user),
    )


def _ri_fee(user: Account, bought: Commitment, period: Period, days: int) -> Line:
    hours = 24 * days + RI_IDLE_HOURS
    return Line(
        kind=Kind.RI_FEE,
        product=RDS,
        start=start_of(period),
        end=end_of(period),
        unblended=RI_RECURRING_HOUR * hours,
        public=ZERO,
        line_id=line_id("rifee", bought.arn),
        region="eu-west-1",
        quantity=Decimal(24 * days_of(period)),
        tags=user.tags,
        commitment=bought,
        recurring=RI_RECURRING_HOUR * hours,
        upfront=RI_UPFRONT_HOUR * hours,
        unused_recurring=RI_RECURRING_HOUR * RI_IDLE_HOURS,
        unused_upfront=RI_UPFRONT_HOUR * RI_IDLE_HOURS,
        description="USD 0.1875 per hour, reserved instance",
        **issuer(user),
    )


def _ri_upfront(user: Account, period: Period) -> Line:
    arn = f"arn:aws:rds:eu-west-1:{user.id}:ri:demo-{period.text}"
    return Line(
        kind=Kind.FEE,
        product=RDS,
        start=start_of(period),
        end=start_of(period) + HOUR,
        unblended=UPFRONT_FEE,
        public=UPFRONT_FEE,
        line_id=line_id("ri upfront", arn),
        region="eu-west-1",
        bill_type=BillType.PURCHASE,
        commitment=Commitment(arn=arn, is_savings_plan=False, payment="All Upfront"),
        description="Upfront fee of a reserved instance that begins next month",
        **issuer(user),
    )
