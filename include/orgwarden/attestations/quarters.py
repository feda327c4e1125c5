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
    return Period(f"{year}-Q{(month + MONTHS - 1) // MONTHS}")


def quarter_with(day: date) -> Period:
    """Give the quarter in which a day lies."""
    return Period(f"{day.year}-Q{(day.month + MONTHS - 1) // MONTHS}")


def begin(quarter: Period) -> date:
    """Give the first day of a quarter."""
    return quarter.first_day


def after(quarter: Period, many: int = 1) -> Period:
    """Give the quarter that comes so many after another: the next one."""
    year, index = divmod(number_of(quarter) + many - 1, QUARTERS)
    return Period(f"{year}-Q{index + 1}")


def before(quarter: Period) -> Period:
    """Give the quarter before."""
    year, number = _parts(quarter)
    return Period(f"{year}-Q{number - 1}" if number > 1 else f"{year - 1}-Q{QUARTERS}")


def due(quarter: Period, days: int) -> date:
    """Give the last day on which an answer of a quarter is in time."""
    return begin(quarter) + timedelta(days=days)


def number_of(quarter: Period) -> int:
    """Give a number that grows by one from quarter to quarter."""
    return quarter.ordinal


def _parts(quarter: Period) -> tuple[int, int]:
    year, _, number = quarter.text.partition("-Q")
    return int(year), int(number)
