"""The populations of the themes root and management_account, and what their controls read alike."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from orgwarden.approvable import read_of
from orgwarden.aws.access_levels import Reach
from orgwarden.aws.trust import TrustedKind, trusted
from orgwarden.model import EVERYTHING, Member, Part, Subject, Unseen, World
from orgwarden.parts.access import (
    ASSIGNMENTS,
    IAM_GROUPS,
    IAM_ROLES,
    IAM_USERS,
    PERMISSION_SETS,
    USER_CREDENTIALS,
    Assigned,
    Role,
)
from orgwarden.parts.attested import ROOT_USES, DeclaredUse
from orgwarden.parts.declared import MANAGEMENT_RULES, ROOT_RULES, Allowed
from orgwarden.parts.policies import POLICIES
from orgwarden.parts.resources import REGIONS, RESOURCES, Resource
from orgwarden.population import Population
from orgwarden.population.reading import require
from orgwarden.population.tree import SCP, unlisted_scps
from orgwarden.reached import (
    Policies,
    account_of,
    center_is_absent,
    outsiders,
    partial,
    policies_of_group,
    policies_of_role,
    policies_of_set,
    policies_of_user,
    reach_of,
    users_held,
)

TOLERANCE = timedelta(minutes=15)
GLOBAL = "global"
MEMBERS = "member accounts"
BILLING = {Reach.BILLING_READ, Reach.BILLING_CHANGE}
# Roles that AWS makes: a service's own, and those of permission sets, which are judged themselves.
MADE_BY_AWS = ("/aws-service-role/", "/aws-reserved/")


def moment_of(time: str) -> datetime:
    """Give the moment (UTC) of an ISO 8601 time; ``ValueError`` where it is none."""
    at = datetime.fromisoformat(time)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def is_within(days: int, day: date, world: World) -> bool:
    """Say whether a day is at most so many days ago; one that is still to come is a clock's fault, and counts."""
    return day >= world.today - timedelta(days=days)


def declared_by(account: str, at: datetime, world: World, kind: str = "") -> str:
    """Say what declares something that was done with an account's root user, of any kind or one; empty: nothing does.

    An event of the baseline covers whole days, a drill on record its window. Raises ``Unseen`` where what the baseline
    does not declare a drill may, and nobody could read of it.
    """
    events = (one for one in world.of(ROOT_RULES).events if one.account == account and kind in {"", one.kind})
    if any(event.first <= at.date() <= event.last for event in events):
        return "root.events"
    for use in read_of(ROOT_USES, world).get(account, ()):
        if kind in {"", use.kind} and covers(use, at):
            return f"the drill of {use.period}"
    require(ROOT_USES, account, world)
    world.seen(ROOT_USES)
    return ""


def covers(use: DeclaredUse, at: datetime) -> bool:
    """Say whether a moment lies in the window of a use, or so near that people's watches may differ."""
    return use.first - TOLERANCE <= at <= use.last + TOLERANCE


def coverage_of(arn: str, resource: Resource, world: World) -> bool | None:
    """Say whether a resource may lie in the management account; None: only its tags would tell, and nobody read them.

    Patterns are those of a shell, and case counts.
    """
    fitting = [one.tags for one in world.of(MANAGEMENT_RULES).allowed if _fits(one, arn, resource)]
    if {} in fitting:
        return True
    if resource.tags is None:
        return None if fitting else False
    return any(_has(tags, resource.tags) for tags in fitting)


def is_named_finance(name: str, arn: str, world: World) -> bool:
    """Say whether a principal is declared as one of finance people, by its name or ARN."""
    patterns = world.of(MANAGEMENT_RULES).finance
    return any(fnmatchcase(text, pattern) for text in (name, arn) for pattern in patterns)


def policies_of(arn: str, world: World) -> tuple[Policies, Reach]:
    """Give the policies of a permission set, IAM user, role or group by its ARN, and how far they reach."""
    part, read = next(kind for mark, kind in _KINDS.items() if mark in arn)
    policies = read(arn, world)
    return policies, reach_of(policies, part, arn)


_KINDS: Mapping[str, tuple[Part[Any], Callable[[str, World], Policies]]] = {
    ":permissionSet/": (PERMISSION_SETS, policies_of_set),
    ":user/": (IAM_USERS, policies_of_user),
    ":group/": (IAM_GROUPS, policies_of_group),
    ":role/": (IAM_ROLES, policies_of_role),
}


def _fits(allowed: Allowed, arn: str, resource: Resource) -> bool:
    return fnmatchcase(resource.type, allowed.type) and fnmatchcase(arn, allowed.arn)


def _has(patterns: Mapping[str, str], tags: Mapping[str, str]) -> bool:
    return all(key in tags and fnmatchcase(tags[key], value) for key, value in patterns.items())


def _in_management(world: World, resource: str = "", region: str = "") -> Member:
    account = world.management
    subject = Subject(account=account, region=region, resource=resource)
    return Member(subject=subject, accounts=(account,), keys=(resource or region or account,))


