"""The bill: what it came to, and what has to tie, as two amounts each.

Every check of the bill is one part: its rows are found by one SQL statement, and a control judges them. A witness that
was not given is a gap of the part, so that half a check may deviate and never pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from orgwarden.model import Part


@dataclass(frozen=True, kw_only=True, slots=True)
class Tie:
    """Two amounts that have to be equal within a tolerance; ``unit`` is a currency's code, else a plural noun.

    ``evidence`` is a sentence or a list for whoever looks into it, empty where there is nothing to add.
    """

    payer: str
    subject: str
    a: Decimal
    b: Decimal
    tolerance: Decimal
    unit: str
    evidence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Bill:
    """A payer's bill of a month; ``totals`` has every digit, by currency, and ``status`` is ESTIMATED or FINAL."""

    payer: str
    period: str
    totals: Mapping[str, Decimal]
    is_closed: bool
    status: str
    format: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Materiality:
    """From where on differences of money matter: so many units of the currency, or a share of the bill if that is more.

    What is not money always matters: a file that is missing may hide any amount.
    """

    units: Decimal = Decimal(50)
    share: Decimal = Decimal("0.0005")

    def is_reached(self, difference: Decimal, total: Decimal) -> bool:
        return difference > max(self.units, self.share * abs(total))


# By ``payer/period``.
BILLS: Part[Bill] = Part("bill.bills", Bill)

# Under "*"; without it the usual one holds.
MATERIALITY: Part[Materiality] = Part("baseline.billing.materiality", Materiality)

# All below by ``payer/subject``.
ACCOUNTS_ADD_UP: Part[Tie] = Part("bill.accounts_add_up", Tie)
ACCOUNTS_MATCH_INVENTORY: Part[Tie] = Part("bill.accounts_match_inventory", Tie)
CLOSED_MONTH_UNCHANGED: Part[Tie] = Part("bill.closed_month_unchanged", Tie)
COMMITMENTS_AMORTIZE: Part[Tie] = Part("bill.commitments_amortize", Tie)
COST_COVERAGE: Part[Tie] = Part("bill.cost_coverage", Tie)
CREDITS_EXPLAINED: Part[Tie] = Part("bill.credits_explained", Tie)
DELIVERY_COMPLETE: Part[Tie] = Part("bill.delivery_complete", Tie)
DIMENSIONS_ADD_UP: Part[Tie] = Part("bill.dimensions_add_up", Tie)
EXPORT_TIES_TO_COST_EXPLORER: Part[Tie] = Part("bill.export_ties_to_cost_explorer", Tie)
EXPORT_TIES_TO_INVOICE: Part[Tie] = Part("bill.export_ties_to_invoice", Tie)
FORMATS_AGREE: Part[Tie] = Part("bill.formats_agree", Tie)
HOURS_COMPLETE: Part[Tie] = Part("bill.hours_complete", Tie)
INVOICES_ISSUED: Part[Tie] = Part("bill.invoices_issued", Tie)
LINES_UNIQUE: Part[Tie] = Part("bill.lines_unique", Tie)
MONTH_ON_MONTH: Part[Tie] = Part("bill.month_on_month", Tie)
NO_WORKLOAD_SPEND: Part[Tie] = Part("bill.no_workload_spend", Tie)
ONE_CURRENCY: Part[Tie] = Part("bill.one_currency", Tie)
PUBLISHED_LINES_ADD_UP: Part[Tie] = Part("bill.published_lines_add_up", Tie)
SAVINGS_PLANS_NEGATE: Part[Tie] = Part("bill.savings_plans_negate", Tie)
SHARED_COSTS_ALLOCATED: Part[Tie] = Part("bill.shared_costs_allocated", Tie)
TAGS_ADD_UP: Part[Tie] = Part("bill.tags_add_up", Tie)
