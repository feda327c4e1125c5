"""Who may call AWS Organizations: the management account, delegated administrators, and whom the owners allow.

Beside them, what a session of AssumeRoot may do: its task and nothing else, in whatever service.

AWS documents the reads of a delegated administrator in its guide under "Delegated administrator for AWS services",
and what a resource policy can grant under "Delegated administrator for AWS Organizations".
"""

from orgwarden.demo import aws_policies
from orgwarden.demo.calls import Call
from orgwarden.demo.documents import allows, denies
from orgwarden.demo.organization import MANAGEMENT_ID, SCP, Organization
from orgwarden.demo.refusals import AwsError

OPEN_TO_ALL = frozenset({"DescribeOrganization", "DescribeEffectivePolicy", "ListHandshakesForAccount"})
# Whoever is in no organization yet answers an invitation into one.
OPEN_TO_OUTSIDERS = frozenset({"AcceptHandshake", "DeclineHandshake", "DescribeHandshake", "ListHandshakesForAccount"})
READS = OPEN_TO_ALL | {
    "DescribeAccount",
    "DescribeCreateAccountStatus",
    "DescribeHandshake",
    "DescribeOrganizationalUnit",
    "DescribePolicy",
    "DescribeResourcePolicy",
    "ListAccounts",
    "ListAccountsForParent",
    "ListAWSServiceAccessForOrganization",
    "ListChildren",
    "ListCreateAccountStatus",
    "ListDelegatedAdministrators",
    "ListDelegatedServicesForAccount",
    "ListHandshakesForOrganization",
    "ListOrganizationalUnitsForParent",
    "ListParents",
    "ListPolicies",
    "ListPoliciesForTarget",
    "ListRoots",
    "ListTagsForResource",
    "ListTargetsForPolicy",
}
# Of what a session of AssumeRoot may do, the operation whose action has another name.
ACTIONS = {("s3", "ListBuckets"): "s3:ListAllMyBuckets"}
GRANTABLE = READS | {
    "AttachPolicy",
    "CreatePolicy",
    "DeletePolicy",
    "DetachPolicy",
    "DisablePolicyType",
    "EnablePolicyType",
    "TagResource",
    "UntagResource",
    "UpdatePolicy",
}
DENIED = "You don't have permissions to access this resource."
WHO_AM_I = ("sts", "GetCallerIdentity")
# Services whose code for a denial is the shorter one.
SHORT_CODES = frozenset({"iam", "s3", "sts"})
NOT_IN_USE = "Your account is not a member of an organization."


def refuse_unless_allowed(organization: Organization, call: Call) -> None:
    """Raise what AWS answers to a caller that may not make this call."""
    if call.caller.task:
        raise AwsError("AccessDeniedException", DENIED)
    if call.caller.account not in organization.accounts:
        if call.operation in OPEN_TO_OUTSIDERS:
            return
        raise AwsError("AWSOrganizationsNotInUseException", NOT_IN_USE)
    if not may_call(organization, call):
        raise AwsError("AccessDeniedException", DENIED)


def refuse_beyond_task(organization: Organization, call: Call) -> None:
    """Raise what AWS answers to a session of AssumeRoot for a call beyond its task, or one that an SCP denies root."""
    if not call.caller.task or (call.service, call.operation) == WHO_AM_I:
        return
    code = "AccessDenied" if call.service in SHORT_CODES else "AccessDeniedException"
    action = ACTIONS.get((call.service, call.operation), f"{call.service}:{call.operation}")
    text = f"User: {call.caller.arn} is not authorized to perform: {action} on resource: {call.caller.arn} with an"
    if not aws_policies.task_allows(call.caller.task, action):
        raise AwsError(code, f"{text} explicit deny in a session policy")
    if _is_denied(organization, call, action):
        raise AwsError(code, f"{text} explicit deny in a service control policy")


def _is_denied(organization: Organization, call: Call, action: str) -> bool:
    step = call.caller.account if SCP in organization.policy_types else ""
    resource, context = _resource(call), _context(organization, call)
    while step in organization.attached:
        attached = organization.attached_of(step, SCP)
        if any(denies(policy.content, action, resource, context) for policy in attached):
            return True
        step = organization.parent_of(step)
    return False


def _resource(call: Call) -> str:
    """Give the ARN of what a session of AssumeRoot asks about; what is about no resource is about ``*``."""
    if call.of("Bucket"):
        return f"arn:aws:s3:::{call.of('Bucket')}"
    if call.of("QueueUrl"):
        return f"arn:aws:sqs:{call.region}:{':'.join(call.of('QueueUrl').split('/')[-2:])}"
    is_about_root = call.service == "iam" and call.operation != "GetAccountSummary"
    return call.caller.arn if is_about_root else "*"


def _context(organization: Organization, call: Call) -> dict[str, str]:
    """Give what AWS tells of a request that a session of AssumeRoot makes."""
    return {
        "aws:assumedroot": "true",
        "aws:principalaccount": call.caller.account,
        "aws:principalarn": call.caller.arn,
        "aws:principalisawsservice": "false",
        "aws:principalorgid": organization.id,
        "aws:principaltype": "Account",
        "aws:requestedregion": call.region,
        "aws:resourceaccount": call.caller.account,
        "aws:securetransport": "true",
        "aws:userid": call.caller.account,
        "aws:viaawsservice": "false",
    }


def may_call(organization: Organization, call: Call) -> bool:
    """Decide whether the caller's account may make an Organizations call."""
    account = organization.accounts[call.caller.account]
    if account.closed:
        return False
    if account.id == MANAGEMENT_ID or call.operation in OPEN_TO_ALL:
        return True
    if account.id in organization.delegated and call.operation in READS:
        return True
    return call.operation in GRANTABLE and _granted(organization, call)


def _granted(organization: Organization, call: Call) -> bool:
    if organization.resource_policy is None:
        return False
    context = {
        "organizations:policytype": call.of("PolicyType") or call.of("Type") or call.of("Filter"),
        "aws:principalaccount": call.caller.account,
        "aws:principalarn": call.caller.role_arn or call.caller.arn,
        "aws:principalorgid": organization.id,
    }
    known = {key: value for key, value in context.items() if value}
    return allows(organization.resource_policy, call.caller, f"organizations:{call.operation}", known)
