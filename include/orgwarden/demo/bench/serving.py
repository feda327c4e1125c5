"""``python -m orgwarden.demo.bench.serving``: serves the organization that is measured, as ``orgwarden.demo`` serves.

It is nobody's demo, so it is no profile there: this process alone knows it.
"""

import sys

from orgwarden.demo import __main__ as demo
from orgwarden.demo import messy, profiles
from orgwarden.demo.bench import growing

PROFILE = "grown"


def main() -> int:
    """Serve as the arguments say; 2 where they cannot be used."""
    profiles.PROFILES[PROFILE] = profiles.Profile(
        declared=lambda: growing.grown(messy.ALL_ACCOUNTS), baseline=messy.BASELINE, grown=growing.grown
    )
    return demo.main()


if __name__ == "__main__":
    sys.exit(main())
