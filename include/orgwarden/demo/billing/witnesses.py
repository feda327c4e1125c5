"""What else tells of the month: invoices, Cost Explorer and the organization, each as the AWS CLI prints it.

They are added up from the same lines as the export, so they agree unless a switch says otherwise.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

from orgwarden.demo.billing.line import CENT, MARKETPLACE, BillType, Kind, Line
from orgwarden.demo.billing.plan import Discounts, Plan, end_of, start_of
from orgwarden.demo.billing.tagging import AWS_KEY, REQUIRED
from orgwarden.model import Period

Document = dict[str, Any]
DUE_AFTER = timedelta(days=30)
# By these the demo organization's Cost Explorer tells its costs apart.
TAGS_KEPT = (*REQUIRED, "Env", "env")


@dataclass(frozen=True, kw_only=True, slots=True)
class Witnesses:
    """The documents about one month; ``tags`` has Cost Explorer's answer by tag key, ``state`` what the demo keeps."""

    invoices: Document
    accounts: Document
    tags: Mapping[str, Document] = field(default_factory=dict)
    organization: Document
    state: Document


def witnesses(plan: Plan, period: Period, lines: Sequence[Line]) -> Witnesses:
    """Give what the witnesses of a month say; ``lines`` are those of a Cost and Usage Report."""
    return Witnesses(
        invoices={"InvoiceSummaries": [] if plan.is_open(period) else _invoices(plan, period, lines)},
        accounts=_cost_explorer(plan, period, RECORD_TYPE, [(line, str(line.kind)) for line in lines]),
        tags={
            key: _cost_explorer(
                plan, period, {"Type": "TAG", "Key": key}, [(line, f"{key}${line.tags.get(key, '')}") for line in lines]
            )
            for key in sorted({key for line in lines for key in line.tags if not key.startswith(AWS_KEY)})
        },
        organization=_organization(plan),
        state={"costs": _costs(period, lines)},
    )


def write(told: Witnesses, folder: Path) -> None:
    """Write a file for each document."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"invoices": told.invoices, "cost-explorer-accounts": told.accounts, "organization": told.organization}
    files["demo-state"] = {**told.state, "invoices": told.invoices["InvoiceSummaries"]}
    files |= {f"cost-explorer-tag-{file_name(key)}": document for key, document in told.tags.items()}
    for name, document in files.items():
        (folder / f"{name}.json").write_text(json.dumps(document, indent=4, ensure_ascii=False) + "\n")


def file_name(key: str) -> str:
    """Give a tag key as a file's name: of keys that differ in case, the one with capitals says so."""
    plain = re.sub(r"[^\w-]", "_", key)
    return plain if plain == plain.lower() else f"{plain.lower()}-capital"


RECORD_TYPE = {"Type": "DIMENSION", "Key": "RECORD_TYPE"}


