"""What an account has in its regions: each service lists what was made there, and every inventory agrees with it."""

import json

import pytest
from botocore import xform_name

from tests.demo.asking import refusal

REGION, ELSEWHERE = "eu-north-1", "eu-west-3"
ROLE = "arn:aws:iam::123456789012:role/any"
MACHINE = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
DISTRIBUTION = {
    "CallerReference": "one",
    "Comment": "",
    "Enabled": True,
    "Origins": {
        "Quantity": 1,
        "Items": [
            {
                "Id": "o",
                "DomainName": "shop.example",
                "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"},
            }
        ],
    },
    "DefaultCacheBehavior": {
        "TargetOriginId": "o",
        "ViewerProtocolPolicy": "allow-all",
        "MinTTL": 0,
        "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
    },
}
TABLE = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
DATABASE = {
    "DBInstanceIdentifier": "orders",
    "DBInstanceClass": "db.t3.micro",
    "Engine": "postgres",
    "AllocatedStorage": 10,
    "MasterUsername": "any",
    "MasterUserPassword": "any-password",
}
WAREHOUSE = {
    "ClusterIdentifier": "sales",
    "NodeType": "ra3.large",
    "ClusterType": "single-node",
    "MasterUsername": "any",
    "MasterUserPassword": "Any-passw0rd",
}
PROJECT = {
    "name": "build",
    "source": {"type": "GITHUB", "location": "https://github.com/corp/shop"},
    "artifacts": {"type": "NO_ARTIFACTS"},
    "environment": {"type": "LINUX_CONTAINER", "image": "any", "computeType": "BUILD_GENERAL1_SMALL"},
    "serviceRole": "arn:aws:iam::123456789012:role/service-role/any",
}
QUEUE_STACK = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
LISTENER = [{"Protocol": "http", "LoadBalancerPort": 80, "InstancePort": 80}]
# Service, the call that makes something, its parameters, the call that lists it, its type in every inventory.
MADE = [
    ("ec2", "CreateVolume", {"AvailabilityZone": f"{REGION}a", "Size": 1}, "DescribeVolumes", "AWS::EC2::Volume"),
    ("ec2", "AllocateAddress", {"Domain": "vpc"}, "DescribeAddresses", "AWS::EC2::EIP"),
    ("ec2", "CreateInternetGateway", {}, "DescribeInternetGateways", "AWS::EC2::InternetGateway"),
    (
        "elb",
        "CreateLoadBalancer",
        {"LoadBalancerName": "old", "Listeners": LISTENER, "AvailabilityZones": [f"{REGION}a"]},
        "DescribeLoadBalancers",
        "AWS::ElasticLoadBalancing::LoadBalancer",
    ),
    ("rds", "CreateDBInstance", DATABASE, "DescribeDBInstances", "AWS::RDS::DBInstance"),
    ("ecs", "CreateCluster", {"clusterName": "shop"}, "ListClusters", "AWS::ECS::Cluster"),
    (
        "eks",
        "CreateCluster",
        {"name": "shop", "roleArn": ROLE, "resourcesVpcConfig": {"subnetIds": ["subnet-1"]}},
        "ListClusters",
        "AWS::EKS::Cluster",
    ),
    ("dynamodb", "CreateTable", TABLE, "ListTables", "AWS::DynamoDB::Table"),
    (
        "sagemaker",
        "CreateNotebookInstance",
        {"NotebookInstanceName": "lab", "InstanceType": "ml.t3.medium", "RoleArn": ROLE},
        "ListNotebookInstances",
        "AWS::SageMaker::NotebookInstance",
    ),
    ("redshift", "CreateCluster", WAREHOUSE, "DescribeClusters", "AWS::Redshift::Cluster"),
    ("opensearch", "CreateDomain", {"DomainName": "search"}, "ListDomainNames", "AWS::OpenSearchService::Domain"),
    ("apigateway", "CreateRestApi", {"name": "shop"}, "GetRestApis", "AWS::ApiGateway::RestApi"),
    ("apigatewayv2", "CreateApi", {"Name": "shop", "ProtocolType": "HTTP"}, "GetApis", "AWS::ApiGatewayV2::Api"),
    ("codebuild", "CreateProject", PROJECT, "ListProjects", "AWS::CodeBuild::Project"),
    ("ecr", "CreateRepository", {"repositoryName": "shop"}, "DescribeRepositories", "AWS::ECR::Repository"),
    (
        "cloudformation",
        "CreateStack",
        {"StackName": "shop", "TemplateBody": QUEUE_STACK},
        "ListStacks",
        "AWS::CloudFormation::Stack",
    ),
    ("sns", "CreateTopic", {"Name": "alerts"}, "ListTopics", "AWS::SNS::Topic"),
    ("sqs", "CreateQueue", {"QueueName": "orders"}, "ListQueues", "AWS::SQS::Queue"),
    ("kms", "CreateKey", {}, "ListKeys", "AWS::KMS::Key"),
    (
        "stepfunctions",
        "CreateStateMachine",
        {"name": "ship", "definition": MACHINE, "roleArn": ROLE},
        "ListStateMachines",
        "AWS::StepFunctions::StateMachine",
    ),
    (
        "events",
        "PutRule",
        {"Name": "root", "EventPattern": '{"source": ["aws.signin"]}'},
        "ListRules",
        "AWS::Events::Rule",
    ),
    ("logs", "CreateLogGroup", {"logGroupName": "trail"}, "DescribeLogGroups", "AWS::Logs::LogGroup"),
]
GLOBAL = [
    ("cloudfront", "CreateDistribution", {"DistributionConfig": DISTRIBUTION}, "AWS::CloudFront::Distribution"),
    (
        "route53",
        "CreateHostedZone",
        {"Name": "shop.example", "CallerReference": "one"},
        "AWS::Route53::HostedZone",
    ),
    ("iam", "CreateUser", {"UserName": "deploy"}, "AWS::IAM::User"),
]


