"""The completeness gate: is a staged reading fit to be judged, by Great Expectations over a few small frames.

A gap counts as a gap: it is known and told. What the gate stops is a reading that does not add up: rows that nobody
can account for, accounts that are listed twice or stand nowhere, an organization that lost a part of itself.
"""

import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orgwarden.collect import data_docs
from orgwarden.model import EVERYTHING, Part
from orgwarden.parts.access import ASSIGNMENTS, GROUP_MEMBERS, PERMISSION_SET_ACCOUNTS, PERMISSION_SETS
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, ALTERNATE_TYPES, MAIL_DOMAINS, PRIMARY_CONTACTS, ROOT_MAILBOXES
from orgwarden.parts.organization import ACCOUNTS, ORGANIZATION, PLACEMENTS, TAGS, UNITS, AccountState
from orgwarden.parts.policies import POLICIES, POLICY_BODIES, POLICY_TAGS, POLICY_TARGETS
from orgwarden.parts.resources import REGIONS, WITNESSES
from orgwarden.parts.root import ROOT_CREDENTIALS, ROOT_MFA, ROOT_USE
from orgwarden.snapshot import Gaps, Page, Rows, merged

SHOWN = 5
# What stands in no region has a place of its own beside the regions.
GLOBAL = ("global",)
TALKATIVE = "great_expectations.data_context.types.base"
Frames = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One expectation that was held against a frame: what it says, whether it holds, and what does not."""

    says: str
    holds: bool
    against: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Gated:
    """What the gate came to: its checks, and the pages (by file name) on which people see them."""

    checks: tuple[Check, ...]
    pages: Mapping[str, bytes]


def check(pages: Iterable[Page], *, before: int | None, most_lost: float) -> Gated:
    """Hold the staged pages against every expectation.

    ``before`` is the number of accounts of the last sealed snapshot (none: ``None``), ``most_lost`` the share of
    them (0 to 1) that may have vanished since.
    """
    staged = list(pages)
    rows, gaps = merged(staged)
    frames = {
        "accounts": account_frame(staged, rows, gaps),
        "parts": part_frame(rows, gaps),
        "organization": organization_frame(rows, gaps, before),
    }
    return held(frames, lambda: _expectations(most_lost))


def account_frame(pages: Iterable[Page], rows: Rows, gaps: Gaps) -> list[dict[str, Any]]:
    """Give a line for each time an account was listed: id, state, and whether it has one known place."""
    listed = [(key, row) for page in pages for key, row in page.rows.get(ACCOUNTS, {}).items()]
    places, units = rows.get(PLACEMENTS, {}), rows.get(UNITS, {})
    tree_has_gaps = any(part == UNITS.name for part, _ in gaps)

    def stands(account: str) -> str:
        if (PLACEMENTS.name, account) in gaps:
            return "unread"
        lost = [unit for unit in places.get(account, ("nowhere",)) if unit not in units]
        return f"under {lost[-1]}" if lost and not (tree_has_gaps and lost != ["nowhere"]) else "known"

    return [{"account": key, "state": row.state.value, "stands": stands(key)} for key, row in listed]


def part_frame(rows: Rows, gaps: Gaps) -> list[dict[str, Any]]:
    """Give a line for each part that is asked for by key: how many keys are neither a row nor a gap, or too many."""
    accounts = rows.get(ACCOUNTS, {})
    live = {account for account, row in accounts.items() if not row.state.is_closed}
    organization = rows.get(ORGANIZATION, {}).values()
    root = {row.root for row in organization if row.root}
    # Of the management account's root user is asked, whatever the list of accounts says of it.
    with_management = live | {row.management_account for row in organization}
    contacts = rows.get(ALTERNATE_CONTACTS, {})
    roots = rows.get(ROOT_MAILBOXES, {})
    mailboxes = [roots[a] for a in live & roots.keys()] + [c.mailbox for c in contacts.values() if c]
    asked: dict[Part[Any], Iterable[str]] = {
        ROOT_MAILBOXES: accounts.keys(),
        PRIMARY_CONTACTS: live,
        ALTERNATE_CONTACTS: {f"{account}/{kind}" for account in live for kind in ALTERNATE_TYPES},
        TAGS: live | root | rows.get(UNITS, {}).keys(),
        MAIL_DOMAINS: {mailbox.domain for mailbox in mailboxes},
        **dict.fromkeys((ROOT_CREDENTIALS, ROOT_USE, ROOT_MFA), with_management),
        **dict.fromkeys((POLICY_BODIES, POLICY_TARGETS, POLICY_TAGS), _customer_policies(rows)),
        **dict.fromkeys((ASSIGNMENTS, PERMISSION_SET_ACCOUNTS), _known(PERMISSION_SETS, rows, gaps)),
        GROUP_MEMBERS: {group for assigned in rows.get(ASSIGNMENTS, {}).values() for group in assigned.groups},
        WITNESSES: {*(region for regions in rows.get(REGIONS, {}).values() for region in regions), *GLOBAL},
    }
    return [_accounted(part.name, wanted, rows.get(part, {}).keys(), gaps) for part, wanted in asked.items()]


def _customer_policies(rows: Rows) -> set[str]:
    return {id_ for id_, policy in rows.get(POLICIES, {}).items() if not policy.aws_managed}


def _known(part: Part[Any], rows: Rows, gaps: Gaps) -> set[str]:
    """Give the keys of a part that were listed, whether what stands under them could be read or not."""
    return {*rows.get(part, {}), *(key for name, key in gaps if name == part.name)}


def _accounted(part: str, wanted: Iterable[str], read: Iterable[str], gaps: Gaps) -> dict[str, Any]:
    told = {key for name, key in gaps if name == part}
    lost = set() if EVERYTHING in told else (set(wanted) - told) ^ (set(read) - told)
    return {"part": part, "unaccounted": len(lost)}


def organization_frame(rows: Rows, gaps: Gaps, before: int | None) -> list[dict[str, Any]]:
    """Give one line: is the management account among the accounts, and which share of the accounts was lost."""
    accounts = rows.get(ACCOUNTS, {})
    management = {row.management_account for row in rows.get(ORGANIZATION, {}).values()}
    partly = any(part == ACCOUNTS.name for part, _ in gaps)
    lost = max(0.0, 1 - len(accounts) / before) if before and not partly else 0.0
    return [{"management_listed": partly or management <= accounts.keys(), "lost": round(lost, 4)}]


def held(frames: Frames, expected: Callable[[], Mapping[str, Sequence[Any]]]) -> Gated:
    """Hold frames against the expectations of each, by its name; what each says stands in its ``meta``.

    Great Expectations is imported here, and where ``expected`` makes them, for it takes seconds.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    import pandas as pd
    from great_expectations.data_context.types.base import ProgressBarsConfig

    logging.getLogger(TALKATIVE).setLevel(logging.WARNING)  # its import sets it to INFO
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("staged")
    results = {}
    for name, expectations in expected().items():
        whole = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe(name)
        batch = whole.get_batch({"dataframe": pd.DataFrame(frames[name])})
        results[name] = batch.validate(gx.ExpectationSuite(name=name, expectations=[*expectations]))
    checks = tuple(_check(one) for result in results.values() for one in result.results)
    told = [(check.says, check.holds, check.against) for check in checks]
    return Gated(checks=checks, pages=data_docs.pages(results, told))


