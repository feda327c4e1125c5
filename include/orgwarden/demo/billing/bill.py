"""All lines of a month, with the invoices they stand on.

The order in which it is made is that of billing: usage and commitments, their discounts, fees, then the tax on it all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from orgwarden.demo.billing.charges import credits_and_refunds, discounted, fees, taxes
from orgwarden.demo.billing.commitments import lines_a_day, reserved_instance, savings_plans
from orgwarden.demo.billing.line import MARKETPLACE, BillType, Line
from orgwarden.demo.billing.plan import MANY_ROWS, Plan, days_of, start_of
from orgwarden.demo.billing.usage import usage
from orgwarden.model import Period

# How many lines are made in Python where they are multiplied afterwards.
SEED_ROWS = 20_000
LONGEST = 31


def bill(plan: Plan, period: Period) -> list[Line]:
    """Give all lines of a month; an open one ends before the plan's today, and no line has an invoice."""
    days = _days(plan, period)
    fixed = [*savings_plans(plan, period, days), *reserved_instance(plan, period, days)]
    is_multiplied = plan.rows >= MANY_ROWS
    made = SEED_ROWS if is_multiplied else plan.rows
    # The same in every month, however many days it has: what runs does not change with the calendar.
    each_day = max(1, made // LONGEST - lines_a_day(plan))
    run = list(discounted(plan, usage(plan, period, each_day, days)))
    grown = _multiplied(run, plan.rows * days // LONGEST - len(fixed)) if is_multiplied else run
    used = [*grown, *fixed, *fees(plan, period)]
    lines = [*used, *taxes(plan, period, used), *credits_and_refunds(plan, period)]
    return lines if plan.is_open(period) else [*invoiced(period, lines)]


def _days(plan: Plan, period: Period) -> int:
    if not plan.is_open(period) or plan.today is None:
        return days_of(period)
    return max(1, (plan.today - start_of(period).date()) // timedelta(days=1))


def _multiplied(lines: list[Line], wanted: int) -> Iterator[Line]:
    """Give lines that stand for as many as are wanted; what has a discount stays single, so that the two never part."""
    single = sum(_is_single(line) for line in lines)
    each, more = divmod(wanted - single, len(lines) - single)
    number = 0
    for line in lines:
        yield line if _is_single(line) else replace(line, copies=each + (number < more))
        number += not _is_single(line)


def _is_single(line: Line) -> bool:
    return bool(line.discount) or line.kind.is_discount


def invoiced(period: Period, lines: Iterable[Line]) -> Iterator[Line]:
    """Give the lines with the number of the invoice that each stands on."""
    for line in lines:
        yield replace(line, invoice=invoice_number(period, line))


def invoice_number(period: Period, line: Line) -> str:
    """Give one number for each seller, kind of bill and publisher of a month, as AWS issues them."""
    month = period.text.replace("-", "")[2:]
    place = "EUINSE26" if line.seller.payment_currency == "EUR" else "2089"
    kind = {BillType.ANNIVERSARY: "1", BillType.PURCHASE: "2", BillType.REFUND: "3"}[line.bill_type]
    return f"{place}{month}{kind}{'7' if line.publisher == MARKETPLACE else '0'}"
