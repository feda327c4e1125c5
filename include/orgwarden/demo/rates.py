"""AWS's published rates, enforced: a token bucket for each caller's account and API, and the latency of a far region.

Whoever paces calls by AWS's table is right only if nothing is refused at exactly these rates; so the table stands here
a second time, from AWS's own pages, and is not shared with the collector that is held against it.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from orgwarden.demo.calls import Call
from orgwarden.demo.refusals import AwsError
from orgwarden.errors import BadInput

LATENCY_MS = 50.0
TOO_MANY = "TooManyRequestsException"
# Calls per second and burst of one account, by service and operation; what AWS does not publish is not limited here.
# AWS Organizations User Guide, "Quotas and service limits for AWS Organizations"; AWS Account Management Reference
# Guide, "Quotas for AWS Account Management".
PUBLISHED: Mapping[tuple[str, str], tuple[float, float]] = {
    ("account", "GetAccountInformation"): (3, 3),
    ("account", "GetAlternateContact"): (10, 15),
    ("account", "GetContactInformation"): (10, 15),
    ("account", "GetPrimaryEmail"): (3, 3),
    ("account", "GetRegionOptStatus"): (5, 5),
    ("account", "ListRegions"): (5, 5),
    ("organizations", "DescribeAccount"): (20, 30),
    ("organizations", "DescribeCreateAccountStatus"): (2, 2),
    ("organizations", "DescribeOrganization"): (1, 2),
    ("organizations", "DescribeOrganizationalUnit"): (2, 2),
    ("organizations", "DescribePolicy"): (2, 2),
    ("organizations", "ListAWSServiceAccessForOrganization"): (1, 3),
    ("organizations", "ListAccounts"): (8, 12),
    ("organizations", "ListAccountsForParent"): (5, 8),
    ("organizations", "ListChildren"): (6, 10),
    ("organizations", "ListCreateAccountStatus"): (5, 8),
    ("organizations", "ListDelegatedAdministrators"): (5, 8),
    ("organizations", "ListDelegatedServicesForAccount"): (1, 3),
    ("organizations", "ListHandshakesForAccount"): (5, 8),
    ("organizations", "ListHandshakesForOrganization"): (5, 8),
    ("organizations", "ListOrganizationalUnitsForParent"): (5, 8),
    ("organizations", "ListParents"): (5, 8),
    ("organizations", "ListPolicies"): (5, 8),
    ("organizations", "ListPoliciesForTarget"): (5, 8),
    ("organizations", "ListRoots"): (1, 2),
    ("organizations", "ListTagsForResource"): (10, 15),
    ("organizations", "ListTargetsForPolicy"): (5, 8),
}


@dataclass(slots=True)
class Bucket:
    """A token bucket that refuses; ``at`` is when its level was last right."""

    rate: float
    burst: float
    at: float
    level: float = field(init=False)

    def __post_init__(self) -> None:
        self.level = self.burst

    def takes(self, now: float) -> bool:
        """Take a token, if there is one."""
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level < 1:
            return False
        self.level -= 1
        return True


@dataclass(slots=True)
class Rates:
    """The buckets of all callers, ``times`` as fast as AWS's (0: none is enforced), and the seconds a call takes."""

    times: float = 0.0
    latency: float = 0.0
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _buckets: dict[tuple[str, str, str], Bucket] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def asked(cls, times: float | None, latency_ms: float | None) -> "Rates":
        """Give the rates that a person asked for; without a number none is enforced. Raises ``BadInput``."""
        if times is None:
            if latency_ms is not None:
                raise BadInput(
                    f"--latency-ms {latency_ms:g} belongs to --rates: add --rates 1, or use a fault's delay_ms"
                )
            return cls()
        if times <= 0:
            raise BadInput(f"--rates {times:g} lets nothing through: give a number above 0, such as 1 for AWS's own")
        latency = LATENCY_MS if latency_ms is None else latency_ms
        if latency < 0:
            raise BadInput(f"--latency-ms {latency:g} is in the past: give milliseconds, 0 or more")
        return cls(times=times, latency=latency / 1000)

    def admit(self, call: Call) -> None:
        """Let a call through after its latency, or refuse it as AWS does: 429 of accounts, 400 of organizations."""
        if not self.times:
            return
        admitted = self._takes(call)
        self.sleep(self.latency)
        if not admitted:
            raise AwsError(TOO_MANY, "You have sent too many requests in too short a period of time.")

    def _takes(self, call: Call) -> bool:
        published = PUBLISHED.get((call.service, call.operation))
        if published is None:
            return True
        rate, burst = (number * self.times for number in published)
        key = (call.caller.account, call.service, call.operation)
        with self._lock:
            now = self.now()
            bucket = self._buckets.setdefault(key, Bucket(rate=rate, burst=burst, at=now))
            return bucket.takes(now)
