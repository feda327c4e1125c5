"""The sweeps of resources and alerts, on an account that somebody else filled through AWS's API."""

import json
from collections.abc import Iterator

import boto3
import pytest

from orgwarden.collect import alerts, organizations, resources
from orgwarden.collect.sessions import Aws
from orgwarden.demo.service import running
from orgwarden.parts.alerts import ALARMS, ALERT_TARGETS, EVENT_RULES, METRIC_FILTERS, TRAILS
from orgwarden.parts.resources import MANAGEMENT_SPEND, RESOURCES, WITNESSES
from orgwarden.privacy import Veil
from orgwarden.snapshot import Opened, merged, stage
from orgwarden.store import MemoryStore
from tests.collect.regional import AWAY, DAY, HOME
from tests.demo.asking import MANAGEMENT_ID, Asking

VEIL = Veil(b"key")
# Two regions will do: each costs some thirty calls.
REGIONS = [{"RegionName": region, "RegionOptStatus": "ENABLED_BY_DEFAULT"} for region in (HOME, AWAY)]
TWO_REGIONS = {
    "service": "account",
    "operation": "ListRegions",
    "body": json.dumps({"Regions": REGIONS}),
    "times": None,
}
TRAILS_GROUP = f"arn:aws:logs:{AWAY}:{MANAGEMENT_ID}:log-group:trail:*"
ALONE = ("per-service reads", "tagging API")


@pytest.fixture(scope="module")
def server() -> Iterator[Asking]:
    with running(empty=True) as served:
        yield Asking(served)


@pytest.fixture
def ask(server: Asking, monkeypatch) -> Asking:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.served.url)
    server.http("POST", "/demo/reset")
    assert server.http("PUT", "/demo/faults", [TWO_REGIONS])[0] == 200
    return server


def swept(sweep, **more):
    opened = Opened(period="2026-11", run="1", at=DAY, key_check="key")
    session = boto3.Session("AKIAANYBODY000000001", "any", region_name=AWAY)
    staging, aws = stage(MemoryStore(), "x", opened), Aws(session, share=1000.0, patience=0.0)
    organizations.sweep(staging, aws=aws, veil=VEIL)
    sweep(staging, aws=aws, **more)
    return merged(staging.all_pages())


def inventory():
    return swept(resources.sweep, veil=VEIL, asks_cost_explorer=False)


def workloads(rows) -> dict[str, str]:
    """Give what is neither of a default network nor of IAM, with its region."""
    ours = {arn: row for arn, row in rows[RESOURCES].items() if "orgwarden:default" not in (row.tags or {})}
    return {arn: row.region for arn, row in ours.items() if not row.type.startswith("AWS::IAM::")}


def fill(ask: Asking) -> set[str]:
    """Make a topic, an instance with its volume, and a bucket; give the ARNs whose ids are not drawn."""
    topic = ask.client("sns").create_topic(Name="t")["TopicArn"]
    ask.client("ec2").run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)
    ask.client("s3").create_bucket(Bucket="bucket-of-somebody", CreateBucketConfiguration={"LocationConstraint": AWAY})
    return {topic, "arn:aws:s3:::bucket-of-somebody"}


def index(ask: Asking, region: str, filters: str = "") -> None:
    explorer = ask.client("resource-explorer-2", region=region)
    explorer.create_index()
    more = {"Filters": {"FilterString": filters}} if filters else {}
    view = explorer.create_view(ViewName="all", IncludedProperties=[{"Name": "tags"}], **more)["View"]["ViewArn"]
    explorer.associate_default_view(ViewArn=view)


@pytest.mark.usefixtures("ask")
def test_an_empty_account_holds_nothing_but_what_aws_made_and_is_known_everywhere():
    rows, gaps = inventory()
    assert {part for part, _ in gaps} == {MANAGEMENT_SPEND.name}
    assert rows[WITNESSES] == dict.fromkeys((HOME, AWAY, "global"), ALONE)
    assert workloads(rows) == {}
    assert {row.type for row in rows[RESOURCES].values()} == {"AWS::EC2::VPC", "AWS::EC2::Subnet"}


def test_what_somebody_made_is_found_where_it_is(ask: Asking):
    made = fill(ask)
    rows, _ = inventory()
    found = workloads(rows)
    assert made < found.keys()
    assert set(found.values()) == {AWAY}
    assert {rows[RESOURCES][arn].type for arn in found.keys() - made} == {"AWS::EC2::Instance", "AWS::EC2::Volume"}


def test_an_index_sees_what_the_services_see_and_no_more_of_the_default_network(ask: Asking):
    made = fill(ask)
    index(ask, AWAY)
    rows, _ = inventory()
    assert rows[WITNESSES] == {HOME: ALONE, "global": ALONE, AWAY: ("Resource Explorer",)}
    assert made < workloads(rows).keys()
    types = {rows[RESOURCES][arn].type for arn in workloads(rows).keys() - made}
    assert types <= {"AWS::EC2::Instance", "AWS::EC2::Volume", "AWS::EC2::NetworkInterface", "AWS::Events::EventBus"}


