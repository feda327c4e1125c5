"""Which reviews were held of which month, when, and how much of it they saw; and what the owners ask of them."""

from dataclasses import dataclass
from datetime import date

from orgwarden.model import Part

# The workflows that judge a month's reading; that of changes belongs to the inventory.
REVIEWS = ("contact_review", "management_account_review", "organization_review")


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A review that came to its end: of which reading, when, and of how many verdicts how many could be decided.

    Verdicts that say that a question does not arise are not among them.
    """

    workflow: str
    snapshot: str
    on: date
    decided: int
    applicable: int

    @property
    def coverage(self) -> float:
        """Give the share (0 to 1) that was seen; 1 where no question arose."""
        return self.decided / self.applicable if self.applicable else 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewedMonth:
    """A month: its last day, when its first reading was sealed (None: none was), and the reviews that were held."""

    last: date
    sealed: date | None
    held: tuple[Held, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewRules:
    """In how many days after a month its reviews are in time, and which share (0 to 1) they see at least."""

    days: int
    least_coverage: float


# By month, such as 2026-11.
REVIEWED_MONTHS: Part[ReviewedMonth] = Part("attestations.reviews", ReviewedMonth)
REVIEW_RULES: Part[ReviewRules] = Part("baseline.attestations.reviews", ReviewRules)
