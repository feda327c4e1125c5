"""Reads the regions again in which single resources of the management account were seen, by the witnesses of today.

Cost Explorer is never asked: what it told stands until the next whole reading.
"""

from collections.abc import Collection, Mapping

from orgwarden.collect.batches import read_side_by_side
from orgwarden.collect.config_aggregator import recorded
from orgwarden.collect.means import Means
from orgwarden.collect.regions import enabled_regions
from orgwarden.collect.resource_explorer import explorer
from orgwarden.collect.resource_types import GLOBAL
from orgwarden.collect.resources import OFF, Inventory
from orgwarden.errors import SkipAndNote
from orgwarden.model import EVERYTHING, World
from orgwarden.parts.resources import REGIONS, RESOURCES, WITNESSES, Resource
from orgwarden.snapshot import Page, merged

NOWHERE = "nobody knows in which region it lies: run organization_inventory"


def read_regions(arns: Collection[str], *, before: World, means: Means) -> Page:
    """Read which regions are on, and of these whole those in which the resources lie; none where there are none."""
    places = regions_of(arns, before)
    try:
        regions = enabled_regions(means.aws, before.management)
    except SkipAndNote as error:
        lost = {(REGIONS.name, EVERYTHING), *((WITNESSES.name, place) for place in places)}
        return Page(gaps=dict.fromkeys([*lost, *((RESOURCES.name, arn) for arn in arns)], error.cause))
    wanted = places & {*regions, GLOBAL}
    told = Page(rows={REGIONS: {EVERYTHING: regions}}, gaps=_out_of_sight(arns, wanted, before))
    rows, gaps = merged([told, _read(wanted, regions, before.management, means)])
    return Page(rows=rows, gaps=gaps)


def _out_of_sight(arns: Collection[str], wanted: Collection[str], before: World) -> Mapping[tuple[str, str], str]:
    """Give why the resources that lie in none of the wanted regions cannot be looked at."""
    known: Mapping[str, Resource] = before.parts.get(RESOURCES, {})
    lost = {
        arn: OFF if arn in known else NOWHERE for arn in arns if arn not in known or known[arn].region not in wanted
    }
    return {(RESOURCES.name, arn): cause for arn, cause in lost.items()}


def regions_of(arns: Collection[str], before: World) -> set[str]:
    """Give the regions in which resources were seen."""
    known: Mapping[str, Resource] = before.parts.get(RESOURCES, {})
    return {known[arn].region for arn in arns if arn in known}


def _read(wanted: Collection[str], regions: Collection[str], management: str, means: Means) -> Page:
    if not wanted:
        return Page()
    inventory = Inventory(
        aws=means.aws,
        management=management,
        veil=means.veil,
        explorer=explorer(means.aws, management),
        # The aggregator may stand in any region.
        records=recorded(means.aws, management, regions, means.veil),
    )
    return read_side_by_side(sorted(wanted), inventory.of)
