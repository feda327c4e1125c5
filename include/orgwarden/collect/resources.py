"""The sweep of what lies in the management account: in every region that is enabled, by the best witness there.

A region's first witness is Resource Explorer, where its index is complete; else the services themselves list what they
have. Config and the tagging API add what they know, and prove nothing by their silence. A region that neither of the
first two answers for whole is a gap: what was seen of it stands, and the rest is unknown, not empty. So is one of
which a witness refused to tell what it has: the others do not know all that it saw. And so is one that was switched
off with something in it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from orgwarden.collect import (
    config_aggregator,
    default_network,
    per_service,
    resource_explorer,
    shortlist,
    spend,
    tagged,
)
from orgwarden.collect.actions import Action
from orgwarden.collect.batches import SIZE, read_in_batches
from orgwarden.collect.config_aggregator import Records, recorded
from orgwarden.collect.per_service import Found, listed
from orgwarden.collect.regions import ACTIONS as REGIONS_ACTIONS
from orgwarden.collect.regions import enabled_regions
from orgwarden.collect.resource_explorer import Explorer, NotSetUp, explorer
from orgwarden.collect.resource_types import GLOBAL
from orgwarden.collect.sessions import Aws
from orgwarden.collect.shortlist import NETWORK, REGIONAL, WORLDWIDE
from orgwarden.errors import SkipAndNote
from orgwarden.model import EVERYTHING
from orgwarden.parts.organization import ORGANIZATION
from orgwarden.parts.resources import MANAGEMENT_SPEND, REGIONS, RESOURCES, WITNESSES, Resource
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page, Staging, merged, whole_part_gaps

NAME = "resources"
PARTS = (REGIONS, RESOURCES, WITNESSES, MANAGEMENT_SPEND)
ACTIONS: tuple[Action, ...] = (
    *REGIONS_ACTIONS,
    *dict.fromkeys(
        action
        for witness in (resource_explorer, config_aggregator, tagged, shortlist, default_network, spend)
        for action in witness.ACTIONS
    ),
)
READS = (*REGIONAL, *WORLDWIDE)
LISTED_TYPES = frozenset(read.resource_type for read in READS)
WHOLE_TYPES = LISTED_TYPES - {read.resource_type for read in READS if not read.is_whole}
OF_EC2 = "AWS::EC2::"
OFF = "the region was switched off: what lies there is out of sight, and costs on"
Rows = dict[str, Resource]


def sweep(
    staging: Staging, *, aws: Aws, veil: Veil, asks_cost_explorer: bool, before: Collection[str] = ()
) -> dict[str, int]:
    """Read the resources and, where asked for, the spend of the management account; give what was counted.

    ``before`` are the regions of which the last reading leaves something to look for (``left_in``).
    """
    management = merged(staging.all_pages())[0][ORGANIZATION][EVERYTHING].management_account
    regions = _regions(staging, aws, management, before)
    places = [*regions, GLOBAL] if regions else []
    if len(staging.pages("resources")) * SIZE < len(places):
        inventory = Inventory(
            aws=aws,
            management=management,
            veil=veil,
            explorer=explorer(aws, management),
            records=recorded(aws, management, regions, veil),
        )
        read_in_batches(staging, "resources", places, inventory.of)
    _spend(staging, aws, management, asked=asks_cost_explorer)
    staging.finish(NAME, PARTS)
    rows, _ = merged(staging.all_pages())
    return {"regions": len(regions), "resources": len(rows.get(RESOURCES, {}))}


def left_in(rows: Mapping[str, Resource], gaps: Collection[tuple[str, str]]) -> frozenset[str]:
    """Give the regions in which a reading saw more than AWS's own network, or could not look."""
    unread = {key for part, key in gaps if part in {RESOURCES.name, WITNESSES.name} and not key.startswith("arn:")}
    return frozenset({row.region for row in rows.values() if not default_network.is_default(row)} | unread)


def _regions(staging: Staging, aws: Aws, management: str, before: Collection[str]) -> tuple[str, ...]:
    if not staging.pages("regions"):
        staging.put("regions", 1, _read_regions(aws, management, before))
    found: Mapping[str, tuple[str, ...]] = staging.pages("regions")[0].rows.get(REGIONS, {})
    return found.get(EVERYTHING, ())


