"""The section on the quarterly access validation: who is asked besides the custodians, and by when."""

from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from orgwarden.baseline.custody import People
from orgwarden.baseline.section import Account, Section, distinct


class Attestations(Section):
    """Who reviews, and how long people have to answer."""

    reviewers: People | None = None
    """Ids of the people who answer for the whole, and sign off where no second custodian can. Left out: undeclared."""
    finance: People | None = None
    """Ids of the people who approve the finance packs: one answers, another signs. Left out: undeclared."""
    due_days: Annotated[int, Field(ge=1, le=85)] = 30
    """In how many days after a quarter has begun its answers are due."""
    late_days: Annotated[int, Field(ge=0, le=60)] = 7
    """How many days somebody has at least who is asked late, or again; what is overdue stays so until they answer."""
    remind_days: Annotated[tuple[Annotated[int, Field(ge=1, le=80)], ...], AfterValidator(distinct)] = (14, 3)
    """How many days before that somebody who has not answered is reminded."""
    review_days: Annotated[int, Field(ge=0, le=60)] = 10
    """In how many days after a month has ended its reviews are in time."""
    least_coverage: Annotated[float, Field(ge=0, le=1)] = 0.9
    """The share (0 to 1) of what a review asks that it sees at least."""
    called_accounts: dict[Account, People] = Field(default_factory=dict)
    """Whose phone is called, too, beside the management account's: by account, in quotes, the people who keep it."""

    @field_validator("called_accounts", mode="before")
    @classmethod
    def _by_account(cls, value: object) -> object:
        if isinstance(value, list | tuple):
            raise ValueError(  # noqa: TRY004 - pydantic tells no other
                'is a list of accounts: write who keeps the phone of each, as in {"111111111111": [anna, bjorn]}'
            )
        return value
