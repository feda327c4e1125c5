"""AWS Cost Explorer: what is spent, summed from the rows that PATCH /demo/state puts into ``costs``.

A row is ``{"account", "service", "region", "start", "amount", "currency", "record_type", "tags"}``: ``start`` is a day
of the month it falls into (ISO 8601), ``amount`` a text with all digits, ``currency`` USD and ``record_type`` Usage if
left out. Every metric but UsageQuantity gives that amount. The management account sees all rows, a member its own.

Where ``cost_explorer`` is false, nobody switched it on. A tag key is one by which costs are allocated once it is in
``costs`` or an UpdateCostAllocationTagsStatus made it active, until one made it inactive: then its groups hold no
values.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from orgwarden.demo.calls import Call
from orgwarden.demo.organization import MANAGEMENT_ID, now
from orgwarden.demo.paging import Paging, cut, page, refusing
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.state import Demo

SERVICE = "ce"
DIMENSIONS = ("LINKED_ACCOUNT", "SERVICE", "REGION", "RECORD_TYPE")
DIMENSION, TAG = "DIMENSION", "TAG"
ACTIVE, INACTIVE = "Active", "Inactive"
MOST_GROUPS, GROUPS_A_PAGE, TAGS_A_PAGE = 2, 100, 100
PAGING = Paging(
    mark="NextPageToken",
    usual=GROUPS_A_PAGE,
    largest=GROUPS_A_PAGE,
    refused=refusing("InvalidNextTokenException"),
)
TAGS = Paging(usual=TAGS_A_PAGE, largest=1000, refused=refusing("InvalidNextTokenException", "ValidationException"))
CURRENCY, USAGE = "USD", "Usage"
Period = tuple[date, date]
Keys = tuple[str, ...]
Columns = Sequence[Callable[["Row"], str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One amount of an account for a service in a region, on a day."""

    account: str
    service: str
    region: str
    day: date
    amount: Decimal
    currency: str
    record_type: str
    tags: Mapping[str, str]

    def of(self, dimension: str) -> str:
        """Give what a row is, by a dimension."""
        told = (self.account, self.service, self.region, self.record_type)
        return dict(zip(DIMENSIONS, told, strict=True))[dimension]


@answers(SERVICE, "GetCostAndUsage")
def get_cost_and_usage(demo: Demo, call: Call) -> Result:
    _refuse_unless_on(demo)
    columns, periods, metrics = _columns(demo, call), _periods(call), call.parameters.get("Metrics") or []
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
            record_type=str(told.get("record_type", USAGE)),
            tags={str(key): str(value) for key, value in told.get("tags", {}).items()},
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
    if "Tags" in wanted:
        return row.tags.get(wanted["Tags"]["Key"], "") in wanted["Tags"]["Values"]
    dimension = wanted.get("Dimensions") or {}
    key = dimension.get("Key")
    if key not in DIMENSIONS:
        raise _invalid(f"The demo organization filters by {', '.join(DIMENSIONS)} and tags, not by {key}.")
    return row.of(key) in dimension["Values"]


def _grouped(rows: list[Row], period: Period, columns: Columns) -> list[tuple[Keys, list[Row]]]:
    """Give the rows of each group and currency: amounts in two currencies are never one sum."""
    groups: dict[tuple[Keys, str], list[Row]] = defaultdict(list)
    for row in rows:
        if period[0] <= row.day < period[1]:
            groups[tuple(column(row) for column in columns), row.currency].append(row)
    return [(keys, held) for (keys, _), held in sorted(groups.items())]


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
    units = {row.currency for row in rows} or {CURRENCY}
    if len(units) > 1:
        raise _invalid(f"The demo organization has no total of {' and '.join(sorted(units))}: ask for groups.")
    spent = {"Amount": f"{amount:f}", "Unit": units.pop()}
    return {name: {"Amount": "0", "Unit": "N/A"} if name == "UsageQuantity" else spent for name in metrics}


