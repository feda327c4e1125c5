"""The catalogue: each public module of each theme is one control, named after its function."""

from functools import cache
from importlib import import_module
from pkgutil import walk_packages

from orgwarden.control import Control
from orgwarden.population import Arrival


@cache
def catalogue() -> tuple[Control, ...]:
    """Give every control, in the order of their ids."""
    names = sorted(m.name for m in walk_packages(__path__, f"{__name__}.") if not m.ispkg)
    return tuple(getattr(import_module(name), name.rpartition(".")[2]) for name in names)


@cache
def arriving(with_: Arrival) -> tuple[Control, ...]:
    """Give the controls that are judged where something arrives: all of them have what they read there."""
    return tuple(control for control in catalogue() if control.arrival is with_)
