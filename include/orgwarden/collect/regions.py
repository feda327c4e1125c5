"""Which Regions are on in the management account, and how a service that stands in some of them is asked there.

What stands in a Region that nobody asked would be overlooked, so the list comes from AWS, never from a table; the
table of botocore tells only whether a service that cannot be reached in a Region is offered there at all.
"""

from collections.abc import Callable
from functools import cache
from typing import TypeVar

from botocore.session import Session as BotocoreSession
from pydantic import BaseModel

from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.answers import Text
from orgwarden.collect.api import Missing
from orgwarden.collect.sessions import REGION, Aws
from orgwarden.errors import RetryLater, SkipAndNote

T = TypeVar("T")
ACTIONS: tuple[Action, ...] = called(
    ("account:ListRegions",),
    side=Side.MANAGEMENT,
    why="AWS tells which Regions are on in the management account to that account alone",
)
ON = ("ENABLED", "ENABLED_BY_DEFAULT")
# What is offered in each Region: one that its line of the table lacks is newer than the table.
EVERYWHERE = "ec2"


class ListedRegion(BaseModel):
    """One Region of account:ListRegions."""

    RegionName: Text
    RegionOptStatus: Text


class ListRegions(BaseModel):
    """One page of account:ListRegions."""

    Regions: list[ListedRegion]
    NextToken: str | None = None


def enabled_regions(aws: Aws, management: str) -> tuple[str, ...]:
    """Give the Regions that are on in the management account, us-east-1 first. Raises ``SkipAndNote``."""
    listing = aws.management("account", management).pages("ListRegions", ListRegions, RegionOptStatusContains=list(ON))
    found = {one.RegionName for page, _ in listing for one in page.Regions if one.RegionOptStatus in ON}
    if not found:
        # AWS has Regions that nobody can switch off.
        raise SkipAndNote("account:ListRegions answered no Region that is on")
    return tuple(sorted(found, key=lambda region: (region != REGION, region)))


def ask_in(region: str, service: str, ask: Callable[[], T]) -> T | None:
    """Give what a service answers in a Region; ``None``: it is not offered there.

    ``ask`` calls with ``missing=STRANGE`` (``collect.api``), the answer of a Region that is off in the account that
    calls. Raises ``SkipAndNote`` with that cause, too, ``RetryLater`` where the service should be but is not, and
    ``SkipAndNote`` where it cannot be reached and the table does not tell whether it should be there.
    """
    try:
        return ask()
    except Missing as error:
        raise SkipAndNote(f"{region} is off in the account that asks {service} there: switch it on") from error
    except RetryLater as error:
        if region in _offering(service):
            raise
        if _offering(service) and region in _offering(EVERYWHERE):
            return None
        raise SkipAndNote(f"{service} cannot be reached in {region}, and may well be offered there") from error


def reached(region: str, service: str, ask: Callable[[], list[T]]) -> list[T]:
    """Ask a service in a region for a list; an empty one where it is not offered.

    Raises ``SkipAndNote`` where the service gives no answer. That the endpoint of one region cannot be reached says
    nothing of the other regions, and ends no sweep.
    """
    try:
        return ask_in(region, service, ask) or []
    except RetryLater as error:
        raise SkipAndNote(str(error).partition(":")[0]) from error


def answered(region: str, service: str, ask: Callable[[], T]) -> T:
    """Ask a service in a region for one thing. Raises ``SkipAndNote`` where it gives no answer or is not offered."""
    answers = reached(region, service, lambda: [ask()])
    if not answers:
        raise SkipAndNote(f"{service} is not offered in {region}")
    return answers[0]


@cache
def _offering(service: str) -> frozenset[str]:
    session = BotocoreSession()
    partitions = session.get_available_partitions()
    return frozenset(one for name in partitions for one in session.get_available_regions(service, name))
