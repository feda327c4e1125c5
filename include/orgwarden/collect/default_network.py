"""What comes with a default VPC beside its subnets: AWS makes it in every region of every account.

Only EC2 tells which gateway, table, list, group and set these are, so they are asked for where a witness listed some.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.api import Api
from orgwarden.collect.per_service import DEFAULT, YES
from orgwarden.collect.shortlist import NETWORK, Listing
from orgwarden.errors import SkipAndNote
from orgwarden.parts.resources import Resource

VPC = "AWS::EC2::VPC"


@dataclass(frozen=True, kw_only=True, slots=True)
class Companion:
    """A list of EC2, the member that names an item, and the filters that leave what comes with default VPCs.

    A filter without values is given those VPCs.
    """

    operation: str
    items: str
    key: str
    filters: Mapping[str, tuple[str, ...]]


COMPANIONS: Mapping[str, Companion] = {
    "AWS::EC2::InternetGateway": Companion(
        operation="DescribeInternetGateways",
        items="InternetGateways",
        key="InternetGatewayId",
        filters={"attachment.vpc-id": ()},
    ),
    "AWS::EC2::RouteTable": Companion(
        operation="DescribeRouteTables",
        items="RouteTables",
        key="RouteTableId",
        filters={"vpc-id": (), "association.main": ("true",)},
    ),
    "AWS::EC2::NetworkAcl": Companion(
        operation="DescribeNetworkAcls",
        items="NetworkAcls",
        key="NetworkAclId",
        filters={"vpc-id": (), "default": ("true",)},
    ),
    "AWS::EC2::SecurityGroup": Companion(
        operation="DescribeSecurityGroups",
        items="SecurityGroups",
        key="GroupId",
        filters={"vpc-id": (), "group-name": ("default",)},
    ),
    "AWS::EC2::DHCPOptions": Companion(
        operation="DescribeVpcs", items="Vpcs", key="DhcpOptionsId", filters={"vpc-id": ()}
    ),
}
OF_VPC = frozenset({*COMPANIONS, *(read.resource_type for read in NETWORK)})
ACTIONS: tuple[Action, ...] = called(
    sorted({f"ec2:{one.operation}" for one in COMPANIONS.values()} - {f"ec2:{read.operation}" for read in NETWORK}),
    side=Side.MANAGEMENT,
    why="nobody but the account itself can tell what of its network AWS made",
)


def has_network(rows: Mapping[str, Resource]) -> bool:
    """Tell whether a witness listed anything that may be of a default VPC."""
    return any(row.type in OF_VPC for row in rows.values())


def marked(api: Api, rows: Mapping[str, Resource], unread: Collection[str]) -> dict[str, Resource]:
    """Mark what came with the default VPCs among a region's resources; VPCs and subnets are marked already.

    ``unread`` has the types that EC2 did not list. Where it does not tell what AWS made, the tags are unknown.
    """
    vpcs = tuple(arn.rpartition("/")[2] for arn, row in rows.items() if row.type == VPC and is_default(row))
    changed = dict(rows)
    for type_ in sorted({row.type for row in rows.values()} & OF_VPC):
        mine = {arn: row for arn, row in rows.items() if row.type == type_}
        if type_ in unread or (type_ in COMPANIONS and VPC in unread):
            changed |= _unknown(mine)
        elif type_ in COMPANIONS and vpcs:
            changed |= _marked(api, COMPANIONS[type_], vpcs, mine)
    return changed


def _marked(api: Api, companion: Companion, vpcs: tuple[str, ...], mine: Mapping[str, Resource]) -> dict[str, Resource]:
    try:
        ids = _ids(api, companion, vpcs)
    except SkipAndNote:
        return _unknown(mine)
    return {arn: with_mark(row) if arn.rpartition("/")[2] in ids else row for arn, row in mine.items()}


def _unknown(rows: Mapping[str, Resource]) -> dict[str, Resource]:
    return {arn: replace(row, tags=None) for arn, row in rows.items()}


def is_default(row: Resource) -> bool:
    """Tell whether AWS itself made the resource."""
    return row.tags is not None and row.tags.get(DEFAULT) == YES


def with_mark(row: Resource) -> Resource:
    """Give the resource with the mark of AWS's own making."""
    return replace(row, tags={**(row.tags or {}), DEFAULT: YES})


def _ids(api: Api, companion: Companion, vpcs: tuple[str, ...]) -> frozenset[str]:
    filters = [{"Name": name, "Values": list(values or vpcs)} for name, values in companion.filters.items()]
    listing = api.pages(companion.operation, Listing, Filters=filters)
    items = [item for page, _ in listing for item in _members(page, companion)]
    return frozenset(str(item[companion.key]) for item in items)


def _members(page: Listing, companion: Companion) -> list[Any]:
    """Give the items of a page. Raises ``SkipAndNote`` where they are not there, or one has no name."""
    items = getattr(page, companion.items, None)
    if not (isinstance(items, list) and all(isinstance(one, dict) and companion.key in one for one in items)):
        raise SkipAndNote(f"ec2:{companion.operation} gave an answer that does not parse")
    return items
