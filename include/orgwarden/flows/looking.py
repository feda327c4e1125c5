"""A first look at an organization, from wherever one stands: read it into memory, judge it, keep nothing.

Neither a server, a store, a database, a role, a baseline nor a key is needed. The numbers and addresses are hashed
under a key that is made for this look and forgotten with it.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType

from orgwarden import snapshot as snapshots
from orgwarden.collect import (
    access,
    alerts,
    billing,
    contacts,
    delegation,
    mail_domains,
    organizations,
    own_account,
    policies,
    resources,
    root,
)
from orgwarden.collect.caller import Caller, Standing, who_calls
from orgwarden.collect.links import Links
from orgwarden.collect.mail_domains import Dns
from orgwarden.collect.sessions import UNSET, Aws
from orgwarden.errors import Refused, RetryLater
from orgwarden.flows import reviewing
from orgwarden.flows import standpoint as words
from orgwarden.flows.organization_inventory import SWEEPS, sweep_all
from orgwarden.model import Period, Severity, Status, Verdict
from orgwarden.privacy import Veil
from orgwarden.snapshot import Gaps, Opened, Sealing, Staging, stage, whole_part_gaps
from orgwarden.store import MemoryStore

# What the controls of a theme look at, beside the organization itself. What changed, and which reviews were held, is no
# matter of a first look.
READ_FOR: Mapping[str, tuple[ModuleType, ...]] = {
    "billing": (delegation, billing),
    "contacts": (contacts, mail_domains),
    "delegation": (policies, delegation, access),
    "management_account": (root, access, alerts),
    "root": (policies, delegation, root, alerts),
    "structure": (policies, delegation, access),
    "tags": (policies,),
}
THEMES = tuple(READ_FOR)
# What an account can tell of itself is read in their place where it may not list its organization.
OF_ONESELF = (organizations, contacts)
WITH_RESOURCES = "management_account"
WORST_FIRST = sorted(Severity, reverse=True)
UNCHOSEN = "no theme that was chosen needs it: look at more themes"
Clock = Callable[[], datetime]
Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """One cause that keeps controls from looking: how many verdicts it hides, and what unlocks them."""

    verdicts: int
    cause: str
    unlock: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """What one look came to; ``beyond`` is why nothing but the account itself was read, empty where more was."""

    caller: Caller
    judged: reviewing.Judged
    beyond: str

    @property
    def deviations(self) -> tuple[Verdict, ...]:
        """Give what deviates, by theme: the theme with the worst first, and the worst of each theme first."""
        found = [v for v in self.judged.verdicts if v.status is Status.FAIL]
        counts = Counter((theme_of(v), self.severity(v)) for v in found)
        bad = {theme: [-counts[theme, severity] for severity in WORST_FIRST] for theme in THEMES}
        return tuple(sorted(found, key=lambda v: (bad[theme_of(v)], theme_of(v), -self.severity(v), v.control)))

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """Give one line a cause: what access unlocks before what is to be declared, what hides most first."""
        causes = (self._cause(v) for v in self.judged.verdicts if v.status is Status.UNKNOWN)
        counts = Counter(words.told_cause(cause, self.caller) for cause in causes)
        found = (Unknown(verdicts=n, cause=cause, unlock=unlock) for (cause, unlock), n in counts.most_common())
        return tuple(sorted(found, key=lambda one: one.unlock.startswith(words.DECLARE)))

    @property
    def sees(self) -> tuple[str, ...]:
        """Give what was read, in words."""
        return tuple(words.sees(self.judged.snapshot, is_listed=not self.beyond))

    @property
    def more(self) -> tuple[str, ...]:
        """Give what more access, or a declaration, would show."""
        unlocks = Counter[str]()
        for unknown in self.unknown:
            unlocks[unknown.unlock] += unknown.verdicts
        return tuple(words.more(self.caller, unlocks, is_listed=not self.beyond))

    @property
    def refusal(self) -> str:
        """Give why the organization was not listed, to whoever looks."""
        return words.for_whoever_looks(self.beyond)

    def _cause(self, verdict: Verdict) -> str:
        """Give what hides a verdict: where one sees oneself alone, all that is not about oneself has one cause."""
        is_beyond = self.beyond and self.caller.account not in verdict.accounts
        return self.beyond if is_beyond else verdict.cause

    def severity(self, verdict: Verdict) -> Severity:
        """Give how bad it is where the control of a verdict is not met."""
        return next(control.severity for control in self.judged.controls if control.id == verdict.control)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """With what one look reads, and which sweeps (by name); ``failed`` gets what kept sweeps from their end."""

    aws: Aws
    dns: Dns
    veil: Veil
    sweeps: frozenset[str]
    tell: Tell
    failed: dict[str, str] = field(default_factory=dict)


def theme_of(verdict: Verdict) -> str:
    """Give the theme of a verdict's control."""
    return verdict.control.partition(".")[0]


