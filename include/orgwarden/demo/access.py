"""Who may call AWS Organizations: the management account, delegated administrators, and whom the owners allow.

AWS documents the reads of a delegated administrator in its guide under "Delegated administrator for AWS services",
and what a resource policy can grant under "Delegated administrator for AWS Organizations".
"""

from orgwarden.demo.calls import Call
from orgwarden.demo.documents import allows
from orgwarden.demo.organization import MANAGEMENT_ID, Organization
from orgwarden.demo.refusals import AwsError

OPEN_TO_ALL = frozenset({"DescribeOrganization", "DescribeEffectivePolicy", "ListHandshakesForAccount"})
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
NOT_IN_USE = "Your account is not a member of an organization."


def refuse_unless_allowed(organization: Organization, call: Call) -> None:
    """Raise what AWS answers to a caller that may not make this call."""
    if call.caller.account not in organization.accounts:
        raise AwsError("AWSOrganizationsNotInUseException", NOT_IN_USE)
    if not may_call(organization, call):
        raise AwsError("AccessDeniedException", DENIED)


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
