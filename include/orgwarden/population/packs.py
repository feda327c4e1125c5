"""The population of the finance packs."""

from collections.abc import Iterator

from orgwarden.approvable import read_of
from orgwarden.model import Member, Subject, Unseen, World
from orgwarden.parts.packs import FINAL_PACKS
from orgwarden.population import Arrival, Population


def _final_packs(world: World) -> Iterator[Member | Unseen]:
    for key, pack in read_of(FINAL_PACKS, world).items():
        subject = Subject(resource=f"{pack.payer}/{pack.currency}", scope=pack.period.text)
        yield Member(subject=subject, keys=(key,))
    yield from world.missing(FINAL_PACKS)


FINAL_PACK = Population("each final finance pack of the last twelve months", _final_packs, Arrival.ATTESTATION)
