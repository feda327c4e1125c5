"""How far people reach into the management account, and by which ways nobody can count them.

Several controls ask it: who can change anything there, who gets in from outside, who sees the bill. What could not be
read is said beside what was, so that a deviation already seen stands, and nothing else is passed.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from orgwarden.approvable import read_of
from orgwarden.aws.access_levels import Reach, combined, reach
from orgwarden.aws.trust import Trusted, TrustedKind, is_identity_centers_own, trusted
from orgwarden.model import EVERYTHING, Part, T, Unseen, World
from orgwarden.parts.access import (
    ASSIGNMENTS,
    GROUP_MEMBERS,
    GROUP_NAMES,
    IAM_GROUPS,
    IAM_ROLES,
    IAM_USERS,
    IDENTITY_CENTER,
    MANAGED_POLICIES,
    PEOPLE,
    PERMISSION_SETS,
    TRUST_ANCHORS,
    USER_CREDENTIALS,
    Granted,
    Role,
    UserCredentials,
)
from orgwarden.parts.declared import MANAGEMENT_RULES, DeclaredPath

ROLES_ANYWHERE = "rolesanywhere.amazonaws.com"
# The id that AWS puts into a trust policy in place of a principal that was deleted.
DELETED = re.compile(r"A[A-Z0-9]{15,}")
# A role as a trust policy may name it, with its path or as one of its sessions. What IAM Identity Center makes of a
# permission set is known by the set's name, without the sixteen digits of its own.
RESERVED = "AWSReservedSSO_"
ROLE = re.compile(
    r"arn:[^:]+:(?:iam::(?P<home>\d{12}):role/(?:[^/]+/)*|sts::(?P<account>\d{12}):assumed-role/)"
    rf"(?P<name>{RESERVED}[^/]+(?=_[0-9a-f]{{16}}(?:/|$))|[^/]+).*"
)
ELSEWHERE = {TrustedKind.ACCOUNT, TrustedKind.PRINCIPAL}


@dataclass(frozen=True, kw_only=True, slots=True)
class Policies:
    """The policies of a principal as JSON texts, and its boundary; None: it has none."""

    texts: tuple[str, ...]
    boundary: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One way by which a person gets in; ``person`` tells people apart, ``shown`` names them without saying who."""

    person: str
    shown: str
    reach: Reach


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """A role that can change something and lets in people whom nobody can count; ``through`` says by whom."""

    role: str
    through: tuple[str, ...]


def partial(part: Part[T], world: World) -> tuple[Mapping[str, T], tuple[Unseen, ...]]:
    """Give what was read of a part, and what was not."""
    try:
        return world.seen(part), tuple(world.missing(part))
    except Unseen as unseen:
        return {}, (unseen,)


def account_of(arn: str) -> str:
    """Give the account that an ARN names, empty where it names none."""
    return [*arn.split(":", 5), *[""] * 5][4]


def policies_of_set(arn: str, world: World) -> Policies:
    """Give the policies of a permission set, as they are in force in the management account."""
    row = world.of(PERMISSION_SETS, arn)
    named = [_policy_named(name, arn, world.management) for name in (*row.managed, *row.customer)]
    texts = (*(world.of(MANAGED_POLICIES, policy) for policy in named), *filter(None, (row.inline,)))
    boundary = row.boundary and _policy_named(row.boundary, arn, world.management)
    return Policies(texts=texts, boundary=world.of(MANAGED_POLICIES, boundary) if boundary else None)


def policies_of_user(arn: str, world: World) -> Policies:
    """Give the policies of an IAM user and of its groups."""
    user = world.of(IAM_USERS, arn)
    own = _granted(user.granted, world)
    shared = [_granted(world.of(IAM_GROUPS, group), world).texts for group in user.groups]
    return Policies(texts=(*own.texts, *(text for texts in shared for text in texts)), boundary=own.boundary)


def policies_of_group(arn: str, world: World) -> Policies:
    """Give the policies of an IAM group."""
    return _granted(world.of(IAM_GROUPS, arn), world)


