"""The trust anchors of IAM Roles Anywhere, by which whoever has a certificate gets into a role that trusts the service.

They stand in Regions. Where no role trusts the service, no anchor leads anywhere, and nothing is asked.
"""

from collections.abc import Mapping
from functools import partial

from orgwarden.collect import iam_answers as answers
from orgwarden.collect.api import STRANGE
from orgwarden.collect.batches import gap, read_side_by_side
from orgwarden.collect.regions import enabled_regions, reached
from orgwarden.collect.sessions import Aws
from orgwarden.errors import RetryLater, SkipAndNote
from orgwarden.model import EVERYTHING
from orgwarden.parts.access import TRUST_ANCHORS, Role, TrustAnchor
from orgwarden.snapshot import Page

SERVICE = "rolesanywhere.amazonaws.com"
TOKENS = ("nextToken", "following")


def is_trusted(roles: Mapping[str, Role]) -> bool:
    """Say whether any of the roles trusts IAM Roles Anywhere."""
    return any(SERVICE in role.trust for role in roles.values())


def trust_anchors(aws: Aws, management: str) -> Page:
    """Read the anchors of every Region that is on in the management account; one that is silent is a gap of its own."""
    try:
        regions = enabled_regions(aws, management)
    except (SkipAndNote, RetryLater) as error:
        return gap(TRUST_ANCHORS, EVERYTHING, str(error))
    return read_side_by_side(regions, lambda region: _anchors_in(aws, management, region))


def _anchors_in(aws: Aws, management: str, region: str) -> Page:
    try:
        found = reached(region, "rolesanywhere", partial(_listed, aws, management, region))
    except SkipAndNote as error:
        return gap(TRUST_ANCHORS, region, error.cause)
    rows = {one.arn: TrustAnchor(region=region, is_enabled=one.enabled) for one in found}
    return Page(rows={TRUST_ANCHORS: rows})


def _listed(aws: Aws, management: str, region: str) -> list[answers.Anchor]:
    api = aws.management("rolesanywhere", management, region)
    listing = api.pages("ListTrustAnchors", answers.ListTrustAnchors, missing=STRANGE, tokens=TOKENS)
    return [anchor for page, _ in listing for anchor in page.anchors]
