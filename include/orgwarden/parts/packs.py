"""The final finance packs that were published of late, the newest version of each."""

from dataclasses import dataclass
from datetime import date

from orgwarden.model import Part, Period


@dataclass(frozen=True, kw_only=True, slots=True)
class FinalPack:
    """A published pack: whose bill of which month in which currency, which version, and what it comes to.

    ``digest`` is the SHA-256 of its manifest, which has the digests of its files: who signs it signs all of them.
    """

    payer: str
    period: Period
    currency: str
    version: str
    digest: str
    billed: str
    made: date


# By ``period/payer/currency``.
FINAL_PACKS: Part[FinalPack] = Part("reports.final_packs", FinalPack)
