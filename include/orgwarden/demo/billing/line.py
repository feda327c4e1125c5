"""One line of a bill, before any format has spelled it.

Every format is written from these lines, and truth and witnesses are added up from them, so they cannot disagree by
accident of a format.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypedDict

from orgwarden.demo.billing.plan import Account, Seller

ZERO = Decimal(0)
# What each further copy of a multiplied line costs more than the one before, so that no column repeats itself.
STEP = Decimal("0.0000001")
DIGITS = Decimal("1e-10")
CENT = Decimal("0.01")
AWS, MARKETPLACE = "AWS", "AWS Marketplace"


class Kind(StrEnum):
    """The line item types that AWS writes."""

    USAGE = "Usage"
    SP_COVERED = "SavingsPlanCoveredUsage"
    SP_NEGATION = "SavingsPlanNegation"
    SP_RECURRING = "SavingsPlanRecurringFee"
    SP_UPFRONT = "SavingsPlanUpfrontFee"
    RI_USAGE = "DiscountedUsage"
    RI_FEE = "RIFee"
    FEE = "Fee"
    TAX = "Tax"
    CREDIT = "Credit"
    REFUND = "Refund"
    EDP = "EdpDiscount"
    PRIVATE_RATE = "PrivateRateDiscount"
    BUNDLED = "BundledDiscount"

    @property
    def is_discount(self) -> bool:
        return self in {Kind.EDP, Kind.PRIVATE_RATE, Kind.BUNDLED}


class BillType(StrEnum):
    """The three kinds of bill a line may stand on."""

    ANNIVERSARY = "Anniversary"
    PURCHASE = "Purchase"
    REFUND = "Refund"


@dataclass(frozen=True, kw_only=True, slots=True)
class Commitment:
    """A Savings Plan or a reserved instance."""

    arn: str
    is_savings_plan: bool
    payment: str = "No Upfront"


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """What is used: AWS's code and name of the service, and one of its meters."""

    code: str
    name: str
    category: str
    usage_type: str
    operation: str
    unit: str = "Hrs"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line item. Amounts are in ``currency``, unrounded.

    ``discount`` (never above 0) is what a negotiated rate takes off this line. ``effective`` is what a commitment
    charges this usage; ``recurring`` and ``upfront`` are a fee line's share of the month, ``used`` and ``unused_…``
    how much of it usage took. ``copies`` stands for so many lines, each ``STEP`` dearer than the one before where the
    first is not free.
    """

    kind: Kind
    account: str
    account_name: str
    seller: Seller
    product: Product
    start: datetime
    end: datetime
    unblended: Decimal
    line_id: str
    region: str = ""
    resource: str = ""
    bill_type: BillType = BillType.ANNIVERSARY
    publisher: str = AWS
    legal_entity: str = ""
    invoice: str = ""
    currency: str = "USD"
    quantity: Decimal = Decimal(1)
    public: Decimal = ZERO
    discount: Decimal = ZERO
    tags: Mapping[str, str] = field(default_factory=dict)
    commitment: Commitment | None = None
    effective: Decimal = ZERO
    recurring: Decimal = ZERO
    upfront: Decimal = ZERO
    used: Decimal = ZERO
    unused_recurring: Decimal = ZERO
    unused_upfront: Decimal = ZERO
    description: str = ""
    copies: int = 1

    @property
    def amount(self) -> Decimal:
        """Give what this line and its copies cost together."""
        step = STEP if self.unblended else ZERO
        return self.unblended * self.copies + step * (self.copies * (self.copies - 1) // 2)

    @property
    def net(self) -> Decimal:
        """Give the cost after discounts: nothing on a discount's own line, whose amount the others have inside."""
        return ZERO if self.kind.is_discount else self.unblended + self.discount


class Issuer(TypedDict):
    """The fields of a line that say whose it is and who bills it."""

    account: str
    account_name: str
    seller: Seller


def issuer(account: Account, seller: Seller | None = None) -> Issuer:
    """Give the fields of a line that say whose it is, and who bills it: the account's own seller unless told."""
    return {"account": account.id, "account_name": account.name, "seller": seller or account.seller}
