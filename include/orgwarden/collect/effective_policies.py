"""What tag policies come to where they apply: asked through one live account of each unit, and of the root.

All accounts of one unit have one effective policy, unless a tag policy is attached to an account itself: such an
account is asked for on its own, and stands for its unit only where no other account is there. So the calls are as
many as the units that have accounts, and not as many as the accounts (AWS Organizations, "DescribeEffectivePolicy").
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from orgwarden.collect.answers import Text
from orgwarden.collect.api import Api, Missing
from orgwarden.collect.batches import read_in_batches
from orgwarden.collect.masking import masked_document
from orgwarden.errors import SkipAndNote
from orgwarden.model import EVERYTHING
from orgwarden.parts.organization import ACCOUNTS, ORGANIZATION, PLACEMENTS, UNITS, Account, AccountState
from orgwarden.parts.policies import (
    EFFECTIVE_TAG_POLICIES,
    POLICIES,
    POLICY_TARGETS,
    POLICY_TYPES,
    TAG_POLICY,
    EffectivePolicy,
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import Gaps, Page, Rows, Staging, merged, whole_part_gaps

UNPARSABLE = "organizations:DescribeEffectivePolicy gave an answer that does not parse"
NO_ROOT = "the root's id is not known"


class InForce(BaseModel):
    """The content of organizations:DescribeEffectivePolicy."""

    PolicyContent: Text


class DescribeEffectivePolicy(BaseModel):
    """organizations:DescribeEffectivePolicy."""

    EffectivePolicy: InForce


@dataclass(frozen=True, slots=True)
class Reader:
    """Asks what is in force; where tag policies are not enabled nothing is, and nobody is asked."""

    api: Api
    veil: Veil
    is_enabled: bool

    def content(self, account: str) -> str | None:
        """Give the effective tag policy of an account, masked; None: nothing is in force. Raises ``SkipAndNote``."""
        if not self.is_enabled:
            return None
        try:
            answer = self.api.call(
                "DescribeEffectivePolicy",
                DescribeEffectivePolicy,
                missing="EffectivePolicyNotFoundException",
                PolicyType=TAG_POLICY,
                TargetId=account,
            )
            return masked_document(answer.EffectivePolicy.PolicyContent, self.veil)
        except Missing:
            return None
        except ValueError as error:
            raise SkipAndNote(UNPARSABLE) from error


def read_effective_tag_policies(staging: Staging, *, api: Api, veil: Veil) -> None:
    """Stage the effective tag policies of the staged tree; without the enabled types there is nothing to go by."""
    rows, gaps = merged(staging.all_pages())
    if EVERYTHING not in rows.get(POLICY_TYPES, {}):
        return
    unknown = _why_attachments_are_unknown(rows, gaps)
    if unknown:
        staging.put("effective-lost", 1, Page(gaps=whole_part_gaps((EFFECTIVE_TAG_POLICIES,), unknown)))
        return
    keys, lost = _keys_by_account(rows, gaps)
    staging.put("effective-lost", 1, Page(gaps={(EFFECTIVE_TAG_POLICIES.name, key): why for key, why in lost.items()}))
    reader = Reader(api, veil, TAG_POLICY in rows[POLICY_TYPES][EVERYTHING])
    read_in_batches(staging, "effective", sorted(keys), lambda account: _in_force(reader, account, keys[account]))


def _in_force(reader: Reader, account: str, keys: list[str]) -> Page:
    try:
        row = EffectivePolicy(account=account, content=reader.content(account))
    except SkipAndNote as error:
        return Page(gaps={(EFFECTIVE_TAG_POLICIES.name, key): error.cause for key in keys})
    return Page(rows={EFFECTIVE_TAG_POLICIES: dict.fromkeys(keys, row)})


def _why_attachments_are_unknown(rows: Rows, gaps: Gaps) -> str:
    """Give why nobody knows which accounts have a tag policy of their own: each may then speak for itself alone."""
    tag_policies = {id_ for id_, policy in rows.get(POLICIES, {}).items() if policy.type == TAG_POLICY}
    lacking = (gaps.get((POLICY_TARGETS.name, key), "") for key in (TAG_POLICY, *sorted(tag_policies)))
    return next(filter(None, lacking), "")


def _keys_by_account(rows: Rows, gaps: Gaps) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Give for whom each account that is asked speaks, and for what nobody can speak, with the cause."""
    live = {id_: row for id_, row in rows.get(ACCOUNTS, {}).items() if not row.state.is_closed}
    parents, lost = _parents(live, rows, gaps)
    direct = _attached_directly(rows) & live.keys()
    housed = defaultdict(list)
    for account, parent in parents.items():
        housed[parent].append(account)
    keys = defaultdict(list)
    for parent, accounts in housed.items():
        keys[_speaker(accounts, direct, live, rows)].append(parent)
    for account in direct:
        keys[account].append(account)
    return dict(keys), lost


def _parents(live: Mapping[str, Account], rows: Rows, gaps: Gaps) -> tuple[dict[str, str], dict[str, str]]:
    """Give the unit or root that each live account is directly in, and why it is not known of others."""
    root = rows[ORGANIZATION][EVERYTHING].root
    placed = rows.get(PLACEMENTS, {})
    parents = {account: (root, *placed[account])[-1] for account in live if account in placed}
    lost = {account: gaps.get((UNITS.name, EVERYTHING), NO_ROOT) for account, parent in parents.items() if not parent}
    closed = rows.get(ACCOUNTS, {}).keys() - live.keys()
    unseen = {k: c for (p, k), c in gaps.items() if p in (ACCOUNTS.name, PLACEMENTS.name) and k not in closed}
    return {account: parent for account, parent in parents.items() if parent}, {**unseen, **lost}


def _attached_directly(rows: Rows) -> set[str]:
    policies = rows.get(POLICIES, {})
    targets = rows.get(POLICY_TARGETS, {})
    return {target for id_, found in targets.items() if policies[id_].type == TAG_POLICY for target in found}


def _speaker(accounts: list[str], direct: set[str], live: Mapping[str, Account], rows: Mapping[Any, Any]) -> str:
    """Choose who speaks for a unit: no policy of its own if there is such a one, a member, active, by id."""
    management = rows[ORGANIZATION][EVERYTHING].management_account
    active = AccountState.ACTIVE
    return min(accounts, key=lambda a: (a in direct, a == management, live[a].state is not active, a))
