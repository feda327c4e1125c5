"""What a ticket says: what is wrong, where, why it matters, how to fix it, whose it is, by when, how it will close.

Evidence goes in by an allow-list of its fields: a field that nobody thought about stays out.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from orgwarden.control import Control
from orgwarden.findings.finding import Finding, came_of_month
from orgwarden.model import Evidence, Severity
from orgwarden.practices import practices
from orgwarden.tickets.group import BACKLOG, CAUSES, DIGESTS, Group
from orgwarden.tickets.sink import LABEL, Capabilities, Draft
from orgwarden.tickets.text import Code, Heading, Inline, Ours, Paragraph, Piece, Table, block, listed, plain, redacted

SHOWN = frozenset(
    [
        "administrators",
        "alone",
        "also_in",
        "answered",
        "asked",
        "at_least",
        "beyond",
        "billing",
        "changed",
        "count",
        "country",
        "declared_under",
        "details",
        "devices",
        "difference",
        "document",
        "domain",
        "drift",
        "ends",
        "expected",
        "expires",
        "feature_set",
        "groups",
        "invited",
        "joined",
        "kept",
        "kind",
        "lines",
        "link",
        "listed",
        "mailbox",
        "management_account",
        "material",
        "missing",
        "name",
        "needed",
        "not_expanded",
        "number",
        "off",
        "other",
        "other_case",
        "outside",
        "owner",
        "period",
        "places",
        "production",
        "readers",
        "registered",
        "reviewed",
        "said_by",
        "scenario",
        "service",
        "services",
        "signed_by",
        "since",
        "spelled",
        "spend",
        "starts",
        "state",
        "statements",
        "told_by",
        "trail",
        "trusts",
        "type",
        "unbounded",
        "unit",
        "units",
        "unverified_in",
        "used",
        "users",
        "version",
        "was",
        "ways",
        "writes",
        "wrong",
    ]
)
CLOSING = Ours(
    "Closed by Orgwarden when a run has seen all of the above gone; closing it by hand reopens it. "
    "To accept a deviation until a day, file an exemption in the baseline."
)
CLOSING_OF_A_MONTH = Ours(
    "What a month came to, no later reading undoes: this closes when somebody accepts it and says why, by "
)
TO_ANSWER = Ours(
    "To answer: *Your questions* in Airflow. Where nothing waits there any more, whoever runs it clears the person's "
    "`answer` in the quarter's run of `access_validation`, and they are asked again."
)
ACCEPTING = Code("orgwarden accept TICKET --by WHO --why TEXT")
REOPENS = Ours(". Closing it by hand reopens it.")
DEBT = Ours(
    "Debt that was taken over when Orgwarden first looked: the baseline lists it, and nothing new is ever added. It is "
    "due by "
)
BLIND_WHY = Ours(
    "What could not be looked at is neither right nor wrong. Until this cause is gone, nothing of the above is judged, "
    "and what deviated there when it was last seen stays open."
)
BLIND_FIX = Ours(
    "Grant or switch on what the cause names, then run the reading again; or turn the control off, with a reason."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Drafter:
    """Writes tickets.

    ``names`` has the accounts' names by id, where they are known; ``stewards`` says by theme who owns a ticket that is
    about the whole organization (``""``: any other theme).
    """

    controls: Mapping[str, Control]
    capabilities: Capabilities
    names: Mapping[str, str] = field(default_factory=dict)
    stewards: Mapping[str, str] = field(default_factory=dict)

    def draft(self, group: Group, findings: Sequence[Finding], recurs: str = "") -> Draft:
        """Write the ticket of a group; ``recurs`` is the ticket that it follows. What does not fit is counted."""
        severity = max(f.severity for f in findings)
        return Draft(
            title=plain(self._title(group, findings), self.capabilities.max_title),
            body=block(self._document(group, findings, recurs, len(findings))),
            labels=(LABEL, f"severity-{severity.name.lower()}"),
            severity=severity,
            owner=redacted(self._owner(group, findings)),
            due=min(f.due for f in findings),
        )

    def fitting(self, group: Group, findings: Sequence[Finding], recurs: str = "") -> Draft:
        """Write the ticket so that the ticket system takes it: with fewer rows where it is too long."""
        draft, rows = self.draft(group, findings, recurs), len(findings)
        while len(draft.body) > self.capabilities.max_body and rows:
            rows = rows * 3 // 4
            draft = replace(draft, body=block(self._document(group, findings, recurs, rows)))
        return draft

    def content(self, group: Group, findings: Sequence[Finding], recurs: str = "") -> str:
        """Give the digest of all that a ticket would say, what does not fit included."""
        draft = self.draft(group, findings, recurs)
        said = (draft.title, draft.body, *draft.labels, draft.owner, str(draft.due), *(f.id for f in findings))
        return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:32]

    def place(self, finding: Finding) -> str:
        """Give in words where a finding stands."""
        subject = finding.subject
        account = f"{subject.account} {self.names.get(subject.account, '')}".strip()
        seen = _seen_as(finding.evidence) or subject.resource
        return ", ".join(part for part in (account, subject.region, seen) if part) or "the organization"

    def _title(self, group: Group, findings: Sequence[Finding]) -> str:
        first = findings[0]
        if group.control == CAUSES:
            return f"Could not look: {first.reason}"
        if group.control == DIGESTS:
            return f"Changes seen in {group.name}"
        if group.control == BACKLOG:
            return f"Adopted debt: {group.name}"
        about = {first.id: self.place(first), "": ""}.get(group.name, group.name)
        return " · ".join(part for part in (f"Not met: {self._name(first.control)}", about, group.scope) if part)

    def _owner(self, group: Group, findings: Sequence[Finding]) -> str:
        """Give whose the ticket is: the steward's where it is about the organization, else who owns most of it."""
        steward = self.stewards.get(findings[0].control.partition(".")[0], self.stewards.get("", ""))
        owners = Counter(f.owner for f in findings if f.owner)
        most = max(sorted(owners), key=lambda owner: owners[owner], default="")
        return steward or most if group.spans_owners else most or steward

    def _name(self, control: str) -> str:
        return self.controls[control].title if control in self.controls else control

    def _document(self, group: Group, findings: Sequence[Finding], recurs: str, rows: int) -> Iterator[Piece]:
        yield Paragraph(tuple(_facts(self._owner(group, findings), findings)))
        if recurs:
            yield Paragraph((Ours("Recurs: it was on "), Code(recurs), Ours(" before.")))
        yield Heading(Ours("What is wrong"))
        yield Paragraph(tuple(self._what(group, findings)))
        yield Heading(Ours("Where"))
        yield self._where(group, findings[:rows])
        if rows < len(findings):
            yield Paragraph((Ours(f"… and {len(findings) - rows} more that do not fit here."),))
        yield from self._advice(group, findings)
        yield Heading(Ours("How this ticket closes"))
        is_past = any(came_of_month(one, self.controls.get(one.control)) for one in findings)
        yield Paragraph((CLOSING_OF_A_MONTH, ACCEPTING, REOPENS) if is_past else (CLOSING,))
        yield Paragraph((Ours("Fingerprint: "), Code(group.fingerprint)))

    def _what(self, group: Group, findings: Sequence[Finding]) -> Iterator[Inline]:
        if group.control == CAUSES:
            yield findings[0].reason
            yield Ours(_hidden(findings))
            return
        if group.control == BACKLOG:
            yield DEBT
            yield Ours(f"{min(f.due for f in findings)}. ")
        for control in dict.fromkeys(f.control for f in findings):
            yield Ours("Deviates from: ")
            yield self._name(control)
            yield Ours(" (")
            yield Code(control)
            yield Ours("). ")

    def _where(self, group: Group, findings: Sequence[Finding]) -> Table:
        if group.control == CAUSES:
            return Table(("Control", "Places not seen", "Since"), tuple(map(self._blind_row, findings)))
        head = ("Account", "Region and resource", "What", "Evidence", "Since")
        if group.spans_controls:
            rows = tuple((self._name(f.control), *self._row(f)) for f in findings)
            return Table(("Control", *head), rows)
        return Table(head, tuple(map(self._row, findings)))

    def _row(self, finding: Finding) -> tuple[Inline, ...]:
        subject = finding.subject
        unseen = f"; not seen since {finding.not_seen_since:%Y-%m-%d}" if finding.not_seen_since else ""
        asleep = f"; snoozed until {finding.snoozed_until}" if finding.snoozed_until else ""
        debt = f"; debt until {finding.adopted_until}" if finding.adopted_until else ""
        return (
            listed([f"{account} {self.names.get(account, '')}".strip() for account in finding.accounts]),
            Code(" ".join(part for part in (subject.region, subject.resource) if part)),
            f"{finding.reason}{unseen}{asleep}{debt}",
            _shown(finding.evidence),
            f"{finding.first_seen:%Y-%m-%d}",
        )

    def _blind_row(self, finding: Finding) -> tuple[Inline, ...]:
        places = finding.evidence.get("places", ())
        count = finding.evidence.get("count", 0)
        shown = listed(places) if isinstance(places, tuple) else ""
        return (Code(finding.control), f"{count}: {shown}", f"{finding.first_seen:%Y-%m-%d}")

    def _advice(self, group: Group, findings: Sequence[Finding]) -> Iterator[Piece]:
        known = [self.controls[c] for c in dict.fromkeys(f.control for f in findings) if c in self.controls]
        named = group.spans_controls and len(known) > 1
        for heading, label, blind in (("Why it matters", "Why", BLIND_WHY), ("How to fix it", "Fix", BLIND_FIX)):
            told = [_told(c, label, named=named) for c in known if c.paragraph(label)]
            yield Heading(Ours(heading))
            yield from [Paragraph((blind,))] if group.control == CAUSES else told
        if group.control != CAUSES and any(control.question for control in known):
            yield Paragraph((TO_ANSWER,))
        if sources := _sources(known):
            yield Paragraph((Ours(f"Asked for by: {sources}"),))


