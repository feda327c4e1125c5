"""Says whether the conditions of a policy statement hold in a request of which only some keys are known.

What a request will carry is rarely known in full. A key of which the context tells nothing leaves its condition open:
it may hold, but it does not surely hold. Operators: IAM User Guide, "IAM JSON policy elements: Condition operators".
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_address, ip_network
from operator import eq, ge, gt, le, lt
from typing import Any

from orgwarden.aws.documents import Condition, matches_exactly

# What a request carries, by key in any case; None: the key is absent. A key that is not in it may be anything.
Context = Mapping[str, str | None]
Test = Callable[[str, str], bool]

OPERATOR = re.compile(r"(?:(?P<set>foranyvalue|forallvalues):)?(?P<name>[a-z]+?)(?P<if_exists>ifexists)?")
VARIABLE = re.compile(r"\$\{(?P<key>[^},]*)(?:,\s*'(?P<default>[^']*)'\s*)?\}")
ARN_PARTS = 6
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def may_hold(conditions: Iterable[Condition], context: Context) -> bool:
    """Say whether all conditions may hold: none is known to fail."""
    told = _lowered(context)
    return all(_holds(condition, told) is not False for condition in conditions)


def surely_hold(conditions: Iterable[Condition], context: Context) -> bool:
    """Say whether all conditions are known to hold."""
    told = _lowered(context)
    return all(_holds(condition, told) is True for condition in conditions)


def _lowered(context: Context) -> Context:
    return {key.lower(): value for key, value in context.items()}


def _holds(condition: Condition, told: Context) -> bool | None:
    """Say whether one condition holds; None: the context does not tell, or the operator is not known."""
    operator = OPERATOR.fullmatch(condition.operator.lower())
    if operator is None or condition.key not in told:
        return None
    actual, name = told[condition.key], operator["name"]
    if name == "null":
        return any((actual is None) == (value.lower() == "true") for value in condition.values)
    if actual is None:
        return _holds_when_absent(operator)
    test = TESTS.get(name.replace("not", "", 1))
    if test is None:
        return None
    found = _one_of(_compared(test, actual, value, told) for value in condition.values)
    return found if found is None or "not" not in name else not found


def _holds_when_absent(operator: re.Match[str]) -> bool:
    if operator["if_exists"] or operator["set"] == "forallvalues":
        return True
    return operator["set"] is None and "not" in operator["name"]


def _one_of(results: Iterable[bool | None]) -> bool | None:
    """Give True if one is true, else None if one is open, else False."""
    found = set(results)
    if True in found:
        return True
    return None if None in found else False


def _compared(test: Test, actual: str, value: str, told: Context) -> bool | None:
    """Compare with a value of the policy; None: it has a variable that is not told, or cannot be compared."""
    variables = list(VARIABLE.finditer(value))
    if any(variable["key"].strip().lower() not in told for variable in variables):
        return None
    filled = [told[variable["key"].strip().lower()] or variable["default"] for variable in variables]
    if None in filled:
        return False  # a variable without a value equals nothing
    parts = iter(filled)
    try:
        return test(actual, VARIABLE.sub(lambda _: next(parts) or "", value))
    except (ValueError, ArithmeticError):
        return None


def _like(actual: str, value: str) -> bool:
    return matches_exactly(value, actual)


def _arn_like(actual: str, value: str) -> bool:
    """Compare ARNs part by part, so that a wildcard does not reach beyond its part; what is no ARN as a whole."""
    parts = value.split(":", ARN_PARTS - 1)
    if len(parts) < ARN_PARTS:
        return matches_exactly(value, actual)
    ours = actual.split(":", ARN_PARTS - 1)
    return len(ours) == ARN_PARTS and all(map(matches_exactly, parts, ours))


def _within(actual: str, value: str) -> bool:
    return ip_address(actual) in ip_network(value, strict=False)


def _moment(text: str) -> datetime:
    """Read a date as IAM takes it: ISO 8601, or seconds since 1970."""
    if text.isdecimal():
        return EPOCH + timedelta(seconds=int(text))
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _by(read: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> Test:
    return lambda actual, value: compare(read(actual), read(value))


ORDERS = {"equals": eq, "lessthan": lt, "lessthanequals": le, "greaterthan": gt, "greaterthanequals": ge}
TESTS: Mapping[str, Test] = {
    "stringequals": eq,
    "stringequalsignorecase": _by(str.casefold, eq),
    "stringlike": _like,
    "arnequals": _arn_like,
    "arnlike": _arn_like,
    "bool": _by(str.lower, eq),
    "binaryequals": eq,
    "ipaddress": _within,
    **{f"numeric{name}": _by(Decimal, compare) for name, compare in ORDERS.items()},
    **{f"date{name}": _by(_moment, compare) for name, compare in ORDERS.items()},
}
