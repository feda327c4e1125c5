"""For each thing that may have to be done with the root user there is a document, reviewed in time, that is there.

Why: The root user is used once in years, by people who have not done it before, on a bad day. Without a document they
improvise at the one place where a mistake locks everybody out; one that is out of date names people who have left, and
one whose link leads nowhere is found to be missing when nothing else works either.

Fix: Write down the steps of the scenario and name the document under runbooks.documents in the baseline, with somebody
who keeps it; one document may serve several scenarios. Go through it with those who would use it, and write down the
day (reviewed). Where the link is gone, correct it. Of a place that answers 404 to whoever is not signed in, as code
hosting does for what is private, give no link, and say where the document is kept.
"""

from datetime import timedelta

from orgwarden.control import Ticket, control
from orgwarden.model import EVERYTHING, Answer, Deviation, Evidence, Member, Pass, Severity, Unseen, World
from orgwarden.parts.runbooks import RUNBOOK_LINKS, RUNBOOKS, SCENARIOS, Document, LinkState
from orgwarden.population.runbooks import SCENARIO

NOT_ASKED = "its link was not asked yet: run organization_inventory, or recheck the finding"


@control(about=SCENARIO, severity=Severity.MEDIUM, ticket=Ticket.ORGANIZATION, practices=("O:document", "E:document"))
def runbooks_current(member: Member, world: World) -> Answer:
    scenario = member.subject.resource
    declared = world.of(RUNBOOKS)
    document = declared.documents.get(scenario)
    if document is None:
        return Deviation("no document is named for it", {"scenario": SCENARIOS[scenario]})
    told = {"scenario": SCENARIOS[scenario], **_told(document)}
    if world.today > document.reviewed + timedelta(days=declared.review_days):
        return Deviation(
            f"its document was last reviewed on {document.reviewed}, more than {declared.review_days} days ago", told
        )
    if document.reviewed > world.today:
        raise Unseen(RUNBOOKS, scenario, f"reviewed on {document.reviewed}, which is later than this reading")
    if document.key and _led_to(document.key, world) is LinkState.GONE:
        return Deviation("the link of its document leads to nothing any more", told)
    return Pass(told)


def _led_to(key: str, world: World) -> LinkState:
    """Give what the reading found; a link that was declared since is in it neither as a row nor as a gap."""
    try:
        return world.of(RUNBOOK_LINKS, key)
    except Unseen:
        if any(unseen.key in {key, EVERYTHING} for unseen in world.missing(RUNBOOK_LINKS)):
            raise
        raise Unseen(RUNBOOK_LINKS, key, NOT_ASKED) from None


def _told(document: Document) -> Evidence:
    """Give what is shown of a document."""
    where = {"link": document.link, "kept": document.kept}
    return {
        "document": document.name,
        **{name: place for name, place in where.items() if place},
        "owner": document.owner,
        "reviewed": str(document.reviewed),
    }
