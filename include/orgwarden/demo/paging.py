"""Pages as AWS makes them: so many items at most, and a token that says where the next one starts."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from orgwarden.demo.calls import Call
from orgwarden.demo.refusals import AwsError

T = TypeVar("T")


def of_organizations(reason: str) -> AwsError:
    """Refuse as AWS Organizations does, which tells the reason in a member of its own."""
    return AwsError("InvalidInputException", "You specified an invalid value.", Reason=reason)


def refusing(code: str, size: str = "") -> Callable[[str], AwsError]:
    """Refuse a token by its code, and a size by another where there is one."""
    return lambda reason: AwsError(code if reason == STRANGE else size or code, f"The request has {reason}.")


STRANGE = "INVALID_NEXT_TOKEN"
INVALID = refusing("ValidationException")


@dataclass(frozen=True, kw_only=True, slots=True)
class Paging:
    """How an API pages: what its token and its size are called, how many come unasked and at most, how it refuses.

    Where ``least`` is 0, a size of 0 asks for what comes unasked.
    """

    mark: str = "NextToken"
    size: str = "MaxResults"
    usual: int
    largest: int
    least: int = 1
    refused: Callable[[str], AwsError] = INVALID


ORGANIZATIONS = Paging(usual=20, largest=20, refused=of_organizations)


def page(
    call: Call, key: str, items: Sequence[T], describe: Callable[[T], Any], *, by: Paging = ORGANIZATIONS
) -> dict[str, Any]:
    """Answer one page of items; only those on it are described."""
    shown, token = cut(call, items, by=by)
    answer: dict[str, Any] = {key: [describe(item) for item in shown]}
    return {**answer, by.mark: token} if token else answer


def cut(call: Call, items: Sequence[T], *, by: Paging) -> tuple[Sequence[T], str]:
    """Give the items of the page that is asked for, and the token of the next one (empty: there is none)."""
    first, size = _first(call, by), _size(call, by)
    if first > len(items):
        raise by.refused(STRANGE)
    rest = first + size
    return items[first:rest], _token(call, rest) if rest < len(items) else ""


def _size(call: Call, by: Paging) -> int:
    wanted = call.parameters.get(by.size)
    if wanted in (None, ""):
        return by.usual
    if not str(wanted).isdigit() or int(wanted) < by.least:
        raise by.refused("MIN_VALUE_EXCEEDED")
    if int(wanted) > by.largest:
        raise by.refused("MAX_VALUE_EXCEEDED")
    return int(wanted) or by.usual


def _token(call: Call, first: int) -> str:
    return urlsafe_b64encode(f"{call.operation}:{first}".encode()).decode()


def _first(call: Call, by: Paging) -> int:
    token = call.parameters.get(by.mark)
    if token in (None, ""):
        return 0
    try:
        operation, _, first = urlsafe_b64decode(str(token)).decode().partition(":")
    except (NotBase64, UnicodeError, ValueError):
        operation, first = "", ""
    if operation != call.operation or not (first.isascii() and first.isdigit()):
        raise by.refused(STRANGE)
    return int(first)
