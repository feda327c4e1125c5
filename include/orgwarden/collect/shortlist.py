"""The shortlist of what an account is looked through for: one line of a table for each list of a service.

It sees what costs money or holds data or code, and no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.api import TOKENS

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
