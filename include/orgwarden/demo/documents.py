"""Says whether a policy lets a principal do an action, or denies it, read simply.

The demo organization enforces resource policies, trust policies and, for sessions of AssumeRoot, service control
policies: enough for a caller to be refused where AWS would refuse it.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from orgwarden.demo.calls import Caller

OPERATORS = re.compile(r"(?:ForAnyValue:)?(String|Arn|Bool)(Not)?(Equals|Like|EqualsIgnoreCase)?(IfExists)?")


def allows(document: str, caller: Caller, action: str, context: Mapping[str, str]) -> bool:
    """Say whether a document lets a caller do an action; a matching Deny wins."""
    effects = {
        statement.get("Effect") for statement in _statements(document) if _applies(statement, caller, action, context)
    }
    return "Allow" in effects and "Deny" not in effects


def denies(document: str, action: str, resource: str, context: Mapping[str, str]) -> bool:
    """Say whether a statement of a service control policy denies an action on a resource, whoever asks."""
    return any(
        statement.get("Effect") == "Deny"
        and _names(statement, "Action", action.lower(), str.lower)
        and _names(statement, "Resource", resource, str)
        and _conditions_hold(statement.get("Condition", {}), context)
        for statement in _statements(document)
    )


def _statements(document: str) -> list[dict[str, Any]]:
    return [told for told in _listed(json.loads(document).get("Statement", [])) if isinstance(told, dict)]


def _names(statement: Mapping[str, Any], key: str, actual: str, fold: Callable[[str], str]) -> bool:
    named = statement.get(key, statement.get(f"Not{key}", []))
    return (key in statement) == any(fnmatchcase(actual, fold(str(wanted))) for wanted in _listed(named))


def _applies(statement: Mapping[str, Any], caller: Caller, action: str, context: Mapping[str, str]) -> bool:
    return (
        any(_is_principal(wanted, caller) for wanted in _principals(statement.get("Principal", {})))
        and any(fnmatchcase(action.lower(), str(wanted).lower()) for wanted in _listed(statement.get("Action", [])))
        and _conditions_hold(statement.get("Condition", {}), context)
    )


def _principals(principal: object) -> list[str]:
    if principal == "*":
        return ["*"]
    return [str(value) for value in _listed(principal.get("AWS", []))] if isinstance(principal, dict) else []


def _is_principal(wanted: str, caller: Caller) -> bool:
    whole_account = (caller.account, f"arn:aws:iam::{caller.account}:root")
    return wanted == "*" or wanted in whole_account or wanted in (caller.arn, caller.role_arn)


def _conditions_hold(conditions: Mapping[str, Mapping[str, Any]], context: Mapping[str, str]) -> bool:
    return all(
        _holds(operator, context.get(key.lower()), [str(value) for value in _listed(values)])
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _holds(operator: str, actual: str | None, wanted: Iterable[str]) -> bool:
    if operator == "Null":
        return any((actual is None) == (value.lower() == "true") for value in wanted)
    parts = OPERATORS.fullmatch(operator)
    if parts is None:
        return False
    kind, negated, way, if_exists = parts.groups()
    if actual is None:
        return bool(if_exists or negated)
    fold = str.lower if kind == "Bool" or way == "EqualsIgnoreCase" else str
    like = kind == "Arn" or way == "Like"
    met = any(fnmatchcase(fold(actual), fold(value)) if like else fold(actual) == fold(value) for value in wanted)
    return met != bool(negated)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
