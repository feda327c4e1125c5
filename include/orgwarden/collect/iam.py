"""What IAM tells of the management account: its users, groups, roles, their policies, and its identity providers.

One call gives nearly all of it, many things a page. What names an address is masked in names, ARNs and documents
alike, so that what belongs together still does.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from orgwarden.aws.mailboxes import read_mailbox
from orgwarden.collect import iam_answers as answers
from orgwarden.collect.api import Api
from orgwarden.collect.batches import gap
from orgwarden.collect.policy_texts import policy_text
from orgwarden.errors import SkipAndNote
from orgwarden.model import EVERYTHING, Part
from orgwarden.parts.access import (
    IAM_GROUPS,
    IAM_ROLES,
    IAM_USERS,
    IDENTITY_PROVIDERS,
    MANAGED_POLICIES,
    PERMISSION_SETS,
    Granted,
    IamUser,
    PermissionSet,
    Role,
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page, Rows, merged, whole_part_gaps

S = TypeVar("S", bound=BaseModel)
UNPARSABLE = "iam:GetAccountAuthorizationDetails gave a thing that does not parse"
UNPARSABLE_POLICY = "iam:GetPolicyVersion gave a policy that does not parse"
DETAILED = (IAM_USERS, IAM_GROUPS, IAM_ROLES, MANAGED_POLICIES)
# Documents make things large: fewer a page than the 1000 that AWS allows.
A_PAGE = 500
# Keys of tags that tell a user's address, in lower case.
ADDRESS_TAGS = frozenset({"email", "e-mail", "mail"})


def details(api: Api, veil: Veil) -> Page:
    """Read users, groups, roles and managed policies; where the pages break off, the rest of each part is a gap."""
    pages: list[answers.GetAccountAuthorizationDetails] = []
    gaps: dict[tuple[str, str], str] = {}
    try:
        shape = answers.GetAccountAuthorizationDetails
        listing = api.pages("GetAccountAuthorizationDetails", shape, tokens=answers.TOKENS, MaxItems=A_PAGE)
        pages.extend(page for page, _ in listing)
    except SkipAndNote as error:
        gaps = whole_part_gaps(DETAILED, error.cause)
    rows, unread = merged(_page(page, _arns(pages, veil), veil) for page in pages)
    return Page(rows=rows, gaps={**gaps, **unread})


def _arns(pages: Iterable[answers.GetAccountAuthorizationDetails], veil: Veil) -> dict[str, str]:
    """Give the ARN of each group by its name, for users name theirs by name alone."""
    groups = (raw for page in pages for raw in page.GroupDetailList)
    return {str(raw.get("GroupName")): veil.text(str(raw.get("Arn"))) for raw in groups}


def _page(page: answers.GetAccountAuthorizationDetails, groups: Mapping[str, str], veil: Veil) -> Page:
    rows, gaps = merged(
        [
            _each(IAM_USERS, page.UserDetailList, answers.UserDetail, lambda one: iam_user(one, groups, veil), veil),
            _each(IAM_GROUPS, page.GroupDetailList, answers.GroupDetail, lambda one: _group(one, veil), veil),
            _each(IAM_ROLES, page.RoleDetailList, answers.RoleDetail, lambda one: iam_role(one, veil), veil),
            _each(MANAGED_POLICIES, page.Policies, answers.PolicyDetail, lambda one: _in_force(one, veil), veil),
        ]
    )
    return Page(rows=rows, gaps=gaps)


def _each(
    part: Part[Any], listed: Iterable[Mapping[str, Any]], shape: type[S], turn: Callable[[S], Any], veil: Veil
) -> Page:
    """Turn each thing into its row; one that does not parse is a gap of its own."""
    rows, gaps = {}, {}
    for raw in listed:
        arn = raw.get("Arn")
        key = veil.text(arn) if isinstance(arn, str) else EVERYTHING
        try:
            rows[key] = turn(shape.model_validate(raw))
        except ValueError:
            gaps[part.name, key] = UNPARSABLE
    return Page(rows={part: rows}, gaps=gaps)


def iam_user(user: answers.UserDetail, groups: Mapping[str, str], veil: Veil) -> IamUser:
    """Turn a user into its row; ``groups`` has the ARN of each group by name."""
    here = user.Arn.partition(":user/")[0]
    return IamUser(
        name=veil.text(user.UserName),
        person=_person(user, veil),
        groups=tuple(sorted(groups.get(name) or f"{here}:group/{veil.text(name)}" for name in user.GroupList)),
        granted=_granted(user.AttachedManagedPolicies, user.UserPolicyList, user.PermissionsBoundary, veil),
    )


def _person(user: answers.UserDetail, veil: Veil) -> str:
    """Give the keyed hash of the first address among the user's name and its tags; empty: it has none."""
    tagged = (tag.Value for tag in user.Tags if tag.Key.casefold() in ADDRESS_TAGS)
    for text in (user.UserName, *tagged):
        try:
            return read_mailbox(text, veil=veil).key
        except ValueError:
            continue
    return ""


