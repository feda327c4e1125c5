"""AWS's own managed policies, in every account and at no cost to those that use none.

moto ships their documents and can load all of them into each account, which takes 40 ms and a megabyte for each: here
an account gets one when somebody names it.
"""

import functools
import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend, iam_backends

PREFIX = "arn:aws:iam::aws:policy/"
TASK_PATH = "/root-task/"


@functools.cache
def catalog() -> Mapping[str, tuple[str, Mapping[str, Any]]]:
    """Give name and description of every AWS managed policy by its ARN."""
    known: dict[str, dict[str, Any]] = json.loads(aws_managed_policies_data)
    return {f"{PREFIX[:-1]}{told['Path']}{name}": (name, told) for name, told in known.items()}


def offer(account: str, arn: str) -> None:
    """Put an AWS managed policy where IAM of an account finds it; what is none is left to IAM to refuse."""
    backend = iam_backends[account]["aws"]
    if arn in catalog() and arn not in backend.managed_policies:
        _add(backend, arn)


def offer_all(account: str) -> None:
    """Put all of them where IAM of an account finds them."""
    for arn in catalog():
        offer(account, arn)


def _add(backend: IAMBackend, arn: str) -> None:
    name, told = catalog()[arn]
    policy = AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, dict(told))
    backend.managed_policies[arn] = policy
    backend.aws_managed_policies.append(policy)


def is_task(arn: str) -> bool:
    """Say whether a policy is one of those to which AssumeRoot limits a session."""
    return arn in catalog() and catalog()[arn][1]["Path"] == TASK_PATH


def task_allows(task: str, action: str) -> bool:
    """Say whether a session that is limited to a task policy may do an action; the policies deny all but their task."""
    denials = (told for told in catalog()[task][1]["Document"]["Statement"] if "NotAction" in told)
    return all(any(fnmatchcase(action.lower(), wanted.lower()) for wanted in told["NotAction"]) for told in denials)
