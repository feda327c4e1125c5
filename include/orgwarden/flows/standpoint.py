"""What one sees of an organization from where one stands, and what more would show, in words for whoever looks first.

The causes of gaps are written for whoever runs the monthly readings. Who looks for the first time has no role and no
baseline, so each cause is told anew: what is not known, and what would unlock it from here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from orgwarden.approved import NO_STORE
from orgwarden.collect.caller import ACCOUNT_MANAGEMENT, Caller, Standing
from orgwarden.collect.root import NOT_AUDITED
from orgwarden.collect.sessions import UNSET
from orgwarden.model import EVERYTHING, Part
from orgwarden.parts.access import IAM_ROLES, IAM_USERS, IDENTITY_CENTER, PEOPLE
from orgwarden.parts.alerts import EVENT_RULES, TRAILS
from orgwarden.parts.contacts import ALTERNATE_CONTACTS, ALTERNATE_TYPES, MAIL_DOMAINS, PRIMARY_CONTACTS, ROOT_MAILBOXES
from orgwarden.parts.delegation import DELEGATIONS, TRUSTED_SERVICES
from orgwarden.parts.organization import ACCOUNTS, UNITS
from orgwarden.parts.policies import POLICIES, POLICY_TYPES
from orgwarden.parts.resources import REGIONS, RESOURCES
from orgwarden.parts.root import ROOT_CREDENTIALS
from orgwarden.snapshot import Rows, Snapshot

# Causes of our own: what is not known, and behind the colon what unlocks it.
FROM_ABOVE = f"look from the management account, or from a delegated administrator of {ACCOUNT_MANAGEMENT}"
BEYOND = f"only the management account and delegated administrators see beyond their own account: {FROM_ABOVE}"
ALONE = "the account is in no organization: look from an account of one"
NOT_ASKED = "a look leaves out what lies in the management account: look with --resources"

TRUST = f"switch on trusted access for {ACCOUNT_MANAGEMENT} (organizations:EnableAWSServiceAccess)"
FEATURES = "enable all features of the organization: with consolidated billing alone AWS tells no account's contacts"
ROLE = "look from the management account, or set ORGWARDEN_MANAGEMENT_ROLE_ARN to a read-only role in it"
AUDIT = "run orgwarden collect with ORGWARDEN_AUDIT_MEMBER_ROOT=assume_root or member_role"
NAME_SERVER = "ask another name server: ORGWARDEN_DNS=host:port"
DECLARE = "declare "
AGAIN = "look again: it may have been a passing fault"
THERE = "see in AWS what stands there: another look hardly reads it"
# In what is said of content that was answered and tells nothing.
UNREADABLE = (
    " gave a ",
    "does not parse",
    "cannot be read as",
    "cannot be understood",
    "is no ISO 8601 time",
    "AWS does not say",
    "AWS answered no ",
)
COLLECTOR = "the role that collects"
TOLD: Mapping[str, tuple[str, str]] = {
    UNSET: ("only the management account may read it", ROLE),
    NOT_AUDITED: ("a look leaves the root users of member accounts alone", AUDIT),
    NO_STORE: ("a look compares with no earlier reading", "run the monthly readings, and approve them"),
}


def told_cause(cause: str, caller: Caller) -> tuple[str, str]:
    """Give a cause of UNKNOWN in the words of whoever looks, and the grant or setting that unlocks it."""
    if cause in TOLD:
        return TOLD[cause]
    if any(mark in cause for mark in UNREADABLE):
        return for_whoever_looks(cause), THERE
    said, _, remedy = cause.partition(": ")
    # Nobody who looks for the first time has a baseline in which one thing more could be declared.
    remedy = remedy.partition(", or declare ")[0]
    if said == "not declared":
        what, _, place = remedy.removeprefix("list ").partition(" under ")
        return f"not declared: {what}", f"{DECLARE}{place.partition(' ')[0]} in a baseline"
    if said.startswith("account:Get") and " was denied " in said and not caller.reads_contacts:
        return said, contacts_unlock(caller)
    if "DNS" in said:
        return said, NAME_SERVER
    return for_whoever_looks(said), for_whoever_looks(remedy) or AGAIN


def for_whoever_looks(text: str) -> str:
    """Tell of the credentials at hand what is told of the role of a monthly reading."""
    return text.replace(COLLECTOR, "these credentials")


def contacts_unlock(caller: Caller) -> str:
    """Say what lets a caller read the contacts of other accounts."""
    if caller.features and caller.features != "ALL":
        return FEATURES
    return TRUST if caller.is_trusted is False else FROM_ABOVE


def sees(snapshot: Snapshot, *, is_listed: bool) -> Iterator[str]:
    """Say what was read, one line for each kind of thing; what was not read is left out."""
    rows, live = snapshot.rows, _live(snapshot.rows)
    if is_listed:
        yield f"{_count(rows[ACCOUNTS], 'account')}, {len(live)} live, in {_count(rows[UNITS], 'organizational unit')}"
    else:
        yield "this account, and no other"
    if _is_read(snapshot, PRIMARY_CONTACTS) or not is_listed:
        yield from _contacts(rows, live, is_listed=is_listed)
    for parts, say in GOVERNANCE.items():
        if all(_is_read(snapshot, part) for part in parts):
            yield from say(rows)
    if snapshot.manifest.management in rows[ROOT_CREDENTIALS]:
        yield "the credentials of the management account's root user"


def more(caller: Caller, unlocks: Mapping[str, int], *, is_listed: bool) -> Iterator[str]:
    """Say what more access, or a declaration, would show; ``unlocks`` has the verdicts hidden by what unlocks them."""
    if caller.standing is Standing.ALONE:
        yield f"What an organization has beyond one account: {ALONE.partition(': ')[2]}."
    elif not is_listed:
        yield f"Every account, who governs it, its contacts and the tree: {FROM_ABOVE}."
    elif not caller.reads_contacts:
        yield f"The contacts of every account: {contacts_unlock(caller)}."
    if ROLE in unlocks:
        yield f"Who gets into the management account, its root user, trails and recovery phone: {ROLE}."
    if declared := sum(hidden for unlock, hidden in unlocks.items() if unlock.startswith(DECLARE)):
        yield f"{declared} verdicts that no reading decides: orgwarden baseline init drafts what to declare."
    if caller.standing is Standing.MANAGEMENT and caller.reads_contacts and is_listed:
        if all(unlock == THERE or unlock.startswith(DECLARE) for unlock in unlocks):
            yield "No credentials see more than these."
        yield "For monthly runs a delegated administrator and a read-only role do."


def _live(rows: Rows) -> list[str]:
    return [account for account, row in rows[ACCOUNTS].items() if not row.state.is_closed]


def _is_read(snapshot: Snapshot, part: Part[Any]) -> bool:
    return (part.name, EVERYTHING) not in snapshot.gaps


def _contacts(rows: Rows, live: Iterable[str], *, is_listed: bool) -> Iterator[str]:
    primary, alternate, accounts = rows[PRIMARY_CONTACTS], rows[ALTERNATE_CONTACTS], list(live)
    whole = [a for a in accounts if a in primary and all(f"{a}/{kind}" in alternate for kind in ALTERNATE_TYPES)]
    if is_listed:
        yield f"all contacts of {len(whole)} of {len(accounts)} live accounts"
        yield f"the mailboxes of {_count(rows[ROOT_MAILBOXES], 'root user')}"
    else:
        yield "its own contacts" if whole else "not all of its own contacts"
    yield f"what the DNS says of {_count(rows[MAIL_DOMAINS], 'mail domain')}"


def _policies(rows: Rows) -> Iterator[str]:
    kinds = (kind.removesuffix("_POLICY").lower().replace("_", " ") for kind in rows[POLICY_TYPES][EVERYTHING])
    yield f"{_count(rows[POLICIES], 'policy', 'policies')}; enabled types: {', '.join(kinds) or 'none'}"


def _delegation(rows: Rows) -> Iterator[str]:
    accounts = {key.partition("/")[0] for key in rows[DELEGATIONS]}
    services = _count(rows[TRUSTED_SERVICES], "service")
    yield f"{services} with trusted access, and {_count(accounts, 'delegated administrator')}"


def _people(rows: Rows) -> Iterator[str]:
    if rows[IDENTITY_CENTER][EVERYTHING] is None:
        yield "that there is no IAM Identity Center"
    else:
        people = _count(rows[PEOPLE], "person", "people")
        yield f"{people} assigned to the management account in IAM Identity Center"


def _principals(rows: Rows) -> Iterator[str]:
    yield f"{_count(rows[IAM_USERS], 'IAM user')} and {_count(rows[IAM_ROLES], 'role')} of the management account"


def _alerts(rows: Rows) -> Iterator[str]:
    yield f"{_count(rows[TRAILS], 'trail')}, and {_count(rows[EVENT_RULES], 'rule')} that may raise an alarm"


def _resources(rows: Rows) -> Iterator[str]:
    regions = _count(rows[REGIONS][EVERYTHING], "region")
    yield f"{_count(rows[RESOURCES], 'resource')} of the management account, in {regions}"


def _count(things: Iterable[Any], one: str, several: str = "") -> str:
    number = len(list(things))
    return f"{number} {one if number == 1 else several or f'{one}s'}"


# By the parts that must have been read: how what they have is told.
GOVERNANCE: Mapping[tuple[Part[Any], ...], Callable[[Rows], Iterator[str]]] = {
    (POLICY_TYPES, POLICIES): _policies,
    (TRUSTED_SERVICES, DELEGATIONS): _delegation,
    (IDENTITY_CENTER, PEOPLE): _people,
    (IAM_USERS, IAM_ROLES): _principals,
    (TRAILS, EVENT_RULES): _alerts,
    (REGIONS, RESOURCES): _resources,
}
