"""What a seeded drift is about and which verdict must come of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One subject as people write it: an account id, a number, a mailbox, a domain, or another resource by its id.

    An account may have a contact's slot, or a region and a resource in it.
    """

    account: str = ""
    slot: str = ""
    number: str = ""
    mailbox: str = ""
    domain: str = ""
    organization: str = ""
    region: str = ""
    resource: str = ""

    def __post_init__(self) -> None:
        named = [name for name in ("account", "number", "mailbox", "domain", "organization") if getattr(self, name)]
        is_apart = self.resource and not named
        if not (len(named) == 1 or is_apart) or ((self.slot or self.region) and not self.account):
            raise ValueError(f"a subject is one thing, with a slot or region only of an account: {self.told()}")

    def told(self) -> Mapping[str, str]:
        """Give what is named, for a report."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One verdict that a drift must lead to."""

    control: str
    expected: Literal["FAIL", "UNKNOWN"]
    subject: Subject
    why: str
