"""Puts the demo's bill where AWS would: files into a bucket, costs into Cost Explorer, invoices into Invoicing.

The bucket is a member's, as AWS recommends it, and the payer declares the export: so the workflow finds the bill as it
would find a real one, by what the inventory read.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orgwarden.demo.billing.generating import Generated, generate
from orgwarden.demo.billing.months import Step
from orgwarden.demo.billing.plan import Format, Mode, Plan

# The account that keeps what costs are told by.
KEEPER = "infra-ops"
REGION = "eu-north-1"
STATE = "demo-state.json"
COST_TAGS = ("cost-center", "owner", "stage")
TABLES = {Format.CUR2: "COST_AND_USAGE_REPORT", Format.FOCUS: "FOCUS_1_2_AWS"}
SETTINGS = {
    Format.CUR2: {
        "TIME_GRANULARITY": "HOURLY",
        "INCLUDE_RESOURCES": "TRUE",
        "INCLUDE_SPLIT_COST_ALLOCATION_DATA": "FALSE",
        "INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY": "FALSE",
    },
    Format.FOCUS: {"TIME_GRANULARITY": "HOURLY"},
}
Stating = Callable[[Mapping[str, Any]], object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """The way to the demo organization: ``s3`` is the keeper's client, ``payer`` gives the payer's of a service.

    ``state`` states what AWS's API cannot set; ``folder`` keeps what was generated, as the bucket has it.
    """

    s3: Any
    payer: Callable[[str], Any]
    state: Stating
    folder: Path


def declare(post: Post, plan: Plan, *, keeper: str) -> None:
    """Make the bucket, have the payer's bill delivered into it, and tell costs apart by tags.

    ``keeper`` is the account that has the bucket.
    """
    post.s3.create_bucket(Bucket=plan.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    post.payer("bcm-data-exports").create_export(Export=declaration(plan, keeper=keeper))
    active = [{"TagKey": key, "Status": "Active"} for key in COST_TAGS]
    post.payer("ce").update_cost_allocation_tags_status(CostAllocationTagsStatus=active)


def declaration(plan: Plan, *, keeper: str) -> dict[str, Any]:
    """Give the export of a plan, as bcm-data-exports:CreateExport takes it."""
    table = TABLES[plan.format]
    return {
        "Name": plan.export,
        "DataQuery": {
            "QueryStatement": f"SELECT * FROM {table}",  # noqa: S608 - a table of AWS's
            "TableConfigurations": {table: SETTINGS[plan.format]},
        },
        "DestinationConfigurations": {
            "S3Destination": {
                "S3Bucket": plan.bucket,
                "S3BucketOwner": keeper,
                "S3Prefix": plan.prefix,
                "S3Region": REGION,
                "S3OutputConfigurations": {
                    "OutputType": "CUSTOM",
                    "Format": "PARQUET",
                    "Compression": "PARQUET",
                    "Overwrite": "CREATE_NEW_REPORT" if plan.mode is Mode.CREATE_NEW else "OVERWRITE_REPORT",
                },
            }
        },
        "RefreshCadence": {"Frequency": "SYNCHRONOUS"},
    }


def deliver(post: Post, step: Step) -> Generated:
    """Generate a delivery, put its files into the bucket, and let everybody else who knows the bill tell the same."""
    before = {one for one in post.folder.rglob("*") if one.is_file()}
    made = generate(step.plan, post.folder)
    post.state(known(post.folder))
    for file in delivered(made, before):
        post.s3.upload_file(str(file), step.plan.bucket, file.relative_to(post.folder).as_posix())
    return made


def delivered(made: Generated, before: AbstractSet[Path]) -> list[Path]:
    """Give the files that are new, and at last the manifest that says which of them to read."""
    new = {one for one in made.export.rglob("*") if one.is_file()} - before - {made.last.manifest}
    return [*sorted(new), made.last.manifest]


def known(folder: Path) -> dict[str, list[Any]]:
    """Give costs and invoices of all months that were generated, as PATCH /demo/state takes them."""
    told = list(_states(folder))
    return {key: [row for one in told for row in one[key]] for key in ("costs", "invoices")}


def _states(folder: Path) -> Iterator[dict[str, list[Any]]]:
    for file in sorted((folder / "witnesses").glob(f"*/{STATE}")):
        yield json.loads(file.read_text(encoding="utf-8"))
