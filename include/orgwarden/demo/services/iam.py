"""AWS IAM: moto's answers, in one place where they can be put right, and what moto leaves out.

moto is asked in process, under the lock of the demo organization, and its answer is read back as AWS's model says: so
an answer here may take it as it is, change it, or refuse before it is made.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from botocore.parsers import create_parser
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionContext, ActionResult
from moto.core.serialize import get_serializer_class
from moto.core.utils import camelcase_to_underscores
from moto.iam.models import iam_backends
from moto.iam.responses import IamResponse

from orgwarden.demo import access, aws_policies, registry
from orgwarden.demo.calls import Call
from orgwarden.demo.organization import now
from orgwarden.demo.paging import Paging, page, refusing
from orgwarden.demo.refusals import AwsError, not_implemented
from orgwarden.demo.registry import Answerer, Result
from orgwarden.demo.state import Demo
from orgwarden.demo.wire import model_of

SERVICE = "iam"
PAGING = Paging(mark="Marker", size="MaxItems", usual=100, largest=1000, refused=refusing("ValidationError"))
MOST_SERVICE_CREDENTIALS = 2
SERVICES = {"bedrock.amazonaws.com", "cassandra.amazonaws.com", "codecommit.amazonaws.com", "logs.amazonaws.com"}
# Of these a secret is answered instead of a user name and a password.
WITH_SECRET = {"bedrock.amazonaws.com", "logs.amazonaws.com"}
DETAILS = {
    "User": "UserDetailList",
    "Role": "RoleDetailList",
    "Group": "GroupDetailList",
    "LocalManagedPolicy": "Policies",
    "AWSManagedPolicy": "Policies",
}


def answers(*operations: str) -> Callable[[Answerer], Answerer]:
    """Register an answer of IAM, which a session of AssumeRoot gets for its task alone."""

    def register(answerer: Answerer) -> Answerer:
        @functools.wraps(answerer)
        def guarded(demo: Demo, call: Call) -> Result:
            access.refuse_beyond_task(demo.organization, call)
            return answerer(demo, call)

        registry.answers(SERVICE, *operations)(guarded)
        return answerer

    return register


class _Moto(IamResponse):
    """moto's IAM, asked with a call in the place of an HTTP request."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self.current_account, self.region, self.partition = call.caller.account, call.region, "aws"
        self.params, self.uri_match = call.parameters, {}
        self.headers, self.querystring, self.data = {}, {}, {}


def asked_of_moto(call: Call) -> dict[str, Any]:
    """Give moto's answer to a call; raises what moto refuses, and NotImplementedByDemo for what moto lacks."""
    moto = _Moto(call)
    operation = model_of(SERVICE).operation_model(call.operation)
    method: Callable[[], ActionResult] | None = getattr(moto, camelcase_to_underscores(call.operation), None)
    if method is None:
        raise not_implemented(SERVICE, call.operation)
    serializer = get_serializer_class(SERVICE, "query")
    try:
        made = method().execute_result(ActionContext(model_of(SERVICE), operation, serializer, moto))
    except ServiceException as refused:
        raise AwsError(refused.code, str(refused.message)) from refused
    except NotImplementedError as lacking:
        raise not_implemented(SERVICE, call.operation) from lacking
    except Exception as error:
        # moto checks little of what it is asked, and crashes at the rest: told as a crash of any other of its services.
        raise AwsError("InternalFailure", f"moto failed at {SERVICE}:{call.operation}: {error!r}") from error
    status, headers, body = made
    answer = {"status_code": status, "headers": headers, "body": body.encode() if isinstance(body, str) else body}
    told: dict[str, Any] = create_parser("query").parse(answer, operation.output_shape)
    told.pop("ResponseMetadata", None)
    return told


def user_of(call: Call) -> str:
    """Give the user that a call is about: the one it names, else the user who calls; refuses others as AWS does."""
    kind, _, name = call.caller.arn.rpartition(":")[2].partition("/")
    own = name.rpartition("/")[2]
    if call.of("UserName"):
        return call.of("UserName")
    if kind == "user" and own in iam_backends[call.caller.account]["aws"].users:
        return own
    raise AwsError("ValidationError", "Must specify userName when calling with non-User credentials")


