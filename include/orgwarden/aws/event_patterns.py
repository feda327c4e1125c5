"""Matches events against the patterns of EventBridge rules.

Whether a rule would see a root user sign in is judged by what its pattern does to a sample, not by how it is written.
Syntax: EventBridge User Guide, "Comparison operators for use in event patterns".
"""

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address, ip_network
from itertools import pairwise
from operator import eq, ge, gt, le, lt
from typing import Any

from orgwarden.aws.documents import parsed
from orgwarden.aws.wildcards import around_any

Node = Callable[[Mapping[str, Any]], bool]  # tests an object of the event
Field = Callable[[list[Any]], bool]  # tests the values of one field; none: the field is absent
Value = Callable[[Any], bool]  # tests one value

IGNORE_CASE = "equals-ignore-case"
ORDERS: Mapping[str, Callable[[float, float], bool]] = {"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}


def matches(pattern: str, event: Mapping[str, Any]) -> bool:
    """Say whether an event fits a pattern (JSON text); ``ValueError`` for no pattern, or an operator not known."""
    read = parsed(pattern)
    if not isinstance(read, dict):
        raise ValueError("the text is no event pattern: it is no JSON object")  # noqa: TRY004 - outside data
    return _node(read)(event)


def _node(pattern: Mapping[str, Any]) -> Node:
    if not pattern:
        raise ValueError("an event pattern has an empty object")
    parts = [_either(sub) if key == "$or" and _is_or(sub) else _field(key, sub) for key, sub in pattern.items()]
    return lambda node: all(part(node) for part in parts)


def _is_or(sub: Any) -> bool:
    """Say whether ``$or`` means either of several; else it is the name of a field like any other."""
    return isinstance(sub, list) and len(sub) > 1 and all(isinstance(one, dict) for one in sub)


def _either(patterns: list[Mapping[str, Any]]) -> Node:
    nodes = [_node(one) for one in patterns]
    return lambda node: any(one(node) for one in nodes)


def _field(key: str, sub: Any) -> Node:
    if isinstance(sub, dict):
        inner = _node(sub)
        return lambda node: any(inner(one) for one in _objects(node.get(key)))
    if not isinstance(sub, list) or not sub:
        raise ValueError("a field of an event pattern is neither an object nor a list of values")
    tests = [_test(one) for one in sub]
    return lambda node: any(test(list(_leaves(node.get(key, ())))) for test in tests)


def _objects(value: Any) -> list[Mapping[str, Any]]:
    """Give the objects of a field, those in its lists included; where there is none, one in which all is absent."""
    return [one for one in _flat(value) if isinstance(one, dict)] or [{}]


def _leaves(value: Any) -> Iterator[Any]:
    return (one for one in _flat(value) if not isinstance(one, dict))


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for one in value:
            yield from _flat(one)
    else:
        yield value


def _test(written: Any) -> Field:
    if not isinstance(written, dict):
        return _any(_same(written))
    if len(written) != 1:
        raise ValueError("a comparison of an event pattern has not one operator")
    operator, operand = next(iter(written.items()))
    if operator == "exists":
        if not isinstance(operand, bool):
            raise ValueError("exists of an event pattern is neither true nor false")
        return lambda values: bool(values) is operand
    if operator not in OPERATORS:
        raise ValueError("an event pattern has an operator that is not known")
    return _any(OPERATORS[operator](operand))


def _any(test: Value) -> Field:
    return lambda values: any(test(one) for one in values)


def _same(wanted: Any) -> Value:
    """Compare as JSON does: 1 is not true, and no text is a number."""
    if isinstance(wanted, list):
        raise ValueError("a value of an event pattern is a list")  # noqa: TRY004 - outside data
    return lambda value: _kind(value) == _kind(wanted) and value == wanted


def _kind(value: Any) -> type:
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)


def _prefix(operand: Any) -> Value:
    text, read = _cased(operand)
    return lambda value: isinstance(value, str) and read(value).startswith(text)


def _suffix(operand: Any) -> Value:
    text, read = _cased(operand)
    return lambda value: isinstance(value, str) and read(value).endswith(text)


def _ignoring_case(operand: Any) -> Value:
    text = _text(operand).lower()
    return lambda value: isinstance(value, str) and value.lower() == text


def _wildcard(operand: Any) -> Value:
    expression = _expression(_text(operand))
    return lambda value: isinstance(value, str) and expression.fullmatch(value) is not None


def _numeric(operand: Any) -> Value:
    if not isinstance(operand, list) or not operand or len(operand) % 2:
        raise ValueError("numeric of an event pattern is no list of comparisons and numbers")
    pairs = list(zip(operand[::2], operand[1::2], strict=True))
    if any(not isinstance(sign, str) or sign not in ORDERS or _kind(limit) is not float for sign, limit in pairs):
        raise ValueError("numeric of an event pattern has a comparison that is not known, or no number")
    return lambda value: _kind(value) is float and all(ORDERS[sign](value, limit) for sign, limit in pairs)


def _cidr(operand: Any) -> Value:
    try:
        network = ip_network(_text(operand), strict=False)
    except ValueError:
        raise ValueError("cidr of an event pattern is no range of addresses") from None

    def within(value: Any) -> bool:
        try:
            return isinstance(value, str) and ip_address(value) in network
        except ValueError:
            return False

    return within


def _anything_but(operand: Any) -> Value:
    if isinstance(operand, dict):
        if len(operand) != 1 or not set(TEXTUAL).issuperset(operand):
            raise ValueError("anything-but of an event pattern has an operator that is not known")
        operator, texts = next(iter(operand.items()))
        tests = [TEXTUAL[operator](one) for one in _listed(texts)]
    else:
        tests = [_same(one) for one in _listed(operand)]
    return lambda value: not any(test(value) for test in tests)


def _listed(operand: Any) -> list[Any]:
    listed = operand if isinstance(operand, list) else [operand]
    if not listed or any(isinstance(one, dict | bool) or one is None for one in listed):
        raise ValueError("anything-but of an event pattern is neither a text nor a number nor a list of them")
    return listed


def _cased(operand: Any) -> tuple[str, Callable[[str], str]]:
    """Read the operand of prefix and suffix, which may ask to ignore case."""
    if isinstance(operand, dict) and set(operand) == {IGNORE_CASE}:
        return _text(operand[IGNORE_CASE]).lower(), str.lower
    return _text(operand), str


def _text(operand: Any) -> str:
    if not isinstance(operand, str):
        raise ValueError("an operator of an event pattern that needs a text has none")  # noqa: TRY004 - outside data
    return operand


def _expression(text: str) -> re.Pattern[str]:
    r"""Read a wildcard: ``*`` stands for any text, ``\*`` and ``\\`` for themselves, and ``**`` is refused."""
    tokens = re.findall(r"\\.|.", text, re.DOTALL)
    if any(one[0] == "\\" and one not in {r"\*", "\\\\"} for one in tokens):
        raise ValueError("a wildcard of an event pattern has a backslash before neither * nor another one")
    if any(pair == ("*", "*") for pair in pairwise(tokens)):
        raise ValueError("a wildcard of an event pattern has two * in a row")
    parts = [""]
    for one in tokens:
        if one == "*":
            parts.append("")
        else:
            parts[-1] += re.escape(one[-1])
    return around_any(parts)


TEXTUAL: Mapping[str, Callable[[Any], Value]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "wildcard": _wildcard,
    IGNORE_CASE: _ignoring_case,
}
OPERATORS: Mapping[str, Callable[[Any], Value]] = {
    **TEXTUAL,
    "anything-but": _anything_but,
    "numeric": _numeric,
    "cidr": _cidr,
}
