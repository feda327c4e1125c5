"""AWS Cost Explorer: what is spent, summed from the rows that PATCH /demo/state puts into ``costs``.

A row is ``{"account", "service", "region", "start", "amount", "currency"}``: ``start`` is a day of the month it falls
into (ISO 8601), ``amount`` a text with all digits, ``currency`` USD if left out. Every metric but UsageQuantity gives
that amount. The management account sees all rows, a member its own.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from orgwarden.demo.calls import Call
from orgwarden.demo.organization import MANAGEMENT_ID, now
from orgwarden.demo.paging import Paging, cut, refusing
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.state import Demo

SERVICE = "ce"
COLUMNS = {"LINKED_ACCOUNT": "account", "SERVICE": "service", "REGION": "region"}
MOST_GROUPS, GROUPS_A_PAGE = 2, 100
PAGING = Paging(
    mark="NextPageToken",
    usual=GROUPS_A_PAGE,
    largest=GROUPS_A_PAGE,
    refused=refusing("InvalidNextTokenException"),
)
CURRENCY = "USD"
Period = tuple[date, date]
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One amount of an account for a service in a region, on a day."""

    account: str
    service: str
    region: str
    day: date
    amount: Decimal
    currency: str


@answers(SERVICE, "GetCostAndUsage")
def get_cost_and_usage(demo: Demo, call: Call) -> Result:
    columns, periods, metrics = _columns(call), _periods(call), call.parameters.get("Metrics") or []
    if not metrics:
        raise _invalid("At least one metric must be given.")
    rows = [row for row in _rows(demo, call) if _matches(row, call.parameters.get("Filter"))]
    found = [(period, keys, held) for period in periods for keys, held in _grouped(rows, period, columns)]
    on_page, token = cut(call, found, by=PAGING)
    shown = list(on_page)
    results = [_described(period, shown, metrics, has_groups=bool(columns)) for period in _on_page(periods, shown)]
    told = {"GroupDefinitions": call.parameters.get("GroupBy") or [], "ResultsByTime": results}
    return {**told, PAGING.mark: token} if token else told


def _rows(demo: Demo, call: Call) -> Iterator[Row]:
    for told in demo.kept.get("costs", []):
        row = Row(
            account=str(told["account"]),
            service=str(told["service"]),
            region=str(told.get("region", "global")),
            day=date.fromisoformat(str(told["start"])[:10]),
            amount=Decimal(str(told["amount"])),
            currency=str(told.get("currency", CURRENCY)),
        )
        if call.caller.account in (MANAGEMENT_ID, row.account):
            yield row


def _matches(row: Row, wanted: Mapping[str, Any] | None) -> bool:
    if not wanted:
        return True
    if "And" in wanted:
        return all(_matches(row, one) for one in wanted["And"])
    if "Or" in wanted:
        return any(_matches(row, one) for one in wanted["Or"])
    if "Not" in wanted:
        return not _matches(row, wanted["Not"])
    dimension = wanted.get("Dimensions") or {}
    key = dimension.get("Key")
    if key == "RECORD_TYPE":
        return "Usage" in dimension["Values"]
    if key not in COLUMNS:
        raise _invalid(f"The demo organization filters by {', '.join(COLUMNS)} and RECORD_TYPE, not by {key}.")
    return getattr(row, COLUMNS[key]) in dimension["Values"]


def _grouped(rows: list[Row], period: Period, columns: Keys) -> list[tuple[Keys, list[Row]]]:
    groups: dict[Keys, list[Row]] = defaultdict(list)
    for row in rows:
        if period[0] <= row.day < period[1]:
            groups[tuple(getattr(row, column) for column in columns)].append(row)
    return sorted(groups.items())


def _on_page(periods: list[Period], shown: list[tuple[Period, Keys, list[Row]]]) -> list[Period]:
    here = {period for period, _, _ in shown}
    return [period for period in periods if period in here] if len(shown) == GROUPS_A_PAGE else periods


def _described(
    period: Period, shown: list[tuple[Period, Keys, list[Row]]], metrics: list[str], *, has_groups: bool
) -> dict[str, Any]:
    ours = [(keys, held) for of, keys, held in shown if of == period]
    told = {"TimePeriod": {"Start": str(period[0]), "End": str(period[1])}, "Estimated": period[1] > now().date()}
    if not has_groups:
        rows = [row for _, held in ours for row in held]
        return {**told, "Total": _summed(rows, metrics), "Groups": []}
    return {
        **told,
        "Total": {},
        "Groups": [{"Keys": list(keys), "Metrics": _summed(held, metrics)} for keys, held in ours],
    }


def _summed(rows: list[Row], metrics: list[str]) -> dict[str, dict[str, str]]:
    amount = sum((row.amount for row in rows), Decimal(0))
    unit = rows[0].currency if rows else CURRENCY
    spent = {"Amount": f"{amount:f}", "Unit": unit}
    return {name: {"Amount": "0", "Unit": "N/A"} if name == "UsageQuantity" else spent for name in metrics}


def _columns(call: Call) -> Keys:
    groups = call.parameters.get("GroupBy") or []
    if len(groups) > MOST_GROUPS:
        raise _invalid(f"At most {MOST_GROUPS} groups can be given.")
    unknown = [one.get("Key") for one in groups if one.get("Type") != "DIMENSION" or one.get("Key") not in COLUMNS]
    if unknown:
        raise _invalid(f"The demo organization groups by {', '.join(COLUMNS)}, not by {unknown[0]}.")
    return tuple(COLUMNS[one["Key"]] for one in groups)


def _periods(call: Call) -> list[Period]:
    asked = call.parameters.get("TimePeriod") or {}
    try:
        start, end = (date.fromisoformat(str(asked.get(key))) for key in ("Start", "End"))
    except ValueError:
        raise _invalid("Start and End are days, as in 2026-01-31.") from None
    if start >= end:
        raise _invalid("Start date (and hour) should be before end date (and hour).")
    following = {"MONTHLY": _next_month, "DAILY": _next_day}.get(call.of("Granularity"))
    if following is None:
        raise _invalid("The demo organization answers MONTHLY and DAILY.")
    return list(_split(start, end, following))


def _split(start: date, end: date, following: Callable[[date], date]) -> Iterator[Period]:
    while start < end:
        stop = min(following(start), end)
        yield start, stop
        start = stop


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _next_day(day: date) -> date:
    return day + timedelta(days=1)


def _invalid(text: str) -> AwsError:
    return AwsError("ValidationException", text)