def look(  # noqa: PLR0913 - the tools, and what is asked for
    *,
    aws: Aws,
    dns: Dns,
    clock: Clock,
    themes: Collection[str] = THEMES,
    with_resources: bool = False,
    tell: Tell,
) -> Looked:
    """Read what the caller may read into memory, and judge it by the themes. Raises ``StopAndTell``, ``RetryLater``.

    A service that cannot be reached hides what hangs on it, and no more. ``with_resources`` also reads what lies in the
    management account; ``tell`` gets the name of each sweep once done.
    """
    caller = who_calls(aws)
    now, veil = clock(), Veil(secrets.token_bytes(32))
    sweeps = frozenset(_sweeps(themes, with_resources=with_resources))
    reading = Reading(aws=aws, dns=dns, veil=veil, sweeps=sweeps, tell=tell)
    store = MemoryStore()
    staging = _opened(store, "organization", veil, now)
    if beyond := _refusal(staging, caller, reading):
        staging = _opened(store, "account", veil, now)
        _read_own(staging, caller, reading, cause=beyond)
    _sealed(staging, caller, now, _unread(staging, caller, reading, beyond))
    theme = reviewing.SEVERAL.join(themes)
    judged = reviewing.judge(staging.place, theme=theme, store=store, baseline=None, veil=veil)
    return Looked(caller=caller, judged=judged, beyond=beyond)


def _opened(store: MemoryStore, place: str, veil: Veil, now: datetime) -> Staging:
    return stage(store, place, Opened(period=str(Period.month_of(now)), run="look", at=now, key_check=veil.check))


def _sweeps(themes: Collection[str], *, with_resources: bool) -> Iterator[str]:
    """Give the names of the sweeps that the themes need."""
    yield organizations.NAME
    yield from (sweep.NAME for theme in themes for sweep in READ_FOR[theme])
    if with_resources and WITH_RESOURCES in themes:
        yield resources.NAME


def _refusal(staging: Staging, caller: Caller, reading: Reading) -> str:
    """Read the organization; give why no more than the account itself can be read, empty where more was."""
    if caller.standing is Standing.ALONE:
        return words.ALONE
    if caller.standing is Standing.UNTOLD:
        return caller.untold
    try:
        _read(staging, reading)
    except Refused as error:
        is_member = caller.standing is Standing.MEMBER
        return words.BEYOND if is_member else str(error).removeprefix(organizations.NO_LIST)
    return ""


def _read(staging: Staging, reading: Reading) -> None:
    """Sweep into the staging, the paid requests of Cost Explorer and member accounts' root users left out."""
    done = sweep_all(
        staging.place,
        reading.sweeps,
        store=staging.store,
        aws=reading.aws,
        dns=reading.dns,
        links=Links(),
        veil=reading.veil,
        baseline=None,
        audit="",
        asks_cost_explorer=False,
    )
    for name, told in done:
        if isinstance(told, RetryLater):
            reading.failed[name] = str(told).partition(": ")[0]
        else:
            reading.tell(name)


def _read_own(staging: Staging, caller: Caller, reading: Reading, *, cause: str) -> None:
    """Read the calling account alone: the other sweeps would ask one thing after the other in vain."""
    own_account.sweep(staging, caller=caller, cause=cause, aws=reading.aws, veil=reading.veil)
    if mail_domains.NAME in reading.sweeps:
        mail_domains.sweep(staging, dns=reading.dns)


def _unread(staging: Staging, caller: Caller, reading: Reading, beyond: str) -> Gaps:
    """Give the gaps of the sweeps that came to no end, all of one cause where the account alone was read."""
    left = [sweep for sweep in SWEEPS if not staging.finished(sweep.NAME)]
    if beyond:
        return whole_part_gaps((part for sweep in left if sweep not in OF_ONESELF for part in sweep.PARTS), beyond)
    enters = caller.standing is Standing.MANAGEMENT or reading.aws.management_role
    causes = {resources.NAME: words.NOT_ASKED if enters else UNSET, **reading.failed}
    gaps = (whole_part_gaps(sweep.PARTS, causes.get(sweep.NAME, UNCHOSEN)) for sweep in left)
    return {key: cause for found in gaps for key, cause in found.items()}


def _sealed(staging: Staging, caller: Caller, now: datetime, gaps: Gaps) -> None:
    """Seal the reading in memory: whoever looks wants what there is, and no gate holds back what does not add up."""
    sealing = Sealing(
        organization=caller.organization,
        management=caller.management or (caller.account if caller.standing is Standing.ALONE else ""),
        sealed=now,
        previous="",
        versions={},
    )
    snapshots.seal(staging, sealing, parts=[part for sweep in SWEEPS for part in sweep.PARTS], gaps=gaps)
