"""AWS STS: who am I, and sessions of roles that exist, in accounts that are open, for callers that the trust allows."""

import secrets
import string
from datetime import timedelta
from typing import Any

from orgwarden.demo import roles
from orgwarden.demo.calls import Call, Caller, account_in
from orgwarden.demo.documents import allows
from orgwarden.demo.organization import now
from orgwarden.demo.refusals import AwsError
from orgwarden.demo.registry import Result, answers
from orgwarden.demo.state import Demo

SERVICE = "sts"
HOUR, SHORTEST, LONGEST = 3600, 900, 43200


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


@answers(SERVICE, "GetSessionToken")
def get_session_token(demo: Demo, call: Call) -> Result:
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


def _role(demo: Demo, call: Call) -> roles.Role:
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
