"""AWS Invoicing: the invoices that PATCH /demo/state puts into ``invoices``, each as ListInvoiceSummaries lists it.

Times are texts (ISO 8601) there, an invoice without ``AccountId`` is the management account's. The management account
sees all invoices, a member its own. By interval it is the day of issue that counts.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from orgwarden.demo.calls import Call
from orgwarden.demo.organization import MANAGEMENT_ID
from orgwarden.demo.paging import Paging, page
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.state import Demo

SERVICE = "invoicing"
PAGING = Paging(usual=100, largest=100)
TIMES = ("IssuedDate", "DueDate")
Summary = dict[str, Any]


@answers(SERVICE, "ListInvoiceSummaries")
def list_invoice_summaries(demo: Demo, call: Call) -> Result:
    key = {"ACCOUNT_ID": "AccountId", "INVOICE_ID": "InvoiceId"}[call.parameters["Selector"]["ResourceType"]]
    value, filtered = call.parameters["Selector"]["Value"], call.parameters.get("Filter") or {}
    _refuse_strangers(call, key, value)
    found = [one for one in _summaries(demo) if one.get(key) == value and _fits(one, filtered)]
    own = [one for one in found if call.caller.account in (MANAGEMENT_ID, one["AccountId"])]
    return page(call, "InvoiceSummaries", own, dict, by=PAGING)


def _summaries(demo: Demo) -> list[Summary]:
    return [
        {"AccountId": MANAGEMENT_ID, **one, **{name: _moment(one[name]) for name in TIMES if one.get(name)}}
        for one in demo.kept.get("invoices", [])
    ]


def _fits(one: Summary, filtered: Mapping[str, Any]) -> bool:
    month, span = filtered.get("BillingPeriod"), filtered.get("TimeInterval")
    return (
        (not month or one.get("BillingPeriod") == {"Month": month["Month"], "Year": month["Year"]})
        and filtered.get("InvoicingEntity") in (None, one.get("Entity", {}).get("InvoicingEntity"))
        and filtered.get("ReceiverRole") in (None, one.get("ReceiverRole"))
        and (not span or _day(span["StartDate"]) <= _day(one.get("IssuedDate")) < _day(span["EndDate"]))
    )


def _refuse_strangers(call: Call, key: str, value: str) -> None:
    if key == "AccountId" and call.caller.account not in (MANAGEMENT_ID, value):
        text = f"User: {call.caller.arn} is not authorized to perform: invoicing:ListInvoiceSummaries"
        raise AwsError("AccessDeniedException", text)


def _moment(told: Any) -> datetime:
    moment = datetime.fromisoformat(str(told))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(told: Any) -> date:
    return told.date() if isinstance(told, datetime) else date.min
