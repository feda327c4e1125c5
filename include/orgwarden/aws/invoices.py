"""Reads invoices as AWS Invoicing lists them: the answer of an API call and the file that the AWS CLI prints alike.

API: Invoicing, ListInvoiceSummaries. The totals stand in three currencies; what is reconciled is the base currency, and
the payment currency is told beside it with its rate. Which sign a credit memo has is not documented: here it is minus.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, Field

from orgwarden.aws.amounts import Exact, ExactOrNone, read

CREDIT_MEMO, PAYMENT_RECEIPT = "CREDIT_MEMO", "PAYMENT_RECEIPT"
CUT_OFF = (
    "NextToken: the list is cut off before its last page: ask for all pages (without --max-items or --no-paginate)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Invoice:
    """One invoice, credit memo or payment receipt (which is a payment, and never added); blank: AWS does not tell it.

    ``total`` is in ``currency``, tax included; ``payment_total`` what is paid, in ``payment_currency`` at ``rate``.
    ``seller`` is the legal entity, ``publisher`` AWS or AWS_MARKETPLACE, ``period`` the month that is billed.
    ``is_turned``: AWS wrote a credit memo without a minus, and it has one here.
    """

    invoice: str
    type: str
    bill_type: str
    seller: str
    payer: str
    currency: str
    total: Decimal
    before_tax: Decimal | None
    payment_currency: str
    payment_total: Decimal | None
    rate: Decimal | None
    original_invoice: str
    issued: date | None
    due: date | None
    period: str
    publisher: str
    is_turned: bool


class Exchange(BaseModel):
    """At what rate one currency became another."""

    Rate: ExactOrNone = None


class BaseAmount(BaseModel):
    """What the invoice is about, in the currency of the bill."""

    TotalAmount: Exact
    TotalAmountBeforeTax: ExactOrNone = None
    CurrencyCode: str = Field(min_length=3)


class PaymentAmount(BaseModel):
    """What is paid, in the currency in which it is paid."""

    TotalAmount: ExactOrNone = None
    CurrencyCode: str = ""
    CurrencyExchangeDetails: Exchange = Exchange()


class Sellers(BaseModel):
    """Who sells."""

    InvoicingEntity: str = ""
    BillingEntity: str = ""


class BilledMonth(BaseModel):
    """The month that is billed."""

    Month: int = Field(ge=1, le=12)
    Year: int = Field(ge=2005, le=2100)


class Summary(BaseModel):
    """One invoice of ListInvoiceSummaries, as far as it is read."""

    AccountId: str = Field(pattern=r"^\d{12}$")
    InvoiceId: str = Field(min_length=1)
    InvoiceType: Literal["INVOICE", "CREDIT_MEMO", "PAYMENT_RECEIPT"]
    BillType: str = ""
    OriginalInvoiceId: str = ""
    IssuedDate: datetime | None = None
    DueDate: datetime | None = None
    Entity: Sellers = Sellers()
    BillingPeriod: BilledMonth | None = None
    BaseCurrencyAmount: BaseAmount
    PaymentCurrencyAmount: PaymentAmount = PaymentAmount()


class ListInvoiceSummaries(BaseModel):
    """One page of invoicing:ListInvoiceSummaries."""

    InvoiceSummaries: list[Summary]
    NextToken: str | None = None


def parse(document: Mapping[str, Any]) -> tuple[Invoice, ...]:
    """Give the invoices of a whole list, as ``aws invoicing list-invoice-summaries`` prints it.

    Raises ``ValueError`` with one sentence: the place in the document, and what is wrong there.
    """
    told = read(ListInvoiceSummaries, document)
    if told.NextToken:
        raise ValueError(CUT_OFF)
    return invoices(told)


def invoices(page: ListInvoiceSummaries) -> tuple[Invoice, ...]:
    """Give the invoices of one page."""
    return tuple(_invoice(one) for one in page.InvoiceSummaries)


def _invoice(said: Summary) -> Invoice:
    base, paid = said.BaseCurrencyAmount, said.PaymentCurrencyAmount
    is_credit = said.InvoiceType == CREDIT_MEMO
    month = said.BillingPeriod
    return Invoice(
        invoice=said.InvoiceId,
        type=said.InvoiceType,
        bill_type=said.BillType,
        seller=said.Entity.InvoicingEntity,
        payer=said.AccountId,
        currency=base.CurrencyCode,
        total=_minus(base.TotalAmount) if is_credit else base.TotalAmount,
        before_tax=_minus(base.TotalAmountBeforeTax) if is_credit else base.TotalAmountBeforeTax,
        payment_currency=paid.CurrencyCode,
        payment_total=_minus(paid.TotalAmount) if is_credit else paid.TotalAmount,
        rate=paid.CurrencyExchangeDetails.Rate,
        original_invoice=said.OriginalInvoiceId,
        issued=_day(said.IssuedDate),
        due=_day(said.DueDate),
        period=f"{month.Year}-{month.Month:02}" if month else "",
        publisher=said.Entity.BillingEntity,
        is_turned=is_credit and base.TotalAmount > 0,
    )


def _minus(amount: Decimal | None) -> Any:
    # copy_negate keeps every digit; abs and unary minus round to the context's 28.
    return amount if amount is None or amount <= 0 else amount.copy_negate()


def _day(moment: datetime | None) -> date | None:
    """Give the day in UTC; the CLI prints ISO 8601 or seconds since 1970, an older one without a zone."""
    if moment is None:
        return None
    return moment.astimezone(UTC).date() if moment.tzinfo else moment.date()
