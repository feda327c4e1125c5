"""Whose a deviation is: the account's tag, its nearest unit's owner, the theme's, the organization's.

What could not be read about an account passes the question on; a finding is never without an owner where one is
declared for its theme or for all.
"""

from collections.abc import Iterator, Mapping

from orgwarden.model import Part, T, Unseen, Verdict, World
from orgwarden.parts.declared import OWNERS, Owners
from orgwarden.parts.organization import PLACEMENTS, TAGS

NOBODY = Owners(tag_keys=(), units={}, themes={}, default="")


def owner_of(verdict: Verdict, theme: str, world: World) -> str:
    """Give the owner; of a subject that stands in several accounts their common owner, else the theme's."""
    owners = _declared(world)
    found = {_account_owner(account, owners, world) for account in verdict.accounts}
    common = found.pop() if len(found) == 1 else ""
    return common or owners.themes.get(theme, "") or owners.default


def _account_owner(account: str, owners: Owners, world: World) -> str:
    return next(filter(None, _candidates(account, owners, world)), "")


def _candidates(account: str, owners: Owners, world: World) -> Iterator[str]:
    tags = _seen(TAGS, world)
    yield _tagged(tags.get(account, {}), owners)
    for unit in reversed(_seen(PLACEMENTS, world).get(account, ())):
        yield owners.units.get(unit, "")
        yield _tagged(tags.get(unit, {}), owners)


def _tagged(tags: Mapping[str, str], owners: Owners) -> str:
    return next((tags[key] for key in owners.tag_keys if tags.get(key)), "")


def _declared(world: World) -> Owners:
    try:
        return world.of(OWNERS)
    except Unseen:
        return NOBODY


def _seen(part: Part[T], world: World) -> Mapping[str, T]:
    """Give what was read of a part; nothing where it was not read at all."""
    try:
        return world.seen(part)
    except Unseen:
        return {}
