"""What lies in an account, as the services themselves list it: a fixed shortlist of reads, one line of a table each.

This is the fallback where nothing else answers for a region. It sees what costs money or holds data or code, and no
more; a region counts as read only if every line of the table was answered there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from botocore.session import Session as BotocoreSession
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.answers import Tag
from orgwarden.collect.api import STRANGE, TOKENS, Api
from orgwarden.collect.regions import ask_in
from orgwarden.collect.resource_types import GLOBAL
from orgwarden.collect.sessions import REGION, Aws
from orgwarden.errors import RetryLater, SkipAndNote
from orgwarden.parts.resources import Resource
from orgwarden.privacy import Veil

T = TypeVar("T")
WITNESS = "per-service reads"
# The tag that we put on what AWS itself makes in every account, and its value.
DEFAULT, YES = "orgwarden:default", "true"
WHY = "nobody but the management account can list what lies in it, unless it keeps an index or a recorder"
MARKERS = ("Marker", "Marker")
NEXT_MARKERS = ("Marker", "NextMarker")
SMALL_TOKENS = ("nextToken", "nextToken")


class Listing(BaseModel):
    """One page of a list; which members it has says the table."""

    model_config = ConfigDict(extra="allow")


class DistributionList(Listing):
    """One page of cloudfront:ListDistributions; AWS leaves ``Items`` out where there are none."""

    @model_validator(mode="before")
    @classmethod
    def _unwrapped(cls, answer: dict[str, Any]) -> dict[str, Any]:
        wrapped = answer.get("DistributionList")
        if not (isinstance(wrapped, dict) and "Quantity" in wrapped):
            raise ValueError("no list of distributions")
        return wrapped if wrapped["Quantity"] else {"Items": [], **wrapped}


class QueueList(Listing):
    """One page of sqs:ListQueues; AWS leaves ``QueueUrls`` out where there are none."""

    QueueUrls: list[str] = []


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """One list of one service, and how its items name themselves.

    ``items`` is the path to them, ``key`` the member that names an item (empty: the item is a text). ``arn`` is made of
    {partition}, {region}, {account} and {name}, the key's last step; empty: the key is the ARN. ``tags`` is the member
    that holds them; empty: the list does not tell. ``gone`` has the states (at ``state``) of what is no more there.
    ``default`` is the member that is true of what AWS itself made. ``is_whole``: the list has all of the type that is
    there.
    """

    service: str
    operation: str
    items: str
    resource_type: str
    key: str = ""
    arn: str = ""
    tags: str = ""
    state: str = ""
    gone: frozenset[str] = frozenset()
    default: str = ""
    is_whole: bool = True
    tokens: tuple[str, str] = TOKENS
    params: Mapping[str, Any] = field(default_factory=dict)
    shape: type[Listing] = Listing


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What the reads of a region saw, by ARN, and the cause of each type that was not answered."""

    rows: dict[str, Resource] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)

    @property
    def cause(self) -> str:
        """Give the first cause; empty where everything was answered."""
        return next(iter(self.unread.values()), "")


