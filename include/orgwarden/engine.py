"""Controls × world → verdicts. The one place that turns "could not look" into UNKNOWN, and that applies settings."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from orgwarden.control import Control, Setting
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
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS, UNITS

AS_DECLARED = Setting()
NONE_SET: Mapping[str, Setting] = MappingProxyType({})


def evaluate(
    controls: Iterable[Control], world: World, settings: Mapping[str, Setting] = NONE_SET
) -> Iterator[Verdict]:
    """Give one verdict for each control and each member of its population, and one for each unseen part of it.

    ``settings`` are those of controls by id.
    """
    for control in controls:
        setting = settings.get(control.id, AS_DECLARED)
        judged: set[Subject] = set()
        for member in _population(control, world):
            verdict = _left_out(control, member, world, setting) or _decided(control, member, world)
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


def _decided(control: Control, member: Member | Unseen, world: World) -> Verdict:
    return _unseen(control, member) if isinstance(member, Unseen) else _judge(control, member, world)


def _left_out(control: Control, member: Member | Unseen, world: World, setting: Setting) -> Verdict | None:
    """Give the verdict on what the settings leave out, or of which nobody can tell whether they do."""
    if isinstance(member, Unseen):
        place = _place(member.key)
        member = Member(subject=place, accounts=(place.account,) if place.account else ())
    try:
        reason = _why_left_out(member.accounts, world, setting)
    except Unseen as unseen:
        return _verdict(control, member, Status.UNKNOWN, reason=str(unseen), cause=unseen.cause)
    return _verdict(control, member, Status.NOT_APPLICABLE, reason=reason) if reason else None


def _why_left_out(accounts: Collection[str], world: World, setting: Setting) -> str:
    """Say why the control is not to judge what stands in the accounts; empty: it is, as is what stands in none."""
    if setting.off:
        return f"switched off: {setting.off}"
    if accounts and not _is_in_scope(accounts, world, setting):
        return "outside of the organizational units for which the control is set"
    return _grace(accounts, world, setting.grace_days)


def _is_in_scope(accounts: Collection[str], world: World, setting: Setting) -> bool:
    """Say whether one of the accounts lies in the units; one that nobody could place is unseen, not outside."""
    if not setting.units and not setting.except_units:
        return True
    placed = world.seen(PLACEMENTS)
    if any(_is_within(placed[account], setting) for account in accounts if account in placed):
        return True
    for account in accounts:
        world.of(PLACEMENTS, account)
    for unit in sorted(setting.units):
        _require(unit, world)
    return False


def _is_within(above: Collection[str], setting: Setting) -> bool:
    is_named = not setting.units or not setting.units.isdisjoint(above)
    return is_named and setting.except_units.isdisjoint(above)


def _require(unit: str, world: World) -> None:
    """Raise ``Unseen`` for a unit that nobody saw: removed or misspelt, it would leave everything out in silence."""
    if unit not in world.seen(UNITS) and unit not in world.whole(UNITS):
        raise Unseen(UNITS, unit, f"the baseline sets controls for unit {unit}, and there is none: correct `controls`")


def _grace(accounts: Collection[str], world: World, days: int) -> str:
    """Say why accounts that all joined a short while ago are not judged yet; one that joined nobody knows when is."""
    joined = [_joined(account, world) for account in accounts] if days else []
    oldest = min(joined, default=date.min)
    if oldest == date.min or world.today >= (until := oldest + timedelta(days=days)):
        return ""
    return f"joined on {oldest}, and is judged from {until} ({days} days of grace)"


def _joined(account: str, world: World) -> date:
    row = world.seen(ACCOUNTS).get(account)
    return date.fromisoformat(row.joined[:10]) if row and row.joined else date.min


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
