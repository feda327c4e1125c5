"""Quarters as people live by them: when one begins, when its answers are due, which one comes next."""

from datetime import date, timedelta

from orgwarden.errors import BadInput
from orgwarden.model import Period

QUARTERS = 4
MONTHS = 3


def quarter_of(period: Period) -> Period:
    """Give the quarter that a month opens, or the quarter itself. ``BadInput`` for a month in the midst of one."""
    if not period.is_month:
        return period
    year, month = (int(part) for part in period.text.split("-"))
    if month % MONTHS != 1:
        opening = f"{year}-{month - (month - 1) % MONTHS:02}"
        raise BadInput(f"{period} is in the midst of a quarter: start with the month that opens one, such as {opening}")
    return Period.quarter_of(period.first_day)


def after(quarter: Period, many: int = 1) -> Period:
    """Give the quarter that comes so many after another: the next one; before it where there are fewer than none."""
    year, index = divmod(quarter.ordinal + many - 1, QUARTERS)
    return Period(f"{year}-Q{index + 1}")


def due(quarter: Period, days: int) -> date:
    """Give the last day on which an answer of a quarter is in time."""
    return quarter.first_day + timedelta(days=days)
