"""The population of what people must know how to do with the root user, whether anybody wrote it down or not."""

from collections.abc import Iterator

from orgwarden.model import Member, Subject, Unseen, World
from orgwarden.parts.runbooks import SCENARIOS
from orgwarden.population import Population


def _scenarios(_: World) -> Iterator[Member | Unseen]:
    yield from (Member(subject=Subject(resource=scenario)) for scenario in SCENARIOS)


SCENARIO = Population("each of the ten scenarios that AWS says should be documented", _scenarios)