def _read_regions(aws: Aws, management: str, before: Collection[str]) -> Page:
    try:
        found = enabled_regions(aws, management)
    except SkipAndNote as error:
        return Page(gaps=whole_part_gaps((REGIONS, RESOURCES, WITNESSES), error.cause))
    off = set(before) - {*found, GLOBAL, EVERYTHING}
    return Page(rows={REGIONS: {EVERYTHING: found}}, gaps={(RESOURCES.name, region): OFF for region in off})


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What was seen of one region, by which witnesses, and what kept it from being whole (empty: nothing).

    ``unread`` has the types of which EC2 did not tell whether AWS made them. ``refused`` is why a witness that knows
    more did not tell it (empty: none did).
    """

    rows: Rows
    witnesses: tuple[str, ...]
    unread: frozenset[str]
    cause: str = ""
    refused: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Inventory:
    """The witnesses of one account's resources."""

    aws: Aws
    management: str
    veil: Veil
    explorer: Explorer
    records: Records

    def of(self, region: str) -> Page:
        """Read one region, or what is in none (``global``): resources with witnesses, or with the gaps."""
        seen = self._seen(region)
        recorded = self.records.rows.get(region, {})
        witnesses = (*seen.witnesses, config_aggregator.WITNESS) if recorded else seen.witnesses
        marked = self._marked(region, {**recorded, **seen.rows}, seen.unread)
        # An ARN may hold an address (an identity of SES); until here the witnesses' ARNs are compared as they are.
        rows = {self.veil.text(arn): row for arn, row in marked.items()}
        self.aws.forget(region)
        lost = {RESOURCES.name: seen.refused or self.records.refused, WITNESSES.name: seen.cause}
        gaps = {(part, region): cause for part, cause in lost.items() if cause}
        return Page(rows={RESOURCES: rows, WITNESSES: {} if seen.cause else {region: witnesses}}, gaps=gaps)

    def _seen(self, region: str) -> Seen:
        """Ask Resource Explorer, else the services; what it refused to tell is not told by their silence."""
        try:
            return self._explored(region)
        except NotSetUp:
            return self._listed(region)
        except SkipAndNote as error:
            return replace(self._listed(region), refused=error.cause)

    def _explored(self, region: str) -> Seen:
        """Give what Resource Explorer has; which VPCs and subnets are there, and AWS's own, EC2 tells better."""
        rows = self.explorer.resources(region, self.veil)
        if any(row.tags is None for row in rows.values()):
            rows = with_tags(rows, self._tagged(region)[0])
        if region == GLOBAL:
            return Seen(rows=rows, witnesses=(resource_explorer.WITNESS,), unread=frozenset())
        network = listed(self.aws, self.management, region, self.veil, NETWORK)
        told = {read.resource_type for read in NETWORK} - network.unread.keys()
        kept = {arn: row for arn, row in rows.items() if row.type not in told}
        return Seen(
            rows={**kept, **network.rows},
            witnesses=(resource_explorer.WITNESS,),
            unread=frozenset(network.unread),
        )

    def _listed(self, region: str) -> Seen:
        """Give what the services list, with the tags and the other things that the tagging API knows."""
        found = listed(self.aws, self.management, region, self.veil)
        others, refused = self._tagged(region)
        return Seen(
            rows={**beyond(found, others or {}), **with_tags(found.rows, others)},
            witnesses=(per_service.WITNESS,) if others is None else (per_service.WITNESS, tagged.WITNESS),
            unread=frozenset(found.unread),
            cause=found.cause,
            refused=refused,
        )

    def _tagged(self, region: str) -> tuple[Rows | None, str]:
        """Give what the tagging API has; nothing, and why, where it refuses."""
        try:
            return tagged.tagged(self.aws, self.management, region, self.veil), ""
        except SkipAndNote as error:
            return None, error.cause

    def _marked(self, region: str, rows: Rows, unread: frozenset[str]) -> Rows:
        if region == GLOBAL or not default_network.has_network(rows):
            return rows
        return default_network.marked(self.aws.management("ec2", self.management, region), rows, unread)


def beyond(found: Found, others: Mapping[str, Resource]) -> Rows:
    """Give the tagged resources that no list has.

    A type that its service listed whole has no more than is in that list: the tagging API remembers what is gone.
    """
    whole = WHOLE_TYPES - found.unread.keys()
    return {arn: row for arn, row in others.items() if row.type not in whole}


def with_tags(rows: Rows, others: Rows | None) -> Rows:
    """Add tags where the list tells none; of EC2 and of the shortlist the tagging API knows whatever has any."""
    if others is None:
        return rows

    def told(arn: str, row: Resource) -> Mapping[str, str] | None:
        is_known = row.type in LISTED_TYPES or row.type.startswith(OF_EC2)
        return others[arn].tags if arn in others else ({} if is_known else None)

    return {arn: replace(row, tags=told(arn, row)) if row.tags is None else row for arn, row in rows.items()}


def _spend(staging: Staging, aws: Aws, management: str, *, asked: bool) -> None:
    if not staging.pages("spend"):
        staging.put("spend", 1, _read_spend(staging, aws, management, asked=asked))


def _read_spend(staging: Staging, aws: Aws, management: str, *, asked: bool) -> Page:
    if not asked:
        return Page(gaps=whole_part_gaps((MANAGEMENT_SPEND,), spend.NOT_ASKED))
    try:
        return Page(rows={MANAGEMENT_SPEND: spend.spent(aws, management, staging.opened().at)})
    except SkipAndNote as error:
        return Page(gaps=whole_part_gaps((MANAGEMENT_SPEND,), error.cause))