def test_an_aggregator_answers_for_all_regions(ask: Asking):
    fill(ask)
    for region in (HOME, AWAY):
        index(ask, region)
    explorer = ask.client("resource-explorer-2", region=HOME)
    explorer.update_index_type(Arn=explorer.get_index()["Arn"], Type="AGGREGATOR")
    rows, _ = inventory()
    assert set(rows[WITNESSES].values()) == {("Resource Explorer",)}
    assert set(workloads(rows).values()) >= {AWAY}


def test_an_index_whose_view_leaves_something_out_is_no_witness(ask: Asking):
    index(ask, AWAY, "service:sns")
    assert inventory()[0][WITNESSES][AWAY] == ALONE


def test_a_service_that_refuses_makes_the_regions_without_an_index_gaps(ask: Asking):
    made = fill(ask)
    index(ask, AWAY)
    denied = {"service": "eks", "operation": "ListClusters", "error": "AccessDeniedException", "times": None}
    ask.http("PUT", "/demo/faults", [TWO_REGIONS, denied])
    rows, gaps = inventory()
    assert "eks:ListClusters was denied" in gaps[WITNESSES.name, HOME]
    assert set(rows[WITNESSES]) == {AWAY, "global"}
    assert made < workloads(rows).keys()


def trail(ask: Asking) -> str:
    """Make an organization trail in a region away from home that delivers to a log group."""
    ask.client("logs").create_log_group(logGroupName="trail")
    ask.client("s3").create_bucket(Bucket="trail", CreateBucketConfiguration={"LocationConstraint": AWAY})
    cloudtrail = ask.client("cloudtrail")
    arn = cloudtrail.create_trail(
        Name="org",
        S3BucketName="trail",
        IsMultiRegionTrail=True,
        IsOrganizationTrail=True,
        EnableLogFileValidation=True,
        CloudWatchLogsLogGroupArn=TRAILS_GROUP,
        CloudWatchLogsRoleArn=f"arn:aws:iam::{MANAGEMENT_ID}:role/x",
    )["TrailARN"]
    cloudtrail.start_logging(Name="org")
    return arn


def alarm(ask: Asking) -> str:
    """Make a metric filter, an alarm on it and a topic that somebody listens to; give the topic."""
    metric = {"metricName": "Root", "metricNamespace": "Trail", "metricValue": "1"}
    ask.client("logs").put_metric_filter(
        logGroupName="trail", filterName="root", filterPattern="{ $.x = 1 }", metricTransformations=[metric]
    )
    topic = ask.client("sns").create_topic(Name="alarm")["TopicArn"]
    queue = ask.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    arn = ask.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    ask.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    ask.client("cloudwatch").put_metric_alarm(
        AlarmName="root",
        Namespace="Trail",
        MetricName="Root",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=[topic],
    )
    return topic


@pytest.mark.usefixtures("ask")
def test_an_account_without_alerts_has_none_and_no_gap():
    rows, gaps = swept(alerts.sweep, veil=VEIL)
    assert gaps == {}
    assert [rows[part] for part in alerts.PARTS] == [{}] * 5


def test_a_trail_away_from_home_is_told_once_with_its_state(ask: Asking):
    arn = trail(ask)
    rows, gaps = swept(alerts.sweep, veil=VEIL)
    assert gaps == {}
    found = rows[TRAILS][arn]
    assert (found.home, found.events, found.log_group) == (AWAY, "ALL", TRAILS_GROUP)
    assert found.is_of_organization
    assert found.is_multi_region
    assert found.is_validated
    assert found.is_logging


def test_a_filter_an_alarm_and_its_topic_are_one_way(ask: Asking):
    trail(ask)
    topic = alarm(ask)
    rows, gaps = swept(alerts.sweep, veil=VEIL)
    assert gaps == {}
    assert rows[METRIC_FILTERS][f"{AWAY}/trail/root"].metrics == ("Trail/Root",)
    assert [(row.metric, row.is_on, row.at_one_event) for row in rows[ALARMS].values()] == [("Trail/Root", True, True)]
    assert [row.actions for row in rows[ALARMS].values()] == [(topic,)]
    assert rows[ALERT_TARGETS][topic].is_live


def test_a_rule_is_told_with_the_topic_that_is_not_there(ask: Asking):
    topic = f"arn:aws:sns:{HOME}:{MANAGEMENT_ID}:gone"
    events = ask.client("events", region=HOME)
    arn = events.put_rule(Name="root", EventPattern='{"source": ["aws.signin"]}')["RuleArn"]
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
    events.put_targets(Rule="root", Targets=[{"Id": "1", "Arn": topic}])
    rows, gaps = swept(alerts.sweep, veil=VEIL)
    assert gaps == {}
    assert {key: row.targets for key, row in rows[EVENT_RULES].items()} == {arn: (topic,)}
    assert rows[ALERT_TARGETS][topic].told == "does not exist"


def test_a_denied_topic_is_unknown_and_not_dead(ask: Asking):
    trail(ask)
    topic = alarm(ask)
    denied = {"service": "sns", "operation": "GetTopicAttributes", "error": "AuthorizationError", "times": None}
    ask.http("PUT", "/demo/faults", [TWO_REGIONS, denied])
    rows, gaps = swept(alerts.sweep, veil=VEIL)
    assert set(gaps) == {(ALERT_TARGETS.name, topic)}
    assert rows[ALERT_TARGETS] == {}
