"""The smallest valid readings, verdicts and controls; a test states only what it is about."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from orgwarden.control import Authority, Control, Ticket
from orgwarden.findings.lifecycle import Reading, Terms
from orgwarden.findings.store import Review
from orgwarden.model import Observation, Severity, Status, Subject, Verdict, finding_id
from orgwarden.population import WHOLE_ORGANIZATION

ORG = "o-demo"
CONTROL = "contacts.primary_phone_valid"
A, B, C = "111111111111", "222222222222", "333333333333"
TODAY = date(2026, 11, 2)
DUE_DAYS = {"critical": 7, "high": 30, "medium": 60, "low": 90}
BY_SEVERITY = {s: DUE_DAYS[s.name.lower()] for s in Severity}


@dataclass(frozen=True)
class Accepted:
    """An exemption of one account, or of all, until a day."""

    account: str = ""
    until: date = date.max

    def covers(self, control, account, resource, on):  # noqa: ARG002 - the protocol's
        return self.account in {"", account} and on <= self.until


@dataclass(frozen=True)
class TakenOver:
    """An adoption."""

    on: date = date(2026, 1, 2)
    until: date = TODAY


def control(control_id=CONTROL, severity=Severity.HIGH, ticket=Ticket.OWNER):
    return Control(
        id=control_id,
        title=f"Title of {control_id}",
        guidance="Why: people cannot be called.\n\nFix: put a number in.",
        about=WHOLE_ORGANIZATION,
        severity=severity,
        ticket=ticket,
        authority=Authority.AWS,
        practices=(),
        check=lambda _member, _world: None,
    )


def on(n):
    """Give the n-th observation."""
    return Observation(at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=n), run=f"run-{n}")


def subject(account="", resource="", scope="", region=""):
    return Subject(account=account, region=region, resource=resource, scope=scope)


def verdict(status, about, accounts=(), cause="", **others):
    evidence = {"accounts": tuple(accounts)} if accounts else {}
    given = {"control": CONTROL, "reason": "because"} | others
    return Verdict(subject=about, status=status, cause=cause, evidence=evidence, **given)


def fail(about, *accounts, reason="because", control_id=CONTROL):
    return verdict(Status.FAIL, about, accounts, reason=reason, control=control_id)


def passed(about, *accounts):
    return verdict(Status.PASS, about, accounts)


def unknown(about, cause="denied", control_id=CONTROL):
    return verdict(Status.UNKNOWN, about, cause=cause, control=control_id)


def adopting(*verdicts, **days):
    """Give the adoption of what these verdicts say, as a review wants it."""
    return {finding_id(ORG, v.control, v.subject): (TakenOver(**days),) for v in verdicts}


def terms(today=TODAY, exemptions=(), owner="team", adoptions=None):
    return Terms(
        owner_of=lambda _: owner,
        exemptions=tuple(exemptions),
        due_days=BY_SEVERITY,
        today=today,
        adoptions=adoptions or {},
    )


def reading(n, *verdicts, severity=Severity.HIGH, scope="", **decided):
    return Reading(
        organization=ORG,
        control=CONTROL,
        severity=severity,
        scope=scope,
        observation=on(n),
        verdicts=verdicts,
        terms=terms(**decided),
    )


def review(n, *verdicts, controls=None, **others):
    given = {"owner_of": lambda _: "team", "today": TODAY, "due_days": DUE_DAYS} | others
    judged = controls or [control()]
    return Review(organization=ORG, controls=judged, verdicts=verdicts, observation=on(n), **given)
