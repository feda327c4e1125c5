"""Corrects answers of moto where they differ from AWS's: moto answers, and a function here changes what it answered.

Answering such an operation whole would mean to rebuild what moto keeps; a correction says only what moto gets wrong.
"""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.parsers import create_parser

from orgwarden.demo.calls import Call
from orgwarden.demo.state import Demo
from orgwarden.demo.wire import Answer, Asked

Answered = dict[str, Any]
Amender = Callable[[Demo, Call, Answered], Mapping[str, Any]]

AMENDS: dict[tuple[str, str], Amender] = {}
FIRST_REFUSAL = 300


def amends(service: str, *operations: str) -> Callable[[Amender], Amender]:
    """Register a function that corrects what moto answers to operations of a service, named as boto3 names its client.

    It gets the answer as boto3 would give it, may refuse by ``AwsError``, and gives the answer that is sent.
    """

    def register(amender: Amender) -> Amender:
        for operation in operations:
            AMENDS[service, operation] = amender
        return amender

    return register


def parsed(request: Asked, answer: Answer) -> Answered | None:
    """Read an answer as boto3 would; nothing where it is a refusal."""
    if request.operation is None or answer.status >= FIRST_REFUSAL:
        return None
    response = {"body": answer.body, "headers": dict(answer.headers), "status_code": answer.status}
    parser = create_parser(str(request.model.resolved_protocol))
    told: Answered = parser.parse(response, request.operation.output_shape)
    told.pop("ResponseMetadata", None)
    return told
