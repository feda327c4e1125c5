"""Releases: who lets a blocked month through, and why, with a second person behind it.

A release is of one check and one version of the month: what is delivered anew is judged anew.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from orgwarden.errors import BadInput
from orgwarden.model import Period
from orgwarden.store import AlreadyThere, Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """A controller's word, and a second person's, that one check does not hold back one version of a month."""

    period: str
    check: str
    version: str
    reason: str
    by: str
    second: str
    at: datetime

    def __post_init__(self) -> None:
        for name, text in (("--reason", self.reason), ("--by", self.by), ("--second", self.second)):
            if not text.strip():
                raise BadInput(f"{name} is empty: say who releases, who stands behind it, and why")
        if self.by.strip().casefold() == self.second.strip().casefold():
            raise BadInput(f"{self.by} cannot be both: name a second person who stands behind the release")

    @property
    def line(self) -> str:
        """Give what the pack says of it."""
        return (
            f"{self.check} was released by {self.by} with {self.second} on {self.at.date()}, for the version "
            f"{self.version}: {self.reason}"
        )


def release(store: Store, one: Release) -> str:
    """Keep a release; give its name in the store. Raises ``BadInput`` where there is one already."""
    name = f"{_folder(Period(one.period))}/{one.check}-{_mark(one.version)}.json"
    data = json.dumps({**asdict(one), "at": one.at.isoformat()}, indent=2, ensure_ascii=False) + "\n"
    try:
        store.create(name, data.encode())
    except AlreadyThere as error:
        raise BadInput(f"{one.check} is released already for this version of {one.period}: {name}") from error
    return name


def releases(store: Store, period: Period, version: str) -> Sequence[Release]:
    """Give the releases of one version of a month."""
    names = (name for name in store.names(_folder(period)) if name.endswith(f"-{_mark(version)}.json"))
    told = (json.loads(store.read(name)) for name in names)
    return [Release(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in told]


def _folder(period: Period) -> str:
    return f"billing/{period}/releases"


def _mark(version: str) -> str:
    """Give a version as part of a file's name: an export may write anything there."""
    return hashlib.sha256(version.encode()).hexdigest()[:12]