def policies_of_role(arn: str, world: World) -> Policies:
    """Give the policies of an IAM role."""
    return _granted(world.of(IAM_ROLES, arn).granted, world)


def reach_of(policies: Policies, part: Part[Any], key: str) -> Reach:
    """Say how far the policies of a principal (a row of a part) reach; ``Unseen`` where one of them is none."""
    try:
        return reach(policies.texts, policies.boundary)
    except ValueError as error:
        raise Unseen(part, key, f"a policy of it cannot be understood: {error}") from None


def ways_in(world: World) -> Iterator[Way | Unseen]:
    """Give each way of each person who gets in, and what could hide one more person who can change something."""
    yield from _by_identity_center(world)
    yield from _by_iam_users(world)


def openings(world: World) -> Iterator[Opening | Unseen]:
    """Give the roles by which people change something whom nobody can count, but for ways that are declared."""
    roles, unseen = partial(IAM_ROLES, world)
    yield from unseen
    for arn, role in roles.items():
        try:
            if through := _undeclared(arn, role, world):
                yield Opening(role=arn, through=tuple(told(one) for one in through))
        except Unseen as lost:
            yield lost


def _undeclared(arn: str, role: Role, world: World) -> list[Trusted]:
    """Give whom a role that can change something lets in beside those who can be counted or are declared."""
    through = [one for one in uncounted(arn, role, world.management) if not declared_path(arn, one, world)]
    if not through or _reach_of_role(arn, world) is not Reach.CHANGE:
        return []
    is_certain = any(one.value != ROLES_ANYWHERE for one in through)
    return through if is_certain or _has_trust_anchor(world) else []


def not_expanded(world: World) -> Iterator[str]:
    """Give the roles that principals of other accounts may assume, but for those that are seen to change nothing."""
    for arn, role in read_of(IAM_ROLES, world).items():
        try:
            if not any(one.kind in ELSEWHERE for one in outsiders(arn, role, world.management)):
                continue
            if _reach_of_role(arn, world) is not Reach.CHANGE:
                continue
        except Unseen:
            pass
        yield arn


def outsiders(arn: str, role: Role, management: str) -> tuple[Trusted, ...]:
    """Give whom outside the management account a role trusts; ``Unseen`` where its trust policy is none."""
    return tuple(one for one in _trusted(arn, role) if _is_outside(one, management))


def uncounted(arn: str, role: Role, management: str) -> tuple[Trusted, ...]:
    """Give whom a role trusts and nobody can count: an identity provider's people, certificates, anybody."""
    found = (one for one in outsiders(arn, role, management) if one.kind not in ELSEWHERE)
    return (*found, *(one for one in _trusted(arn, role) if one.value == ROLES_ANYWHERE))


def declared_path(role: str, one: Trusted, world: World) -> DeclaredPath | None:
    """Give the path that declares that a role trusts somebody, as long as it has not expired."""
    declared = (path for path in world.of(MANAGEMENT_RULES).paths if world.today <= path.expires)
    return next((path for path in declared if is_path_of(path, role, one)), None)


def is_path_of(path: DeclaredPath, role: str, one: Trusted) -> bool:
    """Say whether a declared path is about a role and somebody whom it trusts, whether it has expired or not."""
    names = [name for name in (one.value, one.account) if name]
    is_named = any(fnmatchcase(name, pattern) for name in names for pattern in path.trusts)
    return is_named and fnmatchcase(role, path.role)


def told(one: Trusted) -> str:
    """Name somebody whom a role trusts."""
    conditions = f" if {', '.join(one.conditions)}" if one.conditions else ""
    return f"{one.kind.value} {one.value}{conditions}"


def users_held(world: World) -> tuple[Mapping[str, UserCredentials], tuple[Unseen, ...]]:
    """Give what the management account's IAM users can sign in or call with, by ARN, and what could not be read."""
    credentials, unseen = partial(USER_CREDENTIALS, world)
    here = {arn: row for arn, row in credentials.items() if account_of(arn) == world.management}
    lost = [one for one in unseen if world.management in {one.key, account_of(one.key)} or one.key == EVERYTHING]
    unreported = [arn for arn in read_of(IAM_USERS, world) if arn not in here]
    cause = "the credential report does not tell of the user"
    return here, (*lost, *(Unseen(USER_CREDENTIALS, arn, cause) for arn in unreported))


