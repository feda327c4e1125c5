"""What lies in an account and a region, gathered from what moto holds: the one truth behind every inventory service.

Resource Explorer, Config's aggregator and the tagging service are answered from here, so that they agree with each
other and with the services that the resources were made by.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.core.base_backend import BackendDict
from moto.core.resource_tagging import TaggableResourcesMixin
from moto.ec2.models import ec2_backends

GLOBAL = "global"
GLOBAL_HOME = "us-east-1"
ELB, EC2_DEFAULTS = "elasticloadbalancing:loadbalancer", ("dhcp-options", "network-acl")

# By Resource Explorer's type: CloudFormation's. What is in neither list is left out.
TYPES: Mapping[str, str] = {
    "acm:certificate": "AWS::CertificateManager::Certificate",
    "apigateway:restapis": "AWS::ApiGateway::RestApi",
    "apigateway:apis": "AWS::ApiGatewayV2::Api",
    "autoscaling:autoScalingGroup": "AWS::AutoScaling::AutoScalingGroup",
    "backup:backup-vault": "AWS::Backup::BackupVault",
    "cloudformation:stack": "AWS::CloudFormation::Stack",
    "cloudfront:distribution": "AWS::CloudFront::Distribution",
    "cloudtrail:trail": "AWS::CloudTrail::Trail",
    "cloudwatch:alarm": "AWS::CloudWatch::Alarm",
    "codebuild:project": "AWS::CodeBuild::Project",
    "codepipeline:pipeline": "AWS::CodePipeline::Pipeline",
    "dynamodb:table": "AWS::DynamoDB::Table",
    "ec2:dhcp-options": "AWS::EC2::DHCPOptions",
    "ec2:elastic-ip": "AWS::EC2::EIP",
    "ec2:image": "AWS::EC2::Image",
    "ec2:instance": "AWS::EC2::Instance",
    "ec2:internet-gateway": "AWS::EC2::InternetGateway",
    "ec2:natgateway": "AWS::EC2::NatGateway",
    "ec2:network-acl": "AWS::EC2::NetworkAcl",
    "ec2:network-interface": "AWS::EC2::NetworkInterface",
    "ec2:route-table": "AWS::EC2::RouteTable",
    "ec2:security-group": "AWS::EC2::SecurityGroup",
    "ec2:snapshot": "AWS::EC2::Snapshot",
    "ec2:subnet": "AWS::EC2::Subnet",
    "ec2:transit-gateway": "AWS::EC2::TransitGateway",
    "ec2:volume": "AWS::EC2::Volume",
    "ec2:vpc": "AWS::EC2::VPC",
    "ecr:repository": "AWS::ECR::Repository",
    "ecs:cluster": "AWS::ECS::Cluster",
    "ecs:service": "AWS::ECS::Service",
    "ecs:task-definition": "AWS::ECS::TaskDefinition",
    "eks:cluster": "AWS::EKS::Cluster",
    "elasticache:cluster": "AWS::ElastiCache::CacheCluster",
    "elasticfilesystem:file-system": "AWS::EFS::FileSystem",
    "elasticloadbalancing:loadbalancer": "AWS::ElasticLoadBalancing::LoadBalancer",
    "elasticloadbalancing:loadbalancer/app": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "elasticloadbalancing:loadbalancer/gwy": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "elasticloadbalancing:loadbalancer/net": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "elasticloadbalancing:targetgroup": "AWS::ElasticLoadBalancingV2::TargetGroup",
    "es:domain": "AWS::OpenSearchService::Domain",
    "events:event-bus": "AWS::Events::EventBus",
    "events:rule": "AWS::Events::Rule",
    "firehose:deliverystream": "AWS::KinesisFirehose::DeliveryStream",
    "iam:group": "AWS::IAM::Group",
    "iam:policy": "AWS::IAM::ManagedPolicy",
    "iam:role": "AWS::IAM::Role",
    "iam:user": "AWS::IAM::User",
    "kinesis:stream": "AWS::Kinesis::Stream",
    "kms:key": "AWS::KMS::Key",
    "lambda:function": "AWS::Lambda::Function",
    "logs:log-group": "AWS::Logs::LogGroup",
    "rds:cluster": "AWS::RDS::DBCluster",
    "rds:db": "AWS::RDS::DBInstance",
    "redshift:cluster": "AWS::Redshift::Cluster",
    "route53:hostedzone": "AWS::Route53::HostedZone",
    "s3:bucket": "AWS::S3::Bucket",
    "sagemaker:endpoint": "AWS::SageMaker::Endpoint",
    "sagemaker:notebook-instance": "AWS::SageMaker::NotebookInstance",
    "secretsmanager:secret": "AWS::SecretsManager::Secret",
    "sns:topic": "AWS::SNS::Topic",
    "sqs:queue": "AWS::SQS::Queue",
    "ssm:parameter": "AWS::SSM::Parameter",
    "states:stateMachine": "AWS::StepFunctions::StateMachine",
}
RENAMED: Mapping[str, str] = {"elb:loadbalancer": ELB, "logs:loggroup": "logs:log-group"}
IN_NO_REGION = frozenset({"cloudfront", "iam", "route53"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One resource; ``type`` is Resource Explorer's, ``region`` ``global`` where it is in none."""

    arn: str
    type: str
    account: str
    region: str
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def cfn_type(self) -> str:
        """Give CloudFormation's name of the type."""
        return TYPES[self.type]

    @property
    def id(self) -> str:
        """Give the last part of the ARN."""
        return self.arn.rpartition(":")[2].rpartition("/")[2]


