"""The sections about people: who they are, what of the root user they keep, and in which places.

Each person is named once, by the id that the business's directory has for them; everything else names that id.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from orgwarden.baseline.section import Address, Section, Text, distinct, some

# Of identitystore:DescribeUser: what looks otherwise is a name, or an address.
USER_ID = r"^[\w-]{1,47}$"
PersonId = Annotated[str, Field(pattern=r"^[\w.-]{1,64}$")]
People = Annotated[tuple[PersonId, ...], AfterValidator(some), AfterValidator(distinct)]


class Person(Section):
    """Somebody who keeps something, answers questions, or has access."""

    name: Text
    """What they are called where people read."""
    sign_in: Text | None = None
    """The id by which Airflow knows them, where it is another than the directory's."""
    identity_center: Annotated[str, Field(pattern=USER_ID)] | None = None
    """Id of their user in the identity store (UserId), where they have one."""
    mail: Address | None = Field(default=None, repr=False)
    """Where they are told of questions, where Airflow has a connection for mail."""
    deputy: PersonId | None = None
    """Who answers in their place."""


class Kept(Section):
    """Something that is kept: where, in what, and who gets at it."""

    place: Text
    """The room or safe in which it lies, or the system that holds it."""
    tool: Text | None = None
    """The vault or program that holds it, where one does: what one tool holds opens together."""
    people: People
    """Ids of the people who get at it."""
    together: Annotated[int, Field(ge=1, le=20)] = 1
    """How many of them it takes."""
    logged: bool = False
    """Whether each access leaves a trace that somebody watches."""

    @model_validator(mode="after")
    def _enough_people(self) -> "Kept":
        if self.together > len(self.people):
            raise ValueError(f"takes {self.together} of {len(self.people)} people: nobody gets at it; name more people")
        return self


class Password(Kept):
    """The password of the management account's root user."""

    offline: bool | None = None
    """Whether the tool that holds it works without a network, and without AWS."""


class Phone(Kept):
    """The phone whose number stands in the management account's contact information."""

    payer: Text | None = None
    """The team that pays its contract, and knows why it must not end."""


class DeviceCustody(Kept):
    """Where an MFA device lies, and what is known of it."""

    serial: Text | None = Field(default=None, repr=False)
    """Its serial number; only its last two characters are ever shown."""
    battery: Literal["none"] | date | None = None
    """none, or the day by which it is to be replaced. Left out: a security key has none, of another nobody said."""
    tested: date | None = None
    """The day on which it was last used or tried."""
    only_here: bool | None = None
    """Whether it protects the management account's root user and nothing else."""
    round_the_clock: Text | None = None
    """How somebody gets at it at any hour, or where that is written."""


class Custody(Section):
    """Who keeps what the root user of the management account is reached by; devices stand under root.mfa_devices."""

    password: Password | None = None
    """The password. Left out: undeclared."""
    phone: Phone | None = None
    """The phone. Left out: undeclared."""