def _call(client, operation, **parameters):
    told = getattr(client, xform_name(operation))(**parameters)
    del told["ResponseMetadata"]
    return told


def _explored(empty, region):
    explorer = empty.client("resource-explorer-2", region=region)
    explorer.create_index()
    view = explorer.create_view(ViewName="all")["View"]["ViewArn"]
    return [(one["CfnResourceType"], one["Region"]) for one in explorer.list_resources(ViewArn=view)["Resources"]]


@pytest.mark.parametrize("row", MADE, ids=[f"{row[0]}-{row[1]}" for row in MADE])
def test_what_is_made_in_a_region_is_listed_there_alone_and_in_the_inventory(empty, row):
    service, operation, parameters, listing, kind = row
    here = empty.client(service, region=REGION)
    before = _call(here, listing)
    _call(here, operation, **parameters)
    assert _call(here, listing) != before
    assert (kind, REGION) in _explored(empty, REGION)
    assert (kind, ELSEWHERE) not in _explored(empty, ELSEWHERE)


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "kind"), GLOBAL, ids=[f"{row[0]}-{row[1]}" for row in GLOBAL]
)
def test_what_is_in_no_region_is_found_in_us_east_1_as_global(empty, service, operation, parameters, kind):
    _call(empty.client(service, region="us-east-1"), operation, **parameters)
    assert (kind, "global") in _explored(empty, "us-east-1")
    assert (kind, "global") not in _explored(empty, REGION)


def test_a_function_is_active_without_being_run(empty):
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = empty.client("iam").create_role(RoleName="any", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    functions = empty.client("lambda", region=REGION)
    functions.create_function(
        FunctionName="alerts", Runtime="python3.12", Role=role, Handler="a.b", Code={"ZipFile": b"any"}
    )
    assert functions.get_function(FunctionName="alerts")["Configuration"]["State"] == "Active"
    assert ("AWS::Lambda::Function", REGION) in _explored(empty, REGION)


def test_networks_balancers_and_gateways_stand_in_the_default_vpc(empty):
    ec2, elbv2 = (empty.client(service, region=REGION) for service in ("ec2", "elbv2"))
    (vpc,) = ec2.describe_vpcs()["Vpcs"]
    subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address)
    elbv2.create_load_balancer(Name="shop", Subnets=subnets[:2])
    assert vpc["IsDefault"]
    assert len(ec2.describe_nat_gateways()["NatGateways"]) == len(elbv2.describe_load_balancers()["LoadBalancers"]) == 1
    kinds = {kind for kind, _ in _explored(empty, REGION)}
    assert {"AWS::EC2::VPC", "AWS::EC2::NatGateway", "AWS::ElasticLoadBalancingV2::LoadBalancer"} <= kinds


def test_an_instance_that_is_terminated_is_in_no_inventory(empty):
    ec2 = empty.client("ec2", region=REGION)
    made = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)["Instances"][0]
    ec2.terminate_instances(InstanceIds=[made["InstanceId"]])
    assert ("AWS::EC2::Instance", REGION) not in _explored(empty, REGION)