def naming_user(call: Call) -> Call:
    """Give a call with the user that it is about."""
    return replace(call, parameters={**call.parameters, "UserName": user_of(call)})


def paged(call: Call, key: str, items: Sequence[Any]) -> dict[str, Any]:
    """Answer one page of items as IAM makes them."""
    answer = page(call, key, items, lambda item: item, by=PAGING)
    return {**answer, "IsTruncated": PAGING.mark in answer}


@answers(*model_of(SERVICE).operation_names)
def answer_as_moto(_: Demo, call: Call) -> Result:
    return asked_of_moto(call)


@answers("CreateAccessKey", "UpdateAccessKey", "UpdateSigningCertificate", "UploadSigningCertificate")
def answer_about_user(_: Demo, call: Call) -> Result:
    return asked_of_moto(naming_user(call))


# -- AWS's managed policies


@answers(
    "AttachGroupPolicy",
    "AttachRolePolicy",
    "AttachUserPolicy",
    "GetPolicy",
    "GetPolicyVersion",
    "ListEntitiesForPolicy",
    "ListPolicyTags",
    "ListPolicyVersions",
)
def answer_about_policy(_: Demo, call: Call) -> Result:
    arn = call.of("PolicyArn")
    aws_policies.offer(call.caller.account, arn)
    if call.operation.startswith("Attach") and arn in aws_policies.catalog() and aws_policies.is_task(arn):
        raise AwsError("PolicyNotAttachable", f"Policy {arn} can only be used by sts:AssumeRoot.")
    return asked_of_moto(call)


@answers("ListPolicies")
def list_policies(_: Demo, call: Call) -> Result:
    if call.of("Scope") != "Local" and call.parameters.get("OnlyAttached") is not True:
        aws_policies.offer_all(call.caller.account)
    return asked_of_moto(call)


@answers("GetAccountAuthorizationDetails")
def get_account_authorization_details(demo: Demo, call: Call) -> Result:
    account, told = call.caller.account, asked_of_moto(call)
    for user in told.get("UserDetailList") or []:
        _bound(demo, account, user)
    told["Policies"] = [_named(account, it) for it in told.get("Policies") or [] if _is_in_use(it)]
    listed = [(key, one) for key in dict.fromkeys(DETAILS.values()) for one in told.get(key) or []]
    told_here = paged(call, "all", listed)
    answer = {key: [one for its, one in told_here["all"] if its == key] for key in DETAILS.values()}
    return {**answer, **{key: value for key, value in told_here.items() if key != "all"}}


def _named(account: str, policy: dict[str, Any]) -> dict[str, Any]:
    """Add the name and the id, which moto leaves out of the details."""
    known = iam_backends[account]["aws"].managed_policies[policy["Arn"]]
    return {**policy, "PolicyName": known.name, "PolicyId": known.id}


def _is_in_use(policy: Mapping[str, Any]) -> bool:
    used = policy.get("AttachmentCount") or policy.get("PermissionsBoundaryUsageCount")
    return bool(used) or not str(policy["Arn"]).startswith(aws_policies.PREFIX)


# -- users


@answers("PutUserPermissionsBoundary")
def put_user_boundary(demo: Demo, call: Call) -> Result:
    account, arn = call.caller.account, call.of("PermissionsBoundary")
    aws_policies.offer(account, arn)
    if arn not in iam_backends[account]["aws"].managed_policies:
        raise AwsError("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.")
    demo.boundaries[account, _known_user(account, call.of("UserName"))] = arn
    return None


@answers("DeleteUserPermissionsBoundary")
def delete_user_boundary(demo: Demo, call: Call) -> Result:
    if demo.boundaries.pop((call.caller.account, call.of("UserName")), None) is None:
        raise AwsError("NoSuchEntity", f"The user {call.of('UserName')} has no permissions boundary.")
    return None


