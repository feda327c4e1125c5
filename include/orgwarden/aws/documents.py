"""Reads a policy document of AWS as plain statements.

IAM, Organizations and resource policies share one grammar with many spellings: one statement or a list, one text or a
list, URL-encoded where IAM gives it. Who judges a policy wants none of that.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from orgwarden.aws.wildcards import around_any

ENCODED = "%7B"  # how a URL-encoded document begins
EFFECTS = {"Allow": True, "Deny": False}
ANY, ONE = "*", "?"
WILDCARD = re.compile(r"[*?]")
DEEPEST = 60  # levels; AWS accepts far fewer
TOO_DEEP = "the text is nested too deeply to be a document of AWS"
KINDS = ("AWS", "Service", "Federated", "CanonicalUser")


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """One key of a condition block: ``operator`` as written (``StringEqualsIfExists``), ``key`` in lower case."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """One statement of a policy; what it does not say is empty.

    ``principals`` and ``not_principals`` are (kind, value), the kind being AWS, Service, Federated, CanonicalUser, or
    ``*`` for the principal ``"*"``. All ``conditions`` must hold at once.
    """

    sid: str
    is_allow: bool
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: tuple[tuple[str, str], ...]
    not_principals: tuple[tuple[str, str], ...]
    conditions: tuple[Condition, ...]

    def is_about(self, action: str) -> bool:
        """Say whether an action, without wildcards, is among those that it allows or denies."""
        if self.not_actions:
            return not any(matches(pattern, action) for pattern in self.not_actions)
        return any(matches(pattern, action) for pattern in self.actions)


@lru_cache(maxsize=4096)  # one policy is judged for each account that it reaches
def statements(text: str) -> tuple[Statement, ...]:
    """Give the statements of a policy document, plain or URL-encoded; ``ValueError`` for what is none.

    Grammar: IAM User Guide, "Grammar of the IAM JSON policy language".
    """
    document = parsed(unquote(text) if text.lstrip()[: len(ENCODED)].upper() == ENCODED else text)
    if not isinstance(document, dict) or "Statement" not in document:
        raise ValueError("the text is no policy document: it has no Statement")
    listed = document["Statement"]
    return tuple(_statement(one) for one in (listed if isinstance(listed, list) else [listed]))


def parsed(text: str) -> Any:
    """Read a JSON text; whatever is wrong with it is a ``ValueError``, a depth that no document of AWS has included."""
    try:
        read = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    level = [read]
    for _ in range(DEEPEST):
        level = [below for one in level for below in _below(one)]
    if level:
        raise ValueError(TOO_DEEP)
    return read


def matches(pattern: str, text: str) -> bool:
    """Say whether a pattern with IAM's wildcards (``*``, ``?``) fits a text, without regard to case, as in actions."""
    return _expression(pattern.lower()).fullmatch(text.lower()) is not None


def matches_exactly(pattern: str, text: str) -> bool:
    """Say whether a pattern with IAM's wildcards fits a text to the letter, as in ARNs and condition values."""
    return _expression(pattern).fullmatch(text) is not None


def covers(wider: str, pattern: str) -> bool:
    """Say whether all that a pattern fits is fitted by a wider one, without regard to case."""
    return _expression(wider.lower(), single="[^*]").fullmatch(pattern.lower()) is not None


@lru_cache(maxsize=4096)
def overlap(one: str, other: str) -> bool:
    """Say whether there is a text that both patterns fit, without regard to case."""
    letters, pattern = one.lower(), other.lower()
    ours, theirs = (WILDCARD.split(text, maxsplit=1)[0] for text in (letters, pattern))
    if not ours.startswith(theirs) and not theirs.startswith(ours):
        return False  # most pairs differ before their first wildcard
    reached = _past_wildcards({0}, pattern)
    for letter in letters:
        reached = _past_wildcards(_advanced(letter, reached, pattern), pattern)
    return len(pattern) in reached


def _advanced(letter: str, reached: set[int], pattern: str) -> set[int]:
    """Give the places in a pattern that another pattern reaches by one more of its letters."""
    if letter == ANY:
        return set(range(min(reached, default=len(pattern) + 1), len(pattern) + 1))
    fitting = {at for at in reached if at < len(pattern) and (letter == ONE or pattern[at] in {letter, ONE, ANY})}
    return {at if pattern[at] == ANY else at + 1 for at in fitting}


def _past_wildcards(reached: set[int], pattern: str) -> set[int]:
    """Add the places behind wildcards, which may stand for nothing."""
    found = set(reached)
    for start in reached:
        stop = start
        while pattern[stop : stop + 1] == ANY:
            stop += 1
            found.add(stop)
    return found


@lru_cache(maxsize=4096)
def _expression(pattern: str, single: str = ".") -> re.Pattern[str]:
    return around_any(_literal(part, single) for part in re.split(r"\*+", pattern))


def _literal(part: str, single: str) -> str:
    return single.join(re.escape(piece) for piece in part.split(ONE))


def _below(node: Any) -> Iterable[Any]:
    if isinstance(node, dict):
        return node.values()
    return node if isinstance(node, list) else ()


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _statement(written: Any) -> Statement:
    if not isinstance(written, dict) or written.get("Effect") not in tuple(EFFECTS):
        raise ValueError("a statement of the policy has no Effect that is Allow or Deny")
    actions, not_actions = _texts(written, "Action"), _texts(written, "NotAction")
    if not actions and not not_actions:
        raise ValueError("a statement of the policy has neither Action nor NotAction")
    return Statement(
        sid=str(written.get("Sid") or ""),
        is_allow=EFFECTS[written["Effect"]],
        actions=actions,
        not_actions=not_actions,
        resources=_texts(written, "Resource"),
        not_resources=_texts(written, "NotResource"),
        principals=tuple(_principals(written.get("Principal", {}))),
        not_principals=tuple(_principals(written.get("NotPrincipal", {}))),
        conditions=tuple(_conditions(written.get("Condition") or {})),
    )


def _texts(written: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = written.get(name, [])
    texts = found if isinstance(found, list) else [found]
    if not all(isinstance(one, str) for one in texts):
        raise ValueError(f"{name} of a statement is neither a text nor a list of texts")
    return tuple(texts)


def _principals(written: Any) -> Iterator[tuple[str, str]]:
    if written == ANY:
        yield ANY, ANY
        return
    if not isinstance(written, dict) or not set(KINDS).issuperset(written):
        raise ValueError("a principal of the policy is neither * nor of a known kind")
    yield from ((kind, value) for kind in written for value in _texts(written, kind))


def _conditions(written: Any) -> Iterator[Condition]:
    if not isinstance(written, dict) or not all(isinstance(keys, dict) for keys in written.values()):
        raise ValueError("a condition of the policy does not name operators and keys")
    for operator, keys in written.items():
        yield from (Condition(operator=operator, key=key.lower(), values=_values(keys[key])) for key in keys)


def _values(written: Any) -> tuple[str, ...]:
    """Give the values of a condition as AWS compares them: as texts, ``true`` and numbers included."""
    values = written if isinstance(written, list) else [written]
    if not all(isinstance(one, str | bool | int | float) for one in values):
        raise ValueError("a value of a condition is neither a text nor a number nor true or false")
    return tuple(one if isinstance(one, str) else json.dumps(one) for one in values)