def _told(control: Control, label: str, *, named: bool) -> Paragraph:
    text = Ours(control.paragraph(label))
    return Paragraph((Ours("**"), control.title, Ours(":** "), text)) if named else Paragraph((text,))


def _hidden(findings: Sequence[Finding]) -> str:
    """Say how much a cause keeps from being judged."""
    verdicts = sum(count for f in findings if isinstance(count := f.evidence.get("count"), int))
    return f". It hides {verdicts} verdicts of {len(findings)} controls."


def _sources(controls: Sequence[Control]) -> str:
    """Give the documents that ask for what the controls check, as links where they have one."""
    asked = (practices()[practice].source for control in controls for practice in control.practices)
    return "; ".join(dict.fromkeys(f"[{s.title}]({s.link})" if s.link else s.title for s in asked))


def stamp(findings: Sequence[Finding], when: Callable[[Finding], datetime | None]) -> str:
    """Give the newest of a time of the findings, to tell one occasion from another."""
    return max((f"{at:%Y-%m-%dT%H:%M:%S}" for f in findings if (at := when(f))), default="")


def _facts(owner: str, findings: Sequence[Finding]) -> Iterator[Inline]:
    counts = Counter(f.severity for f in findings)
    yield Ours("**Severity** ")
    yield ", ".join(f"{counts[s]} {s.name.lower()}" for s in sorted(Severity, reverse=True) if counts[s])
    yield Ours(" · **Owner** ")
    yield owner or "nobody yet"
    others = sorted({f.owner for f in findings if f.owner} - {owner})
    if others:
        yield Ours(" · **Accounts of** ")
        yield listed(others)
    yield Ours(" · **Due** ")
    yield str(min(f.due for f in findings))


def _seen_as(evidence: Evidence) -> str:
    return next((str(evidence[key]) for key in ("mailbox", "number", "domain") if evidence.get(key)), "")


def _shown(evidence: Evidence) -> str:
    said = (key for key in sorted(SHOWN & evidence.keys()) if evidence[key] not in ("", ()))
    told = ((key.replace("_", " "), evidence[key]) for key in said)
    return "; ".join(f"{key}: {listed(value) if isinstance(value, tuple) else value}" for key, value in told)