NETWORK: tuple[Read, ...] = (
    Read(
        service="ec2",
        operation="DescribeVpcs",
        items="Vpcs",
        resource_type="AWS::EC2::VPC",
        key="VpcId",
        arn="arn:{partition}:ec2:{region}:{account}:vpc/{name}",
        tags="Tags",
        default="IsDefault",
    ),
    Read(
        service="ec2",
        operation="DescribeSubnets",
        items="Subnets",
        resource_type="AWS::EC2::Subnet",
        key="SubnetId",
        arn="arn:{partition}:ec2:{region}:{account}:subnet/{name}",
        tags="Tags",
        default="DefaultForAz",
    ),
)
REGIONAL: tuple[Read, ...] = (
    *NETWORK,
    Read(
        service="ec2",
        operation="DescribeInstances",
        items="Reservations.Instances",
        resource_type="AWS::EC2::Instance",
        key="InstanceId",
        arn="arn:{partition}:ec2:{region}:{account}:instance/{name}",
        tags="Tags",
        state="State.Name",
        gone=frozenset({"terminated"}),
    ),
    Read(
        service="ec2",
        operation="DescribeVolumes",
        items="Volumes",
        resource_type="AWS::EC2::Volume",
        key="VolumeId",
        arn="arn:{partition}:ec2:{region}:{account}:volume/{name}",
        tags="Tags",
    ),
    Read(
        service="ec2",
        operation="DescribeNatGateways",
        items="NatGateways",
        resource_type="AWS::EC2::NatGateway",
        key="NatGatewayId",
        arn="arn:{partition}:ec2:{region}:{account}:natgateway/{name}",
        tags="Tags",
        state="State",
        gone=frozenset({"deleted"}),
    ),
    Read(
        service="ec2",
        operation="DescribeAddresses",
        items="Addresses",
        resource_type="AWS::EC2::EIP",
        key="AllocationId",
        arn="arn:{partition}:ec2:{region}:{account}:elastic-ip/{name}",
        tags="Tags",
    ),
    Read(
        service="elbv2",
        operation="DescribeLoadBalancers",
        items="LoadBalancers",
        resource_type="AWS::ElasticLoadBalancingV2::LoadBalancer",
        key="LoadBalancerArn",
        tokens=NEXT_MARKERS,
    ),
    Read(
        service="elb",
        operation="DescribeLoadBalancers",
        items="LoadBalancerDescriptions",
        resource_type="AWS::ElasticLoadBalancing::LoadBalancer",
        key="LoadBalancerName",
        arn="arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{name}",
        tokens=NEXT_MARKERS,
    ),
    Read(
        service="rds",
        operation="DescribeDBInstances",
        items="DBInstances",
        resource_type="AWS::RDS::DBInstance",
        key="DBInstanceArn",
        tags="TagList",
        tokens=MARKERS,
    ),
    Read(
        service="rds",
        operation="DescribeDBClusters",
        items="DBClusters",
        resource_type="AWS::RDS::DBCluster",
        key="DBClusterArn",
        tags="TagList",
        tokens=MARKERS,
    ),
    Read(
        service="lambda",
        operation="ListFunctions",
        items="Functions",
        resource_type="AWS::Lambda::Function",
        key="FunctionArn",
        tokens=NEXT_MARKERS,
    ),
    Read(
        service="ecs",
        operation="ListClusters",
        items="clusterArns",
        resource_type="AWS::ECS::Cluster",
        tokens=SMALL_TOKENS,
    ),
    Read(
        service="eks",
        operation="ListClusters",
        items="clusters",
        resource_type="AWS::EKS::Cluster",
        arn="arn:{partition}:eks:{region}:{account}:cluster/{name}",
        tokens=SMALL_TOKENS,
    ),
    Read(
        service="s3",
        operation="ListBuckets",
        items="Buckets",
        resource_type="AWS::S3::Bucket",
        key="Name",
        arn="arn:{partition}:s3:::{name}",
        tokens=("ContinuationToken", "ContinuationToken"),
        params={"BucketRegion": "{region}"},
    ),
    Read(
        service="dynamodb",
        operation="ListTables",
        items="TableNames",
        resource_type="AWS::DynamoDB::Table",
        arn="arn:{partition}:dynamodb:{region}:{account}:table/{name}",
        tokens=("ExclusiveStartTableName", "LastEvaluatedTableName"),
    ),
    Read(
        service="sagemaker",
        operation="ListNotebookInstances",
        items="NotebookInstances",
        resource_type="AWS::SageMaker::NotebookInstance",
        key="NotebookInstanceArn",
    ),
    Read(
        service="sagemaker",
        operation="ListEndpoints",
        items="Endpoints",
        resource_type="AWS::SageMaker::Endpoint",
        key="EndpointArn",
    ),
    Read(
        service="redshift",
        operation="DescribeClusters",
        items="Clusters",
        resource_type="AWS::Redshift::Cluster",
        key="ClusterIdentifier",
        arn="arn:{partition}:redshift:{region}:{account}:cluster:{name}",
        tags="Tags",
        tokens=MARKERS,
    ),
    Read(
        service="opensearch",
        operation="ListDomainNames",
        items="DomainNames",
        resource_type="AWS::OpenSearchService::Domain",
        key="DomainName",
        arn="arn:{partition}:es:{region}:{account}:domain/{name}",
    ),
    Read(
        service="apigateway",
        operation="GetRestApis",
        items="items",
        resource_type="AWS::ApiGateway::RestApi",
        key="id",
        arn="arn:{partition}:apigateway:{region}::/restapis/{name}",
        tags="tags",
        tokens=("position", "position"),
    ),
    Read(
        service="apigatewayv2",
        operation="GetApis",
        items="Items",
        resource_type="AWS::ApiGatewayV2::Api",
        key="ApiId",
        arn="arn:{partition}:apigateway:{region}::/apis/{name}",
        tags="Tags",
    ),
    Read(
        service="codebuild",
        operation="ListProjects",
        items="projects",
        resource_type="AWS::CodeBuild::Project",
        arn="arn:{partition}:codebuild:{region}:{account}:project/{name}",
        tokens=SMALL_TOKENS,
    ),
    Read(
        service="codepipeline",
        operation="ListPipelines",
        items="pipelines",
        resource_type="AWS::CodePipeline::Pipeline",
        key="name",
        arn="arn:{partition}:codepipeline:{region}:{account}:{name}",
        tokens=SMALL_TOKENS,
    ),
    Read(
        service="ecr",
        operation="DescribeRepositories",
        items="repositories",
        resource_type="AWS::ECR::Repository",
        key="repositoryArn",
        tokens=SMALL_TOKENS,
    ),
    Read(
        service="lightsail",
        operation="GetInstances",
        items="instances",
        resource_type="AWS::Lightsail::Instance",
        key="arn",
        tags="tags",
        tokens=("pageToken", "nextPageToken"),
    ),
    Read(
        service="cloudformation",
        operation="DescribeStacks",
        items="Stacks",
        resource_type="AWS::CloudFormation::Stack",
        key="StackId",
        tags="Tags",
        state="StackStatus",
        gone=frozenset({"DELETE_COMPLETE"}),
    ),
    Read(service="sns", operation="ListTopics", items="Topics", resource_type="AWS::SNS::Topic", key="TopicArn"),
    Read(
        service="sqs",
        operation="ListQueues",
        items="QueueUrls",
        resource_type="AWS::SQS::Queue",
        arn="arn:{partition}:sqs:{region}:{account}:{name}",
        # AWS gives no token to who does not ask for a number.
        params={"MaxResults": 1000},
        shape=QueueList,
    ),
    Read(
        service="stepfunctions",
        operation="ListStateMachines",
        items="stateMachines",
        resource_type="AWS::StepFunctions::StateMachine",
        key="stateMachineArn",
        tokens=SMALL_TOKENS,
    ),
    Read(
        service="events",
        operation="ListRules",
        items="Rules",
        resource_type="AWS::Events::Rule",
        key="Arn",
        # Those of the default event bus.
        is_whole=False,
    ),
    Read(
        service="cloudtrail",
        operation="DescribeTrails",
        items="trailList",
        resource_type="AWS::CloudTrail::Trail",
        key="TrailARN",
        params={"includeShadowTrails": False},
    ),
    Read(
        service="secretsmanager",
        operation="ListSecrets",
        items="SecretList",
        resource_type="AWS::SecretsManager::Secret",
        key="ARN",
        tags="Tags",
    ),
)
WORLDWIDE: tuple[Read, ...] = (
    Read(
        service="cloudfront",
        operation="ListDistributions",
        items="Items",
        resource_type="AWS::CloudFront::Distribution",
        key="ARN",
        tokens=NEXT_MARKERS,
        shape=DistributionList,
    ),
    Read(
        service="route53",
        operation="ListHostedZones",
        items="HostedZones",
        resource_type="AWS::Route53::HostedZone",
        key="Id",
        arn="arn:{partition}:route53:::hostedzone/{name}",
        tokens=NEXT_MARKERS,
    ),
)
ACTIONS: tuple[Action, ...] = called(
    sorted({f"{read.service}:{read.operation}" for read in (*REGIONAL, *WORLDWIDE)}), side=Side.MANAGEMENT, why=WHY
)


