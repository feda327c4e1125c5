"""A staging in which the organization has been read already: what the sweeps behind it go by."""

from collections.abc import Mapping
from pathlib import Path

from orgwarden.model import EVERYTHING
from orgwarden.parts.organization import ACCOUNTS, ORGANIZATION, PLACEMENTS, Account, AccountState, Organization
from orgwarden.snapshot import Page, Staging
from orgwarden.store import FileStore

MANAGEMENT, A, B, CLOSED = "111111111111", "222222222222", "333333333333", "444444444444"
ROOT, UNIT = "r-1", "ou-1-a"
STATES = {MANAGEMENT: "ACTIVE", A: "ACTIVE", B: "ACTIVE", CLOSED: "CLOSED"}
PLACES: Mapping[str, tuple[str, ...]] = {MANAGEMENT: (), A: (UNIT,), B: (UNIT,), CLOSED: ("ou-1-gone",)}


def staged(
    folder: Path,
    *,
    states: Mapping[str, str] = STATES,
    places: Mapping[str, tuple[str, ...]] = PLACES,
    root: str = ROOT,
    gaps: Mapping[tuple[str, str], str] | None = None,
) -> Staging:
    """An organization whose management account is in its root, with two accounts in one unit, and a closed one."""
    accounts = {a: Account(id=a, name=a, state=AccountState(s), joined="", method="") for a, s in states.items()}
    row = Organization(id="o-1", management_account=MANAGEMENT, feature_set="ALL", root=root)
    rows = {ORGANIZATION: {EVERYTHING: row}, ACCOUNTS: accounts, PLACEMENTS: dict(places)}
    staging = Staging(FileStore(folder), "")
    staging.put("before", 1, Page(rows=rows, gaps=gaps or {}))
    return staging