def _columns(demo: Demo, call: Call) -> Columns:
    groups = call.parameters.get("GroupBy") or []
    if len(groups) > MOST_GROUPS:
        raise _invalid(f"At most {MOST_GROUPS} groups can be given.")
    return [_column(demo, str(one.get("Type")), str(one.get("Key"))) for one in groups]


def _column(demo: Demo, kind: str, key: str) -> Callable[[Row], str]:
    if kind == TAG:
        is_active = _tags(demo).get(key, {}).get("Status") == ACTIVE
        return lambda row: f"{key}${row.tags.get(key, '') if is_active else ''}"
    if kind != DIMENSION or key not in DIMENSIONS:
        raise _invalid(f"The demo organization groups by {', '.join(DIMENSIONS)} and tags, not by {key}.")
    return lambda row: row.of(key)


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


def _refuse_unless_on(demo: Demo) -> None:
    if not demo.kept.get("cost_explorer", True):
        raise AwsError("AccessDeniedException", "User not enabled for cost explorer access")


# -- cost allocation tags


@answers(SERVICE, "ListCostAllocationTags")
def list_cost_allocation_tags(demo: Demo, call: Call) -> Result:
    _refuse_members(call)
    wanted, keys = call.parameters, call.parameters.get("TagKeys") or []
    listed = [
        {"TagKey": key, **told}
        for key, told in sorted(_tags(demo).items())
        if all(told[name] == wanted[name] for name in ("Status", "Type") if wanted.get(name))
        and (not keys or key in keys)
    ]
    return page(call, "CostAllocationTags", listed, dict, by=TAGS)


@answers(SERVICE, "UpdateCostAllocationTagsStatus")
def update_cost_allocation_tags_status(demo: Demo, call: Call) -> Result:
    _refuse_members(call)
    kept, known = demo.kept.setdefault("cost_tags", {}), _tags(demo)
    for one in call.parameters["CostAllocationTagsStatus"]:
        about = known.get(one["TagKey"], _tag(one["TagKey"], ""))
        kept[one["TagKey"]] = {**about, "Status": one["Status"], "LastUpdatedDate": _moment()}
    return {"Errors": []}


@answers(SERVICE, "StartCostAllocationTagBackfill")
def start_cost_allocation_tag_backfill(demo: Demo, call: Call) -> Result:
    _refuse_members(call)
    asked = {"BackfillFrom": call.of("BackfillFrom"), "RequestedAt": _moment(), "LastUpdatedAt": _moment()}
    request = {**asked, "BackfillStatus": "PROCESSING"}
    demo.kept.setdefault("tag_backfills", []).insert(0, request)
    return {"BackfillRequest": request}


@answers(SERVICE, "ListCostAllocationTagBackfillHistory")
def list_cost_allocation_tag_backfill_history(demo: Demo, call: Call) -> Result:
    _refuse_members(call)
    return page(call, "BackfillRequests", demo.kept.get("tag_backfills", []), dict, by=TAGS)


def _tags(demo: Demo) -> dict[str, dict[str, str]]:
    """Give what is known of the tag keys: those of costs, and those whose status was changed."""
    days: dict[str, str] = {}
    for row in demo.kept.get("costs", []):
        days |= {key: max(days.get(key, ""), str(row["start"])[:10]) for key in row.get("tags", {})}
    return {**{key: _tag(key, f"{day}T00:00:00Z") for key, day in days.items()}, **demo.kept.get("cost_tags", {})}


def _tag(key: str, used: str) -> dict[str, str]:
    about = {"Type": "AWSGenerated" if key.startswith("aws:") else "UserDefined", "Status": ACTIVE}
    return {**about, "LastUsedDate": used} if used else about


def _refuse_members(call: Call) -> None:
    if call.caller.account != MANAGEMENT_ID:
        raise AwsError("AccessDeniedException", "Cost allocation tags are managed at the payer account level.")


def _moment() -> str:
    return f"{now():%Y-%m-%dT%H:%M:%SZ}"
