"""Asks trusted services whether they work in the organization: trusted access alone lets a service in, no more.

Only services that plainly say so are asked, and only those that are trusted. RAM, Config, Backup, Access Analyzer and
others have no such word (2026-10), so nothing is recorded of them. Where a service is set up Region by Region, one
Region where it works is enough, and that it works nowhere is known only when every Region has said so.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from orgwarden.collect import activation_answers as answers
from orgwarden.collect import iam_answers
from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.api import STRANGE, Api, Missing
from orgwarden.collect.batches import gap, read_in_batches
from orgwarden.collect.searching import Regions, first_found
from orgwarden.collect.sessions import REGION, Aws
from orgwarden.errors import RetryLater, SkipAndNote
from orgwarden.model import EVERYTHING
from orgwarden.parts.delegation import ACTIVATIONS, TRUSTED_SERVICES, Activation
from orgwarden.snapshot import Page, Staging, merged

ALONE = "the service tells it to the management account alone"
OWN_SETTING = "the setting is the management account's own"
ELSEWHERE = "asked as the management account where the service is not delegated to the collecting account"
MULTI = "member.org.stacksets.cloudformation.amazonaws.com"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """How one trusted service is asked.

    ``why`` says why only the management account may ask; empty: the service's delegated administrator may, too, with
    ``as_delegate`` beside ``params``. ``never`` are the error codes by which the service says that it is not activated.
    """

    service: str
    operation: str
    shape: type[answers.Said]
    why: str = ""
    region: str = REGION
    is_regional: bool = False
    params: Mapping[str, object] = field(default_factory=dict)
    as_delegate: Mapping[str, object] = field(default_factory=dict)
    never: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Give the operation with its service, as actions are named."""
        return f"{self.service}:{self.operation}"


def _by_administrators(service: str, shape: type[answers.Said]) -> Question:
    """Ask a service who administers it in the organization: where nobody does, it works in no Region."""
    return Question(
        service=service, operation="ListOrganizationAdminAccounts", shape=shape, why=ALONE, is_regional=True
    )


STACK_SETS = Question(
    service="cloudformation",
    operation="DescribeOrganizationsAccess",
    shape=answers.DescribeOrganizationsAccess,
    as_delegate={"CallAs": "DELEGATED_ADMIN"},
)
QUESTIONS: Mapping[str, Question] = {
    "stacksets.cloudformation.amazonaws.com": STACK_SETS,
    MULTI: STACK_SETS,
    "compute-optimizer.amazonaws.com": Question(
        service="compute-optimizer", operation="GetEnrollmentStatus", shape=answers.GetEnrollmentStatus, why=ALONE
    ),
    "cost-optimization-hub.bcm.amazonaws.com": Question(
        service="cost-optimization-hub",
        operation="ListEnrollmentStatuses",
        shape=answers.ListEnrollmentStatuses,
        params={"includeOrganizationInfo": True},
    ),
    "detective.amazonaws.com": _by_administrators("detective", answers.ListDetectiveAdministrators),
    "fms.amazonaws.com": Question(
        service="fms",
        operation="GetAdminAccount",
        shape=answers.GetAdminAccount,
        never=("ResourceNotFoundException",),
    ),
    "guardduty.amazonaws.com": _by_administrators("guardduty", answers.ListGuardDutyAdministrators),
    "health.amazonaws.com": Question(
        service="health",
        operation="DescribeHealthServiceStatusForOrganization",
        shape=answers.DescribeHealthServiceStatusForOrganization,
        why=ALONE,
    ),
    "iam.amazonaws.com": Question(
        service="iam",
        operation="ListOrganizationsFeatures",
        shape=answers.ListOrganizationsFeatures,
        never=iam_answers.NONE_ON,
    ),
    "inspector2.amazonaws.com": Question(
        service="inspector2",
        operation="ListDelegatedAdminAccounts",
        shape=answers.ListInspectorAdministrators,
        is_regional=True,
    ),
    "license-manager.amazonaws.com": Question(
        service="license-manager",
        operation="GetServiceSettings",
        shape=answers.GetLicenseSettings,
        why=OWN_SETTING,
        is_regional=True,
    ),
    "macie.amazonaws.com": _by_administrators("macie2", answers.ListMacieAdministrators),
    "networkmanager.amazonaws.com": Question(
        service="networkmanager",
        operation="ListOrganizationServiceAccessStatus",
        shape=answers.ListOrganizationServiceAccessStatus,
        region="us-west-2",
    ),
    "notifications.amazonaws.com": Question(
        service="notifications",
        operation="GetNotificationsAccessForOrganization",
        shape=answers.GetNotificationsAccessForOrganization,
    ),
    "observabilityadmin.amazonaws.com": Question(
        service="observabilityadmin",
        operation="GetTelemetryEvaluationStatusForOrganization",
        shape=answers.GetTelemetryEvaluationStatusForOrganization,
        is_regional=True,
    ),
    "resource-explorer-2.amazonaws.com": Question(
        service="resource-explorer-2",
        operation="GetAccountLevelServiceConfiguration",
        shape=answers.GetAccountLevelServiceConfiguration,
        why=ALONE,
    ),
    "securityhub.amazonaws.com": _by_administrators("securityhub", answers.ListSecurityHubAdministrators),
    "servicecatalog.amazonaws.com": Question(
        service="servicecatalog",
        operation="GetAWSOrganizationsAccessStatus",
        shape=answers.GetAWSOrganizationsAccessStatus,
    ),
    "servicequotas.amazonaws.com": Question(
        service="service-quotas",
        operation="GetAssociationForServiceQuotaTemplate",
        shape=answers.GetAssociationForServiceQuotaTemplate,
        why=OWN_SETTING,
        never=("AWSServiceAccessNotEnabledException", "ServiceQuotaTemplateNotInUseException"),
    ),
    "wellarchitected.amazonaws.com": Question(
        service="wellarchitected",
        operation="GetGlobalSettings",
        shape=answers.GetGlobalSettings,
        why=OWN_SETTING,
        is_regional=True,
    ),
}
# The principal under which each question's service is delegated; of StackSets it is the latter.
ADMINISTERED = {question.name: principal for principal, question in QUESTIONS.items() if not question.why}
ACTIONS: tuple[Action, ...] = (
    *(action for name, principal in ADMINISTERED.items() for action in called((name,), delegated=principal)),
    *dict.fromkeys(
        action
        for question in QUESTIONS.values()
        for action in called((question.name,), side=Side.MANAGEMENT, why=question.why or ELSEWHERE)
    ),
)


