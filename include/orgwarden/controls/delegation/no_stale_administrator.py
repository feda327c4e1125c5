"""Each delegated administrator is an open account, and its service has trusted access.

Why: A registration that outlives its account or its service is forgotten, not gone: it works again on the day the
account is reopened or the service switched on, and until then the service may have no administrator at all.

Fix: Take the registration away in the management account (organizations:DeregisterDelegatedAdministrator with the
AccountId and ServicePrincipal of the ticket, or in the service's own console), and register an open account where the
service is in use. If the service is in use and only its trusted access is off, switch that on in the service's
console.
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, World
from orgwarden.parts.delegation import TRUSTED_SERVICES
from orgwarden.parts.organization import ACCOUNTS, AccountState
from orgwarden.population.governance import EVERY_REGISTRATION
from orgwarden.population.reading import deviation_of

STALE = {
    AccountState.CLOSED: "the account is closed",
    AccountState.PENDING_CLOSURE: "the account is being closed",
    AccountState.SUSPENDED: "the account is suspended",
}


@control(about=EVERY_REGISTRATION, severity=Severity.HIGH, ticket=Ticket.ORGANIZATION, practices=("M:delegate",))
def no_stale_administrator(member: Member, world: World) -> Answer:
    account, principal = member.subject.account, member.subject.resource
    return deviation_of(lambda: _gone(account, world), lambda: _switched_off(principal, world))


def _gone(account: str, world: World) -> Deviation | None:
    row = world.seen(ACCOUNTS).get(account)
    if row is None:
        world.whole(ACCOUNTS)
        return Deviation("the account is not in the organization", {"state": "not listed"})
    return Deviation(STALE[row.state], {"state": row.state.value}) if row.state in STALE else None


def _switched_off(principal: str, world: World) -> Deviation | None:
    if principal in world.seen(TRUSTED_SERVICES) or principal in world.whole(TRUSTED_SERVICES):
        return None
    return Deviation("the service has no trusted access")
