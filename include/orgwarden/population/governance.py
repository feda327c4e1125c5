"""The populations of the themes delegation, structure and tags."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from orgwarden.approvable import read_of
from orgwarden.aws.tag_policies import TagKey, keys
from orgwarden.model import EVERYTHING, Member, Part, Subject, Unseen, World
from orgwarden.parts.declared import FOUNDATIONAL_ACCOUNTS, OUR_ACCOUNTS, REQUIRED_TAGS, STRUCTURE_RULES, TAG_RULES
from orgwarden.parts.delegation import DELEGATIONS, HANDSHAKES, TRANSFERS, TRUSTED_SERVICES
from orgwarden.parts.organization import ACCOUNTS, TAGS, UNITS, Account, AccountState
from orgwarden.parts.policies import EFFECTIVE_TAG_POLICIES, POLICIES, POLICY_TAGS, POLICY_TYPES, TAG_POLICY
from orgwarden.population import ACCOUNT, CLOSED, MEMBER_ACCOUNT, Population
from orgwarden.population.reading import surviving, unlisted
from orgwarden.population.tree import accounts_in, root_of, unplaced

TagPolicy = Mapping[str, TagKey]
LANDING_ZONE = "landing zone"
UNSETTLED_STATES = {AccountState.CLOSED, AccountState.PENDING_CLOSURE, AccountState.SUSPENDED}
OPEN_HANDSHAKES = {"REQUESTED", "OPEN"}
ACCOUNTS_ALONE: tuple[str, ...] = ("account",)
# By the prefix of the ids that AWS Organizations gives them.
KINDS = {"ou": "unit", "r": "root", "p": "policy"}


def _resource(name: str, accounts: Collection[str] = ()) -> Member:
    return Member(subject=Subject(resource=name), accounts=tuple(accounts), keys=(name,))


def _listed(part: Part[Any], world: World) -> Iterator[Member | Unseen]:
    """Give each row of a list as a member that stands in no account."""
    yield from (_resource(key) for key in world.seen(part))
    yield from unlisted(world, part)


def _trusted_services(world: World) -> Iterator[Member | Unseen]:
    yield from _listed(TRUSTED_SERVICES, world)


def _every_registration(world: World) -> Iterator[Member | Unseen]:
    for key in world.seen(DELEGATIONS):
        account, _, principal = key.partition("/")
        yield Member(subject=Subject(account=account, resource=principal), accounts=(account,), keys=(key,))
    yield from world.missing(DELEGATIONS)


def _registrations(world: World) -> Iterator[Member | Unseen]:
    accounts = read_of(ACCOUNTS, world)
    for member in _every_registration(world):
        yield member if isinstance(member, Unseen) else _excused(member, accounts.get(member.subject.account))


def _excused(member: Member, row: Account | None) -> Member:
    excuse = CLOSED if row and row.state.is_closed else ""
    return Member(subject=member.subject, accounts=member.accounts, keys=member.keys, excuse=excuse)


def _ours(world: World) -> Iterator[Member | Unseen]:
    accounts = read_of(ACCOUNTS, world)
    for account in world.of(OUR_ACCOUNTS):
        member = Member(subject=Subject(account=account), accounts=(account,), keys=(account,))
        yield _excused(member, accounts.get(account))


def _ours_and_transfers(world: World) -> Iterator[Member | Unseen]:
    yield from surviving(_ours(world))
    yield from surviving(_listed(TRANSFERS, world))


def _foundations(world: World) -> Iterator[Member | Unseen]:
    yield from (_resource(purpose, (one.account,)) for purpose, one in world.of(FOUNDATIONAL_ACCOUNTS).items())


def _units(world: World) -> Iterator[Member | Unseen]:
    accounts = world.derived(accounts_in)
    yield from (_resource(unit, accounts.get(unit, ())) for unit in world.seen(UNITS))
    yield from unlisted(world, UNITS)


def _inhabited_units(world: World) -> Iterator[Member | Unseen]:
    yield from (_resource(unit, accounts) for unit, accounts in world.derived(accounts_in).items() if unit)
    yield from world.derived(unplaced)


def _workload_units(world: World) -> Iterator[Member | Unseen]:
    declared = world.of(STRUCTURE_RULES).workload_units
    if declared is None:
        yield from _inhabited_units(world)
        return
    accounts = world.derived(accounts_in)
    yield from (_resource(unit, accounts.get(unit, ())) for unit in sorted(declared))


def _unsettled_accounts(world: World) -> Iterator[Member | Unseen]:
    unsettled = (account for account, row in world.seen(ACCOUNTS).items() if row.state in UNSETTLED_STATES)
    yield from (Member(subject=Subject(account=a), accounts=(a,), keys=(a,)) for a in unsettled)
    yield from world.missing(ACCOUNTS)


def _invitations(world: World) -> Iterator[Member | Unseen]:
    invitations = (id_ for id_, row in world.seen(HANDSHAKES).items() if row.action == "INVITE")
    yield from (_resource(id_) for id_ in invitations if world.seen(HANDSHAKES)[id_].state in OPEN_HANDSHAKES)
    yield from unlisted(world, HANDSHAKES)


def _unsettled(world: World) -> Iterator[Member | Unseen]:
    yield from surviving(_unsettled_accounts(world))
    yield from surviving(_invitations(world))


def _enrolment(world: World) -> Iterator[Member | Unseen]:
    """Give the landing zone, and where Control Tower is to be looked at, each member account."""
    is_wanted = world.of(STRUCTURE_RULES).control_tower
    yield _resource(LANDING_ZONE)
    if is_wanted:
        yield from MEMBER_ACCOUNT.members(world)


def _tagged(world: World) -> Iterator[Member | Unseen]:
    """Give what must have tags; where nobody said what must, the accounts."""
    try:
        required = world.of(REQUIRED_TAGS)
    except Unseen:
        required = dict.fromkeys(ACCOUNTS_ALONE, ())
    yield from _things(required, world)


def _valued(world: World) -> Iterator[Member | Unseen]:
    """Give the accounts, and where values are declared, whatever else can have tags."""
    try:
        kinds = (*ACCOUNTS_ALONE, *KINDS.values()) if world.of(TAG_RULES).values else ACCOUNTS_ALONE
    except Unseen as unseen:
        yield unseen
        kinds = ACCOUNTS_ALONE
    yield from _things(kinds, world)


def _things(kinds: Iterable[str], world: World) -> Iterator[Member | Unseen]:
    finders = {"account": ACCOUNT.members, "unit": _bare_units, "root": _root, "policy": _customer_policies}
    for kind in kinds:
        yield from surviving(finders[kind](world))


def _bare_units(world: World) -> Iterator[Member | Unseen]:
    yield from _listed(UNITS, world)


def _root(world: World) -> Iterator[Member | Unseen]:
    yield _resource(root_of(world))


def _customer_policies(world: World) -> Iterator[Member | Unseen]:
    yield from (_resource(id_) for id_, policy in world.seen(POLICIES).items() if not policy.aws_managed)
    yield from unlisted(world, POLICIES)


def kind_of(member: Member) -> str:
    """Say what kind of thing of the organization a member is: account, unit, root or policy."""
    return "account" if member.subject.account else KINDS[member.subject.resource.partition("-")[0]]


def tags_of(member: Member, world: World) -> Mapping[str, str]:
    """Give the tags of an account, unit, root or policy."""
    return world.of(POLICY_TAGS if kind_of(member) == "policy" else TAGS, member.keys[0])


def tag_policies_are_off(world: World) -> bool:
    """Say whether it was read that the organization has not enabled tag policies."""
    return TAG_POLICY not in read_of(POLICY_TYPES, world).get(EVERYTHING, (TAG_POLICY,))


def tag_policies(world: World) -> Mapping[str, TagPolicy | Unseen]:
    """Give the keys of each tag policy in force, by where it is; none where nothing is."""
    return {place: _tag_policy(place, row.content) for place, row in world.seen(EFFECTIVE_TAG_POLICIES).items()}


def _tag_policy(place: str, content: str | None) -> TagPolicy | Unseen:
    try:
        return keys(content) if content is not None else {}
    except ValueError:
        return Unseen(EFFECTIVE_TAG_POLICIES, place, "the effective tag policy cannot be read as one")


def administrators(world: World) -> Mapping[str, tuple[str, ...]]:
    """Give the accounts that were seen to administer each service, by its principal."""
    return _grouped((principal, account) for account, principal in _registered(world))


def administered(world: World) -> Mapping[str, tuple[str, ...]]:
    """Give the principals of the services that each account was seen to administer, by its id."""
    return _grouped(_registered(world))


def _registered(world: World) -> Iterator[tuple[str, str]]:
    for key in sorted(world.seen(DELEGATIONS)):
        account, _, principal = key.partition("/")
        yield account, principal


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


TRUSTED_SERVICE = Population("each service with trusted access", _trusted_services)
REGISTRATION = Population("each registration of a delegated administrator", _registrations)
EVERY_REGISTRATION = Population("each registration of a delegated administrator, closed or not", _every_registration)
OURS_AND_TRANSFERS = Population("each account declared as ours, and each transfer of billing", _ours_and_transfers)
FOUNDATION = Population("each purpose that is declared to have an account of its own", _foundations)
UNIT = Population("each organizational unit", _units)
INHABITED_UNIT = Population("each organizational unit with accounts directly in it", _inhabited_units)
WORKLOAD_UNIT = Population("each organizational unit with workloads", _workload_units)
UNSETTLED = Population("each account that is closed, pending closure or suspended, and each invitation", _unsettled)
ENROLMENT = Population("the landing zone, and each member account", _enrolment)
TAGGED = Population("each account, unit, root and policy that must have tags", _tagged)
VALUED = Population("each account, unit, root and policy that can have tags", _valued)