def center_is_absent(world: World) -> bool:
    """Say whether it was read that there is no IAM Identity Center."""
    rows = read_of(IDENTITY_CENTER, world)
    return EVERYTHING in rows and rows[EVERYTHING] is None


def _by_identity_center(world: World) -> Iterator[Way | Unseen]:
    if center_is_absent(world):
        return
    yield from partial(IDENTITY_CENTER, world)[1]
    assigned, unseen = partial(ASSIGNMENTS, world)
    sets, unlisted = partial(PERMISSION_SETS, world)
    lacking = (*unseen, *unlisted)
    yield from (one for one in lacking if one.key == EVERYTHING)
    for arn in sorted({*assigned, *sets, *(one.key for one in lacking)} - {EVERYTHING}):
        try:
            yield from _by_set(arn, world)
        except Unseen as lost:
            yield lost


def _by_set(arn: str, world: World) -> Iterator[Way | Unseen]:
    """Give the ways of all people who have a permission set."""
    try:
        assigned = world.of(ASSIGNMENTS, arn)
    except Unseen as lost:
        yield from _lost(lost, f"whoever has {arn}", _reach_of_set(arn, world))
        return
    if not assigned.users and not assigned.groups:
        return
    level = _reach_of_set(arn, world)
    for group in assigned.groups:
        try:
            members = world.of(GROUP_MEMBERS, group)
        except Unseen as lost:
            yield from _lost(lost, f"the members of {read_of(GROUP_NAMES, world).get(group, group)}", level)
            continue
        yield from _by_users(members, level, world)
    yield from _by_users(assigned.users, level, world)


def _reach_of_set(arn: str, world: World) -> Reach:
    own = f"{world.management}:{RESERVED}{world.of(PERMISSION_SETS, arn).name}"
    return _in_all(own, lambda: reach_of(policies_of_set(arn, world), PERMISSION_SETS, arn), world)


def _reach_of_user(arn: str, world: World) -> Reach:
    return _in_all(arn, lambda: reach_of(policies_of_user(arn, world), IAM_USERS, arn), world)


def _reach_of_role(arn: str, world: World) -> Reach:
    return _in_all(_known_as(arn), lambda: _own_reach(arn, world), world)


def _own_reach(role: str, world: World) -> Reach:
    return reach_of(policies_of_role(role, world), IAM_ROLES, role)


def _by_users(users: Iterable[str], level: Reach, world: World) -> Iterator[Way | Unseen]:
    for user in users:
        try:
            person = world.of(PEOPLE, user)
        except Unseen as lost:
            yield from _lost(lost, user, level)
            continue
        if person.is_enabled:
            yield Way(person=person.key, shown=person.masked, reach=level)


def _lost(unseen: Unseen, who: str, level: Reach) -> Iterator[Way | Unseen]:
    """Give what hides people who can change something; those who cannot are told as not read."""
    if level is Reach.CHANGE:
        yield unseen
    else:
        yield Way(person=unseen.key, shown=f"{who} (not read: {unseen.cause})", reach=level)


def _by_iam_users(world: World) -> Iterator[Way | Unseen]:
    credentials, unseen = users_held(world)
    yield from unseen
    yield from partial(IAM_USERS, world)[1]
    for arn, held in sorted(credentials.items()):
        if not held.has_password and not held.active_keys:
            continue
        try:
            yield Way(person=_person_behind(arn, world), shown=arn, reach=_reach_of_user(arn, world))
        except Unseen as lost:
            yield lost


def _in_all(who: str, own: Callable[[], Reach], world: World) -> Reach:
    """Give the reach of a principal: by its own policies, and by all roles to which trust leads it.

    What changes something counts, whatever else could not be read.
    """
    beyond = world.derived(_led_to).get(who, Reach.NOTHING)
    level = beyond if beyond is Reach.CHANGE else own()
    if level is not Reach.CHANGE and isinstance(beyond, Unseen):
        raise beyond.with_traceback(None)
    return level if isinstance(beyond, Unseen) else combined([level, beyond])


