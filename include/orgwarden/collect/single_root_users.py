"""Reads the root users of single accounts again, as the sweep of root users would: see there who is looked at, and how.

An account's report tells of its IAM users, too, so whoever asks for one of them gets all, or the gap of all.
"""

from collections.abc import Collection

from orgwarden.collect import root
from orgwarden.collect.batches import read_side_by_side
from orgwarden.collect.means import Means
from orgwarden.model import EVERYTHING
from orgwarden.parts.root import ROOT_FEATURES
from orgwarden.snapshot import Page, merged


def read_root_users(accounts: Collection[str], *, management: str, means: Means) -> Page:
    """Read the root users of accounts, and their IAM users."""
    members = set(accounts) - {management}
    hindrance = _hindrance(management, means) if members else ""

    def read(account: str) -> Page:
        if account == management:
            return root.told_to_a_role(lambda: means.aws.management("iam", management), account, means.veil)
        if means.audit == root.MEMBER_ROLE:
            return root.told_to_a_role(lambda: means.aws.member(account, "iam"), account, means.veil)
        if hindrance:
            return root.nothing_of(account, hindrance)
        return root.told_to_a_session(means.aws, account, management)

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
