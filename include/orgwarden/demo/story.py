"""What happens between two readings of the demo organization, made through AWS's API as a person would make it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from orgwarden.demo import seed as seeds
from orgwarden.demo.seed import Change, Seed
from orgwarden.demo.subjects import Expectation

ClientFactory = Callable[[str], Any]
Stating = Callable[[Mapping[str, Any]], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What the next reading must show: findings that are gone, and new ones."""

    resolved: tuple[Expectation, ...]
    new: tuple[Expectation, ...]


def next_month(client: ClientFactory, state: Stating) -> Month:
    """Mend drifts and make new ones; ``client`` gives the management account's boto3 client of a service.

    ``state`` states what AWS's API cannot set, as PATCH /demo/state does.
    """
    seed = seeds.declared()
    for change in seed.later.changes:
        if change.account:
            _apply(client("account"), seed, change)
        for call in change.calls:
            client(call.service)._make_api_call(call.operation, call.parameters)  # noqa: SLF001 - by the API's own name
        if change.state:
            state(change.state)
    return after(seed)


def after(seed: Seed) -> Month:
    """Give what the next reading must show, without changing anything."""
    resolved = tuple(seed.expectation(one, "mended since") for one in seed.later.resolved)
    return Month(resolved=resolved, new=tuple(seed.expectation(one, "new since") for one in seed.later.new))


def _apply(account: Any, seed: Seed, change: Change) -> None:
    id_ = seed.id_of(change.account)
    for slot, contact in change.alternates.items():
        account.put_alternate_contact(AccountId=id_, AlternateContactType=slot, **(contact or {}))
    if change.primary:
        seen = account.get_contact_information(AccountId=id_)["ContactInformation"]
        account.put_contact_information(AccountId=id_, ContactInformation={**seen, **change.primary})