def read_activations(staging: Staging, *, aws: Aws, management: str, regions: Regions) -> None:
    """Stage what the trusted services say of themselves; ``regions`` gives those that are on, asked for only if needed.

    Where the trusted services are not all known, neither are the activations.
    """
    rows, gaps = merged(staging.all_pages())
    if (TRUSTED_SERVICES.name, EVERYTHING) in gaps:
        cause = gaps[TRUSTED_SERVICES.name, EVERYTHING]
        staging.put("activations-lost", 1, gap(ACTIVATIONS, EVERYTHING, cause))
    asked = sorted(QUESTIONS.keys() & rows.get(TRUSTED_SERVICES, {}).keys())
    read_in_batches(staging, "activations", asked, lambda principal: _said(aws, principal, management, regions))


def _said(aws: Aws, principal: str, management: str, regions: Regions) -> Page:
    question = QUESTIONS[principal]
    try:
        activated = _is_activated(aws, principal, management, regions)
    except (SkipAndNote, RetryLater) as error:
        # A service that cannot be reached costs its own answer, and not the whole reading.
        return gap(ACTIVATIONS, principal, str(error))
    return Page(rows={ACTIVATIONS: {principal: Activation(activated=activated, said_by=question.name)}})


def _is_activated(aws: Aws, principal: str, management: str, regions: Regions) -> bool:
    question = QUESTIONS[principal]

    def ask(region: str) -> bool | None:
        api = _api(aws, principal, management, region)
        return _asked(api, question, _params(aws, principal, management), STRANGE) or None

    if question.is_regional:
        return first_found(question.service, ask, regions) is not None
    api = _api(aws, principal, management, question.region)
    try:
        return _asked(api, question, _params(aws, principal, management), question.never)
    except Missing:
        return False


def _asked(api: Api, question: Question, params: Mapping[str, object], missing: Collection[str]) -> bool:
    return api.call(question.operation, question.shape, missing=missing, **params).activated


def _api(aws: Aws, principal: str, management: str, region: str) -> Api:
    question = QUESTIONS[principal]
    if question.why:
        return aws.management(question.service, management, region)
    return aws.delegated(question.service, principal, management, region)


def _params(aws: Aws, principal: str, management: str) -> Mapping[str, object]:
    """Give the parameters, with those by which some services want a delegated administrator to say that it is one."""
    question = QUESTIONS[principal]
    as_delegate = question.as_delegate and aws.caller != management and principal in aws.administers()
    return {**question.params, **question.as_delegate} if as_delegate else question.params
