"""How a control is declared: one pure function and its metadata, in one module of its own name."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from orgwarden.asking import Facts, Question, put
from orgwarden.model import Answer, Member, Severity, World
from orgwarden.population import Arrival, Population

Check = Callable[[Member, World], Answer]
# What is known of a member before anybody is asked about it; None: there is nothing to ask.
Known = Callable[[Member, World], Facts | None]


class Ticket(StrEnum):
    """What one ticket of a control covers; declared, never decided by counting."""

    SUBJECT = "subject"
    OWNER = "owner"
    ORGANIZATION = "organization"
    DIGEST = "digest"


class Authority(StrEnum):
    """Whose word a control stands on."""

    AWS = "AWS"
    PRACTITIONER = "practitioner"
    BEYOND = "beyond the sources"


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What the owners decided about one control; the default decides nothing. The engine applies it, no control does.

    ``off`` is the reason why it is switched off; ``severity`` takes the place of the declared one; an account is judged
    from ``grace_days`` after it joined; ``units`` and ``except_units`` are ids of the organizational units in and below
    which it is judged, and not. A threshold that a control names becomes one more field, for its check to read.
    """

    off: str = ""
    severity: Severity | None = None
    grace_days: int = 0
    units: frozenset[str] = frozenset()
    except_units: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Control:
    """One practice turned into a question about a population; ``guidance`` has a ``Why:`` and a ``Fix:`` paragraph."""

    id: str
    title: str
    guidance: str
    about: Population
    severity: Severity
    ticket: Ticket
    authority: Authority
    practices: tuple[str, ...]
    check: Check
    question: Question | None = None
    facts: Known | None = None

    def asks(self, member: Member, world: World) -> Question | None:
        """Give the question as it is put about a member; None: there is nothing to ask."""
        if self.question is None or member.excuse:
            return None
        if self.facts is None:
            return self.question
        known = self.facts(member, world)
        return put(self.question, known) if known else None

    @property
    def arrival(self) -> Arrival:
        """Give with what the last part comes that it reads: of a question that is the answer."""
        return Arrival.ATTESTATION if self.question else self.about.arrival

    @property
    def theme(self) -> str:
        return self.id.partition(".")[0]

    def paragraph(self, label: str) -> str:
        """Give the text of the guidance's paragraph that begins with ``label:``, unwrapped."""
        paragraphs = (" ".join(p.split()) for p in self.guidance.split("\n\n"))
        return next((p.removeprefix(f"{label}: ") for p in paragraphs if p.startswith(f"{label}: ")), "")


def control(  # noqa: PLR0913 - all that a control declares
    *,
    about: Population,
    severity: Severity,
    ticket: Ticket,
    practices: tuple[str, ...] = (),
    authority: Authority = Authority.AWS,
    question: Question | None = None,
    facts: Known | None = None,
) -> Callable[[Check], Control]:
    """Turn a check into a control; title and guidance are its module's docstring, its id the module's place.

    ``question`` is what people are asked where nothing else tells, ``facts`` what is known of a member beforehand.
    """

    def declare(check: Check) -> Control:
        title, _, guidance = (sys.modules[check.__module__].__doc__ or "").partition("\n")
        return Control(
            id=f"{check.__module__.split('.')[-2]}.{check.__name__}",
            title=title.rstrip("."),
            guidance=guidance.strip(),
            about=about,
            severity=severity,
            ticket=ticket,
            authority=authority,
            practices=practices,
            check=check,
            question=question,
            facts=facts,
        )

    return declare
