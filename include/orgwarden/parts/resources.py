"""What lies in the management account, in every enabled region, and which witness says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from orgwarden.model import Part


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """A resource of the management account; ``type`` is CloudFormation's, region ``global`` where it is in none.

    ``tags`` are masked; None: the witness does not tell them.
    """

    type: str
    region: str
    tags: Mapping[str, str] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Spend:
    """What AWS bills the management account for a service in a region, over ``period``; unblended, every digit."""

    amount: Decimal
    currency: str
    period: str


# The regions that are enabled in the management account, under "*".
REGIONS: Part[tuple[str, ...]] = Part("account.regions", tuple[str, ...])
# By ARN.
RESOURCES: Part[Resource] = Part("management.resources", Resource)
# By enabled region, and ``global``: the witnesses that answered for it; a gap: none did, so nothing is known of it.
WITNESSES: Part[tuple[str, ...]] = Part("management.witnesses", tuple[str, ...])
# By ``region/service``, as Cost Explorer names them; one paid request, made only where it is asked for.
MANAGEMENT_SPEND: Part[Spend] = Part("ce.management_spend", Spend)
