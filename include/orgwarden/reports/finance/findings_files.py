"""Writes what the checks said as CSV for people and as JSON for programs."""

import json
from dataclasses import asdict
from typing import Any

from orgwarden.model import Verdict
from orgwarden.reports.finance.neutral import neutral_csv
from orgwarden.reports.finance.pack import Pack
from orgwarden.reports.finance.sheets.findings import evidence_text, order, told

HEAD = ("number", "check", "status", "account", "region", "resource", "scope", "reason", "evidence")


def findings_csv(pack: Pack) -> bytes:
    """Give every verdict as a line, its texts neutral."""
    return neutral_csv(HEAD, (_row(pack, verdict) for verdict in _ordered(pack)))


def findings_json(pack: Pack) -> bytes:
    """Give every verdict as it is."""
    return (json.dumps([_plain(pack, v) for v in _ordered(pack)], indent=2, ensure_ascii=False) + "\n").encode()


def _ordered(pack: Pack) -> list[Verdict]:
    return sorted(pack.verdicts, key=lambda verdict: (order(pack, verdict.control), verdict.subject))


def _row(pack: Pack, verdict: Verdict) -> tuple[str, ...]:
    subject = verdict.subject
    about = (subject.account, subject.region, subject.resource, subject.scope)
    number = pack.numbers.get(verdict.control, "")
    return (number, verdict.control, verdict.status.value, *about, told(verdict), evidence_text(verdict.evidence))


def _plain(pack: Pack, verdict: Verdict) -> dict[str, Any]:
    number = pack.numbers.get(verdict.control, "")
    return {"number": number, "control": verdict.control, **asdict(verdict.subject), **_said(verdict)}


def _said(verdict: Verdict) -> dict[str, Any]:
    return {"status": verdict.status.value, "reason": told(verdict), "evidence": dict(verdict.evidence)}
