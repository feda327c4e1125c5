"""Whoever has access to the management account is meant to have it, is still there, and was confirmed this quarter.

Why: Access is given for a reason that ends, and nobody takes it away by themselves: people change teams and leave, and
what opens the management account stays with them. Whoever looks through the list each quarter finds them before
somebody else does.

Fix: Take away what was decided to be removed, and what is left of whoever has left: the assignment in IAM Identity
Center (AWS accounts > the management account), the IAM user's password (iam:DeleteLoginProfile), and their part in
custody, root.mfa_devices and contacts.groups in the baseline; change passwords and codes that they knew. Whoever is
meant to have access stands under people and management_account.access in the baseline, with the reason, and with
identity_center, the id of their user in the identity store. What was to change, or has come since the answer, is asked
about again by a run of access_validation for the same quarter.
"""

from typing import Any

from orgwarden.approvable import read_of
from orgwarden.asking import Asks, Facts, Field, Question, answer_of, put, told, unsettled
from orgwarden.control import Ticket, control
from orgwarden.model import (
    EVERYTHING,
    Answer,
    Deviation,
    Evidence,
    Member,
    NotApplicable,
    Part,
    Pass,
    Severity,
    Unseen,
    World,
)
from orgwarden.parts.access import IAM_USERS, PEOPLE
from orgwarden.parts.custody import DECLARED_ACCESS, NAMED_PEOPLE
from orgwarden.population.access import PERSON, USER, Access, Holder, absence, holders, unread_access
from orgwarden.reached import partial

TITLES = {
    Access.CONSOLE: "Console access",
    Access.MAIL: "The root user's e-mail",
    Access.PASSWORD: "The root user's password",
    Access.DEVICES: "MFA devices",
    Access.PHONE: "The phone",
}


def _field(kind: Access) -> Field:
    what = f"{TITLES[kind][:1].lower()}{TITLES[kind][1:]}" if kind is not Access.DEVICES else TITLES[kind]
    return Field(
        name=kind.value,
        title=TITLES[kind],
        options={
            "keep": "",
            "remove": f"it was decided that they lose {what}, and they still have it",
            "change": f"it was decided to change {what}: change it, and have it answered again",
        },
    )


QUESTION = Question(
    id="management_account.access_review_current",
    asks=Asks.REVIEWERS,
    text="Does this person still need the access that they have?",
    evidence="Beside each access stands what the snapshot or the register shows of it, behind each name why they have "
    "it. Keep what their work needs today, remove what it does not, change what reaches too far.",
    fields=tuple(_field(kind) for kind in Access),
)


def facts(member: Member, world: World) -> Facts | None:
    """Give what somebody has, and why. Of whom nobody knows, or who has left, nothing is to be decided."""
    holder = holders(world)[member.keys[0]]
    gone = _absence(holder, world)
    if not holder.held or USER in holder.id or (isinstance(gone, str) and gone):
        return None
    declared = read_of(DECLARED_ACCESS, world).get(EVERYTHING, {}).get(holder.id)
    why = declared.why if declared else "the register does not say why"
    held = {kind.value: dict(things) for kind, things in holder.held.items()}
    return Facts(name=f"{holder.name}: {why}", told=held, whose=holder.id)


@control(
    about=PERSON,
    severity=Severity.HIGH,
    ticket=Ticket.ORGANIZATION,
    practices=("M:review-access", "O:review"),
    question=QUESTION,
    facts=facts,
)
def access_review_current(member: Member, world: World) -> Answer:
    """Judge by what is certain first.

    Access that came after the answer deviates at once, rather than being unknown until it is asked about: it is there,
    and the answer in force does not cover it.
    """
    holder = holders(world)[member.keys[0]]
    gone = _absence(holder, world)
    if fault := (gone if isinstance(gone, str) else "") or _beside_the_register(holder, world):
        return Deviation(fault, _evidence(holder))
    if holder.held:
        answer = _reviewed(member, holder, world)
        if isinstance(answer, Deviation):
            return answer
    else:
        answer = NotApplicable("nothing shows that they have access")
    for lost in (*unread_access(world), *partial(DECLARED_ACCESS, world)[1]):
        raise lost
    if isinstance(gone, Unseen):
        raise gone
    return answer


def _reviewed(member: Member, holder: Holder, world: World) -> Answer:
    found = answer_of(QUESTION, member.subject.resource, world)
    if isinstance(found, Deviation):
        return Deviation(found.reason, {**found.evidence, **_evidence(holder)})
    told_now = Facts(name=holder.name, told={kind.value: things for kind, things in holder.held.items()})
    if wrong := tuple(unsettled(put(QUESTION, told_now), found.form)):
        return Deviation(wrong[0], {**told(found), **_evidence(holder), "wrong": wrong})
    return Pass({**told(found), **_evidence(holder)})


def _absence(holder: Holder, world: World) -> str | Unseen:
    named = read_of(NAMED_PEOPLE, world).get(EVERYTHING, {})
    return absence(named[holder.id], world) if holder.id in named else ""


def _beside_the_register(holder: Holder, world: World) -> str:
    """Say why the register does not know of somebody's access, or of no more; empty: it does, or nobody declared."""
    if not holder.is_registered:
        # Whose an IAM user is, is told by its address, or declared.
        parts: tuple[Part[Any], ...] = (NAMED_PEOPLE, PEOPLE, IAM_USERS) if USER in holder.id else (NAMED_PEOPLE,)
        for lost in (one for part in parts for one in partial(part, world)[1]):
            raise lost
        return "has access, and is nobody of the register"
    declared = read_of(DECLARED_ACCESS, world).get(EVERYTHING)
    if declared is None or not holder.held:
        return ""
    if holder.id not in declared:
        return "has access, and the register does not say why"
    until = declared[holder.id].until
    return f"their access was to end on {until}" if until is not None and world.today > until else ""


def _evidence(holder: Holder) -> Evidence:
    return {"name": holder.name, "details": holder.things}
