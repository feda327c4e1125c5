"""The population of the months whose reviews are looked back on."""

from collections.abc import Iterator

from orgwarden.model import EVERYTHING, Member, Subject, Unseen, World
from orgwarden.parts.reviews import REVIEWED_MONTHS
from orgwarden.population import Arrival, Population


def _months(world: World) -> Iterator[Member | Unseen]:
    unread = list(world.missing(REVIEWED_MONTHS))
    months = {*world.seen(REVIEWED_MONTHS), *(one.key for one in unread)} - {EVERYTHING}
    # The month is the resource, too, so that an exemption can name one.
    yield from (Member(subject=Subject(resource=month, scope=month), keys=(month,)) for month in sorted(months))
    yield from (one for one in unread if one.key == EVERYTHING)


MONTH = Population(
    "each month of this quarter and the one before, since the first reading", _months, Arrival.ATTESTATION
)
