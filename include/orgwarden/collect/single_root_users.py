"""Reads the root users of single accounts again, as the sweep of root users would: see there who is looked at, and how.

An account's report tells of its IAM users, too, so whoever asks for one of them gets all.
"""

from collections.abc import Collection

from orgwarden.collect import root, root_audit
from orgwarden.collect.batches import read_side_by_side
from orgwarden.collect.means import Means
from orgwarden.model import EVERYTHING
from orgwarden.parts.access import USER_CREDENTIALS
from orgwarden.parts.root import ROOT_FEATURES
from orgwarden.snapshot import Page, merged

BY_ROLE_ALONE = "IAM users of member accounts are read by ORGWARDEN_AUDIT_MEMBER_ROOT=member_role alone"


def read_root_users(accounts: Collection[str], *, with_users: Collection[str], management: str, means: Means) -> Page:
    """Read the root users of accounts; ``with_users`` are those of which the IAM users are wanted, too."""
    members = set(accounts) - {management}
    hindrance = _hindrance(management, means) if members else ""

    def read(account: str) -> Page:
        if account == management:
            return root.told_to_a_role(lambda: means.aws.management("iam", management), account, means.veil)
        if means.audit == root.MEMBER_ROLE:
            return root.told_to_a_role(lambda: means.aws.member(account, "iam"), account, means.veil)
        if hindrance:
            audited = root_audit.nothing_of(account, hindrance)
        else:
            audited = root_audit.audit_of(means.aws, account, management)
        unread = {(USER_CREDENTIALS.name, account): hindrance or BY_ROLE_ALONE} if account in with_users else {}
        return Page(rows=audited.rows, gaps={**audited.gaps, **unread})

    return read_side_by_side(sorted(accounts), read)


def _hindrance(management: str, means: Means) -> str:
    """Say why no member account is looked at; empty: nothing is in the way."""
    if not means.audit:
        return root.NOT_AUDITED
    if means.audit == root.MEMBER_ROLE:
        return ""
    rows, gaps = merged([root.features(means.aws, management)])
    unread = gaps.get((ROOT_FEATURES.name, EVERYTHING), "")
    return unread or ("" if root.CENTRALIZED in rows[ROOT_FEATURES][EVERYTHING] else root.NOT_CENTRALIZED)
