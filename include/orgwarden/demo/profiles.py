"""The organizations that can be served: what each declares, and the baseline of its owners."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orgwarden.demo import messy, seed
from orgwarden.demo.seed import Seed
from orgwarden.demo.service import DEFAULT
from orgwarden.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One organization to be served; ``declared`` takes a number of accounts where it can be grown."""

    declared: Callable[[], Seed]
    baseline: Path
    grown: Callable[[int], Seed] | None = None

    def seed(self, accounts: int | None = None) -> Seed:
        """Give the declaration, with a number of accounts where one is asked for. Raises ``BadInput``."""
        if accounts is None:
            return self.declared()
        if self.grown is None:
            raise BadInput(f"--accounts {accounts}: this profile is what it is; grow the messy one (--profile messy)")
        return self.grown(accounts)


PROFILES = {
    DEFAULT: Profile(declared=seed.declared, baseline=seed.BASELINE),
    "messy": Profile(declared=messy.declared, baseline=messy.BASELINE, grown=messy.declared),
}


def of(name: str) -> Profile:
    """Give a profile by its name. Raises ``BadInput``."""
    if name not in PROFILES:
        raise BadInput(f"there is no profile {name!r}: choose one of {', '.join(PROFILES)}")
    return PROFILES[name]
