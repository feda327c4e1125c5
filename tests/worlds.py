"""The smallest worlds; a test states only what differs from a sound organization of two accounts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from orgwarden.aws.mailboxes import read_mailbox
from orgwarden.aws.phones import read_phone
from orgwarden.controls import catalogue
from orgwarden.engine import evaluate
from orgwarden.model import Part, Status, Verdict, World
from orgwarden.parts import every_part
from orgwarden.parts.approved import APPROVED_ACCOUNTS, APPROVED_CONTACTS, ApprovedAccount, Detail
from orgwarden.parts.contacts import (
    ALTERNATE_CONTACTS,
    ALTERNATE_TYPES,
    MAIL_DOMAINS,
    PRIMARY_CONTACTS,
    ROOT_MAILBOXES,
    AlternateContact,
    Mailbox,
    MailService,
    Phone,
    PrimaryContact,
)
from orgwarden.parts.declared import (
    BUSINESS_DOMAINS,
    DECLARED_NUMBERS,
    GROUPS,
    INTERNAL_DOMAINS,
    PARTNER_DOMAINS,
    REQUIRED_CONTACTS,
    TOLL_FREE_ALLOWED,
    VENDED,
    Group,
)
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS, Account, AccountState
from orgwarden.privacy import Veil
from orgwarden.tickets.draft import SHOWN

A, B = "111111111111", "222222222222"
VEIL = Veil(b"a key for tests")
# Valid in the numbering plan, and in an exchange (555) that connects nobody; each stands for one made-up phone.
VAULT, DESK, SOC = "+1 202 555 0247", "+1 202 555 0285", "+1 202 555 0263"
ROOT, TEAM = "aws@corp.example", "soc@corp.example"
UNIT = "ou-exam-ple00001"
# Accounts have a column of their own; the digest of what was seen tells tickets apart and nobody anything.
SHOWN_ELSEWHERE = {"accounts", "seen"}


def phone(text: str) -> Phone:
    return read_phone(text, country="", veil=VEIL)


def mailbox(address: str) -> Mailbox:
    return read_mailbox(address, veil=VEIL)


def account(id_: str, *, state: AccountState = AccountState.ACTIVE) -> Account:
    return Account(id=id_, name=f"account {id_[0]}", state=state, joined="", method="CREATED")


def primary(text: str | None, *, verification: str = "VERIFIED") -> PrimaryContact:
    return PrimaryContact(phone=phone(text) if text is not None else None, verification=verification)


def alternate(address: str = TEAM, *, number: str = SOC) -> AlternateContact:
    return AlternateContact(mailbox=mailbox(address), phone=phone(number), person=VEIL.person("Somebody"))


def approved(id_: str, *, path: tuple[str, ...] | None = (), **changed: Any) -> ApprovedAccount:
    """An account as it was approved: as it is, but for what is given."""
    return ApprovedAccount(**{"name": account(id_).name, "path": path, "state": AccountState.ACTIVE, **changed})


def detail(*, mailbox: Mailbox | None = None, phone: Phone | None = None, person: str = "") -> Detail:
    shown = ", ".join(hidden.masked for hidden in (mailbox, phone) if hidden)
    keys = {"mailbox": mailbox.key if mailbox else "", "phone": phone.key if phone else ""}
    return Detail(**keys, person=person, shown=shown)


def standing(address: str = TEAM, *, number: str = SOC) -> Detail:
    """An alternate contact as it was approved."""
    return detail(mailbox=mailbox(address), phone=phone(number), person=VEIL.person("Somebody"))


SOUND: Mapping[Part[Any], dict[str, Any]] = {
    ACCOUNTS: {A: account(A), B: account(B)},
    ROOT_MAILBOXES: {A: mailbox(ROOT), B: mailbox(ROOT)},
    PRIMARY_CONTACTS: {A: primary(VAULT), B: primary(DESK)},
    ALTERNATE_CONTACTS: {f"{a}/{kind}": alternate() for a in (A, B) for kind in ALTERNATE_TYPES},
    MAIL_DOMAINS: {"corp.example": MailService.MAIL_EXCHANGER},
    BUSINESS_DOMAINS: {"*": frozenset({"corp.example"})},
    PARTNER_DOMAINS: {"*": frozenset({"msp.example"})},
    INTERNAL_DOMAINS: {"*": frozenset({"corp.internal"})},
    DECLARED_NUMBERS: {"*": {phone(VAULT).key: "recovery", phone(DESK).key: "member accounts"}},
    GROUPS: {"*": {mailbox(ROOT).key: Group(members=3, is_ticket_queue=False)}},
    REQUIRED_CONTACTS: {"*": ALTERNATE_TYPES},
    TOLL_FREE_ALLOWED: {"*": True},
    PLACEMENTS: {A: (), B: (UNIT,)},
    VENDED: {"*": ()},
    APPROVED_ACCOUNTS: {A: approved(A), B: approved(B, path=(UNIT,))},
    APPROVED_CONTACTS: {
        **{f"{a}/ROOT": detail(mailbox=mailbox(ROOT)) for a in (A, B)},
        f"{A}/PRIMARY": detail(phone=phone(VAULT)),
        f"{B}/PRIMARY": detail(phone=phone(DESK)),
        **{f"{a}/{kind}": standing() for a in (A, B) for kind in ALTERNATE_TYPES},
    },
}


def world(
    parts: Mapping[Part[Any], Mapping[str, Any]] | None = None, gaps: Mapping[tuple[str, str], str] | None = None
) -> World:
    """Give the sound organization with some rows replaced (a part's other rows stay) and some keys unread."""
    gaps, changed = gaps or {}, parts or {}
    have = {
        part: {key: row for key, row in {**rows, **changed.get(part, {})}.items() if (part.name, key) not in gaps}
        for part, rows in {**{part: {} for part in changed}, **SOUND}.items()
        if (part.name, "*") not in gaps
    }
    return World(organization="o-sound00000", management=A, today=date(2026, 11, 21), parts=have, gaps=gaps)


def blind() -> World:
    """Give an organization of which nothing could be read, nor anything been declared."""
    return world(gaps={(part.name, "*"): "AccessDenied" for part in every_part()})


def gap(part: Part[Any], key: str = "*", cause: str = "AccessDenied") -> dict[tuple[str, str], str]:
    return {(part.name, key): cause}


def verdicts(control: str, seen: World) -> dict[tuple[str, str], Verdict]:
    """Give the verdicts of one control by (account, resource); what deviates must have evidence that tickets show."""
    mine = [c for c in catalogue() if c.id == control]
    assert mine, f"there is no control {control}"
    found = {(v.subject.account, v.subject.resource): v for v in evaluate(mine, seen)}
    evidence = {key for verdict in found.values() if verdict.status is Status.FAIL for key in verdict.evidence}
    assert evidence <= SHOWN | SHOWN_ELSEWHERE, f"no ticket shows all evidence of {control}"
    return found


def statuses(control: str, seen: World) -> dict[tuple[str, str], str]:
    """Give what one control says by (account, resource)."""
    return {place: verdict.status.value for place, verdict in verdicts(control, seen).items()}