def _expectations(most_lost: float) -> dict[str, list[Any]]:
    from great_expectations import expectations as expect

    states = [state.value for state in AccountState]
    return {
        "accounts": [
            expect.ExpectColumnValuesToMatchRegex(
                column="account", regex=r"^\d{12}$", meta={"says": "an account's id has 12 digits"}
            ),
            expect.ExpectColumnValuesToBeUnique(column="account", meta={"says": "an account is listed once"}),
            expect.ExpectColumnValuesToBeInSet(
                column="state", value_set=states, meta={"says": "an account's state is known"}
            ),
            expect.ExpectColumnValuesToBeInSet(
                column="stands",
                value_set=["known", "unread"],
                meta={"says": "an account stands under one organizational unit or the root"},
            ),
        ],
        "parts": [
            expect.ExpectColumnValuesToBeInSet(
                column="unaccounted",
                value_set=[0],
                meta={"says": "what was asked for is a row or a gap, and nothing else came"},
            )
        ],
        "organization": [
            expect.ExpectColumnValuesToBeInSet(
                column="management_listed",
                value_set=[True],
                meta={"says": "the management account is among the accounts"},
            ),
            expect.ExpectColumnValuesToBeBetween(
                column="lost",
                max_value=most_lost,
                meta={"says": f"at most {most_lost:.0%} of the accounts vanished since the last snapshot"},
            ),
        ],
    }


def _check(result: Any) -> Check:
    against = result.result.get("partial_unexpected_list") or []
    told = tuple(sorted({str(value) for value in against}))[:SHOWN]
    return Check(says=result.expectation_config.meta["says"], holds=bool(result.success), against=told)
