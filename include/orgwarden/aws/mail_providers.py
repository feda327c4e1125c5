"""Says whose a mail domain is: a public provider's, a disposable one's, or one of those that somebody declared.

The lists are packaged data, so that a public provider is told from a business domain before anybody declares anything.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files


def provider_of(domain: str) -> str:
    """Give ``public`` or ``disposable`` for a provider's domain or a subdomain of one, else the empty text."""
    kinds = (kind for kind in ("disposable", "public") if not _listed(kind).isdisjoint(_parents(domain)))
    return next(kinds, "")


def domain_within(domain: str, declared: Iterable[str]) -> bool:
    """Say whether a domain is one of the declared ones or below one."""
    return not set(declared).isdisjoint(_parents(domain))


def _parents(domain: str) -> Iterator[str]:
    """Give the domain and all domains above it."""
    labels = domain.lower().rstrip(".").split(".")
    yield from (".".join(labels[start:]) for start in range(len(labels)))


@cache
def _listed(kind: str) -> frozenset[str]:
    text = files(__package__).joinpath(f"{kind}_mail_providers.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
