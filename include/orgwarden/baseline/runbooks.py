"""The section on runbooks: which document says what to do with the root user, who keeps it, when it was last reviewed.

The scenarios are the ten that AWS says should be documented. A link is asked each month whether it still leads to
something, so it is https: what is read in an emergency must not be written on its way.
"""

from datetime import date
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, model_validator

from orgwarden.baseline.custody import PersonId
from orgwarden.baseline.section import Days, Section, Text, distinct, some

Scenario = Literal[
    "use_root",
    "reset_password",
    "change_password",
    "reset_mfa",
    "change_mfa_battery",
    "reset_email",
    "change_email",
    "reset_phone",
    "change_phone",
    "delete_management_account",
]


def _link(text: str) -> str:
    parts = _split(text)
    if parts is None or parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ValueError("is no link: write one such as https://wiki.corp.example/root, as a browser copies it")
    if parts.scheme == "http":
        raise ValueError("is no https link, and anybody on the way may rewrite it: give https, or say where it is kept")
    if parts.username is not None or parts.password is not None:
        raise ValueError("has a user or a password in it: take them out, the link is asked without any")
    return text


def _split(text: str) -> SplitResult | None:
    """Give the parts of a link; none of what could not be asked as it stands."""
    try:
        parts = urlsplit(text)
        is_usable = text.isascii() and text.isprintable() and " " not in text and parts.port != 0
    except ValueError:
        return None
    return parts if is_usable else None


class Runbook(Section):
    """A document that says what to do."""

    name: Text
    """What it is called."""
    scenarios: Annotated[tuple[Scenario, ...], AfterValidator(some), AfterValidator(distinct)]
    """What it is for; no scenario has two documents."""
    link: Annotated[str, AfterValidator(_link)] | None = Field(default=None, repr=False)
    """Where it stands: an https link. It is asked without credentials, and a page to sign in at counts as there."""
    kept: Text | None = None
    """Where a copy lies that needs no network and no sign-in. One of link and kept is given."""
    owner: PersonId
    """Id of the person who keeps it up to date."""
    reviewed: date
    """The day on which somebody last went through it."""

    @model_validator(mode="after")
    def _is_somewhere(self) -> "Runbook":
        if self.link is None and self.kept is None:
            raise ValueError("is nowhere: give the link, or say where it is kept")
        return self


class Runbooks(Section):
    """The documents by which people act with the root user of the management account."""

    documents: tuple[Runbook, ...] | None = None
    """The documents. Left out: undeclared; []: there is none."""
    review_days: Days = 366
    """For how many days a review counts."""

    @model_validator(mode="after")
    def _one_each(self) -> "Runbooks":
        named = [scenario for document in self.documents or () for scenario in document.scenarios]
        if twice := next((one for one in named if named.count(one) > 1), None):
            raise ValueError(f"has two documents for {twice}: in an emergency there is one to open, keep that")
        return self