def listed(aws: Aws, management: str, region: str, veil: Veil, reads: tuple[Read, ...] = ()) -> Found:
    """Read the table's lists, or those given, of one region (or ``global``); one that is refused hides no other."""
    rows: dict[str, Resource] = {}
    unread: dict[str, str] = {}
    for read in reads or (WORLDWIDE if region == GLOBAL else REGIONAL):
        try:
            rows.update(_resources(read, aws, management, region, veil))
        except SkipAndNote as error:
            unread[read.resource_type] = error.cause
    return Found(rows=rows, unread=unread)


def _resources(read: Read, aws: Aws, management: str, region: str, veil: Veil) -> dict[str, Resource]:
    """Read one list; a service that is not offered in the region has nothing there."""
    place = REGION if region == GLOBAL else region
    words = {"partition": partition_of(place), "region": place, "account": management}
    api = aws.management(read.service, management, place)
    pages = reached(place, read.service, lambda: _pages(read, api, place))
    found = (resource_of(read, item, words, region, veil) for page in pages for item in _items(read, page))
    return dict(one for one in found if one)


def reached(region: str, service: str, ask: Callable[[], list[T]]) -> list[T]:
    """Ask a service in a region for a list; an empty one where it is not offered.

    Raises ``SkipAndNote`` where the service gives no answer. That the endpoint of one region cannot be reached says
    nothing of the other regions, and ends no sweep.
    """
    try:
        return ask_in(region, service, ask) or []
    except RetryLater as error:
        raise SkipAndNote(str(error).partition(":")[0]) from error


