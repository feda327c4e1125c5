"""A first look at an organization, from wherever one stands: read it into memory, judge it, keep nothing.

Neither a server, a store, a database, a role, a baseline nor a key is needed. The numbers and addresses are hashed
under a key that is made for this look and forgotten with it.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from orgwarden import snapshot as snapshots
from orgwarden.collect import caller as called
from orgwarden.collect import contacts, mail_domains, organizations, own_account
from orgwarden.collect.caller import ACCOUNT_MANAGEMENT, Caller, Standing, who_calls
from orgwarden.collect.mail_domains import Dns
from orgwarden.collect.sessions import UNSET, Aws
from orgwarden.errors import Refused
from orgwarden.flows import reviewing
from orgwarden.flows.organization_inventory import SWEEPS
from orgwarden.model import Period, Status, Verdict
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, ALTERNATE_TYPES, MAIL_DOMAINS, PRIMARY_CONTACTS, ROOT_MAILBOXES
from orgwarden.parts.organization import ACCOUNTS, UNITS
from orgwarden.privacy import Veil
from orgwarden.snapshot import Opened, Sealing, Snapshot, Staging, stage
from orgwarden.store import MemoryStore

THEME = "contacts"
MODULES = (called, organizations, contacts, mail_domains, own_account)
BEYOND = "only the management account and delegated administrators may list the organization"
OWN_ALONE = "the management account's own contacts are told in that account alone"
FROM_ABOVE = f"look from the management account, or from a delegated administrator of {ACCOUNT_MANAGEMENT}"
ROLE = "look from the management account, or set ORGWARDEN_MANAGEMENT_ROLE_ARN to a read-only role in it"
TRUST = f"switch on trusted access for {ACCOUNT_MANAGEMENT} (organizations:EnableAWSServiceAccess)"
FEATURES = "enable all features of the organization: with consolidated billing alone AWS tells no account's contacts"
NAME_SERVER = "ask another name server: ORGWARDEN_DNS=host:port"
NONE = "the account is in none"
COLLECTOR = "the role that collects"
DECLARE = "declare it in a baseline; orgwarden baseline init drafts one from what was read"
Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """One cause that keeps controls from looking: how many verdicts it hides, and what unlocks them."""

    verdicts: int
    cause: str
    unlock: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """What one look came to; ``refused`` is why the organization was not listed, empty where it was."""

    caller: Caller
    judged: reviewing.Judged
    refused: str

    @property
    def deviations(self) -> tuple[Verdict, ...]:
        return tuple(v for v in self.judged.verdicts if v.status is Status.FAIL)

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """Give one line a cause, the one that hides most first."""
        counts = Counter(told_cause(v.cause, self.caller) for v in self.judged.verdicts if v.status is Status.UNKNOWN)
        return tuple(Unknown(verdicts=n, cause=cause, unlock=unlock) for (cause, unlock), n in counts.most_common())

    @property
    def sees(self) -> tuple[str, ...]:
        """Give what was read, in words."""
        return tuple(_sees(self.judged.snapshot, is_listed=not self.refused))

    @property
    def more(self) -> tuple[str, ...]:
        """Give what more access, or a declaration, would show."""
        return tuple(_more(self))

    @property
    def refusal(self) -> str:
        """Give why the organization was not listed, to whoever looks."""
        return self.refused.replace(COLLECTOR, "these credentials")


def look(*, aws: Aws, dns: Dns, clock: Clock) -> Looked:
    """Read what the caller may read into memory, and judge it. Raises ``StopAndTell``, ``RetryLater``."""
    caller = who_calls(aws)
    store, veil, now = MemoryStore(), Veil(secrets.token_bytes(32)), clock()
    staging = _opened(store, "organization", veil, now)
    if refused := _refusal(staging, caller, aws, veil):
        staging = _opened(store, "account", veil, now)
        own_account.sweep(staging, caller=caller, cause=_beyond(caller, refused), aws=aws, veil=veil)
    mail_domains.sweep(staging, dns=dns)
    _sealed(staging, caller, now)
    judged = reviewing.judge(staging.place, theme=THEME, store=store, baseline=None, veil=veil)
    return Looked(caller=caller, judged=judged, refused=refused)


def told_cause(cause: str, caller: Caller) -> tuple[str, str]:
    """Give a cause of UNKNOWN in the words of whoever looks, and the grant or setting that unlocks it."""
    said, _, remedy = cause.partition(": ")
    if cause == UNSET:
        return OWN_ALONE, ROLE
    if said == "not declared":
        return f"{remedy.removeprefix('list ').partition(' under ')[0]} are not declared", DECLARE
    if said.startswith("account:Get") and " was denied " in said and not caller.reads_contacts:
        return said, _contacts_unlock(caller)
    if "DNS" in said:
        return said, NAME_SERVER
    return said, remedy.replace(COLLECTOR, "these credentials")


def _opened(store: MemoryStore, place: str, veil: Veil, now: datetime) -> Staging:
    return stage(store, place, Opened(period=str(Period.month_of(now)), run="look", at=now, key_check=veil.check))


def _refusal(staging: Staging, caller: Caller, aws: Aws, veil: Veil) -> str:
    """Read the organization; give why it could not be listed, empty where it was."""
    if caller.standing is Standing.ALONE:
        return NONE
    if caller.standing is Standing.UNTOLD:
        return caller.untold
    try:
        organizations.sweep(staging, aws=aws, veil=veil)
    except Refused as error:
        return str(error).removeprefix(organizations.NO_LIST)
    contacts.sweep(staging, aws=aws, veil=veil)
    return ""


def _beyond(caller: Caller, refused: str) -> str:
    """Give the one cause of all that an account may not read beyond itself."""
    return f"{BEYOND}: {FROM_ABOVE}" if caller.standing is Standing.MEMBER else refused


def _sealed(staging: Staging, caller: Caller, now: datetime) -> None:
    """Seal the reading in memory: whoever looks wants what there is, and no gate holds back what does not add up."""
    sealing = Sealing(
        organization=caller.organization,
        management=caller.management or (caller.account if caller.standing is Standing.ALONE else ""),
        sealed=now,
        previous="",
        versions={},
    )
    snapshots.seal(staging, sealing, parts=[part for sweep in SWEEPS for part in sweep.PARTS], gaps={})


def _sees(snapshot: Snapshot, *, is_listed: bool) -> Iterator[str]:
    rows = snapshot.rows
    live = [account for account, row in rows[ACCOUNTS].items() if not row.state.is_closed]
    primary, alternate = rows[PRIMARY_CONTACTS], rows[ALTERNATE_CONTACTS]
    whole = [a for a in live if a in primary and all(f"{a}/{kind}" in alternate for kind in ALTERNATE_TYPES)]
    if is_listed:
        yield f"{len(rows[ACCOUNTS])} accounts, {len(live)} of them live, in {len(rows[UNITS])} organizational units"
        yield f"the mailboxes of {len(rows[ROOT_MAILBOXES])} root users"
    else:
        yield "this account, and no other"
    yield f"all contacts of {len(whole)} of {len(live)} live accounts" if is_listed else _own(bool(whole))
    yield f"what the DNS says of {len(rows[MAIL_DOMAINS])} mail domains"


def _own(is_whole: bool) -> str:  # noqa: FBT001 - said in words at once
    return "its own contacts" if is_whole else "not all of its own contacts"


def _contacts_unlock(caller: Caller) -> str:
    if caller.features and caller.features != "ALL":
        return FEATURES
    return TRUST if caller.is_trusted is False else FROM_ABOVE


def _more(looked: Looked) -> Iterator[str]:
    caller, hidden = looked.caller, {unknown.unlock: unknown.verdicts for unknown in looked.unknown}
    if caller.standing is Standing.ALONE:
        yield "Nothing more: what is asked of an organization's accounts is asked of this one alone."
    elif looked.refused:
        yield f"Every account, its contacts, its root user's mailbox and the tree: {FROM_ABOVE}."
    elif not caller.reads_contacts:
        yield f"The contacts of every account: {_contacts_unlock(caller)}."
    if caller.standing is Standing.DELEGATED and ROLE in hidden:
        yield f"The management account's own contacts, its recovery phone above all: {ROLE}."
    if declared := sum(u.verdicts for u in looked.unknown if u.unlock == DECLARE):
        yield f"{declared} verdicts that no reading decides: {DECLARE}."
    if caller.standing is Standing.MANAGEMENT and caller.reads_contacts and not looked.refused:
        yield "No credentials see more of contacts than these. For monthly runs a delegated administrator is enough."
