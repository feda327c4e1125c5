"""AWS STS: who am I, and sessions of roles and root users.

A role must exist, in an account that is open, and its trust policy allow the caller. A member's root user is taken by
the management account or IAM's delegated administrator, for one task, while the organization manages root users.
"""

import secrets
import string
from datetime import timedelta
from typing import Any

from orgwarden.demo import aws_policies, roles
from orgwarden.demo.calls import Call, Caller, account_in
from orgwarden.demo.documents import allows
from orgwarden.demo.organization import MANAGEMENT_ID, now
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.root_users import CREDENTIALS, SESSIONS
from orgwarden.demo.services.root import SERVICE_PRINCIPAL, administers_root_users
from orgwarden.demo.state import Demo

SERVICE = "sts"
HOUR, SHORTEST, LONGEST, ROOT_LONGEST = 3600, 900, 43200, 900


@answers(SERVICE, "GetCallerIdentity")
def get_caller_identity(_: Demo, call: Call) -> Result:
    return {"Account": call.caller.account, "Arn": call.caller.arn, "UserId": call.caller.user_id}


@answers(SERVICE, "AssumeRole")
def assume_role(demo: Demo, call: Call) -> Result:
    role = _role(demo, call)
    account, session, seconds = account_in(role.arn), call.of("RoleSessionName"), _seconds(call)
    name = role.arn.rpartition("/")[2]
    caller = Caller(
        account=account,
        arn=f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        user_id=f"{role.id}:{session}",
        role_arn=role.arn,
    )
    user = {"AssumedRoleId": caller.user_id, "Arn": caller.arn}
    return {"Credentials": minted(demo, caller, seconds), "AssumedRoleUser": user}


@answers(SERVICE, "AssumeRoot")
def assume_root(demo: Demo, call: Call) -> Result:
    task = str((call.parameters.get("TaskPolicyArn") or {}).get("arn", ""))
    seconds = int(call.parameters.get("DurationSeconds", ROOT_LONGEST))
    if not aws_policies.is_task(task):
        raise AwsError("ValidationError", f"{task} is not a policy of a privileged root task.")
    if not 0 <= seconds <= ROOT_LONGEST:
        raise AwsError("ValidationError", f"The requested DurationSeconds {seconds} exceeds {ROOT_LONGEST}.")
    account = _root_target(demo, call, task)
    caller = Caller(account=account, arn=f"arn:aws:iam::{account}:root", user_id=account, task=task)
    return {"Credentials": minted(demo, caller, seconds)}


def _root_target(demo: Demo, call: Call, task: str) -> str:
    organization, target = demo.organization, call.of("TargetPrincipal")
    id_ = account_in(target)
    account = organization.accounts.get(id_)
    feature = CREDENTIALS if task.rpartition("/")[2].startswith("IAM") else SESSIONS
    allowed = (
        administers_root_users(demo, call.caller.account)
        and not call.caller.arn.endswith(":root")
        and SERVICE_PRINCIPAL in organization.services
        and feature in demo.root_users.features
        and target in (id_, f"arn:aws:iam::{id_}:root")
    )
    if not allowed or account is None or not account.usable or account.id == MANAGEMENT_ID:
        text = f"User: {call.caller.arn} is not authorized to perform: sts:AssumeRoot on resource: {target}"
        raise AwsError("AccessDenied", text)
    return account.id


@answers(SERVICE, "GetSessionToken")
def get_session_token(demo: Demo, call: Call) -> Result:
    _refuse_root(call)
    seconds = int(call.parameters.get("DurationSeconds") or LONGEST)
    return {"Credentials": minted(demo, call.caller, seconds)}


def minted(demo: Demo, caller: Caller, seconds: int) -> dict[str, Any]:
    """Hand out temporary credentials; later calls with them come from ``caller``."""
    letters = string.ascii_uppercase + string.digits
    key = "ASIA" + "".join(secrets.choice(letters) for _ in range(16))
    demo.keys[key] = caller
    return {
        "AccessKeyId": key,
        "SecretAccessKey": secrets.token_urlsafe(30),
        "SessionToken": secrets.token_urlsafe(120),
        "Expiration": now() + timedelta(seconds=seconds),
    }


def _refuse_root(call: Call) -> None:
    if call.caller.task:
        text = f"User: {call.caller.arn} is not authorized to perform: sts:{call.operation} with an explicit deny"
        raise AwsError("AccessDenied", f"{text} in a session policy")


def _role(demo: Demo, call: Call) -> roles.Role:
    _refuse_root(call)
    arn = call.of("RoleArn")
    account = demo.account(account_in(arn))
    role = roles.find(account.id, arn) if account is not None and account.usable else None
    context = {"sts:externalid": call.of("ExternalId"), "aws:principalaccount": call.caller.account}
    context |= {"aws:principalorgid": demo.organization.id, "aws:principalarn": call.caller.role_arn or call.caller.arn}
    known = {key: value for key, value in context.items() if value}
    if role is None or not allows(role.trust, call.caller, "sts:AssumeRole", known):
        text = f"User: {call.caller.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}"
        raise AwsError("AccessDenied", text)
    return role


def _seconds(call: Call) -> int:
    seconds = int(call.parameters.get("DurationSeconds") or HOUR)
    longest = HOUR if call.caller.role_arn else LONGEST
    if not SHORTEST <= seconds <= longest:
        text = f"The requested DurationSeconds {seconds} is outside {SHORTEST} to {longest} seconds for this caller."
        raise AwsError("ValidationError", text)
    return seconds