def held(account: str, region: str) -> list[Held]:
    """List what an account holds in a region; global resources are in us-east-1, where AWS reports them."""
    # A default VPC is there whether or not anybody has asked EC2 yet; moto makes it when first asked.
    _ = ec2_backends[account][region]
    found = {one.arn: one for one in _all(account, region) if one.type in TYPES}
    wanted = (region, GLOBAL) if region == GLOBAL_HOME else (region,)
    return sorted((one for one in found.values() if one.region in wanted), key=lambda one: one.arn)


def _all(account: str, region: str) -> Iterator[Held]:
    for service, backend in _backends(account, region):
        if isinstance(backend, TaggableResourcesMixin):
            yield from _taggable(backend, account, region)
        for kind, arn, tags in MORE.get(service, _none)(backend):
            yield Held(arn=arn, type=kind, account=account, region=_region(kind, region), tags=tags)


def _backends(account: str, region: str) -> Iterator[tuple[str, Any]]:
    """Give the backends of an account that somebody has used, and the partition's for those in no region."""
    for service in list(BackendDict._instances):  # type: ignore[misc]  # noqa: SLF001 - moto keeps no other list
        if account in service:
            regions = service[account]
            for place in (region, "aws"):
                if place in regions.keys():  # noqa: SIM118 - moto's own ``in`` makes what is not there
                    yield str(service.service_name), regions[place]


def _taggable(backend: Any, account: str, region: str) -> Iterator[Held]:
    for one in backend.iter_tagged_resources():
        kind = RENAMED.get(one.resource_type, one.resource_type)
        if kind == ELB and one.arn.count("/") > 1:
            kind = f"{ELB}/{one.arn.split('/')[1]}"
        if kind in TYPES and _is_own(backend, kind, one.arn, account):
            place = _bucket_region(backend, one.arn) if kind == "s3:bucket" else _region(kind, region)
            yield Held(arn=one.arn, type=kind, account=account, region=place, tags=dict(one.tags))


def _is_own(backend: Any, kind: str, arn: str, account: str) -> bool:
    """Leave out what AWS offers to everybody, and what is no more."""
    id_ = arn.rpartition("/")[2]
    if kind == "ec2:instance":
        return any(one.state not in ("terminated", "shutting-down") for one in _instances(backend) if one.id == id_)
    if kind == "ec2:natgateway":
        return bool(backend.nat_gateways[id_].state != "deleted")
    owned = {"ec2:image": "amis", "ec2:snapshot": "snapshots"}.get(kind)
    return owned is None or getattr(getattr(backend, owned)[id_], "owner_id", "") == account


def _instances(backend: Any) -> Iterator[Any]:
    return (one for reservation in backend.reservations.values() for one in reservation.instances)


def _bucket_region(backend: Any, arn: str) -> str:
    return str(backend.buckets[arn.rpartition(":")[2]].region_name)


def _region(kind: str, region: str) -> str:
    return GLOBAL if kind.partition(":")[0] in IN_NO_REGION else region


# -- what moto's list of taggable resources lacks

More = Iterable[tuple[str, str, Mapping[str, str]]]


def _none(_: Any) -> More:
    return ()


