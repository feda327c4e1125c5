"""The populations of the controls that read the bill.

What is asked of one month's bill is asked of the payer and the period. What stands whatever the month (accounts that
nobody knows, spend in the management account, tags that are missing) has no scope: a later month can resolve it.
"""

from collections.abc import Iterator

from orgwarden.model import ACCOUNT_ID, EVERYTHING, Member, Part, Subject, Unseen, World
from orgwarden.parts.bill import ACCOUNTS_MATCH_INVENTORY, BILLS, COST_COVERAGE, NO_WORKLOAD_SPEND, Tie
from orgwarden.population import Arrival, Population
from orgwarden.population.reading import unlisted


def _bills(world: World) -> Iterator[Member | Unseen]:
    for key in world.seen(BILLS):
        payer, _, period = key.rpartition("/")
        yield _member(payer, key, scope=period)
    yield from unlisted(world, BILLS)


def _billed_accounts(world: World) -> Iterator[Member | Unseen]:
    for key, tie in world.seen(ACCOUNTS_MATCH_INVENTORY).items():
        yield _member(tie.subject, key)
    yield from unlisted(world, ACCOUNTS_MATCH_INVENTORY)


def _management_services(world: World) -> Iterator[Member | Unseen]:
    """Give the management account, for all that is allowed in it, and each service that it is billed for."""
    ties = world.seen(NO_WORKLOAD_SPEND)
    missing = list(unlisted(world, NO_WORKLOAD_SPEND))
    account = world.management
    if not missing:
        yield Member(subject=Subject(account=account), accounts=(account,), keys=())
    for key, tie in ties.items():
        yield Member(subject=Subject(account=account, resource=tie.subject), accounts=(account,), keys=(key,))
    yield from missing


def _cost_keys(world: World) -> Iterator[Member | Unseen]:
    yield from _of_payers(COST_COVERAGE, world)


def _of_payers(part: Part[Tie], world: World) -> Iterator[Member | Unseen]:
    for key, tie in world.seen(part).items():
        yield _member(tie.payer, key, resource=tie.subject)
    yield from unlisted(world, part)


def _member(account: str, key: str, *, resource: str = "", scope: str = "") -> Member:
    """Give a member that stands in an account of AWS; what bears no id of one (another provider's) is a resource."""
    if ACCOUNT_ID.fullmatch(account):
        return Member(
            subject=Subject(account=account, resource=resource, scope=scope), accounts=(account,), keys=(key,)
        )
    named = "/".join(name for name in (account, resource) if name) or EVERYTHING
    return Member(subject=Subject(resource=named, scope=scope), keys=(key,))


EACH_BILL = Population("each payer's bill of a month", _bills, arrival=Arrival.BILL)
BILLED_ACCOUNT = Population("each account in the bill or in the organization", _billed_accounts, arrival=Arrival.BILL)
MANAGEMENT_SERVICE = Population(
    "each service that the management account is billed for", _management_services, arrival=Arrival.BILL
)
COST_KEY = Population("each tag key by which costs are told apart", _cost_keys, arrival=Arrival.BILL)
