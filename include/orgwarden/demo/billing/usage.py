"""What the accounts use: resources that cost about the same each day, in lines of an hour each.

The cost of a resource depends on the seed alone and a day varies it by little, so one month is like the next and the
comparison of months has nothing to report.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from random import Random

from orgwarden.demo.billing.line import DIGITS, Kind, Line, Product, issuer
from orgwarden.demo.billing.plan import Account, Plan, start_of
from orgwarden.demo.billing.tagging import tags_of
from orgwarden.model import Period

REGIONS = ("eu-north-1", "eu-west-1", "us-east-1")
EC2 = Product(
    code="AmazonEC2",
    name="Amazon Elastic Compute Cloud",
    category="Compute",
    usage_type="BoxUsage:m7g.large",
    operation="RunInstances",
)
RDS = Product(
    code="AmazonRDS",
    name="Amazon Relational Database Service",
    category="Databases",
    usage_type="InstanceUsage:db.r7g.large",
    operation="CreateDBInstance:0021",
)
S3 = Product(
    code="AmazonS3",
    name="Amazon Simple Storage Service",
    category="Storage",
    usage_type="TimedStorage-ByteHrs",
    operation="StandardStorage",
    unit="GB-Mo",
)
WAF = Product(
    code="awswaf",
    name="AWS WAF",
    category="Security",
    usage_type="EUN1-WebACLV2",
    operation="WebACL",
    unit="Month",
)
LAMBDA = Product(
    code="AWSLambda",
    name="AWS Lambda",
    category="Compute",
    usage_type="EUN1-Lambda-GB-Second-ARM",
    operation="Invoke",
    unit="Second",
)
TRAIL = Product(
    code="AWSCloudTrail",
    name="AWS CloudTrail",
    category="Management and Governance",
    usage_type="EUN1-PaidEventsRecorded",
    operation="None",
    unit="Events",
)
CONFIG = Product(
    code="AWSConfig",
    name="AWS Config",
    category="Management and Governance",
    usage_type="EUN1-ConfigurationItemRecorded",
    operation="None",
    unit="ConfigurationItemRecorded",
)
KMS = Product(
    code="awskms",
    name="AWS Key Management Service",
    category="Security",
    usage_type="eu-north-1-KMS-Keys",
    operation="unknown",
    unit="Keys",
)
OF_MEMBERS = (EC2, S3, LAMBDA, RDS, WAF)
# What may run in a management account, or in one that serves the organization, without being a workload.
OF_ORGANIZATION = (TRAIL, CONFIG, KMS)
DEAREST_CENTS, FREE_SHARE, UNTAGGED_SHARE = 1_500, 0.3, 0.04
OFF_GRID_SHARE = 0.02
HOUR, DAY = timedelta(hours=1), 24
MOST_RESOURCES = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """Something that runs all month; ``daily`` is what it costs a day."""

    account: Account
    product: Product
    region: str
    name: str
    tags: Mapping[str, str]
    daily: Decimal


def resources(plan: Plan, count: int) -> list[Resource]:
    """Give what exists: something that costs in each account first, then at random; the same in every month."""
    return [_resource(plan, number) for number in range(min(max(count, len(plan.accounts)), MOST_RESOURCES))]


def _resource(plan: Plan, number: int) -> Resource:
    chance = Random(f"{plan.seed}/resource/{number}")  # noqa: S311 - a bill that never was, no secret
    is_first = number < len(plan.accounts)
    account = plan.accounts[number] if is_first else chance.choice(plan.members)
    serves = account.is_management or account.is_foundational
    product = chance.choice(OF_ORGANIZATION) if serves else OF_MEMBERS[number % len(OF_MEMBERS)]
    is_free = not is_first and chance.random() < FREE_SHARE
    is_untagged = not is_first and chance.random() < UNTAGGED_SHARE
    # What nobody tagged is cheap: coverage is a question of money, not of lines.
    cents = 0 if is_free else 5 if is_untagged else chance.randint(100, DEAREST_CENTS)
    region = chance.choice(REGIONS)
    return Resource(
        account=account,
        product=product,
        region=region,
        name=f"arn:aws:demo:{region}:{account.id}:{product.code.lower()}/{number:05d}",
        tags={} if is_untagged else tags_of(chance, account.tags),
        daily=Decimal(cents) / 100,
    )


def usage(plan: Plan, period: Period, each_day: int, days: int) -> list[Line]:
    """Give about so many lines for each of a month's first days."""
    running = resources(plan, each_day)
    times = max(1, each_day // len(running))
    return [line for day in range(days) for resource in running for line in _of_day(plan, period, resource, day, times)]


def _of_day(plan: Plan, period: Period, resource: Resource, day: int, times: int) -> Iterator[Line]:
    chance = Random(f"{plan.seed}/{period}/{resource.name}/{day}")  # noqa: S311 - the same
    varied = resource.daily * Decimal(chance.randint(9_800_000_000, 10_200_000_000)) / Decimal(10_000_000_000)
    cost = (varied / times).quantize(DIGITS, ROUND_HALF_EVEN)
    first = start_of(period) + timedelta(days=day)
    for number, hour in enumerate(_hours(plan, resource, times)):
        start = first + HOUR * hour
        off = timedelta(seconds=chance.randint(1, 3_599)) if chance.random() < OFF_GRID_SHARE else timedelta()
        yield line_of(resource, cost, start + off, start + HOUR, turn=number if times > DAY else 0)


def _hours(plan: Plan, resource: Resource, times: int) -> list[int]:
    """Give the hours of a day in which a resource runs: the same every day, so that none is always on by chance."""
    chance = Random(f"{plan.seed}/hours/{resource.name}")  # noqa: S311 - the same
    return [number * DAY // times + chance.randrange(max(1, DAY // times)) for number in range(times)]


def line_of(resource: Resource, cost: Decimal, start: datetime, end: datetime, *, turn: int = 0) -> Line:
    """Give the usage of a resource between two moments."""
    product = resource.product
    return Line(
        kind=Kind.USAGE,
        product=product,
        start=start,
        end=end,
        unblended=cost,
        public=cost,
        line_id=line_id(resource.name, product.usage_type, str(turn)),
        region=resource.region,
        resource=resource.name,
        quantity=(cost * 10).quantize(Decimal("0.0001")) if cost else Decimal(1),
        tags=resource.tags,
        description=f"{product.name}, {product.usage_type} in {resource.region}",
        **issuer(resource.account),
    )


def line_id(*parts: str) -> str:
    """Give an id like AWS's: the same in every hour of the same usage, and another for every other."""
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:52]