def test_a_listing_of_buckets_says_where_each_is(empty):
    for region in (REGION, ELSEWHERE):
        where = {"LocationConstraint": region}
        empty.client("s3", region=region).create_bucket(Bucket=f"logs-{region}", CreateBucketConfiguration=where)
    told = empty.client("s3", region=REGION).list_buckets()["Buckets"]
    assert {one["Name"]: one["BucketRegion"] for one in told} == {f"logs-{it}": it for it in (REGION, ELSEWHERE)}
    only = empty.client("s3", region=REGION).list_buckets(BucketRegion=ELSEWHERE)["Buckets"]
    assert [one["Name"] for one in only] == [f"logs-{ELSEWHERE}"]
    assert ("AWS::S3::Bucket", ELSEWHERE) in _explored(empty, ELSEWHERE)


def test_lightsail_holds_nothing(empty):
    assert empty.client("lightsail", region=REGION).get_instances()["instances"] == []


def test_ec2_shows_the_regions_that_are_enabled(empty):
    ec2, account = empty.client("ec2"), empty.client("account")
    assert len(ec2.describe_regions()["Regions"]) == 17
    account.enable_region(RegionName="eu-south-1")
    told = {one["RegionName"]: one["OptInStatus"] for one in ec2.describe_regions()["Regions"]}
    assert told["eu-south-1"] == "opted-in"
    everywhere = {one["RegionName"]: one["OptInStatus"] for one in ec2.describe_regions(AllRegions=True)["Regions"]}
    assert everywhere["me-south-1"] == "not-opted-in"


@pytest.mark.parametrize(("source", "fits"), [("aws.signin", True), ("aws.s3", False)])
def test_a_pattern_is_tested_against_an_event(empty, source, fits):
    events = empty.client("events", region=REGION)
    event = json.dumps({"id": "1", "source": source, "detail": {"userIdentity": {"type": "Root"}}})
    pattern = '{"source": ["aws.signin"], "detail": {"userIdentity": {"type": ["Root"]}}}'
    assert events.test_event_pattern(EventPattern=pattern, Event=event)["Result"] is fits
    for wrong in ("{", '{"source": "aws.signin"}', "[]"):
        asked = refusal(events.test_event_pattern, EventPattern=wrong, Event=event)
        assert asked[0] == "InvalidEventPatternException"


def test_a_member_has_resources_of_its_own(empty):
    empty.client("sqs", region="eu-west-1").create_queue(QueueName="orders")
    member = empty.as_role(empty.new_account("one"), "sqs")
    assert "QueueUrls" not in member.list_queues()


def test_alarms_count_events_of_metric_filters_and_say_whether_they_act(empty):
    logs, alarms = empty.client("logs", region=REGION), empty.client("cloudwatch", region=REGION)
    logs.create_log_group(logGroupName="trail")
    metric = {"metricName": "RootUse", "metricNamespace": "Trail", "metricValue": "1"}
    pattern = '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS }'
    logs.put_metric_filter(
        logGroupName="trail", filterName="root", filterPattern=pattern, metricTransformations=[metric]
    )
    (found,) = logs.describe_metric_filters(logGroupName="trail")["metricFilters"]
    assert found["filterPattern"] == pattern
    about = {"AlarmName": "root", "MetricName": "RootUse", "Namespace": "Trail", "Statistic": "Sum", "Period": 300}
    alarms.put_metric_alarm(
        **about, EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanOrEqualToThreshold"
    )
    assert alarms.describe_alarms()["MetricAlarms"][0]["ActionsEnabled"]
    alarms.disable_alarm_actions(AlarmNames=["root"])
    assert not alarms.describe_alarms()["MetricAlarms"][0]["ActionsEnabled"]


def test_rules_keep_their_state_and_targets(empty):
    events = empty.client("events", region=REGION)
    state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
    events.put_rule(Name="root", EventPattern='{"source": ["aws.signin"]}', State=state)
    target = {"Id": "1", "Arn": f"arn:aws:sns:{REGION}:123456789012:alerts"}
    events.put_targets(Rule="root", Targets=[target])
    assert events.list_rules()["Rules"][0]["State"] == state
    assert events.list_targets_by_rule(Rule="root")["Targets"] == [target]
    events.disable_rule(Name="root")
    assert events.describe_rule(Name="root")["State"] == "DISABLED"
