"""What the collecting account administers is asked once in a reading, and shared by the sweeps that run side by side.

AWS lets the whole organization ask it once a second, and three times at once; each sweep is a process of its own, with
a pace of its own.
"""

from contextlib import suppress

from pydantic import TypeAdapter

from orgwarden.collect.sessions import Aws
from orgwarden.errors import RetryLater, SkipAndNote
from orgwarden.model import EVERYTHING
from orgwarden.parts.organization import ORGANIZATION
from orgwarden.snapshot import Staging, merged
from orgwarden.store import NotThere, Store

NAME = "administered.json"
SERVICES = TypeAdapter(list[str])


def keep(staging: Staging, aws: Aws) -> None:
    """Keep the services that are delegated to the collecting account; nothing for the management account itself.

    Where AWS does not say, each sweep asks it.
    """
    organization = merged(staging.pages("organization"))[0].get(ORGANIZATION, {}).get(EVERYTHING)
    with suppress(RetryLater, SkipAndNote):
        if organization and aws.caller != organization.management_account:
            staging.store.replace(staging.name(NAME), SERVICES.dump_json(sorted(aws.administers())))


def sharing(store: Store, place: str, aws: Aws) -> tuple[Staging, Aws]:
    """Give the reading at a place, and the services as a sweep of it asks them: told what was kept."""
    staging = Staging(store, place)
    with suppress(NotThere):
        aws.knows(frozenset(SERVICES.validate_json(store.read(staging.name(NAME)))))
    return staging, aws
