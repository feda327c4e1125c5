"""Controls × world → verdicts. The one place that turns "could not look" into UNKNOWN."""

from collections import Counter
from collections.abc import Iterable, Iterator

from orgwarden.control import Control
from orgwarden.model import (
    ACCOUNT_ID,
    EVERYTHING,
    Deviation,
    Evidence,
    Member,
    NotApplicable,
    Pass,
    Status,
    Subject,
    Unseen,
    Verdict,
    World,
)


def evaluate(controls: Iterable[Control], world: World) -> Iterator[Verdict]:
    """Give one verdict for each control and each member of its population, and one for each unseen part of it."""
    for control in controls:
        judged: set[Subject] = set()
        for member in _population(control, world):
            verdict = _unseen(control, member) if isinstance(member, Unseen) else _judge(control, member, world)
            if verdict.subject not in judged:
                judged.add(verdict.subject)
                yield verdict


def coverage(verdicts: Iterable[Verdict]) -> float:
    """Give the share (0 to 1) of applicable verdicts that could be decided; 1 where none applies."""
    counts = Counter(v.status for v in verdicts)
    decided = counts[Status.PASS] + counts[Status.FAIL]
    return decided / total if (total := decided + counts[Status.UNKNOWN]) else 1.0


def _population(control: Control, world: World) -> Iterator[Member | Unseen]:
    try:
        yield from control.about.members(world)
    except Unseen as unseen:
        yield unseen


def _judge(control: Control, member: Member, world: World) -> Verdict:
    if member.excuse:
        return _verdict(control, member, Status.NOT_APPLICABLE, reason=member.excuse)
    try:
        answer = control.check(member, world)
    except Unseen as unseen:
        return _verdict(control, member, Status.UNKNOWN, reason=str(unseen), cause=unseen.cause)
    match answer:
        case Deviation(reason, evidence):
            return _verdict(control, member, Status.FAIL, reason=reason, evidence=evidence)
        case NotApplicable(reason):
            return _verdict(control, member, Status.NOT_APPLICABLE, reason=reason)
        case Pass(evidence):
            return _verdict(control, member, Status.PASS, evidence=evidence)
        case None:
            return _verdict(control, member, Status.PASS)


def _verdict(  # noqa: PLR0913 - the fields of a verdict
    control: Control,
    member: Member,
    status: Status,
    *,
    reason: str = "",
    cause: str = "",
    evidence: Evidence | None = None,
) -> Verdict:
    """Say it of the member; one that is not itself an account lists the accounts in which it stands."""
    listed: Evidence = {} if member.subject.account or not member.accounts else {"accounts": member.accounts}
    return Verdict(
        control=control.id,
        subject=member.subject,
        status=status,
        reason=reason,
        cause=cause,
        evidence={**listed, **(evidence or {})},
    )


def _unseen(control: Control, unseen: Unseen) -> Verdict:
    """Stand for an unseen part of the population, so that silence is never a pass."""
    return Verdict(
        control=control.id,
        subject=_place(unseen.key),
        status=Status.UNKNOWN,
        reason=str(unseen),
        cause=unseen.cause,
    )


def _place(key: str) -> Subject:
    """Give the place of an unseen key: an account, a slot of an account, or a resource."""
    if key == EVERYTHING:
        return Subject()
    account, _, slot = key.partition("/")
    return Subject(account=account, resource=slot) if ACCOUNT_ID.fullmatch(account) else Subject(resource=key)