def _led_to(world: World) -> Mapping[str, Reach | Unseen]:
    """Give the furthest reach of the roles to which trust leads each principal, from role to role.

    A role of the same account that names a principal asks for no policy of its own. Each principal is visited once,
    from the roles that change something backwards; then from those of which nobody can tell.
    """
    trusting = {arn: names for arn, role in read_of(IAM_ROLES, world).items() if (names := _named(arn, role))}
    by_name: dict[str, list[str]] = defaultdict(list)
    for arn in trusting:
        by_name[_known_as(arn)].append(arn)
    own = {arn: _told_or_unseen(arn, world) for arn in trusting}
    found: dict[str, Reach | Unseen] = {}
    for start in sorted(trusting, key=lambda arn: _rank(own[arn]), reverse=True):
        steps = [start]
        while steps:
            fresh = trusting[steps.pop()] - found.keys()
            found.update(dict.fromkeys(fresh, own[start]))
            steps += [arn for name in fresh for arn in by_name.get(name, ())]
    return found


def _named(arn: str, role: Role) -> frozenset[str]:
    """Give the users and roles that a role's trust policy names; one that is no policy is told by its role."""
    with suppress(Unseen):
        return frozenset(_known_as(one.value) for one in _trusted(arn, role) if one.kind is TrustedKind.PRINCIPAL)
    return frozenset()


def _known_as(principal: str) -> str:
    """Give one name to a role, however it is spelled: whoever may open one of its sessions may open any."""
    role = ROLE.fullmatch(principal)
    return f"{role['home'] or role['account']}:{role['name']}" if role else principal


def _told_or_unseen(role: str, world: World) -> Reach | Unseen:
    try:
        return _own_reach(role, world)
    except Unseen as unseen:
        return unseen


def _rank(reach: Reach | Unseen) -> float:
    """Order by what must not be overlooked: a change, what nobody could read, and then from far to near."""
    return Reach.CHANGE - 0.5 if isinstance(reach, Unseen) else reach


def _person_behind(arn: str, world: World) -> str:
    """Tell who an IAM user is: the declared person of the identity store, who its address says, else itself."""
    declared = world.of(MANAGEMENT_RULES).people.get(arn, "")
    known = read_of(PEOPLE, world)
    if declared in known:
        return known[declared].key
    return declared or world.of(IAM_USERS, arn).person or arn


def _granted(granted: Granted, world: World) -> Policies:
    managed = (world.of(MANAGED_POLICIES, policy) for policy in granted.managed)
    boundary = world.of(MANAGED_POLICIES, granted.boundary) if granted.boundary else None
    return Policies(texts=(*managed, *granted.inline), boundary=boundary)


def _policy_named(name: str, set_arn: str, management: str) -> str:
    """Give the ARN of a policy that a permission set names: AWS's by its ARN, the account's own by path and name."""
    partition = set_arn.split(":")[1]
    return name if name.startswith("arn:") else f"arn:{partition}:iam::{management}:policy/{name.lstrip('/')}"


def _trusted(arn: str, role: Role) -> tuple[Trusted, ...]:
    try:
        return trusted(role.trust)
    except ValueError as error:
        raise Unseen(IAM_ROLES, arn, f"its trust policy cannot be understood: {error}") from None


def _is_outside(one: Trusted, management: str) -> bool:
    match one.kind:
        case TrustedKind.SERVICE:
            return False
        case TrustedKind.SAML:
            return not is_identity_centers_own(one.value)
        case TrustedKind.ACCOUNT | TrustedKind.PRINCIPAL:
            return one.account != management and not DELETED.fullmatch(one.value)
    return True


def _has_trust_anchor(world: World) -> bool:
    """Say whether certificates can be used at all; ``Unseen`` where a region with an anchor may be unread."""
    anchors, unseen = partial(TRUST_ANCHORS, world)
    if any(anchor.is_enabled for anchor in anchors.values()):
        return True
    for lost in unseen:
        raise lost
    return False