def _tags(listed: Iterable[Mapping[str, str]] | Mapping[str, str] | None) -> dict[str, str]:
    if isinstance(listed, Mapping):
        return dict(listed)
    pairs = ({key.lower(): value for key, value in tag.items()} for tag in listed or ())
    return {str(tag["key"]): str(tag["value"]) for tag in pairs}


def _tagger(backend: Any, arn: str) -> dict[str, str]:
    return dict(backend.tagger.get_tag_dict_for_resource(arn))


def _ec2(backend: Any) -> More:
    arn = f"arn:aws:ec2:{backend.region_name}:{backend.account_id}"
    for one in backend.addresses:
        yield "ec2:elastic-ip", f"{arn}:elastic-ip/{one.allocation_id}", _tags(one.get_tags())
    for kind, listed in zip(EC2_DEFAULTS, (backend.dhcp_options_sets, backend.network_acls), strict=True):
        for one in listed.values():
            yield f"ec2:{kind}", f"{arn}:{kind}/{one.id}", _tags(one.get_tags())


def _eks(backend: Any) -> More:
    return (("eks:cluster", one.arn, _tags(one.tags)) for one in backend.clusters.values())


def _ecr(backend: Any) -> More:
    return (("ecr:repository", one.arn, _tagger(backend, one.arn)) for one in backend.repositories.values())


def _redshift(backend: Any) -> More:
    return (("redshift:cluster", one.arn, _tags(one.tags)) for one in backend.clusters.values())


def _opensearch(backend: Any) -> More:
    return (("es:domain", one.arn, _tagger(backend, one.arn)) for one in backend.domains.values())


def _apigateway(backend: Any) -> More:
    base = f"arn:aws:apigateway:{backend.region_name}::/restapis/"
    return (("apigateway:restapis", f"{base}{id_}", _tags(one.tags)) for id_, one in backend.apis.items())


def _apigatewayv2(backend: Any) -> More:
    base = f"arn:aws:apigateway:{backend.region_name}::/apis/"
    return (("apigateway:apis", f"{base}{id_}", _tagger(backend, one.arn)) for id_, one in backend.apis.items())


def _route53(backend: Any) -> More:
    for one in backend.zones.values():
        id_ = one.id.rpartition("/")[2]
        tags = backend.resource_tags.get(id_, {})
        yield "route53:hostedzone", f"arn:aws:route53:::hostedzone/{id_}", _tags(tags)


def _codebuild(backend: Any) -> More:
    projects = backend.codebuild_projects.values()
    return (("codebuild:project", one.arn, _tags(one.project_metadata.get("tags"))) for one in projects)


def _codepipeline(backend: Any) -> More:
    pipelines = backend.pipelines.values()
    return (("codepipeline:pipeline", one.metadata["pipelineArn"], _tags(one.tags)) for one in pipelines)


def _cloudtrail(backend: Any) -> More:
    tagging = backend.tagging_service
    listed = (one.arn for one in backend.trails.values())
    return (("cloudtrail:trail", arn, tagging.get_tag_dict_for_resource(arn)) for arn in listed)


def _events(backend: Any) -> More:
    rules = (rule for bus in backend.event_buses.values() for rule in bus.rules.values())
    return (("events:rule", one.arn, _tagger(backend, one.arn)) for one in rules)


def _iam(backend: Any) -> More:
    for one in backend.users.values():
        yield "iam:user", one.arn, _tagger(backend, one.arn)
    for one in backend.groups.values():
        yield "iam:group", one.arn, {}
    for one in backend.roles.values():
        yield "iam:role", one.arn, _tags(list(one.tags.values()) if isinstance(one.tags, dict) else one.tags)
    for arn in backend.managed_policies:
        if ":iam::aws:" not in arn:
            yield "iam:policy", arn, {}


def _kinesis(backend: Any) -> More:
    return (("kinesis:stream", one.arn, {}) for one in backend.streams.values())


MORE: Mapping[str, Callable[[Any], More]] = {
    "apigateway": _apigateway,
    "apigatewayv2": _apigatewayv2,
    "cloudtrail": _cloudtrail,
    "codebuild": _codebuild,
    "codepipeline": _codepipeline,
    "ec2": _ec2,
    "ecr": _ecr,
    "eks": _eks,
    "events": _events,
    "iam": _iam,
    "kinesis": _kinesis,
    "opensearch": _opensearch,
    "redshift": _redshift,
    "route53": _route53,
}
