"""Every part that can be read, and the shape of its rows; no field has a default: a row says what was seen.

One module a family of parts. Numbers, addresses and names of people stand here only as keyed hash and mask
(``orgwarden.privacy``).
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from orgwarden.model import Part


@cache
def every_part() -> tuple[Part[Any], ...]:
    """Give all parts that the modules here declare, by name."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    found = {part.name: part for module in modules for part in vars(module).values() if isinstance(part, Part)}
    return tuple(found[name] for name in sorted(found))
