"""What people were asked, and what they answered, by question and what it is about (``root.password/111111111111``).

And what the drills on record come to: who took part, what is to change, which uses of a root user they declare.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

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


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclaredUse:
    """A use of a root user that a signed answer declares, from a moment to a moment (UTC).

    ``kind`` is use, password_change, mfa_change, phone_change or email_change; a change is a use, too. ``period`` is
    the quarter of the answer.
    """

    kind: str
    first: datetime
    last: datetime
    reference: str
    period: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """What a drill of a quarter said to change: where it is written, whose it is, and by when."""

    reference: str
    owner: str
    by: date
    period: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Drill:
    """A drill that two people signed for: of which quarter, who took part, what it taught and declared.

    ``uses`` begins with the drill's own.
    """

    period: str
    people: tuple[str, ...]
    lessons: tuple[Lesson, ...]
    uses: tuple[DeclaredUse, ...]


ASKED: Part[Asked] = Part("attestations.asked", Asked)
ANSWERED: Part[Answered] = Part("attestations.answered", Answered)
# By account and quarter: 111111111111/2026-Q4.
DRILLS: Part[Drill] = Part("attestations.drills", Drill)
# By account.
ROOT_USES: Part[tuple[DeclaredUse, ...]] = Part("attestations.root_uses", tuple[DeclaredUse, ...])
# When the snapshot was opened beside which answers are judged, under "*".
SNAPSHOT_OPENED: Part[datetime] = Part("attestations.snapshot_opened", datetime)


def key_of(question: str, about: str) -> str:
    """Give the key of a row: the question, and what of several things it asks about, empty: of the organization."""
    return f"{question}/{about}"
