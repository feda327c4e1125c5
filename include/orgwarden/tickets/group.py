"""Which ticket a finding belongs on: declared by its control, never decided by counting.

A ticket's fingerprint is that of its group, so a rerun, another machine or a lost answer finds the same ticket again.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orgwarden.control import Control, Ticket
from orgwarden.findings.finding import Finding, Kind

# What stands in a group in place of a control where its ticket spans controls.
CAUSES = "unknown"
DIGESTS = "digest"
BACKLOG = "backlog"
# Changing what a fingerprint is made of takes a migration: every ticket out there carries one.
SCHEMA = "1"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Group:
    """The findings of one ticket; ``round`` counts the tickets it had before, where one could not be opened again."""

    organization: str
    control: str
    name: str
    scope: str = ""
    round: int = 0

    @property
    def fingerprint(self) -> str:
        """Give 32 hex digits: what a ticket is found by."""
        parts = (SCHEMA, self.organization, self.control, self.name, self.scope, str(self.round))
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]

    @property
    def spans_owners(self) -> bool:
        """Say whether the ticket is about the organization, whoever owns the accounts."""
        return not self.name or self.control in {CAUSES, DIGESTS}

    @property
    def spans_controls(self) -> bool:
        """Say whether each row of the ticket has to name its control."""
        return self.control in {DIGESTS, BACKLOG}


def group_of(finding: Finding, control: Control | None) -> Group:
    """Give the group of a finding; one whose control is not known here (it is about to retire) goes to its owner."""
    if finding.kind is Kind.UNKNOWN:
        return Group(organization=finding.organization, control=CAUSES, name=finding.subject.resource)
    if finding.adopted_until:
        theme = finding.control.partition(".")[0]
        name = " · ".join(part for part in (theme, finding.owner) if part)
        return Group(organization=finding.organization, control=BACKLOG, name=name)
    grouping = control.ticket if control else Ticket.OWNER
    names = {
        Ticket.SUBJECT: finding.id,
        Ticket.OWNER: finding.owner,
        Ticket.ORGANIZATION: "",
        Ticket.DIGEST: finding.opened_run,
    }
    return Group(
        organization=finding.organization,
        control=DIGESTS if grouping is Ticket.DIGEST else finding.control,
        name=names[grouping],
        scope=finding.subject.scope,
    )


def grouped(findings: Iterable[Finding], controls: Mapping[str, Control]) -> dict[Group, list[Finding]]:
    """Give the findings by group, each group's by place."""
    groups: dict[Group, list[Finding]] = defaultdict(list)
    for finding in sorted(findings, key=lambda f: (f.control, f.subject, f.id)):
        groups[group_of(finding, controls.get(finding.control))].append(finding)
    return groups