def _cost_explorer(plan: Plan, period: Period, by: Mapping[str, str], lines: Iterable[tuple[Line, str]]) -> Document:
    amounts: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for line, group in lines:
        amounts[line.account, group, line.currency] += line.amount
    groups = [
        {"Keys": [account, group], "Metrics": {"UnblendedCost": {"Amount": f"{amount:f}", "Unit": unit}}}
        for (account, group, unit), amount in sorted(amounts.items())
    ]
    told = {"TimePeriod": {"Start": f"{start_of(period):%Y-%m-%d}", "End": f"{end_of(period):%Y-%m-%d}"}}
    return {
        "GroupDefinitions": [{"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}, dict(by)],
        "ResultsByTime": [{**told, "Total": {}, "Groups": groups, "Estimated": plan.is_open(period)}],
        "DimensionValueAttributes": [
            {"Value": account.id, "Attributes": {"description": account.name}} for account in plan.accounts
        ],
    }


def _costs(period: Period, lines: Iterable[Line]) -> list[Document]:
    """Give what the demo organization's Cost Explorer adds up, as PATCH /demo/state takes it."""
    amounts: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for line in lines:
        tags = (line.tags.get(key, "") for key in TAGS_KEPT)
        amounts[line.account, line.product.name, line.region, line.currency, str(line.kind), *tags] += line.amount
    return [
        {
            **dict(zip(("account", "service", "region", "currency", "record_type"), key, strict=False)),
            "start": f"{period}-01",
            "amount": f"{amount:f}",
            "tags": {name: value for name, value in zip(TAGS_KEPT, key[5:], strict=True) if value},
        }
        for key, amount in sorted(amounts.items())
    ]


def _invoices(plan: Plan, period: Period, lines: Iterable[Line]) -> list[Document]:
    held: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        held[line.invoice].append(line)
    told = [_invoice(plan, period, number, ours) for number, ours in sorted(held.items()) if number]
    return [*told, *(_receipt(one) for one in told[:1])]


def _invoice(plan: Plan, period: Period, number: str, lines: Sequence[Line]) -> Document:
    first = lines[0]
    total, tax = _billed(plan, lines), _billed(plan, [line for line in lines if line.kind is Kind.TAX])
    is_refund = first.bill_type is BillType.REFUND
    original = {"OriginalInvoiceId": f"{number[:-2]}10"} if is_refund else {}
    return {
        "AccountId": plan.payer.id,
        "InvoiceId": number,
        "IssuedDate": f"{end_of(period) + timedelta(days=2):%Y-%m-%dT04:12:09+00:00}",
        "DueDate": f"{end_of(period) + DUE_AFTER:%Y-%m-%dT00:00:00+00:00}",
        "Entity": {
            "InvoicingEntity": first.seller.name,
            "BillingEntity": "AWS_MARKETPLACE" if first.publisher == MARKETPLACE else "AWS",
        },
        "BillingPeriod": {"Month": int(period.text[5:]), "Year": int(period.text[:4])},
        "InvoiceFrequency": "RECURRING" if first.bill_type is BillType.ANNIVERSARY else "ONE_TIME",
        "BillType": first.bill_type.upper(),
        "InvoiceType": "CREDIT_MEMO" if is_refund else "INVOICE",
        **original,
        "BaseCurrencyAmount": _amount(total, tax, first.currency),
        "PaymentCurrencyAmount": _payment(total, tax, first),
    }


def _billed(plan: Plan, lines: Iterable[Line]) -> Decimal:
    """Give what an invoice asks for: the discounts are inside where they have no lines of their own."""
    inside = plan.discounts is Discounts.NET
    total = sum((line.amount + (line.discount if inside else 0) for line in lines), Decimal(0))
    return total.quantize(CENT, ROUND_HALF_EVEN)


def _amount(total: Decimal, tax: Decimal, currency: str) -> Document:
    before = total - tax
    return {
        "TotalAmount": f"{total:f}",
        "TotalAmountBeforeTax": f"{before:f}",
        "CurrencyCode": currency,
        "AmountBreakdown": {"SubTotalAmount": f"{before:f}", "Taxes": {"TotalAmount": f"{tax:f}"}},
    }


def _payment(total: Decimal, tax: Decimal, line: Line) -> Document:
    seller = line.seller
    if line.currency != "USD" or seller.payment_currency == "USD":
        return _amount(total, tax, line.currency)
    paid, taxed = ((one * seller.rate).quantize(CENT, ROUND_HALF_EVEN) for one in (total, tax))
    exchange = {"SourceCurrencyCode": "USD", "TargetCurrencyCode": seller.payment_currency, "Rate": f"{seller.rate:f}"}
    return {**_amount(paid, taxed, seller.payment_currency), "CurrencyExchangeDetails": exchange}


def _receipt(invoice: Document) -> Document:
    """Give the receipt for what was paid: it repeats an invoice and is never to be added."""
    return {**invoice, "InvoiceId": f"{invoice['InvoiceId']}R", "InvoiceType": "PAYMENT_RECEIPT"}


def _organization(plan: Plan) -> Document:
    return {
        "Accounts": [
            {
                "Id": account.id,
                "Arn": f"arn:aws:organizations::{plan.payer.id}:account/o-nw7demo0rg/{account.id}",
                "Name": account.name,
                "Email": f"aws+{account.name}@northwind.example",
                "Status": account.state,
                "State": account.state,
                "JoinedMethod": "CREATED",
                "JoinedTimestamp": "2019-03-04T08:30:00+00:00",
                "IsManagement": account.is_management,
            }
            for account in plan.accounts
        ]
    }
