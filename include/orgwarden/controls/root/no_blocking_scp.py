"""No service control policy stands in the way of managing root credentials centrally.

Why: A policy that denies everything to root users denies it to the short sessions of sts:AssumeRoot, too. The audit of
root credentials then sees nothing, and what only a root user may do cannot be done from one place.

Fix: In AWS Organizations > Policies > Service control policies > the policy > Edit, exempt such sessions: add to the
condition of the statements that the ticket names `"Null": {"aws:AssumedRoot": "true"}`, or detach the policy
(organizations:UpdatePolicy, organizations:DetachPolicy). Control Tower's control Disallow actions as a root user has a
parameter for it, ExemptAssumeRoot. Members without root credentials need no such policy.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from orgwarden.approvable import read_of
from orgwarden.aws.scps import denials_of_root
from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Evidence, Member, NotApplicable, Severity, Unseen, World
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS
from orgwarden.parts.policies import POLICIES, POLICY_BODIES, POLICY_TARGETS
from orgwarden.parts.root import ROOT_FEATURES
from orgwarden.population import live_accounts
from orgwarden.population.management import CUSTOMER_SCP

FEATURES = {"RootCredentialsManagement", "RootSessions"}
# Stands for accounts to come where a policy binds none yet.
ANY_ACCOUNT = "000000000000"


@control(
    about=CUSTOMER_SCP,
    severity=Severity.MEDIUM,
    ticket=Ticket.ORGANIZATION,
    practices=("R:remove-scp",),
    authority=Authority.PRACTITIONER,
)
def no_blocking_scp(member: Member, world: World) -> Answer:
    policy = member.subject.resource
    features = world.of(ROOT_FEATURES)
    if FEATURES.isdisjoint(features):
        return NotApplicable("root access is not managed centrally; root.credentials_centralized judges that")
    attached = world.of(POLICY_TARGETS, policy)
    targets = _binding(attached, world)
    if not targets:
        return NotApplicable("the policy is attached to nothing that it could bind")
    denied = _denied(policy, _bound(targets, world) or [ANY_ACCOUNT], world)
    if denied:
        statements = sorted({name for names in denied.values() for name in names})
        evidence: Evidence = {
            "name": world.of(POLICIES, policy).name,
            "statements": tuple(statements),
            "accounts": tuple(sorted(set(denied) - {ANY_ACCOUNT})),
        }
        return Deviation("the policy denies sessions of sts:AssumeRoot in member accounts", evidence)
    for account in _denied(policy, world.derived(_unplaced), world):
        world.of(PLACEMENTS, account)
    world.whole(ACCOUNTS)
    return None


def _binding(targets: Iterable[str], world: World) -> list[str]:
    """Leave out what no service control policy binds: the management account, and accounts that are closed."""
    accounts = world.seen(ACCOUNTS)
    closed = {target for target in targets if target in accounts and accounts[target].state.is_closed}
    return sorted(set(targets) - closed - {world.management})


def _members(world: World) -> list[str]:
    return [account for account in live_accounts(world) if account != world.management]


def _unplaced(world: World) -> list[str]:
    placed = read_of(PLACEMENTS, world)
    return [account for account in world.derived(_members) if account not in placed]


def _below(world: World) -> Mapping[str, list[str]]:
    """Give the member accounts that are seen to stand at or below each unit or account, by its id."""
    placed, below = read_of(PLACEMENTS, world), defaultdict(list)
    for account in world.derived(_members):
        for place in (account, *placed.get(account, ())):
            below[place].append(account)
    return dict(below)


def _bound(targets: Collection[str], world: World) -> list[str]:
    """Give the member accounts that are seen to stand at or below the targets."""
    if any(target.startswith("r-") for target in targets):
        return world.derived(_members)
    below = world.derived(_below)
    return list(dict.fromkeys(account for target in targets for account in below.get(target, ())))


def _denied(policy: str, accounts: Iterable[str], world: World) -> Mapping[str, tuple[str, ...]]:
    """Give the statements that deny a session, by account."""
    text = world.of(POLICY_BODIES, policy)
    try:
        return denials_of_root(text, accounts)
    except ValueError as error:
        raise Unseen(POLICY_BODIES, policy, f"it cannot be understood: {error}") from None
