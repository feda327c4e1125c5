"""The answers to AWS operations, each registered by the function that gives it.

A later part answers another operation, or a service that moto lacks, by one decorated function in one module here.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from typing import Any

from orgwarden.demo.calls import Call
from orgwarden.demo.state import Demo

Result = Mapping[str, Any] | None
Answerer = Callable[[Demo, Call], Result]

ANSWERS: dict[tuple[str, str], Answerer] = {}
OURS_ALONE = frozenset({"organizations", "account", "sts"})


def answers(service: str, *operations: str) -> Callable[[Answerer], Answerer]:
    """Register a function as the answer to operations of a service, named as boto3 names its client."""

    def register(answerer: Answerer) -> Answerer:
        for operation in operations:
            ANSWERS[service, operation] = answerer
        return answerer

    return register


def load(package: str = "orgwarden.demo.services") -> None:
    """Import every module of the answers, which registers what they hold."""
    root = importlib.import_module(package)
    for module in pkgutil.iter_modules(root.__path__):
        importlib.import_module(f"{package}.{module.name}")
