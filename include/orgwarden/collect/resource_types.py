"""The type of a resource as CloudFormation names it, from how other APIs name it: a kind (``ec2:instance``), or an ARN.

One thing must have one type whatever the witness that saw it, for what may lie in the management account is declared by
type. What CloudFormation cannot make has no type there; it is named in its style.
"""

import re

# By kind, as Resource Explorer names them and as ARNs spell them, where the plain reading would be another.
TYPES = {
    "apigateway:apis": "AWS::ApiGatewayV2::Api",
    "apigateway:restapis": "AWS::ApiGateway::RestApi",
    "athena:datacatalog": "AWS::Athena::DataCatalog",
    "athena:workgroup": "AWS::Athena::WorkGroup",
    "cloudfront:distribution": "AWS::CloudFront::Distribution",
    "cloudtrail:trail": "AWS::CloudTrail::Trail",
    "cloudwatch:alarm": "AWS::CloudWatch::Alarm",
    "codebuild:project": "AWS::CodeBuild::Project",
    "codepipeline:": "AWS::CodePipeline::Pipeline",
    "codepipeline:pipeline": "AWS::CodePipeline::Pipeline",
    "dynamodb:table": "AWS::DynamoDB::Table",
    "ec2:dhcp-options": "AWS::EC2::DHCPOptions",
    "ec2:elastic-ip": "AWS::EC2::EIP",
    "ec2:natgateway": "AWS::EC2::NatGateway",
    "ec2:vpc": "AWS::EC2::VPC",
    "ec2:vpc-endpoint": "AWS::EC2::VPCEndpoint",
    "ec2:vpc-peering-connection": "AWS::EC2::VPCPeeringConnection",
    "ec2:vpn-connection": "AWS::EC2::VPNConnection",
    "ec2:vpn-gateway": "AWS::EC2::VPNGateway",
    "ecr:repository": "AWS::ECR::Repository",
    "elasticloadbalancing:loadbalancer": "AWS::ElasticLoadBalancing::LoadBalancer",
    "elasticloadbalancing:loadbalancer/app": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "elasticloadbalancing:loadbalancer/gwy": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "elasticloadbalancing:loadbalancer/net": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "elasticloadbalancing:targetgroup": "AWS::ElasticLoadBalancingV2::TargetGroup",
    "es:domain": "AWS::OpenSearchService::Domain",
    "iam:mfa": "AWS::IAM::VirtualMFADevice",
    "iam:oidc-provider": "AWS::IAM::OIDCProvider",
    "iam:policy": "AWS::IAM::ManagedPolicy",
    "iam:saml-provider": "AWS::IAM::SAMLProvider",
    "logs:log-group": "AWS::Logs::LogGroup",
    "organizations:ou": "AWS::Organizations::OrganizationalUnit",
    "rds:cluster": "AWS::RDS::DBCluster",
    "rds:cluster-pg": "AWS::RDS::DBClusterParameterGroup",
    "rds:db": "AWS::RDS::DBInstance",
    "rds:og": "AWS::RDS::OptionGroup",
    "rds:pg": "AWS::RDS::DBParameterGroup",
    "rds:subgrp": "AWS::RDS::DBSubnetGroup",
    "route53:hostedzone": "AWS::Route53::HostedZone",
    "s3:": "AWS::S3::Bucket",
    "secretsmanager:secret": "AWS::SecretsManager::Secret",
    "sns:": "AWS::SNS::Topic",
    "sqs:": "AWS::SQS::Queue",
    "states:statemachine": "AWS::StepFunctions::StateMachine",
}
# How CloudFormation writes services whose name is more than one capital and small letters.
SERVICES = {
    "acm": "CertificateManager",
    "apigateway": "ApiGateway",
    "bcm-data-exports": "BCMDataExports",
    "catalog": "ServiceCatalog",
    "cloudformation": "CloudFormation",
    "cloudfront": "CloudFront",
    "cloudtrail": "CloudTrail",
    "cloudwatch": "CloudWatch",
    "codebuild": "CodeBuild",
    "codecommit": "CodeCommit",
    "codedeploy": "CodeDeploy",
    "codepipeline": "CodePipeline",
    "controltower": "ControlTower",
    "dynamodb": "DynamoDB",
    "elasticache": "ElastiCache",
    "elasticfilesystem": "EFS",
    "elasticloadbalancing": "ElasticLoadBalancing",
    "es": "OpenSearchService",
    "guardduty": "GuardDuty",
    "identitystore": "IdentityStore",
    "memorydb": "MemoryDB",
    "resource-explorer-2": "ResourceExplorer2",
    "resource-groups": "ResourceGroups",
    "sagemaker": "SageMaker",
    "secretsmanager": "SecretsManager",
    "securityhub": "SecurityHub",
    "servicecatalog": "ServiceCatalog",
    "states": "StepFunctions",
    "xray": "XRay",
}
ARN = re.compile(r"arn:[\w-]+:(?P<service>[\w-]+):(?P<region>[\w-]*):(?P<account>\d*):(?P<rest>.+)", re.DOTALL)
# An abbreviation as long as this is all capitals in CloudFormation (EC2, SNS, SSO).
ABBREVIATION = 3
GLOBAL = "global"


def type_of_kind(kind: str) -> str:
    """Give the type of a kind such as ``ec2:instance``."""
    service, _, name = kind.partition(":")
    known = TYPES.get(kind.lower()) or TYPES.get(kind.lower().rpartition("/")[0])
    return known or f"AWS::{_service(service)}::{_camel(name)}"


def type_of_arn(arn: str) -> str:
    """Give the type of the resource that an ARN names; empty where it is no ARN."""
    found = ARN.fullmatch(arn)
    if not found:
        return ""
    service, steps = found["service"], re.split(r"[/:]", found["rest"].lstrip("/"))
    bare = TYPES.get(f"{service}:", "")
    # The ARN of a bucket, a topic, a queue or a pipeline ends in its bare name.
    if bare and (len(steps) == 1 or not found["region"] or service != "s3"):
        return bare
    return TYPES.get(f"{service}:{'/'.join(steps[:2])}".lower()) or type_of_kind(f"{service}:{steps[0]}")


def _service(name: str) -> str:
    return SERVICES.get(name) or (name.upper() if len(name) <= ABBREVIATION else _camel(name))


def _camel(name: str) -> str:
    """Give ``internet-gateway`` as ``InternetGateway``; capitals that are there stay."""
    return "".join(step[:1].upper() + step[1:] for step in re.split(r"[^A-Za-z0-9]+", name)) or "Resource"
