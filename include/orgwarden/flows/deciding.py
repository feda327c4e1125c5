"""What people decide about findings: adopted debt and exemptions as entries for the baseline, a snooze in the database.

Adoptions and exemptions are files under version control, so that merging one is the approval and its history the proof.
A snooze is one person's word for at most thirty days, and needs no more than an event.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from orgwarden.baseline import Baseline
from orgwarden.errors import BadInput
from orgwarden.findings.finding import Finding, Kind, State
from orgwarden.findings.store import FindingStore
from orgwarden.flows.settings import known_control
from orgwarden.model import Severity
from orgwarden.tickets.outbox import findings_on

LONGEST = timedelta(days=2 * 365 + 1)
ACCOUNTS_NAMED = 3
SPECIAL = re.compile(r"[*?[]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Adopting:
    """An adoption to be: the lines of its entry, how many findings it takes over, and how many are critical."""

    lines: tuple[str, ...]
    adopted: int
    critical: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """Who answers for an exemption, who accepted it, why, and its last day."""

    owner: str
    approver: str
    reason: str
    expires: date


def named(reference: str, findings: FindingStore) -> list[Finding]:
    """Give the finding of an id, or the findings that a ticket (OW-0001) lists. Raises ``BadInput``."""
    found = findings.by_ids([reference]) or findings.by_ids(findings_on(findings.engine, reference))
    if not found:
        raise BadInput(
            f"{reference!r} is neither a finding nor a ticket that lists one: orgwarden findings list has them"
        )
    return found


def adoption(
    *, findings: FindingStore, baseline: Baseline | None, today: date, until: date, theme: str | None = None
) -> Adopting:
    """Give the adoption of all deviations that are open now and not adopted yet, but the critical ones."""
    _check_last_day("--until", until, today)
    declared = (baseline or Baseline()).organization.id
    organizations = [declared] if declared else findings.organizations()
    standing = [f for o in organizations for f in findings.findings(o, state=State.OPEN)]
    mine = [f for f in standing if f.kind is Kind.DEVIATION and theme in (None, f.control.partition(".")[0])]
    fresh = [f for f in mine if not f.adopted_until]
    taken = sorted((f for f in fresh if f.severity < Severity.CRITICAL), key=lambda f: (f.control, f.subject))
    if not taken:
        raise BadInput("there is nothing to adopt: no deviation is open that is neither adopted already nor critical")
    ids = (f'  - "{f.id}"  # {f.control}: {_where(f)}' for f in taken)
    lines = (f"on: {today}", f"until: {until}", "findings:", *ids)
    return Adopting(lines=lines, adopted=len(taken), critical=len(fresh) - len(taken))


def exempting(targets: Sequence[tuple[str, str, str]], decided: Decided, *, today: date) -> list[tuple[str, ...]]:
    """Give the entries of exemptions for (control, account pattern, resource pattern). Raises ``BadInput``."""
    _check_last_day("--expires", decided.expires, today)
    if decided.owner.strip().casefold() == decided.approver.strip().casefold():
        raise BadInput(f"--approver {decided.approver!r} is the owner, too: have somebody else approve it")
    for name in ("owner", "approver", "reason"):
        if not getattr(decided, name).strip():
            raise BadInput(f"--{name} is empty: an exemption says who answers for it, who accepted it, and why")
    for control, _, _ in targets:
        known_control(control)
    return [_exemption(*target, decided) for target in dict.fromkeys(targets)]


def patterns_of(finding: Finding) -> tuple[str, str, str]:
    """Give control, account and resource of an exemption that covers a finding alone."""
    subject = finding.subject
    if finding.kind is not Kind.DEVIATION:
        raise BadInput(
            f"finding {finding.id} is a cause that keeps controls from looking: only a deviation is exempted"
        )
    return finding.control, subject.account or "*", _literal(subject.resource) or "*"


def snooze(  # noqa: PLR0913 - what, for how long, and who says so and why
    reference: str, *, days: int, by: str, why: str, findings: FindingStore, now: datetime
) -> list[Finding]:
    """Put a finding, or all of a ticket's that stand, off for some days. Raises ``BadInput``."""
    if not by.strip() or not why.strip():
        raise BadInput("--by and --why are empty: a snooze says who put it off, and why")
    standing = [f for f in named(reference, findings) if not f.is_gone]
    if not standing:
        raise BadInput(f"{reference}: nothing of it is open, so there is nothing to put off")
    until = now.date() + timedelta(days=days)
    return findings.snooze(standing, until=until, now=now, by=by.strip(), why=why.strip())


def _check_last_day(option: str, day: date, today: date) -> None:
    if not today < day <= today + LONGEST:
        raise BadInput(
            f"{option} {day}: choose a day after {today} and within two years, {today + LONGEST} at the latest"
        )


def _exemption(control: str, account: str, resource: str, decided: Decided) -> tuple[str, ...]:
    told = {
        "control": control,
        "account": account,
        "resource": resource,
        "owner": decided.owner.strip(),
        "approver": decided.approver.strip(),
        "reason": decided.reason.strip(),
    }
    return *(
        f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in told.items()
    ), f"expires: {decided.expires}"


def _literal(text: str) -> str:
    """Give a pattern that matches the text alone."""
    return SPECIAL.sub(lambda found: f"[{found[0]}]", text)


def _where(finding: Finding) -> str:
    more = len(finding.accounts) - ACCOUNTS_NAMED
    named_here = ", ".join(finding.accounts[:ACCOUNTS_NAMED]) or "the organization"
    return f"{named_here} and {more} more" if more > 0 else named_here
