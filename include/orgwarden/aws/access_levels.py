"""Says how far identity policies reach: whether somebody reads or changes, billing alone or anything.

Who may change the management account is limited, and finance shall read billing and no more; both need one word for
what a heap of policies allows. The word errs upwards: a wildcard that covers one write is a write, a condition is
taken to hold, and a Deny counts only where it surely takes away all of what is allowed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

from orgwarden.aws.documents import ANY, Statement, covers, overlap, statements

# One managed policy is held by many principals, and each of them is asked about by several controls.
MOST_KEPT = 4096


class Reach(IntEnum):
    """How far somebody reaches, from least to most.

    Who changes billing is above who reads everything; whether somebody also reads beyond billing, ask
    ``beyond_billing``.
    """

    NOTHING = 0
    BILLING_READ = 1
    READ = 2
    BILLING_CHANGE = 3
    CHANGE = 4


# Namespaces of billing and cost. Support is among them, as in AWS's own Billing policy: finance opens cases.
BILLING = (
    "aws-portal",
    "bcm-*",
    "billing",
    "billingconductor",
    "budgets",
    "ce",
    "compute-optimizer",
    "consolidatedbilling",
    "cost-optimization-hub",
    "cur",
    "customer-verification",
    "freetier",
    "invoicing",
    "mapcredits",
    "payments",
    "pricing",
    "purchase-orders",
    "savingsplans",
    "support",
    "support-console",
    "supportplans",
    "sustainability",
    "tax",
)
# A case asks AWS for something and changes nothing by itself: no more than a read.
ASKING = frozenset({"support", "support-console"})
# What AWS's own billing policies look up in a namespace that is not theirs.
BILLING_TOO = ("account:Get*",)
READS = re.compile(
    r"(?:get|list|describe|batch(?:get|list|describe|check|read)|lookup|search|query|view|read|scan|select|simulate"
    r"|check(?!out|inl)|head|estimate|preview|discover|filter|validate|retrieve|generate[^*?]*report$).*",
    re.IGNORECASE,
)
# What people do with their own credentials gives them nothing more, as long as it is limited to themselves …
ONESELF = "${aws:username}"
OWN_CREDENTIALS = (
    "iam:ChangePassword",
    "iam:*AccessKey*",
    "iam:*LoginProfile",
    "iam:*MFADevice*",
    "iam:*ServiceSpecificCredential*",
    "iam:*SigningCertificate*",
    "iam:*SSHPublicKey*",
    "iam:GetUser",
)
# … and this gives nobody anything.
HARMLESS = (
    "iam:CreateVirtualMFADevice",
    "iam:GetAccountPasswordPolicy",
    "iam:ListVirtualMFADevices",
    "sts:GetCallerIdentity",
    "sts:GetSessionToken",
)


@dataclass(frozen=True, slots=True)
class _Allowed:
    """One action that is allowed: ``pattern`` with IAM's wildcards, ``written`` as people shall read it."""

    pattern: str
    written: str


def reach(texts: Iterable[str], boundary: str | None = None) -> Reach:
    """Say how far policies reach within a permissions boundary (None: there is none); ``ValueError``: no policy."""
    found = _levels(texts)
    if boundary is not None:
        found &= _levels([boundary])
    return combined(found)


def combined(reaches: Iterable[Reach]) -> Reach:
    """Give the reach of somebody who has several: the furthest."""
    return max(reaches, default=Reach.NOTHING)


def beyond_billing(texts: Iterable[str]) -> tuple[str, ...]:
    """Give the actions, as written and sorted, that policies allow outside billing and cost; ``ValueError``: no policy.

    An Allow with NotAction stands as ``all but …``.
    """
    return _written(texts, {Reach.READ, Reach.CHANGE})


def billing_writes(texts: Iterable[str]) -> tuple[str, ...]:
    """Give the actions, as written and sorted, that change billing and cost; ``ValueError``: no policy."""
    return _written(texts, {Reach.BILLING_CHANGE})


def _written(texts: Iterable[str], levels: set[Reach]) -> tuple[str, ...]:
    return tuple(sorted({one.written for one in _allowed(texts) if levels & _levels_of(one.pattern)}))


def _levels(texts: Iterable[str]) -> set[Reach]:
    listed = tuple(texts)
    if any(_denies(text) for text in listed):
        return {level for one in _allowed(listed) for level in _levels_of(one.pattern)}
    return {level for text in listed for level in _levels_given(text)}


