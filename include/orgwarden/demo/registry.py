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
Guard = Callable[[Demo, Call], None]

ANSWERS: dict[tuple[str, str], Answerer] = {}
GUARDS: dict[tuple[str, str], Guard] = {}
OURS_ALONE = frozenset({"organizations", "account", "sts"})


def answers(service: str, *operations: str) -> Callable[[Answerer], Answerer]:
    """Register a function as the answer to operations of a service, named as boto3 names its client."""

    def register(answerer: Answerer) -> Answerer:
        for operation in operations:
            ANSWERS[service, operation] = answerer
        return answerer

    return register


def guards(service: str, *operations: str) -> Callable[[Guard], Guard]:
    """Register a function that refuses, by ``AwsError``, what moto must not be asked: it is called before moto is."""

    def register(guard: Guard) -> Guard:
        for operation in operations:
            GUARDS[service, operation] = guard
        return guard

    return register


def answered_here(service: str, operation: str) -> bool:
    """Say whether an operation is answered by one of ours, and moto never sees the request."""
    return (service, operation) in ANSWERS or service in OURS_ALONE


def load(package: str = "orgwarden.demo.services") -> None:
    """Import every module of the answers, which registers what they hold."""
    root = importlib.import_module(package)
    for module in pkgutil.iter_modules(root.__path__):
        importlib.import_module(f"{package}.{module.name}")
