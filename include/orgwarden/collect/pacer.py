"""Keeps each API's calls under a share of the rate that AWS publishes, whatever the number of threads.

AWS counts calls in token buckets by account and API, and other tools of the organization drink from the same ones;
hence a share, and one bucket an API that all threads of a sweep wait at.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

# Calls per second and burst, by service and operation. AWS Organizations User Guide, "Quotas and service limits";
# AWS Account Management Reference Guide, "Quotas"; of 2026-10. What AWS does not publish gets a modest rate.
# IAM Identity Center User Guide, "Quotas": 20 a second for all of sso-admin, hence a part of them for each operation
# that is called for every permission set; 20 a second for each API of identitystore.
RATES = {
    ("account", "GetAccountInformation"): (3, 3),
    ("account", "GetAlternateContact"): (10, 15),
    ("account", "GetContactInformation"): (10, 15),
    ("account", "ListRegions"): (5, 5),
    ("iam", "GetAccountAuthorizationDetails"): (2, 2),
    ("iam", "GetPolicy"): (10, 10),
    ("iam", "GetPolicyVersion"): (10, 10),
    ("identitystore", "DescribeGroup"): (20, 20),
    ("identitystore", "DescribeUser"): (20, 20),
    ("identitystore", "ListGroupMemberships"): (20, 20),
    ("organizations", "DescribeAccount"): (20, 30),
    ("organizations", "DescribeOrganization"): (1, 2),
    ("organizations", "DescribePolicy"): (2, 2),
    ("organizations", "ListAWSServiceAccessForOrganization"): (1, 3),
    ("organizations", "ListAccounts"): (8, 12),
    ("organizations", "ListAccountsForParent"): (5, 8),
    ("organizations", "ListDelegatedAdministrators"): (5, 8),
    ("organizations", "ListDelegatedServicesForAccount"): (1, 3),
    ("organizations", "ListHandshakesForOrganization"): (5, 8),
    ("organizations", "ListOrganizationalUnitsForParent"): (5, 8),
    ("organizations", "ListPolicies"): (5, 8),
    ("organizations", "ListRoots"): (1, 2),
    ("organizations", "ListTagsForResource"): (10, 15),
    ("organizations", "ListTargetsForPolicy"): (5, 8),
    ("resource-explorer-2", "GetIndex"): (3, 3),
    ("resource-explorer-2", "ListIndexes"): (3, 3),
    ("resource-explorer-2", "ListResources"): (3, 3),
    ("sso-admin", "DescribePermissionSet"): (2.5, 4),
    ("sso-admin", "GetInlinePolicyForPermissionSet"): (2.5, 4),
    ("sso-admin", "GetPermissionsBoundaryForPermissionSet"): (2.5, 4),
    ("sso-admin", "ListAccountAssignments"): (2.5, 4),
    ("sso-admin", "ListAccountsForProvisionedPermissionSet"): (2.5, 4),
    ("sso-admin", "ListCustomerManagedPolicyReferencesInPermissionSet"): (2.5, 4),
    ("sso-admin", "ListManagedPoliciesInPermissionSet"): (2.5, 4),
    ("sts", "AssumeRole"): (20, 20),
    ("sts", "AssumeRoot"): (5, 5),
}
UNPUBLISHED = (5, 5)
# What a bucket lets through at once, of its share of AWS's burst. A bucket begins full, also that of a task which runs
# again and knows nothing of the calls before it was killed: both together stay within the share.
AT_ONCE = 0.5
# Whoever does not know what the caller administers asks it, also beside a sweep, each with a bucket of its own: so that
# all of them together stay within AWS's burst, none takes more than one at once.
ASKED_BY_MANY = frozenset({("organizations", "ListDelegatedServicesForAccount")})


@dataclass(slots=True)
class Bucket:
    """A token bucket: ``rate`` tokens a second, at most ``burst`` at once; ``take`` waits for its turn."""

    rate: float
    burst: float
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _level: float = field(init=False)
    _at: float = field(init=False)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._level, self._at = self.burst, self.now()

    def take(self) -> None:
        """Take one token; the wait for it is spent outside the lock, each caller behind the one before."""
        with self._lock:
            now = self.now()
            self._level = min(self.burst, self._level + (now - self._at) * self.rate) - 1
            self._at = now
            wait = -self._level / self.rate
        if wait > 0:
            self.sleep(wait)


def bucket_for(service: str, operation: str, share: float) -> Bucket:
    """Give a bucket with a share of the published rate and half of that of the burst, but one call at the least."""
    rate, burst = RATES.get((service, operation), UNPUBLISHED)
    at_once = 1.0 if (service, operation) in ASKED_BY_MANY else max(1.0, burst * share * AT_ONCE)
    return Bucket(rate=rate * share, burst=at_once)