@lru_cache(maxsize=MOST_KEPT)
def _levels_given(text: str) -> frozenset[Reach]:
    """Give how far a policy reaches where nothing is denied."""
    return frozenset(level for _, actions in _given(text) for one in actions for level in _levels_of(one.pattern))


def _allowed(texts: Iterable[str]) -> list[_Allowed]:
    """Give what the Allow statements leave when the Deny statements have taken away what they surely do."""
    listed = tuple(texts)
    denies = [one for text in listed for one in _denies(text)]
    given = (one for text in listed for one in _given(text))
    return [left for statement, actions in given for action in actions for left in _left_by(action, statement, denies)]


def _denies(text: str) -> list[Statement]:
    """Give the Deny statements that surely take something away."""
    listed = statements(text)
    return [one for one in listed if not one.is_allow and not one.conditions and not one.not_resources]


@lru_cache(maxsize=MOST_KEPT)
def _given(text: str) -> tuple[tuple[Statement, tuple[_Allowed, ...]], ...]:
    """Give the Allow statements of a policy, and what each allows that is not one's own."""
    allows = (one for one in statements(text) if one.is_allow)
    return tuple(
        (one, tuple(action for action in _actions(one) if not _is_ones_own(one, action.pattern))) for one in allows
    )


def _actions(statement: Statement) -> Iterator[_Allowed]:
    yield from (_Allowed(action, action) for action in statement.actions)
    if statement.not_actions and ANY not in statement.not_actions:
        yield _Allowed(ANY, f"all but {', '.join(statement.not_actions)}")


def _is_ones_own(statement: Statement, action: str) -> bool:
    if any(covers(pattern, action) for pattern in HARMLESS):
        return True
    limited = bool(statement.resources) and all(ONESELF in resource for resource in statement.resources)
    return limited and any(covers(pattern, action) for pattern in OWN_CREDENTIALS)


def _left_by(action: _Allowed, statement: Statement, denies: Iterable[Statement]) -> list[_Allowed]:
    """Give what is left of an allowed action: nothing, itself, or the exceptions of a Deny with NotAction."""
    left = [action]
    for deny in denies:
        if not _covers_resources(deny, statement):
            continue
        if deny.not_actions:
            left = [kept for one in left for kept in _kept(one, deny.not_actions)]
        else:
            left = [one for one in left if not any(covers(pattern, one.pattern) for pattern in deny.actions)]
    return left


def _kept(one: _Allowed, exceptions: Iterable[str]) -> Iterator[_Allowed]:
    for pattern in exceptions:
        if covers(pattern, one.pattern):
            yield one
        elif covers(one.pattern, pattern):
            yield _Allowed(pattern, pattern)
        elif overlap(pattern, one.pattern):
            yield one


def _covers_resources(deny: Statement, allow: Statement) -> bool:
    allowed = allow.resources if allow.resources and not allow.not_resources else (ANY,)
    return all(any(covers(wider, resource) for wider in deny.resources or (ANY,)) for resource in allowed)


@cache
def _levels_of(pattern: str) -> frozenset[Reach]:
    """Give what an action that may have wildcards lets somebody do."""
    service, _, verb = pattern.partition(":")
    known_reads = _known_reads().get(service.lower(), ())
    is_read = bool(READS.fullmatch(verb)) or any(covers(known, verb) for known in known_reads)
    if any(covers(known, pattern) for known in BILLING_TOO):
        return frozenset({Reach.BILLING_READ})
    if any(covers(known, service) for known in BILLING):
        levels = {Reach.BILLING_READ} if is_read or service.lower() in ASKING else {Reach.BILLING_CHANGE}
        return frozenset(levels | ({Reach.BILLING_READ} if ANY in verb else set()))
    levels = {Reach.READ} if is_read else {Reach.CHANGE}
    if ANY in verb or not verb:
        levels |= {Reach.READ}
    if ANY in service and any(overlap(known, service) for known in BILLING):
        levels |= {Reach.BILLING_READ} if is_read else {Reach.BILLING_READ, Reach.BILLING_CHANGE}
    return frozenset(levels)


@cache
def _known_reads() -> Mapping[str, tuple[str, ...]]:
    """Give the patterns of known reads, without their namespace, by namespace."""
    text = files(__package__).joinpath("reading_actions.txt").read_text(encoding="utf-8")
    known: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            service, _, verb = line.partition(":")
            known[service.lower()] = (*known.get(service.lower(), ()), verb)
    return MappingProxyType(known)