def _lost(part: Part[Any], world: World) -> Iterator[Member | Unseen]:
    """Give what of a part could not be read: a thing whose ARN is known as a member, so that it stands where it is."""
    for unseen in partial(part, world)[1]:
        yield _in_management(world, unseen.key) if unseen.key.startswith("arn:") else unseen


def _customer_scps(world: World) -> Iterator[Member | Unseen]:
    for id_, policy in world.seen(POLICIES).items():
        if policy.type == SCP and not policy.aws_managed:
            yield Member(subject=Subject(resource=id_), keys=(id_,))
    yield from unlisted_scps(world)


def _alarms(world: World) -> Iterator[Member | Unseen]:
    yield _in_management(world)
    yield Member(subject=Subject(resource=MEMBERS))


def _places(world: World) -> Iterator[Member | Unseen]:
    """Give each region, and each resource that nothing allows."""
    regions, unseen = partial(REGIONS, world)
    yield from unseen
    if not unseen:
        yield from (_in_management(world, region=region) for region in (*regions[EVERYTHING], GLOBAL))
    for arn, resource in world.seen(RESOURCES).items():
        if not coverage_of(arn, resource, world):
            yield _in_management(world, arn, resource.region)
    yield from _lost(RESOURCES, world)


def _iam_users(world: World) -> Iterator[Member | Unseen]:
    missing = list(world.missing(USER_CREDENTIALS))
    for arn in (*world.seen(USER_CREDENTIALS), *(one.key for one in missing if one.key.startswith("arn:"))):
        account = account_of(arn)
        yield Member(subject=Subject(account=account, resource=arn), accounts=(account,), keys=(arn,))
    yield from (one for one in missing if not one.key.startswith("arn:"))
    told = {one.key for one in missing}
    if told.isdisjoint({world.management, EVERYTHING}):
        yield from (one for one in users_held(world)[1] if one.key not in told)


def _assigned_sets(world: World) -> Iterator[Member | Unseen]:
    """Give the permission sets that somebody has; of those without a row nobody knows whether somebody does."""
    if center_is_absent(world):
        return
    assigned = world.seen(ASSIGNMENTS)
    nobody = Assigned(users=(), groups=())
    listed, unseen = partial(PERMISSION_SETS, world)
    for arn in sorted({*assigned, *listed}):
        if assigned.get(arn) != nobody:
            yield _in_management(world, arn)
    yield from _lost(ASSIGNMENTS, world)
    yield from (one for one in unseen if one.key == EVERYTHING)


def _outside_roles(world: World) -> Iterator[Member | Unseen]:
    for arn, role in world.seen(IAM_ROLES).items():
        try:
            if not outsiders(arn, role, world.management):
                continue
        except Unseen:
            pass
        yield _in_management(world, arn)
    yield from _lost(IAM_ROLES, world)


def _finance(world: World) -> Iterator[Member | Unseen]:
    """Give whoever is named as finance, reaches billing alone, or may do so as far as anybody could read."""
    for arn, name in _principals(world):
        try:
            if not is_named_finance(name, arn, world) and policies_of(arn, world)[1] not in BILLING:
                continue
        except Unseen:
            pass
        yield _in_management(world, arn)
    for part in _finance_parts(world):
        yield from _lost(part, world)


def _principals(world: World) -> Iterator[tuple[str, str]]:
    """Give ARN and name of each permission set, IAM user and group, and of each role that people may assume."""
    if not center_is_absent(world):
        yield from ((arn, row.name) for arn, row in read_of(PERMISSION_SETS, world).items())
    yield from ((arn, row.name) for arn, row in read_of(IAM_USERS, world).items())
    yield from ((arn, arn.rpartition("/")[2]) for arn in read_of(IAM_GROUPS, world))
    for arn, role in read_of(IAM_ROLES, world).items():
        if is_named_finance(role.name, arn, world) or _is_for_people(role):
            yield arn, role.name


def _is_for_people(role: Role) -> bool:
    """Say whether people may assume a role: AWS did not make it, and it trusts more than services."""
    try:
        kinds = {one.kind for one in trusted(role.trust)}
    except ValueError:
        return True
    return not role.path.startswith(MADE_BY_AWS) and kinds != {TrustedKind.SERVICE}


def _finance_parts(world: World) -> tuple[Part[Any], ...]:
    of_iam = (IAM_USERS, IAM_GROUPS, IAM_ROLES)
    return of_iam if center_is_absent(world) else (PERMISSION_SETS, *of_iam)


CUSTOMER_SCP = Population("each service control policy of the customer", _customer_scps)
ROOT_ALARM = Population("the management account, and its member accounts together", _alarms)
PLACE = Population("each region of the management account, and each resource there that nothing allows", _places)
IAM_USER = Population("each IAM user", _iam_users)
ASSIGNED_SET = Population("each permission set that is assigned in the management account", _assigned_sets)
OUTSIDE_ROLE = Population("each role of the management account that trusts somebody outside", _outside_roles)
FINANCE_PRINCIPAL = Population("each principal of the management account that is about billing", _finance)