def _group(group: answers.GroupDetail, veil: Veil) -> Granted:
    return _granted(group.AttachedManagedPolicies, group.GroupPolicyList, None, veil)


def iam_role(role: answers.RoleDetail, veil: Veil) -> Role:
    """Turn a role into its row."""
    return Role(
        name=veil.text(role.RoleName),
        path=veil.text(role.Path),
        trust=policy_text(role.AssumeRolePolicyDocument, veil=veil),
        granted=_granted(role.AttachedManagedPolicies, role.RolePolicyList, role.PermissionsBoundary, veil),
        tags={tag.Key: veil.text(tag.Value) for tag in role.Tags},
    )


def _granted(
    attached: Iterable[answers.AttachedPolicy],
    inline: Iterable[answers.InlinePolicy],
    boundary: answers.Boundary | None,
    veil: Veil,
) -> Granted:
    return Granted(
        managed=tuple(sorted(veil.text(one.PolicyArn) for one in attached)),
        inline=tuple(sorted(policy_text(one.PolicyDocument, veil=veil) for one in inline)),
        boundary=veil.text(boundary.PermissionsBoundaryArn) if boundary else "",
    )


def _in_force(policy: answers.PolicyDetail, veil: Veil) -> str:
    for version in policy.PolicyVersionList:
        if version.IsDefaultVersion:
            return policy_text(version.Document, veil=veil)
    raise ValueError("no version of the policy is in force")


def named_policies(rows: Rows, management: str) -> frozenset[str]:
    """Give the ARN of every managed policy that a user, group, role or permission set names, boundaries included."""
    granted = [
        *rows.get(IAM_GROUPS, {}).values(),
        *(one.granted for part in (IAM_USERS, IAM_ROLES) for one in rows.get(part, {}).values()),
    ]
    found = {arn for one in granted for arn in (*one.managed, one.boundary)}
    sets = rows.get(PERMISSION_SETS, {}).items()
    found |= {named for arn, one in sets for named in _named_by(arn, one, management)}
    return frozenset(found - {""})


def _named_by(arn: str, one: PermissionSet, management: str) -> Iterator[str]:
    """Give the policies that a permission set names; a customer policy is the account's own of that name."""
    here = f"arn:{arn.split(':')[1]}:iam::{management}:policy/"
    yield from one.managed
    yield from (here + name for name in one.customer)
    if one.boundary:
        yield one.boundary if one.boundary.startswith("arn:") else here + one.boundary


def without_unnamed(page: Page, named: Collection[str]) -> Page:
    """Leave out the managed policies, and the gaps of single ones, that nobody names."""
    kept = {arn: text for arn, text in page.rows.get(MANAGED_POLICIES, {}).items() if arn in named}
    gaps = {
        (part, key): cause
        for (part, key), cause in page.gaps.items()
        if part != MANAGED_POLICIES.name or key == EVERYTHING or key in named
    }
    return Page(rows={**page.rows, MANAGED_POLICIES: kept}, gaps=gaps)


def managed_policy(api: Api, arn: str, veil: Veil) -> Page:
    """Read the version in force of one managed policy."""
    try:
        version = api.call("GetPolicy", answers.GetPolicy, PolicyArn=arn).Policy.DefaultVersionId
        shape = answers.GetPolicyVersion
        found = api.call("GetPolicyVersion", shape, PolicyArn=arn, VersionId=version).PolicyVersion
        text = policy_text(found.Document, veil=veil)
    except SkipAndNote as error:
        return gap(MANAGED_POLICIES, arn, error.cause)
    except ValueError:
        return gap(MANAGED_POLICIES, arn, UNPARSABLE_POLICY)
    return Page(rows={MANAGED_POLICIES: {arn: text}})


def providers(api: Api, veil: Veil) -> Page:
    """Read the SAML and OIDC providers; if one of the two lists fails, not all are known."""
    saml = _listed_providers(lambda: _saml(api), "SAML", veil)
    oidc = _listed_providers(lambda: _oidc(api), "OIDC", veil)
    rows, gaps = merged([saml, oidc])
    return Page(rows=rows, gaps=gaps)


def _listed_providers(read: Callable[[], list[answers.Provider]], kind: str, veil: Veil) -> Page:
    try:
        return Page(rows={IDENTITY_PROVIDERS: {veil.text(one.Arn): kind for one in read()}})
    except SkipAndNote as error:
        return gap(IDENTITY_PROVIDERS, EVERYTHING, error.cause)


def _saml(api: Api) -> list[answers.Provider]:
    return api.call("ListSAMLProviders", answers.ListSAMLProviders).SAMLProviderList


def _oidc(api: Api) -> list[answers.Provider]:
    return api.call("ListOpenIDConnectProviders", answers.ListOpenIDConnectProviders).OpenIDConnectProviderList
