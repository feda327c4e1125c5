"""Each account, unit, root and policy has the tags that it must have.

Why: Tags say who answers for an account, what it is for and who pays. Where one is missing, tickets find no owner,
costs no cost centre, and rules that go by tags pass the account by.

Fix: Set the keys that the ticket lists: AWS Organizations > AWS accounts > the account or unit (or Policies > the
policy) > Tags > Manage tags, or organizations:TagResource with its id. Keys are told apart by case: where the ticket
names one in another case, take that off (organizations:UntagResource). Better still, set them where accounts are made.
What must be there stands under tags.required in the baseline.
"""

from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Evidence, Member, Severity, World
from orgwarden.parts.declared import REQUIRED_TAGS
from orgwarden.population.governance import TAGGED, kind_of, tags_of


@control(about=TAGGED, severity=Severity.MEDIUM, ticket=Ticket.OWNER, practices=("E:tagging",))
def required_present(member: Member, world: World) -> Answer:
    required = world.of(REQUIRED_TAGS).get(kind_of(member), ())
    tags = tags_of(member, world)
    missing = tuple(key for key in required if key not in tags)
    if not missing:
        return None
    folded = {key.casefold() for key in missing}
    other_case = tuple(sorted(key for key in tags if key.casefold() in folded and key not in required))
    evidence: Evidence = {"missing": missing, "other_case": other_case} if other_case else {"missing": missing}
    return Deviation(f"tags are missing: {', '.join(missing)}", evidence)
