"""The services that act in a whole organization: what each is called, and whether a member account may administer it.

What an organization reports counts; this table tells only what no call tells: that a service could be delegated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import yaml

TABLE = "services.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """One service principal; any of the foundational accounts in ``belongs_to`` usually administers it.

    Where none of them exists, those in ``else_to`` do. ``linked_role`` is the principal below whose path its
    service-linked role stands; empty where it has none.
    """

    principal: str
    name: str
    is_delegable: bool
    belongs_to: tuple[str, ...]
    else_to: tuple[str, ...]
    linked_role: str


@cache
def services() -> Mapping[str, Service]:
    """Give every known service by its principal."""
    listed = yaml.safe_load(files(__package__).joinpath(TABLE).read_text(encoding="utf-8"))["services"]
    found = (
        Service(
            principal=principal,
            name=one["name"],
            is_delegable=one["delegable"],
            belongs_to=tuple(one.get("belongs_to", ())),
            else_to=tuple(one.get("else_to", ())),
            linked_role=one.get("linked_role", ""),
        )
        for one in listed
        for principal in one["principals"]
    )
    return MappingProxyType({service.principal: service for service in found})
