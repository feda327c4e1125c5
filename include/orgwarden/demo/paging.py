"""Pages as AWS makes them: at most twenty items, and a token that says where the next one starts."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from orgwarden.demo.calls import Call
from orgwarden.demo.refusals import AwsError

LARGEST = 20
T = TypeVar("T")


def page(
    call: Call, key: str, items: Sequence[T], describe: Callable[[T], Any], *, largest: int = LARGEST
) -> dict[str, Any]:
    """Answer one page of items; only those on it are described."""
    first, size = _first(call), _size(call, largest)
    if first > len(items):
        raise AwsError("InvalidInputException", "You specified an invalid value.", Reason="INVALID_NEXT_TOKEN")
    answer: dict[str, Any] = {key: [describe(item) for item in items[first : first + size]]}
    rest = first + size < len(items)
    return {**answer, "NextToken": _token(call, first + size)} if rest else answer


def _size(call: Call, largest: int) -> int:
    wanted = call.parameters.get("MaxResults")
    if wanted is None:
        return largest
    if not 1 <= int(wanted) <= largest:
        reason = "MIN_VALUE_EXCEEDED" if int(wanted) < 1 else "MAX_VALUE_EXCEEDED"
        raise AwsError("InvalidInputException", "You specified an invalid value.", Reason=reason)
    return int(wanted)


def _token(call: Call, first: int) -> str:
    return urlsafe_b64encode(f"{call.operation}:{first}".encode()).decode()


def _first(call: Call) -> int:
    token = call.parameters.get("NextToken")
    if token is None:
        return 0
    try:
        operation, _, first = urlsafe_b64decode(str(token)).decode().partition(":")
    except (NotBase64, UnicodeDecodeError):
        operation, first = "", ""
    if operation != call.operation or not first.isdigit():
        raise AwsError("InvalidInputException", "You specified an invalid value.", Reason="INVALID_NEXT_TOKEN")
    return int(first)
