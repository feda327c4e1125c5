"""Each delegated administrator is an account that was meant to be one.

Why: The administrator of a service acts in every account of the organization through it: of GuardDuty it can silence
the alarms, of Identity Center let anybody in. In an account of another purpose more people hold that power than
should.

Fix: Look which account administers the service (AWS Organizations > Services > the service, or
organizations:ListDelegatedServicesForAccount). If it is right, declare it under delegation.administrators in the
baseline. If it is not, register the right account and then take the other away
(organizations:DeregisterDelegatedAdministrator, after reading the service's own guide: some lose their settings when
their administrator changes), and find out who registered it (CloudTrail's event RegisterDelegatedAdministrator).
"""

from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Member, Severity, Unseen, World
from orgwarden.parts.declared import EXPECTED_ADMINISTRATORS
from orgwarden.parts.organization import ACCOUNTS
from orgwarden.population.governance import REGISTRATION

UNDECLARED = "not declared: list who administers it under delegation.administrators in the baseline"


@control(
    about=REGISTRATION,
    severity=Severity.MEDIUM,
    ticket=Ticket.ORGANIZATION,
    practices=("D:table", "R:dedicated"),
    authority=Authority.PRACTITIONER,
)
def expected_account(member: Member, world: World) -> Answer:
    declared = world.of(EXPECTED_ADMINISTRATORS)
    account, principal = member.subject.account, member.subject.resource
    if principal not in declared:
        raise Unseen(EXPECTED_ADMINISTRATORS, principal, UNDECLARED)
    expected = declared[principal]
    if account in expected:
        return None
    if account not in world.seen(ACCOUNTS):
        world.whole(ACCOUNTS)  # one that is closed is not judged
    return Deviation("the account is not meant to administer the service", {"expected": tuple(expected)})
