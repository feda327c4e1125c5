"""Amounts of money as AWS writes them: texts with every digit, never binary fractions, which would lose some."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ValidationError

M = TypeVar("M", bound=BaseModel)


def exact(written: Any) -> Decimal:
    """Give the amount that a text (or a whole number, or a Decimal) says, digit for digit. Raises ``ValueError``."""
    if isinstance(written, bool | float) or not isinstance(written, str | int | Decimal):
        raise ValueError(f"{written!r} is no amount: AWS writes amounts as texts, such as '12.3400000000'")  # noqa: TRY004 - outside data
    try:
        amount = Decimal(written)
    except InvalidOperation:
        raise ValueError(f"{written!r} is no amount") from None
    if not amount.is_finite():
        raise ValueError(f"{written!r} is no amount")
    return amount


def _exact_or_none(written: Any) -> Decimal | None:
    return None if written is None or written == "" else exact(written)


# For pydantic's models of AWS's answers; a blank amount is one that AWS does not tell.
Exact = Annotated[Decimal, BeforeValidator(exact)]
ExactOrNone = Annotated[Decimal | None, BeforeValidator(_exact_or_none)]


def read(shape: type[M], document: Any) -> M:
    """Give a document in the shape of a model. Raises ``ValueError`` with one sentence: the place, what is wrong."""
    try:
        return shape.model_validate(document)
    except ValidationError as error:
        raise ValueError(_complaint(error)) from None


def _complaint(error: ValidationError) -> str:
    """Give the first of a model's complaints as one sentence: the place inside the document, and what is wrong."""
    first = error.errors(include_url=False)[0]
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in first["loc"]).lstrip(".")
    said = first["msg"].removeprefix("Value error, ")
    return f"{place or 'the document'}: {said}"
