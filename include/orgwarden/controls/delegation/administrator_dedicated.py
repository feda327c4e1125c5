"""An account that administers a service of the organization runs no workload.

Why: A delegated administrator reaches into every account. Whoever can change a workload beside it, and whatever the
workload lets in, is one step from that reach; and nobody restrains a workload as such an account should be restrained.

Fix: Move what the ticket lists to a workload account, or register an account of its own for the service
(organizations:DeregisterDelegatedAdministrator, then organizations:RegisterDelegatedAdministrator, better by the
service's own console). Services that run an organization (CloudTrail, Config, GuardDuty, logs, keys, their storage and
networks) are expected there. If a listed service is part of the account's task, accept it as an exemption.
"""

from orgwarden.aws.organization_services import is_organization_level
from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Evidence, Member, Severity, World
from orgwarden.parts.bill_spend import ACCOUNT_SERVICES, ServiceSpend
from orgwarden.parts.organization import ACCOUNTS
from orgwarden.population.reading import require
from orgwarden.population.spend import ADMINISTRATOR

MOST = 20


@control(
    about=ADMINISTRATOR,
    severity=Severity.MEDIUM,
    ticket=Ticket.ORGANIZATION,
    practices=("R:dedicated", "D:special-purpose"),
    authority=Authority.PRACTITIONER,
)
def administrator_dedicated(member: Member, world: World) -> Answer:
    account = member.subject.account
    require(ACCOUNTS, account, world)
    spent = [row for row in world.seen(ACCOUNT_SERVICES).values() if row.account == account and row.amount > 0]
    workload = sorted((row for row in spent if not is_organization_level(row.service)), key=_largest)
    if workload:
        services = tuple(dict.fromkeys(row.service for row in workload))
        evidence: Evidence = {"period": workload[0].period, "spend": tuple(_told(row) for row in workload[:MOST])}
        return Deviation(f"the account spends on {len(services)} services that run workloads", evidence)
    world.whole(ACCOUNT_SERVICES)
    return None


def _largest(row: ServiceSpend) -> tuple[object, str]:
    return -row.amount, row.service


def _told(row: ServiceSpend) -> str:
    return f"{row.service}: {row.amount:.2f} {row.currency}"
