"""What all sections of a baseline share: how a section is read, and the kinds of values that stand in several."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

UNIT = re.compile(r"ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}")
ACCOUNT_PATTERN = re.compile(r"[0-9*?\[\]!-]*")
ACCOUNT = re.compile(r"\d{12}")
ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@]+")
# Where a value stands: the keys, and the places in lists, that lead to it.
KeyPath = tuple[str | int, ...]
PRINCIPAL = re.compile(r"[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)+")


def account_pattern(text: str) -> str:
    """Refuse what is neither an account id nor a pattern of them."""
    if not ACCOUNT_PATTERN.fullmatch(text) or (text.isdigit() and len(text) != len("123456789012")):
        raise ValueError('is no account: write the 12 digits of its id in quotes, or a pattern such as "*"')
    return text


def _account(text: str) -> str:
    if not ACCOUNT.fullmatch(text):
        raise ValueError("is no account: write the 12 digits of its id in quotes")
    return text


def _principal(text: str) -> str:
    if not PRINCIPAL.fullmatch(text):
        raise ValueError("is no service principal: write one such as sso.amazonaws.com")
    return text


def _domain(text: str) -> str:
    domain = text.strip().lower().rstrip(".")
    try:
        labels = domain.encode("idna").split(b".")
    except UnicodeError:
        labels = []
    if len(labels) == 1 or not all(re.fullmatch(rb"(?!-)[a-z0-9_-]+(?<!-)", label) for label in labels) or not labels:
        raise ValueError("is no mail domain: write what stands behind the @, such as corp.example")
    return domain


def _address(text: str) -> str:
    address = text.strip()
    if not ADDRESS.fullmatch(address):
        raise ValueError("is no mail address: write one such as aws@corp.example")
    _domain(address.rpartition("@")[2])
    return address


def distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse what stands twice."""
    if len(set(values)) < len(values):
        raise ValueError("names something twice: keep one")
    return values


def _unit(text: str) -> str:
    if not UNIT.fullmatch(text):
        raise ValueError("is no organizational unit: write its id, such as ou-exam-ple00001")
    return text


def some(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse an empty list."""
    if not values:
        raise ValueError("is empty, and would leave everything out: name one, or leave the key out")
    return values


Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Days = Annotated[int, Field(ge=1, le=3650)]
Unit = Annotated[str, AfterValidator(_unit)]
Account = Annotated[str, AfterValidator(_account)]
Principal = Annotated[str, AfterValidator(_principal)]
Domain = Annotated[str, AfterValidator(_domain)]
Address = Annotated[str, AfterValidator(_address)]


class Section(BaseModel):
    """What all sections share: no key that is not known, no value of another type, no change after loading."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _without_empty_keys(cls, value: object) -> object:
        """Take a known key without a value as not written: what is left when all below it is commented out."""
        if not isinstance(value, dict):
            return value
        return {key: held for key, held in value.items() if held is not None or key not in cls.model_fields}
