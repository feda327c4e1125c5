"""What a sweep asks of AWS: each operation, as whom, and why the management account where only that will do.

The IAM templates in include/iam and the page docs/ACCESS.md are made from these declarations, and a test holds every
call that is made against them: nothing is called that is not granted, nothing granted that is not called.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from pkgutil import iter_modules


class Side(StrEnum):
    """As whom an operation is called."""

    COLLECTOR = "the collecting account"
    MANAGEMENT = "the management account's role"
    MEMBER = "the member account's role"
    ROOT = "a root session of a member account"


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """One operation (``service:Operation``, as boto3 names them) that one side calls.

    ``delegated`` is the service whose delegated administrator may call it; empty: any delegated administrator may, or
    whom the organization's resource policy names. ``why`` says why the management account is needed.
    """

    operation: str
    side: Side = Side.COLLECTOR
    delegated: str = ""
    why: str = ""


def called(
    operations: Iterable[str], *, side: Side = Side.COLLECTOR, delegated: str = "", why: str = ""
) -> tuple[Action, ...]:
    """Declare that one side calls these operations, for one reason."""
    return tuple(Action(operation=one, side=side, delegated=delegated, why=why) for one in operations)


@cache
def every_action() -> tuple[Action, ...]:
    """Give what all modules of this package declare, each action once, by operation and side."""
    package = import_module(__name__.rpartition(".")[0])
    modules = (import_module(f"{package.__name__}.{module.name}") for module in iter_modules(package.__path__))
    found = {action for module in modules for action in getattr(module, "ACTIONS", ())}
    return tuple(sorted(found, key=lambda one: (one.operation, one.side.value, one.delegated, one.why)))
