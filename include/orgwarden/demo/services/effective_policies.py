"""AWS Organizations: what is in force at an account of the policies that it and everything above it have attached.

Management policies are merged from the root down by their inheritance operators, as AWS documents in its guide under
"Inheritance operators": ``@@assign`` replaces, ``@@append`` adds, ``@@remove`` takes away, and
``@@operators_allowed_for_child_policies`` says which of them the policies further down may use.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orgwarden.demo.calls import Call
from orgwarden.demo.organization import FULL_ACCESS, MANAGEMENT_ID, Organization, now
from orgwarden.demo.paging import page
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.services.organizations import SERVICE, described_account
from orgwarden.demo.services.policies import POLICY_TYPES
from orgwarden.demo.state import Demo

TYPES = tuple(kind for kind in POLICY_TYPES if kind not in FULL_ACCESS)
ASSIGN, APPEND, REMOVE = "@@assign", "@@append", "@@remove"
SETTERS = frozenset({ASSIGN, APPEND, REMOVE})
ALLOWED, ALL, NONE = "@@operators_allowed_for_child_policies", "@@all", "@@none"
Path = tuple[str, ...]


def effective(levels: Iterable[Iterable[str]]) -> dict[str, Any]:
    """Merge policies (JSON texts), level by level from the root down; within a level the one attached first wins."""
    merging = _Merging()
    for level in levels:
        merging.take([json.loads(text) for text in level])
    return merging.merged()


@dataclass(slots=True)
class _Merging:
    """What is in force so far, by the path of each setting, and what may be done to it further down."""

    values: dict[Path, Any] = field(default_factory=dict)
    allowed: dict[Path, frozenset[str]] = field(default_factory=dict)
    spelled: dict[Path, Path] = field(default_factory=dict)

    def take(self, policies: list[Mapping[str, Any]]) -> None:
        """Merge the policies of one level; what they forbid holds from the next level on."""
        assigned: set[Path] = set()
        forbidden: dict[Path, frozenset[str]] = {}
        for policy in policies:
            for path, setting in _settings(policy, ()):
                self._set(self._known(path), setting, assigned)
            for path, operators in _controls(policy, ()):
                forbidden[self._known(path)] = operators
        for path, operators in forbidden.items():
            self.allowed[path] = self.allowed.get(path, SETTERS) & operators

    def _known(self, path: Path) -> Path:
        return self.spelled.setdefault(tuple(step.lower() for step in path), path)

    def _set(self, path: Path, setting: Mapping[str, Any], assigned: set[Path]) -> None:
        may = self._may(path)
        if ASSIGN in setting and ASSIGN in may and path not in assigned:
            self.values[path] = setting[ASSIGN]
            assigned.add(path)
        if APPEND in setting and APPEND in may:
            held = _listed(self.values.get(path, []))
            self.values[path] = [*held, *(item for item in _listed(setting[APPEND]) if item not in held)]
        if REMOVE in setting and REMOVE in may and path in self.values:
            gone = _listed(setting[REMOVE])
            self.values[path] = [item for item in _listed(self.values[path]) if item not in gone]

    def _may(self, path: Path) -> frozenset[str]:
        may = SETTERS
        for length in range(len(path) + 1):
            may &= self.allowed.get(path[:length], SETTERS)
        return may

    def merged(self) -> dict[str, Any]:
        whole: dict[str, Any] = {}
        for path, value in self.values.items():
            if value != []:
                inner = whole
                for step in path[:-1]:
                    inner = inner.setdefault(step, {})
                inner[path[-1]] = value
        return whole


def _settings(node: Mapping[str, Any], path: Path) -> Iterable[tuple[Path, Mapping[str, Any]]]:
    for key, value in node.items():
        if key.startswith("@@"):
            continue
        if not isinstance(value, Mapping):
            yield (*path, key), {ASSIGN: value}
            continue
        operators = {name: held for name, held in value.items() if name in SETTERS}
        if operators:
            yield (*path, key), operators
        yield from _settings(value, (*path, key))


def _controls(node: Mapping[str, Any], path: Path) -> Iterable[tuple[Path, frozenset[str]]]:
    for key, value in node.items():
        if key == ALLOWED:
            named = frozenset(_listed(value))
            yield path, SETTERS if ALL in named else named & SETTERS
        elif isinstance(value, Mapping) and not key.startswith("@@"):
            yield from _controls(value, (*path, key))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@answers(SERVICE, "DescribeEffectivePolicy")
def describe(demo: Demo, call: Call) -> Result:
    organization, kind = demo.organization, _type(call)
    account = call.of("TargetId") or call.caller.account
    _refuse_others(organization, call, account)
    levels = _levels(organization, account, kind)
    if kind not in organization.policy_types or not any(levels):
        text = (
            "If you ran this action on the management account, this policy type is not enabled or applies to nothing."
        )
        raise AwsError("EffectivePolicyNotFoundException", text)
    told = {"PolicyContent": json.dumps(effective(levels), separators=(",", ":")), "LastUpdatedTimestamp": now()}
    return {"EffectivePolicy": {**told, "TargetId": account, "PolicyType": kind}}


@answers(SERVICE, "ListAccountsWithInvalidEffectivePolicy")
def list_invalid(demo: Demo, call: Call) -> Result:
    kind = _enabled_type(demo, call)
    told = page(call, "Accounts", [], lambda account: described_account(demo.organization, account))
    return {**told, "PolicyType": kind}


@answers(SERVICE, "ListEffectivePolicyValidationErrors")
def list_errors(demo: Demo, call: Call) -> Result:
    kind = _enabled_type(demo, call)
    account = demo.organization.account(call.of("AccountId"))
    told = {"AccountId": account.id, "PolicyType": kind, "EvaluationTimestamp": now()}
    return {**page(call, "EffectivePolicyValidationErrors", [], dict), **told}


def _levels(organization: Organization, account: str, kind: str) -> list[list[str]]:
    steps = [account]
    while parent := organization.parent_of(steps[-1]):
        steps.append(parent)
    return [[policy.content for policy in organization.attached_of(step, kind)] for step in reversed(steps)]


def _type(call: Call) -> str:
    if call.of("PolicyType") not in TYPES:
        raise AwsError("InvalidInputException", "You specified an invalid value.", Reason="INVALID_ENUM_POLICY_TYPE")
    return call.of("PolicyType")


def _enabled_type(demo: Demo, call: Call) -> str:
    if _type(call) not in demo.organization.policy_types:
        raise AwsError("EffectivePolicyNotFoundException", "The policy type is not enabled in your organization.")
    return call.of("PolicyType")


def _refuse_others(organization: Organization, call: Call, account: str) -> None:
    caller = call.caller.account
    if caller not in (account, MANAGEMENT_ID) and caller not in organization.delegated:
        raise AwsError("AccessDeniedException", "You don't have permissions to access this resource.")
    if organization.target(account) in organization.units:
        raise AwsError("InvalidInputException", "You specified an invalid value.", Reason="TARGET_NOT_SUPPORTED")
