"""The smallest register of runbooks in order: one document for all that is done on a good day, one for a bad one."""

from datetime import date
from typing import Any

from orgwarden.parts.runbooks import RUNBOOK_LINKS, RUNBOOKS, SCENARIOS, Document, LinkState, Runbooks

WIKI, BINDER = "l-111111111111111111111111", ""


def document(**changed: Any) -> Document:
    usual = {
        "name": "Root user", "owner": "anna", "reviewed": date(2026, 9, 1), "link": "https://wiki.corp.example/root",
        "key": WIKI, "kept": "",
    }  # fmt: skip
    return Document(**{**usual, **changed})


def runbooks(*, review_days: int = 366, **documents: Document | None) -> dict[Any, Any]:
    """Give the register with other documents for some scenarios; None: there is none."""
    binder = document(name="Recovery", link="", key="", kept="binder in the safe")
    named = {one: binder if one.startswith("reset") else document() for one in SCENARIOS} | documents
    kept = {scenario: found for scenario, found in named.items() if found is not None}
    return {RUNBOOKS: {"*": Runbooks(review_days=review_days, documents=kept)}}


SOUND: dict[Any, Any] = {**runbooks(), RUNBOOK_LINKS: {WIKI: LinkState.SIGN_IN}}
# One is missing, one is old, and the link of all others leads nowhere.
LOST: dict[Any, Any] = {
    **runbooks(use_root=None, reset_mfa=document(reviewed=date(2024, 1, 1))),
    RUNBOOK_LINKS: {WIKI: LinkState.GONE},
}
