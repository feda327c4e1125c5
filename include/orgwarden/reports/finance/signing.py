"""Who signed which pack: a record beside the packs, bound to the manifest's digest, so that a restatement reopens it.

What was signed is one exact pack. When a newer one stands there, the signature is still true, and no longer enough.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from orgwarden.errors import BadInput
from orgwarden.model import Period
from orgwarden.reports.finance.pack import folder_of
from orgwarden.reports.finance.publishing import Published, changed_files, every, newest
from orgwarden.store import AlreadyThere, Store


class Role(StrEnum):
    """As what somebody signs, in this order."""

    PREPARED = "prepared"
    REVIEWED = "reviewed"
    APPROVED = "approved"


class State(StrEnum):
    """Where the sign-off of a bill stands."""

    UNPUBLISHED = "unpublished"
    OPEN = "open"
    SIGNED = "signed"
    REOPENED = "reopened"


@dataclass(frozen=True, kw_only=True, slots=True)
class SignOff:
    """Somebody answered for one pack, in one role; ``manifest`` is the digest of the manifest that they saw."""

    payer: str
    period: str
    folder: str
    manifest: str
    role: Role
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is signed of a bill: of its newest pack, and of those before it, which no longer count."""

    state: State
    newest: Published | None
    valid: tuple[SignOff, ...] = ()
    overtaken: tuple[SignOff, ...] = ()


def sign(store: Store, published: Published, sign_off: SignOff) -> None:
    """Record a signature. ``BadInput``: the pack is not the newest or was changed, or the person signed already."""
    _check(store, published, sign_off)
    data = json.dumps({**asdict(sign_off), "at": sign_off.at.isoformat()}, indent=2, ensure_ascii=False) + "\n"
    try:
        store.create(_place(sign_off), data.encode())
    except AlreadyThere as error:
        raise BadInput(
            f"{published.folder} is {sign_off.role} already: one signature in each role is enough"
        ) from error


def standing(store: Store, payer: str, period: Period, currency: str) -> Standing:
    """Give what is signed of a bill in a currency."""
    last = newest(store, payer, period, currency)
    if last is None:
        return Standing(state=State.UNPUBLISHED, newest=None)
    alike = {pack.folder for pack in every(store, payer, period) if pack.currency == currency}
    signed = [one for one in _sign_offs(store, payer, period) if one.folder in alike]
    valid = tuple(one for one in signed if one.manifest == last.digest)
    overtaken = tuple(one for one in signed if one.manifest != last.digest)
    return Standing(state=_state(valid, overtaken), newest=last, valid=valid, overtaken=overtaken)


def _state(valid: tuple[SignOff, ...], overtaken: tuple[SignOff, ...]) -> State:
    if any(one.role is Role.APPROVED for one in valid):
        return State.SIGNED
    return State.REOPENED if any(one.role is Role.APPROVED for one in overtaken) else State.OPEN


def _check(store: Store, published: Published, sign_off: SignOff) -> None:
    found = standing(store, sign_off.payer, Period(sign_off.period), published.currency)
    if found.newest is None or found.newest.digest != sign_off.manifest or published.digest != sign_off.manifest:
        raise BadInput(
            f"{sign_off.folder} is not the newest pack of {sign_off.period}: look at the newest, and sign that"
        )
    if changed := changed_files(store, published):
        raise BadInput(f"{published.folder}/{changed[0]} is not what the manifest says: publish the pack again")
    if any(one.by.strip().casefold() == sign_off.by.strip().casefold() for one in found.valid):
        raise BadInput(f"{sign_off.by} signed {published.folder} already: have somebody else sign as {sign_off.role}")


def _sign_offs(store: Store, payer: str, period: Period) -> tuple[SignOff, ...]:
    names = store.names(f"{folder_of(payer, period)}/sign-offs")
    read = (json.loads(store.read(name)) for name in names if name.endswith(".json"))
    found = (SignOff(**{**one, "role": Role(one["role"]), "at": datetime.fromisoformat(one["at"])}) for one in read)
    return tuple(sorted(found, key=lambda one: (one.at, one.by)))


def _place(sign_off: SignOff) -> str:
    folder = folder_of(sign_off.payer, Period(sign_off.period))
    return f"{folder}/sign-offs/{sign_off.manifest[:16]}-{sign_off.role}.json"
