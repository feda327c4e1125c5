"""What people were asked, and what they answered, by question and what it is about (``root.password/111111111111``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from orgwarden.model import Part


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question that was put to somebody: first and last in which quarter, and by when an answer to each was due."""

    first: str
    first_due: date
    last: str
    last_due: date
    person: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """The last answer that counts: who gave it in which quarter and when, who signed it, and until when it counts.

    ``form`` has what was chosen, by field; ``signed_by`` is empty where no second person is called for.
    """

    period: str
    by: str
    on: date
    signed_by: str
    form: Mapping[str, str]
    until: date


ASKED: Part[Asked] = Part("attestations.asked", Asked)
ANSWERED: Part[Answered] = Part("attestations.answered", Answered)


def key_of(question: str, about: str) -> str:
    """Give the key of a row: the question, and what of several things it asks about, empty: of the organization."""
    return f"{question}/{about}"
