"""The smallest register in order: what reaches the root user lies apart, and takes two of three people."""

from datetime import date
from typing import Any

from orgwarden.parts.custody import (
    CALLED_PHONES,
    DEVICES,
    MAIL_READERS,
    NAMED_PEOPLE,
    PASSWORD_CUSTODY,
    PHONE_CUSTODY,
    Device,
    Kept,
    PasswordCustody,
    Person,
    PhoneCustody,
)
from orgwarden.parts.root import MfaKind
from tests.worlds import ROOT, mailbox

ANNA, BJORN, CHEN, DINA, EMIL = "anna", "bjorn", "chen", "dina", "emil"


def kept(*people: str, **changed: Any) -> Kept:
    usual = {"place": "safe", "tool": "", "together": 1, "is_logged": True}
    return Kept(people=people, **{**usual, **changed})


def device(*people: str, **changed: Any) -> Device:
    usual: dict[str, Any] = {
        "kind": MfaKind.FIDO, "kept": kept(*people, place="bank") if people else None, "serial": "42",
        "has_battery": False, "battery_until": None, "tested": date(2026, 9, 1), "is_only_here": True,
        "round_the_clock": "the guard opens",
    }  # fmt: skip
    return Device(**{**usual, **changed})


def password(*people: str, **changed: Any) -> dict[Any, Any]:
    custody = PasswordCustody(kept=kept(*people, **{"place": "vault", **changed}), is_offline=True)
    return {PASSWORD_CUSTODY: {"*": custody}}


def phone(*people: str, **changed: Any) -> dict[Any, Any]:
    return {PHONE_CUSTODY: {"*": PhoneCustody(kept=kept(*people, **{"place": "office", **changed}), payer="telecoms")}}


def devices(**named: Device) -> dict[Any, Any]:
    return {DEVICES: {"*": named}}


def readers(*people: str) -> dict[Any, Any]:
    """Those who read the mail of the management account's root user."""
    return {MAIL_READERS: {"*": {mailbox(ROOT).key: people}}}


PEOPLE: dict[Any, Any] = {
    NAMED_PEOPLE: {"*": {id_: Person(name=id_.title(), identity_center="") for id_ in (ANNA, BJORN, CHEN, DINA, EMIL)}}
}
# It takes Anna and Bjorn to get at the password; nobody who reads the mail gets at a device or the phone.
REGISTER: dict[Any, Any] = {
    **PEOPLE,
    **password(ANNA, BJORN, together=2),
    **devices(bank=device(BJORN, CHEN), cellar=device(CHEN, DINA)),
    **phone(BJORN, DINA),
    **readers(ANNA, EMIL),
    CALLED_PHONES: {"*": {}},
}
# One vault and one person for all of it, and a device that nobody looks after.
MIXED_UP: dict[Any, Any] = {
    **password(ANNA, tool="Vault", is_logged=False),
    **devices(app=device(ANNA, kind=MfaKind.VIRTUAL, has_battery=True, tested=date(2020, 1, 1))),
    **phone(ANNA),
    **readers(ANNA),
}
