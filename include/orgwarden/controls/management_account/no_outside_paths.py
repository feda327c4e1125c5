"""No role of the management account lets in anybody from outside but as declared.

Why: Who may assume such a role is decided elsewhere: in a member account, in a pipeline's repository, at a vendor. Each
is a way around everything that guards the management account.

Fix: Look at the role's trust (IAM > Roles > the role > Trust relationships). A pipeline works from a delegated
administrator's account instead; a vendor reads from a member account. Remove what is not needed
(iam:UpdateAssumeRolePolicy, iam:DeleteRole). What has to stay is declared under management_account.paths in the
baseline with its owner, the reason and the day on which it ends.
"""

from orgwarden.aws.trust import Trusted
from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Evidence, Member, Pass, Severity, World
from orgwarden.parts.access import IAM_ROLES
from orgwarden.parts.declared import MANAGEMENT_RULES
from orgwarden.population.management import OUTSIDE_ROLE
from orgwarden.reached import declared_path, is_path_of, outsiders, told


@control(
    about=OUTSIDE_ROLE,
    severity=Severity.HIGH,
    ticket=Ticket.ORGANIZATION,
    practices=("D:iac-runner",),
    authority=Authority.PRACTITIONER,
)
def no_outside_paths(member: Member, world: World) -> Answer:
    arn = member.subject.resource
    trusts = outsiders(arn, world.of(IAM_ROLES, arn), world.management)
    undeclared = [one for one in trusts if not declared_path(arn, one, world)]
    if undeclared:
        evidence: Evidence = {"trusts": tuple(told(one) for one in undeclared)}
        return Deviation(f"somebody outside may assume the role{_expired(arn, undeclared, world)}", evidence)
    until = min(path.expires for one in trusts if (path := declared_path(arn, one, world)))
    return Pass({"trusts": tuple(told(one) for one in trusts), "declared_until": str(until)})


def _expired(arn: str, undeclared: list[Trusted], world: World) -> str:
    """Say until when the path was declared, if it was."""
    paths = world.of(MANAGEMENT_RULES).paths
    ended = [path.expires for path in paths if any(is_path_of(path, arn, one) for one in undeclared)]
    return f": it was declared until {max(ended)}" if ended else ", and no path under management_account.paths says so"
