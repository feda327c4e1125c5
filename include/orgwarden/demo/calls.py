"""What a call is, and the exact count and time of the calls that were made.

Tests prove by the count that a sweep made the calls that its formula says, no more, whatever the number of threads; and
by the times that all who ask together stay under a rate.
"""

import re
import time
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

ACCOUNT_ID = re.compile(r"\d{12}")
ORGANIZATIONS_ACCOUNT_ARN = re.compile(r"arn:[\w-]+:organizations::\d{12}:account/o-\w+/(\d{12})")
ARN = re.compile(r"arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}):.+", re.DOTALL)
NAMES_AN_ACCOUNT = (
    "AccountId",
    "accountId",
    "TargetId",
    "ResourceId",
    "ChildId",
    "ParentId",
    "TargetPrincipal",
    "RoleArn",
    "PrincipalArn",
    "ResourceArn",
    "resourceArn",
    "ResourceARN",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls: the account, the ARN that GetCallerIdentity answers, and the role behind a session, else empty.

    ``task`` is the ARN of the task policy that a session of AssumeRoot is limited to, else empty.
    """

    account: str
    arn: str
    user_id: str
    role_arn: str = ""
    task: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of an AWS operation; ``account`` is the one asked about where the call names one, else the caller's."""

    service: str
    operation: str
    region: str
    caller: Caller
    account: str
    parameters: Mapping[str, Any]
    text: str = field(repr=False)

    def of(self, name: str) -> str:
        """Give a text parameter; one that was left out is empty."""
        value = self.parameters.get(name)
        return "" if value is None else str(value)


def asked_about(parameters: Mapping[str, Any], caller: str) -> str:
    """Find the account that a call names, by id or by ARN; a call that names none is about its caller."""
    values = (parameters.get(name) for name in NAMES_AN_ACCOUNT)
    named = (account_in(value) for value in values if isinstance(value, str))
    return next((account for account in named if account), caller)


def account_in(value: str) -> str:
    """Give the account in an id or an ARN, or nothing."""
    if ACCOUNT_ID.fullmatch(value):
        return value
    found = ORGANIZATIONS_ACCOUNT_ARN.fullmatch(value) or ARN.fullmatch(value)
    return found[1] if found else ""


class CallLog:
    """Counts calls by service, operation, caller's account and account asked about, and keeps when each came."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._counts: Counter[tuple[str, str, str, str]] = Counter()
        self._times: defaultdict[tuple[str, str, str, str], array[float]] = defaultdict(lambda: array("d"))
        self._lock, self._now, self._begun = Lock(), now, now()

    def record(self, call: Call) -> None:
        """Count one call, whatever its answer will be."""
        with self._lock:
            self._counts[call.service, call.operation, call.caller.account, call.account] += 1
            self._times[call.service, call.operation, call.caller.account, call.region].append(
                self._now() - self._begun
            )

    def clear(self) -> None:
        """Count from zero again; time goes on."""
        with self._lock:
            self._counts.clear()
            self._times.clear()

    def listed(self) -> list[dict[str, str | int]]:
        """Give the counts as rows, sorted, so that two equal runs give equal rows."""
        with self._lock:
            counts = sorted(self._counts.items())
        keys = ("service", "operation", "caller", "account")
        return [{**dict(zip(keys, place, strict=True)), "count": count} for place, count in counts]

    def timed(self) -> list[dict[str, str | list[float]]]:
        """Give when calls came, in seconds since the log began, by what AWS counts them by; rows sorted."""
        with self._lock:
            times = sorted((place, list(came)) for place, came in self._times.items())
        keys = ("service", "operation", "caller", "region")
        return [{**dict(zip(keys, place, strict=True)), "at": came} for place, came in times]
