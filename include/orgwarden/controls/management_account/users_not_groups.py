"""Permission sets of the management account are for it alone, and given to people one by one.

Why: Whoever may edit a group's members (a help desk, a directory's sync) gives away the management account without
anybody there noticing. A permission set that serves other accounts, too, is widened for one of them and widens here.

Fix: In IAM Identity Center > AWS accounts > the management account, assign the people themselves and remove the group
(sso:CreateAccountAssignment with PrincipalType USER, sso:DeleteAccountAssignment), and make a permission set of its own
for the management account (sso:CreatePermissionSet). Control Tower's own groups may be exempted in the baseline.
"""

from orgwarden.approvable import read_of
from orgwarden.control import Authority, Ticket, control
from orgwarden.model import Answer, Deviation, Evidence, Member, Severity, World
from orgwarden.parts.access import ASSIGNMENTS, GROUP_NAMES, PERMISSION_SET_ACCOUNTS, PERMISSION_SETS
from orgwarden.population.management import ASSIGNED_SET


@control(about=ASSIGNED_SET, severity=Severity.LOW, ticket=Ticket.ORGANIZATION, authority=Authority.BEYOND)
def users_not_groups(member: Member, world: World) -> Answer:
    arn = member.subject.resource
    groups = world.of(ASSIGNMENTS, arn).groups
    others = set(read_of(PERMISSION_SET_ACCOUNTS, world).get(arn, ())) - {world.management}
    told = {"is assigned to a group": bool(groups), "serves other accounts, too": bool(others)}
    if faults := [fault for fault, there in told.items() if there]:
        names, sets = read_of(GROUP_NAMES, world), read_of(PERMISSION_SETS, world)
        evidence: Evidence = {
            "name": sets[arn].name if arn in sets else "",
            "groups": tuple(sorted(names.get(group, group) for group in groups)),
            "count": len(others),
        }
        return Deviation(f"the permission set {' and '.join(faults)}", evidence)
    world.of(PERMISSION_SET_ACCOUNTS, arn)
    return None
