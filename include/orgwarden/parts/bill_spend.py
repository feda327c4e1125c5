"""What of the bill tells how accounts are used: what each spends on which service and in which stage, and its tags.

Filled from the ledger of one month. Spend is usage and purchases at amortized cost, where the export tells it; tax,
support, credits and the fees of commitments are left out.
"""

from dataclasses import dataclass
from decimal import Decimal

from orgwarden.model import Part


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceSpend:
    """What an account spent on a service in a month; the service as the export names it."""

    account: str
    service: str
    amount: Decimal
    currency: str
    period: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StageSpend:
    """What an account spent in a month on what is tagged with a stage; the stage as it is spelled."""

    account: str
    stage: str
    amount: Decimal
    currency: str
    period: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BilledKey:
    """On how many lines of a month's bill a tag key has a value, and how many there are."""

    tagged: int
    lines: int
    period: str


# By ``account/service/currency``.
ACCOUNT_SERVICES: Part[ServiceSpend] = Part("bill.account_services", ServiceSpend)
# By ``account/stage/currency``.
ACCOUNT_STAGES: Part[StageSpend] = Part("bill.account_stages", StageSpend)
# By tag key, as it was declared.
BILLED_KEYS: Part[BilledKey] = Part("bill.tag_keys", BilledKey)
