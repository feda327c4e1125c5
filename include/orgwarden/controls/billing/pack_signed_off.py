"""Each final finance pack is approved by two people of finance, in the version that counts.

Why: A pack is what costs are booked by. Whoever books wants to know that somebody has looked at it, an auditor who that
was, and both that it is this version and no other: a month that is restated has to be looked at again.

Fix: Open the workbook of the pack, look at its summary, its checks and its notes, and answer the question; a second
person of finance signs. Where an amount or an allocation is wrong, have it mended (the declarations under billing in
the baseline, the tags, or AWS's bill) and the month reconciled anew, and approve the version that comes of it. Name
whoever approves under attestations.finance in the baseline.
"""

from orgwarden.asking import Asks, Facts, Field, Question, answer_of, put, told, unsettled
from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Member, Pass, Severity, World
from orgwarden.parts.packs import FINAL_PACKS, FinalPack
from orgwarden.population.packs import FINAL_PACK

FIELD = "pack"
QUESTION = Question(
    id="billing.pack_signed_off",
    asks=Asks.FINANCE,
    text="Does finance approve this pack?",
    evidence="Open the workbook, and look at its summary, its checks and its notes. It stands in the store under "
    "reports/billing, payer, month and version.",
    fields=(
        Field(
            name=FIELD,
            title="The pack",
            options={
                "is approved": "",
                "has a wrong amount": "finance says that an amount is wrong",
                "has a wrong allocation": "finance says that an allocation is wrong",
                "lacks something": "finance says that something is missing",
            },
        ),
    ),
    quarters=None,
)


def facts(member: Member, world: World) -> Facts | None:
    """Give which version is to be approved, and what it comes to."""
    return _facts(world.of(FINAL_PACKS, member.keys[0]))


def _facts(pack: FinalPack) -> Facts:
    words = f"{pack.version} of {pack.made}, {pack.billed} {pack.currency}, manifest {pack.digest[:12]}"
    return Facts(
        name=f"Finance pack of {pack.period}, payer {pack.payer}",
        told={FIELD: {f"{pack.version} {pack.digest}": words}},
    )


@control(
    about=FINAL_PACK,
    severity=Severity.MEDIUM,
    ticket=Ticket.ORGANIZATION,
    authority=Authority.BEYOND,
    question=QUESTION,
    facts=facts,
)
def pack_signed_off(member: Member, world: World) -> Answer:
    pack = world.of(FINAL_PACKS, member.keys[0])
    found = answer_of(QUESTION, member.keys[0], world)
    if isinstance(found, Deviation):
        return found
    evidence = {**told(found), "version": pack.version}
    if wrong := tuple(unsettled(put(QUESTION, _facts(pack)), found.form)):
        return Deviation(wrong[0], {**evidence, "wrong": wrong})
    return Pass({**evidence, "manifest": pack.digest})
