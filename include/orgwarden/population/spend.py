"""The populations of the controls of other themes that look at the bill, too: each is judged where a bill arrives."""

from collections.abc import Iterator
from dataclasses import replace

from orgwarden.approvable import read_of
from orgwarden.model import Member, Subject, Unseen, World
from orgwarden.parts.declared import COST_KEYS
from orgwarden.parts.delegation import DELEGATIONS
from orgwarden.parts.organization import ACCOUNTS
from orgwarden.population import ACCOUNT, CLOSED, Arrival, Population
from orgwarden.population.governance import administered


def _administrators(world: World) -> Iterator[Member | Unseen]:
    accounts = read_of(ACCOUNTS, world)
    for account, principals in world.derived(administered).items():
        row = accounts.get(account)
        excuse = CLOSED if row and row.state.is_closed else ""
        keys = tuple(f"{account}/{principal}" for principal in principals)
        yield Member(subject=Subject(account=account), accounts=(account,), keys=keys, excuse=excuse)
    yield from world.missing(DELEGATIONS)


def _cost_keys(world: World) -> Iterator[Member | Unseen]:
    yield from (Member(subject=Subject(resource=key), keys=(key,)) for key in world.of(COST_KEYS))


BILLED = replace(ACCOUNT, arrival=Arrival.BILL)
ADMINISTRATOR = Population(
    "each account that administers a service of the organization", _administrators, arrival=Arrival.BILL
)
DECLARED_COST_KEY = Population("each tag key that is declared to tell costs apart", _cost_keys, arrival=Arrival.BILL)
