"""What the owners declared of runbooks, as a part; a link is shown without its query, and found again by its hash."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from orgwarden.baseline import Baseline
from orgwarden.baseline.runbooks import Runbook
from orgwarden.model import Part
from orgwarden.parts.runbooks import RUNBOOKS, Document, Runbooks
from orgwarden.privacy import Veil

UNDECLARED: Mapping[Part[Any], str] = {
    RUNBOOKS: "not declared: list the documents on using and recovering the root user under runbooks.documents in the "
    "baseline",
}


def runbook_rows(baseline: Baseline, veil: Veil) -> dict[Part[Any], Any]:
    """Give the row of the part, None where it is undeclared."""
    declared = baseline.runbooks
    if declared.documents is None:
        return {RUNBOOKS: None}
    documents: dict[str, Document] = {
        scenario: _document(one, veil) for one in declared.documents for scenario in one.scenarios
    }
    return {RUNBOOKS: Runbooks(review_days=declared.review_days, documents=documents)}


def links_of(baseline: Baseline | None, veil: Veil) -> dict[str, str]:
    """Give the links of all documents, by the keys under which what they lead to is kept."""
    documents = baseline.runbooks.documents if baseline else None
    return {veil.link(one.link): one.link for one in documents or () if one.link}


def _document(document: Runbook, veil: Veil) -> Document:
    link = document.link or ""
    return Document(
        name=veil.text(document.name),
        owner=document.owner,
        reviewed=document.reviewed,
        link=veil.text(_shown(link)),
        key=veil.link(link) if link else "",
        kept=veil.text(document.kept or ""),
    )


def _shown(link: str) -> str:
    parts = urlsplit(link)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
