"""The populations of the controls that read the bill.

What is asked of one month's bill is asked of the payer and the period. What stands whatever the month (accounts that
nobody knows, spend in the management account, tags that are missing) has no scope: a later month can resolve it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from orgwarden.model import ACCOUNT_ID, EVERYTHING, Member, Subject, Unseen, World
from orgwarden.parts.bill import ACCOUNTS_MATCH_INVENTORY, BILLS, COST_COVERAGE, NO_WORKLOAD_SPEND, Tie
from orgwarden.population import Arrival, Population
from orgwarden.population.reading import unlisted


def _bills(world: World) -> Iterator[Member | Unseen]:
    for key in world.seen(BILLS):
        payer, _, period = key.rpartition("/")
        yield _member(payer, key, scope=period)
    yield from unlisted(world, BILLS)


def _billed_accounts(world: World) -> Iterator[Member | Unseen]:
    ties = world.seen(ACCOUNTS_MATCH_INVENTORY)
    yield from (_member(account, *keys) for (account,), keys in _grouped(ties, lambda tie: (tie.subject,)))
    yield from unlisted(world, ACCOUNTS_MATCH_INVENTORY)


def _management_services(world: World) -> Iterator[Member | Unseen]:
    """Give the management account, for all that is expected in it, and each service that it is billed for."""
    ties = world.seen(NO_WORKLOAD_SPEND)
    missing = list(unlisted(world, NO_WORKLOAD_SPEND))
    if not missing:
        yield _member(world.management)
    for (service,), keys in _grouped(ties, lambda tie: (tie.subject,)):
        yield _member(world.management, *keys, resource=service)
    yield from missing


def _cost_keys(world: World) -> Iterator[Member | Unseen]:
    ties = world.seen(COST_COVERAGE)
    for (payer, key), keys in _grouped(ties, lambda tie: (tie.payer, tie.subject)):
        yield _member(payer, *keys, resource=key)
    yield from unlisted(world, COST_COVERAGE)


def _grouped(
    ties: Mapping[str, Tie], by: Callable[[Tie], tuple[str, ...]]
) -> Iterable[tuple[tuple[str, ...], list[str]]]:
    """Give the keys of the ties that are about one thing: it may be billed in several currencies."""
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for key, tie in ties.items():
        found[by(tie)].append(key)
    return found.items()


def _member(account: str, *keys: str, resource: str = "", scope: str = "") -> Member:
    """Give a member that stands in an account of AWS; what bears no id of one (another provider's) is a resource."""
    if ACCOUNT_ID.fullmatch(account):
        return Member(subject=Subject(account=account, resource=resource, scope=scope), accounts=(account,), keys=keys)
    named = "/".join(name for name in (account, resource) if name) or EVERYTHING
    return Member(subject=Subject(resource=named, scope=scope), keys=keys)


EACH_BILL = Population("each payer's bill of a month", _bills, arrival=Arrival.BILL)
BILLED_ACCOUNT = Population("each account in the bill or in the organization", _billed_accounts, arrival=Arrival.BILL)
MANAGEMENT_SERVICE = Population(
    "each service that the management account is billed for", _management_services, arrival=Arrival.BILL
)
COST_KEY = Population("each tag key by which costs are told apart", _cost_keys, arrival=Arrival.BILL)
