"""What closes or comes in is settled: closed accounts are expected nowhere, and no invitation is left open.

Why: An account that is closed or suspended and still counted on is a service that is down and nobody knows. One that
stays pending closure still runs and costs. An old invitation lets in whoever reads the mailbox that it went to.

Fix: For an account that was to be closed: take it out of structure.our_accounts and structure.foundational in the
baseline, and deregister it as an administrator (organizations:DeregisterDelegatedAdministrator). For one that was not:
have AWS Support reopen it, within 90 days of its closure. Where closing hangs, ask AWS Support; an invitation is taken
back in AWS Organizations > AWS accounts > Invitations > Cancel (organizations:CancelHandshake), and sent again if it
is still wanted.
"""

from collections.abc import Iterator
from datetime import date

from orgwarden.approvable import read_of
from orgwarden.control import Ticket, control
from orgwarden.model import ACCOUNT_ID, EVERYTHING, Answer, Deviation, Evidence, Member, Severity, Unseen, World
from orgwarden.parts.declared import FOUNDATIONAL_ACCOUNTS, OUR_ACCOUNTS, STRUCTURE_RULES
from orgwarden.parts.delegation import DELEGATIONS, HANDSHAKES
from orgwarden.parts.organization import ACCOUNTS, STATES_SINCE, AccountState
from orgwarden.population.governance import UNSETTLED, administered
from orgwarden.population.reading import deviation_of, require


@control(about=UNSETTLED, severity=Severity.MEDIUM, ticket=Ticket.ORGANIZATION, practices=("E:single-organization",))
def closed_accounts_settled(member: Member, world: World) -> Answer:
    account = member.subject.account
    if not account:
        return _left_open(member.subject.resource, world)
    if world.of(ACCOUNTS, account).state is AccountState.PENDING_CLOSURE:
        return _hanging(account, world)
    return deviation_of(lambda: _expected(account, world), lambda: _administers(account, world))


def _expected(account: str, world: World) -> Deviation | None:
    places = tuple(_declared(account, world))
    if not places:
        return None
    return Deviation("the account no longer works and is still counted on", {"declared_under": places})


def _declared(account: str, world: World) -> Iterator[str]:
    """Give where the baseline still names the account; what nobody declared expects nothing."""
    if account in world.derived(_ours):
        yield "structure.our_accounts"
    for purpose, one in read_of(FOUNDATIONAL_ACCOUNTS, world).get(EVERYTHING, {}).items():
        if one.account == account:
            yield f"structure.foundational.{purpose}"


def _ours(world: World) -> frozenset[str]:
    return frozenset(read_of(OUR_ACCOUNTS, world).get(EVERYTHING, ()))


def _administers(account: str, world: World) -> Deviation | None:
    if principals := world.derived(administered).get(account):
        return Deviation("the account no longer works and still administers services", {"services": principals})
    require(DELEGATIONS, account, world)
    return None


def _hanging(account: str, world: World) -> Deviation | None:
    since = world.of(STATES_SINCE, account)[:10]
    if _days_since(since, world) < world.of(STRUCTURE_RULES).closing_days:
        return None
    return Deviation("the account has been pending closure for too long", {"since": since})


def _left_open(handshake: str, world: World) -> Deviation | None:
    row = world.of(HANDSHAKES, handshake)
    if not row.requested:
        raise Unseen(HANDSHAKES, handshake, "AWS does not say when the invitation was sent")
    if _days_since(row.requested[:10], world) < world.of(STRUCTURE_RULES).invitation_days:
        return None
    invited = tuple(party for party in row.parties if ACCOUNT_ID.fullmatch(party) and party != world.management)
    evidence: Evidence = {"invited": invited, "since": row.requested[:10], "expires": row.expires[:10]}
    return Deviation("the invitation has not been answered for too long", evidence)


def _days_since(day: str, world: World) -> int:
    return (world.today - date.fromisoformat(day)).days