@answers("DeleteUser")
def delete_user(demo: Demo, call: Call) -> Result:
    account, name = call.caller.account, call.of("UserName")
    if any(it["UserName"] == name for it in demo.service_credentials.get(account, [])):
        raise AwsError("DeleteConflict", "Cannot delete entity, must delete service specific credentials first.")
    told = asked_of_moto(call)
    demo.boundaries.pop((account, name), None)
    return told


def bounded(demo: Demo, call: Call, told: dict[str, Any]) -> dict[str, Any]:
    """Add the permissions boundary to what moto answers about a user."""
    _bound(demo, call.caller.account, told["User"])
    return told


def _bound(demo: Demo, account: str, user: dict[str, Any]) -> None:
    arn = demo.boundaries.get((account, user["UserName"]))
    if arn:
        user["PermissionsBoundary"] = {
            "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
            "PermissionsBoundaryArn": arn,
        }


def _known_user(account: str, name: str) -> str:
    if name not in iam_backends[account]["aws"].users:
        raise AwsError("NoSuchEntity", f"The user with name {name} cannot be found.")
    return name


# -- service specific credentials


@answers("CreateServiceSpecificCredential")
def create_service_credential(demo: Demo, call: Call) -> Result:
    account, service = call.caller.account, call.of("ServiceName")
    user, held = _known_user(account, call.of("UserName")), demo.service_credentials.setdefault(account, [])
    if service not in SERVICES:
        raise AwsError("NotSupportedService", f"No such service {service} is supported.")
    number = len([it for it in held if (it["UserName"], it["ServiceName"]) == (user, service)])
    if number == MOST_SERVICE_CREDENTIALS:
        raise AwsError("LimitExceeded", "Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2")
    days = call.parameters.get("CredentialAgeDays")
    alias = f"{user}-{number + 1}-at-{account}"
    made = {
        "UserName": user,
        "ServiceName": service,
        "Status": "Active",
        "CreateDate": now(),
        "ServiceSpecificCredentialId": f"ACCADEMO{demo.organization.fresh(13).upper()}",
        **({"ServiceCredentialAlias": alias} if service in WITH_SECRET else {"ServiceUserName": alias}),
        **({"ExpirationDate": now() + timedelta(days=int(days))} if days else {}),
    }
    held.append(made)
    secret = "ServiceCredentialSecret" if service in WITH_SECRET else "ServicePassword"
    return {"ServiceSpecificCredential": {**made, secret: "shown-once"}}


@answers("ListServiceSpecificCredentials")
def list_service_credentials(demo: Demo, call: Call) -> Result:
    account, service = call.caller.account, call.of("ServiceName")
    user = "" if call.parameters.get("AllUsers") is True else _known_user(account, user_of(call))
    if service and service not in SERVICES:
        raise AwsError("NotSupportedService", f"No such service {service} is supported.")
    held = demo.service_credentials.get(account, [])
    found = [it for it in held if user in ("", it["UserName"]) and service in ("", it["ServiceName"])]
    return paged(call, "ServiceSpecificCredentials", found)


@answers("UpdateServiceSpecificCredential")
def update_service_credential(demo: Demo, call: Call) -> Result:
    _service_credential(demo, call)["Status"] = call.of("Status")
    return None


@answers("DeleteServiceSpecificCredential")
def delete_service_credential(demo: Demo, call: Call) -> Result:
    held = _service_credential(demo, call)
    demo.service_credentials[call.caller.account].remove(held)
    return None


def _service_credential(demo: Demo, call: Call) -> dict[str, Any]:
    user, id_ = user_of(call), call.of("ServiceSpecificCredentialId")
    for held in demo.service_credentials.get(call.caller.account, []):
        if (held["UserName"], held["ServiceSpecificCredentialId"]) == (user, id_):
            return held
    raise AwsError("NoSuchEntity", f"The service specific credential {id_} cannot be found.")
