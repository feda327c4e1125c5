"""Matches log events against the filter patterns of CloudWatch Logs.

A metric filter on a trail's log group is the older way to an alarm on root use; whether it would see one is judged by
what it does to a sample. Syntax: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters".
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any

from orgwarden.aws.wildcards import around_any

Event = Mapping[str, Any]
Test = Callable[[Event], bool]
Step = str | int | None  # of a selector: a name, a place in a list, None: any
Values = list[Any]

TOKEN = re.compile(
    r"""\s*(?:
      (?P<sign>&&|\|\||!=|<=|>=|[()=<>])
    | (?P<selector>\$(?:\.[\w-]+|\.\*|\.?\[(?:\d{1,9}|\*|'[^']*'|"[^"]*")\])+)
    | (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<regex>%(?:[^%\\]|\\.)*%)
    | (?P<word>[^\s()=!<>&|"%$]+)
    )""",
    re.VERBOSE | re.DOTALL,
)
STEP = re.compile(r"""\.([\w-]+)|\.\*|\.?\[(?:(\d+)|\*|'([^']*)'|"([^"]*)")\]""")
TERM = re.compile(r"""\s*([?-]?)("(?:[^"\\]|\\.)*"|%(?:[^%\\]|\\.)*%|[^\s"%]+)""", re.DOTALL)
ORDERS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
CONSTANTS: Mapping[str, Any] = {"NULL": None, "TRUE": True, "FALSE": False}
# Regular expressions that AWS takes: no groups, few signs.
REGEX = re.compile(r"(?:[\w :#=@/;,^$?\[\]{}|*+.-]|\\.)*", re.ASCII)
QUANTIFIERS = 3  # what can be tried in the time at hand; one with more is not read
DEEPEST = 30
HIDDEN_REGEX = "%•••%"  # of signs that no regular expression has


def matches(pattern: str, event: Event) -> bool:
    """Say whether a log event that is JSON, such as a record of CloudTrail, fits a filter pattern.

    Raises ``ValueError`` for what is no pattern, and for one of space-delimited fields, which reads no JSON.
    """
    text = pattern.strip()
    if text.startswith("{"):
        return _parsed(text)(event)
    if text.startswith("["):
        raise ValueError("a filter pattern of space-delimited fields says nothing of events in JSON")
    return _terms(text)(json.dumps(event, separators=(",", ":"), default=str))


def masked(pattern: str, mask: Callable[[str], str]) -> str:
    """Give a pattern with its words, texts and selectors masked one by one, so that its signs stay what they are.

    A regular expression in which something is masked is left as one that cannot be read: it would mean another thing.
    """
    return TOKEN.sub(lambda token: _masked(token, mask), pattern)


def _masked(token: re.Match[str], mask: Callable[[str], str]) -> str:
    kind = token.lastgroup or ""
    before, written = token[0].removesuffix(token[kind]), token[kind]
    said = mask(written)
    if kind == "regex" and ("@" in written or said != written):
        said = HIDDEN_REGEX
    return before + ("".join(said.split()) if kind == "word" else said)


@lru_cache(maxsize=1024)  # one pattern is tried on samples of each account
def _parsed(text: str) -> Test:
    parser = _Parser(text)
    try:
        return parser.parsed()
    except ValueError as error:
        raise ValueError(f"{error} (column {parser.column})") from None


class _Parser:
    """Reads a pattern in braces: ``or`` of ``and`` of comparisons and brackets."""

    def __init__(self, text: str) -> None:
        if not text.endswith("}"):
            raise ValueError("a filter pattern has no closing brace")
        self._tokens = list(_tokens(text))
        self._at = 0
        self._depth = 0

    @property
    def column(self) -> int:
        """Give where the token stands that was read last, from 1: what it says may name somebody."""
        return self._tokens[self._at - 1][2] if self._at else 1

    def parsed(self) -> Test:
        test = self._either()
        if self._at < len(self._tokens):
            self._next()
            raise ValueError("a filter pattern goes on where it should end")
        return test

    def _next(self) -> tuple[str, str]:
        if self._at == len(self._tokens):
            raise ValueError("a filter pattern ends too soon")
        self._at += 1
        return self._tokens[self._at - 1][:2]

    def _is_next(self, sign: str) -> bool:
        if self._at == len(self._tokens) or self._tokens[self._at][:2] != ("sign", sign):
            return False
        self._at += 1
        return True

    def _either(self) -> Test:
        tests = [self._all()]
        while self._is_next("||"):
            tests.append(self._all())
        return lambda event: any(test(event) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._is_next("&&"):
            tests.append(self._one())
        return lambda event: all(test(event) for test in tests)

    def _one(self) -> Test:
        if not self._is_next("("):
            return self._comparison()
        self._depth += 1
        if self._depth > DEEPEST:
            raise ValueError("a filter pattern is nested too deeply")
        test = self._either()
        if not self._is_next(")"):
            raise ValueError("a filter pattern has a bracket that is not closed")
        self._depth -= 1
        return test

    def _comparison(self) -> Test:
        kind, written = self._next()
        if kind != "selector":
            raise ValueError("a filter pattern selects no property where it should")
        path = _path(written)
        test = self._test()
        return lambda event: test(_selected([event], path))

    def _test(self) -> Callable[[Values], bool]:
        kind, sign = self._next()
        if kind == "word":
            return self._named(sign.upper())
        if kind != "sign":
            raise ValueError("a filter pattern does not compare where it should")
        return _compared(sign, *self._next())

    def _named(self, word: str) -> Callable[[Values], bool]:
        """Read the comparisons that are words: IS NULL, IS TRUE, IS FALSE, EXISTS, NOT EXISTS."""
        if word == "EXISTS":
            return bool
        if word == "NOT" and self._next()[1].upper() == "EXISTS":
            return lambda values: not values
        if word != "IS" or (constant := self._next()[1].upper()) not in CONSTANTS:
            raise ValueError("a filter pattern has a comparison that is not known")
        return lambda values: any(value is CONSTANTS[constant] for value in values)


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Give the kind, text and column of each token within the braces."""
    at, end = 1, len(text[:-1].rstrip())
    while at < end:
        token = TOKEN.match(text, at, end)
        if token is None or token.lastgroup is None:
            raise ValueError(f"a filter pattern has a sign that is not known (column {at + 1})")
        yield token.lastgroup, token[token.lastgroup], token.start(token.lastgroup) + 1
        at = token.end()


def _path(selector: str) -> list[Step]:
    return [_step(*one.groups()) for one in STEP.finditer(selector, 1)]


def _step(name: str | None, place: str | None, quoted: str | None, double: str | None) -> Step:
    if place is not None:
        return int(place)
    return next((one for one in (name, quoted, double) if one is not None), None)


def _selected(nodes: Values, path: list[Step]) -> Values:
    """Give what stands at the end of a path; nothing where the path leads nowhere."""
    for step in path:
        nodes = [below for node in nodes for below in _below(node, step)]
    return nodes


def _below(node: Any, step: Step) -> Values:
    if isinstance(node, Mapping):
        return list(node.values()) if step is None else [node[step]] if step in node else []
    if isinstance(node, list | tuple) and not isinstance(step, str):
        return list(node) if step is None else list(node[step : step + 1])
    return []


def _compared(sign: str, kind: str, operand: str) -> Callable[[Values], bool]:
    """Read one comparison; what is absent, an object or a list fits none, not even ``!=``."""
    if kind not in {"text", "regex", "word"}:
        raise ValueError("a filter pattern gives no value where it should")
    if sign in ORDERS:
        limit = _number(operand)
        if limit is None:
            raise ValueError(f"a filter pattern compares by {sign} with what is no number")
        return lambda values: any(_is_ordered(sign, value, limit) for value in values)
    if sign not in {"=", "!="}:
        raise ValueError("a filter pattern does not compare where it should")
    fits = _fitting(kind, operand)
    return lambda values: any(fits(value) is (sign == "=") for value in values if _is_plain(value))


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | bool | int | float)


def _is_ordered(sign: str, value: Any, limit: Decimal) -> bool:
    number = _number(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    return number is not None and ORDERS[sign](number, limit)


def _fitting(kind: str, operand: str) -> Callable[[Any], bool]:
    if kind == "regex":
        expression = _regex(operand)
        return lambda value: expression.search(_written(value)) is not None
    text = _unquoted(operand) if kind == "text" else operand
    number = _number(text) if kind == "word" else None
    expression = around_any(re.escape(part) for part in re.split(r"\*+", text))

    def fits(value: Any) -> bool:
        is_equal = number is not None and not isinstance(value, bool) and _number(value) == number
        return is_equal or expression.fullmatch(_written(value)) is not None

    return fits


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _number(value: Any) -> Decimal | None:
    try:
        read = Decimal(str(value))
    except InvalidOperation:
        return None
    return read if read.is_finite() else None


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)


def _regex(written: str) -> re.Pattern[str]:
    text = written[1:-1]
    if not REGEX.fullmatch(text) or sum(text.count(sign) for sign in "*+{") > QUANTIFIERS:
        raise ValueError("a filter pattern has a regular expression that cannot be read")
    try:
        return re.compile(text, re.ASCII)
    except (re.error, OverflowError):
        raise ValueError("a filter pattern has a regular expression that is none") from None


def _terms(text: str) -> Callable[[str], bool]:
    """Read words and phrases: all must be there; ``-``: must not; ``?``: one of them, if there are no others."""
    found: dict[str, list[Callable[[str], bool]]] = {"": [], "-": [], "?": []}
    at = 0
    while at < len(text):
        term = TERM.match(text, at)
        if term is None:
            raise ValueError("a filter pattern has a quotation mark that is not closed")
        found[term[1]].append(_term(term[2]))
        at = term.end()
    all_of, none_of, any_of = found[""], found["-"], found["?"]
    if any_of and not all_of and not none_of:
        return lambda event: any(test(event) for test in any_of)
    return lambda event: all(test(event) for test in all_of) and not any(test(event) for test in none_of)


def _term(written: str) -> Callable[[str], bool]:
    if written.startswith("%"):
        expression = _regex(written)
        return lambda event: expression.search(event) is not None
    words = _unquoted(written).strip() if written.startswith('"') else written
    return lambda event: words in event
