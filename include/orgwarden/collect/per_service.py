"""What lies in an account, as the services themselves list it: a fixed shortlist of reads.

This is the fallback where nothing else answers for a region; a region counts as read only if every line of the
shortlist was answered there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from botocore.session import Session as BotocoreSession
from pydantic import ValidationError

from orgwarden.collect.answers import Tag
from orgwarden.collect.api import STRANGE, Api
from orgwarden.collect.regions import reached
from orgwarden.collect.resource_types import GLOBAL
from orgwarden.collect.sessions import REGION, Aws
from orgwarden.collect.shortlist import REGIONAL, WORLDWIDE, Listing, Read
from orgwarden.errors import SkipAndNote
from orgwarden.parts.resources import Resource
from orgwarden.privacy import Veil

WITNESS = "per-service reads"
# The tag that we put on what AWS itself makes in every account, and its value.
DEFAULT, YES = "orgwarden:default", "true"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What the reads of a region saw, by ARN, and the cause of each type that was not answered."""

    rows: dict[str, Resource] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)

    @property
    def cause(self) -> str:
        """Give the first cause; empty where everything was answered."""
        return next(iter(self.unread.values()), "")


def listed(aws: Aws, management: str, region: str, veil: Veil, reads: tuple[Read, ...] = ()) -> Found:
    """Read the shortlist's lists, or those given, of one region (or ``global``); one that is refused hides no other."""
    rows: dict[str, Resource] = {}
    unread: dict[str, str] = {}
    for read in reads or (WORLDWIDE if region == GLOBAL else REGIONAL):
        try:
            rows.update(_resources(read, aws, management, region, veil))
        except SkipAndNote as error:
            unread[read.resource_type] = error.cause
    return Found(rows=rows, unread=unread)


def _resources(read: Read, aws: Aws, management: str, region: str, veil: Veil) -> dict[str, Resource]:
    """Read one list; a service that is not offered in the region has nothing there."""
    place = REGION if region == GLOBAL else region
    words = {"partition": partition_of(place), "region": place, "account": management}
    api = aws.management(read.service, management, place)
    pages = reached(place, read.service, lambda: _pages(read, api, place))
    found = (resource_of(read, item, words, region, veil) for page in pages for item in _items(read, page))
    return dict(one for one in found if one)


def _pages(read: Read, api: Api, region: str) -> list[Listing]:
    params = {key: region if value == "{region}" else value for key, value in read.params.items()}
    listing = api.pages(read.operation, read.shape, tokens=read.tokens, missing=STRANGE, **params)
    return [page for page, _ in listing]


def _items(read: Read, page: Listing) -> list[Any]:
    """Give the items of a page. Raises ``SkipAndNote`` where the answer has no list at their place."""
    found: list[Any] = [page.model_dump()]
    for step in read.items.split("."):
        lists = [one.get(step) if isinstance(one, dict) else None for one in found]
        if not all(isinstance(one, list) for one in lists):
            raise SkipAndNote(unreadable(read))
        found = [item for one in lists for item in one or []]
    return found


def resource_of(
    read: Read, item: Any, words: Mapping[str, str], region: str, veil: Veil
) -> tuple[str, Resource] | None:
    """Turn an item into ARN and resource. Raises ``SkipAndNote`` where it names nothing.

    Nothing is given for what is gone, and for what another account owns and shares (a subnet).
    """
    account = words["account"]
    named = item.get(read.key) if read.key and isinstance(item, dict) else item
    if not (isinstance(named, str) and named):
        raise SkipAndNote(unreadable(read))
    if (read.gone and _at(item, read.state) in read.gone) or (_at(item, "OwnerId") or account) != account:
        return None
    arn = read.arn.format(name=named.rpartition("/")[2], **words) if read.arn else named
    tags = tags_of(item.get(read.tags) or [], veil) if read.tags else None
    if tags is not None and read.default and item.get(read.default) is True:
        tags = {**tags, DEFAULT: YES}
    return arn, Resource(type=read.resource_type, region=region, tags=tags)


def _at(item: Any, path: str) -> Any:
    for step in path.split("."):
        item = item.get(step) if isinstance(item, dict) else None
    return item


def tags_of(raw: Any, veil: Veil) -> dict[str, str]:
    """Give masked tags, of a mapping or of pairs whose members are spelled either way. Raises ``SkipAndNote``.

    Our own mark is left out: whoever may tag a resource would else declare it to be of AWS's making.
    """
    pairs = [{"Key": key, "Value": value} for key, value in raw.items()] if isinstance(raw, dict) else raw
    try:
        # Lightsail has tags without a value.
        tags = [
            Tag.model_validate({"Value": "", **{str(k).capitalize(): v for k, v in pair.items()}}) for pair in pairs
        ]
    except (ValidationError, AttributeError, TypeError) as error:
        raise SkipAndNote("a resource has tags that do not parse") from error
    return {tag.Key: veil.text(tag.Value) for tag in tags if tag.Key != DEFAULT}


def unreadable(read: Read) -> str:
    """Give the cause of an answer that is not what the table says."""
    return f"{read.service}:{read.operation} gave an answer that does not parse"


@cache
def partition_of(region: str) -> str:
    """Give the partition of a region, by its name; offline."""
    return str(BotocoreSession().get_partition_for_region(region))