def answered(region: str, service: str, ask: Callable[[], T]) -> T:
    """Ask a service in a region for one thing. Raises ``SkipAndNote`` where it gives no answer or is not offered."""
    answers = reached(region, service, lambda: [ask()])
    if not answers:
        raise SkipAndNote(f"{service} is not offered in {region}")
    return answers[0]


def _pages(read: Read, api: Api, region: str) -> list[Listing]:
    params = {key: region if value == "{region}" else value for key, value in read.params.items()}
    listing = api.pages(read.operation, read.shape, tokens=read.tokens, missing=STRANGE, **params)
    return [page for page, _ in listing]


def _items(read: Read, page: Listing) -> list[Any]:
    """Give the items of a page. Raises ``SkipAndNote`` where the answer has no list at their place."""
    found: list[Any] = [page.model_dump()]
    for step in read.items.split("."):
        lists = [one.get(step) if isinstance(one, dict) else None for one in found]
        if not all(isinstance(one, list) for one in lists):
            raise SkipAndNote(unreadable(read))
        found = [item for one in lists for item in one or []]
    return found


def resource_of(
    read: Read, item: Any, words: Mapping[str, str], region: str, veil: Veil
) -> tuple[str, Resource] | None:
    """Turn an item into ARN and resource. Raises ``SkipAndNote`` where it names nothing.

    Nothing is given for what is gone, and for what another account owns and shares (a subnet).
    """
    account = words["account"]
    named = item.get(read.key) if read.key and isinstance(item, dict) else item
    if not (isinstance(named, str) and named):
        raise SkipAndNote(unreadable(read))
    if (read.gone and _at(item, read.state) in read.gone) or (_at(item, "OwnerId") or account) != account:
        return None
    arn = read.arn.format(name=named.rpartition("/")[2], **words) if read.arn else named
    tags = tags_of(item.get(read.tags) or [], veil) if read.tags else None
    if tags is not None and read.default and item.get(read.default) is True:
        tags = {**tags, DEFAULT: YES}
    return arn, Resource(type=read.resource_type, region=region, tags=tags)


def _at(item: Any, path: str) -> Any:
    for step in path.split("."):
        item = item.get(step) if isinstance(item, dict) else None
    return item


def tags_of(raw: Any, veil: Veil) -> dict[str, str]:
    """Give masked tags, of a mapping or of pairs whose members are spelled either way. Raises ``SkipAndNote``.

    Our own mark is left out: whoever may tag a resource would else declare it to be of AWS's making.
    """
    pairs = [{"Key": key, "Value": value} for key, value in raw.items()] if isinstance(raw, dict) else raw
    try:
        # Lightsail has tags without a value.
        tags = [
            Tag.model_validate({"Value": "", **{str(k).capitalize(): v for k, v in pair.items()}}) for pair in pairs
        ]
    except (ValidationError, AttributeError, TypeError) as error:
        raise SkipAndNote("a resource has tags that do not parse") from error
    return {tag.Key: veil.text(tag.Value) for tag in tags if tag.Key != DEFAULT}


def unreadable(read: Read) -> str:
    """Give the cause of an answer that is not what the table says."""
    return f"{read.service}:{read.operation} gave an answer that does not parse"


@cache
def partition_of(region: str) -> str:
    """Give the partition of a region, by its name; offline."""
    return str(BotocoreSession().get_partition_for_region(region))
