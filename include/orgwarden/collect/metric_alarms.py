"""The metric filters on the log groups of trails, and the alarms of CloudWatch on the metrics that they count.

A trail may deliver to a log group of another account: what stands there is not told to the management account, and is
a gap, for an alarm may be there.
"""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, Field

from orgwarden.aws.filter_patterns import masked
from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.answers import Text
from orgwarden.collect.api import STRANGE, Api, Missing
from orgwarden.collect.batches import gap, read_side_by_side
from orgwarden.collect.regions import reached
from orgwarden.collect.sessions import Aws
from orgwarden.collect.shortlist import SMALL_TOKENS, Listing
from orgwarden.errors import SkipAndNote
from orgwarden.model import EVERYTHING
from orgwarden.parts.alerts import ALARMS, METRIC_FILTERS, Alarm, MetricFilter, Trail
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page, merged

ACTIONS: tuple[Action, ...] = called(
    ("cloudwatch:DescribeAlarms", "logs:DescribeMetricFilters"),
    side=Side.MANAGEMENT,
    why="the log groups of the management account's trails, and the alarms on them, are told to that account alone",
)
NO_GROUP = "ResourceNotFoundException"
# The steps of a log group's ARN.
STEPS = 7
# What these give of a single 1 is 1.
STATISTICS = frozenset({"Maximum", "SampleCount", "Sum"})


class Transformation(BaseModel):
    """The metric that a filter counts."""

    name: Text = Field(alias="metricName")
    namespace: Text = Field(alias="metricNamespace")
    value: Text = Field(alias="metricValue")
    dimensions: dict[str, str] = {}


class ListedFilter(BaseModel):
    """One filter of logs:DescribeMetricFilters."""

    name: Text = Field(alias="filterName")
    pattern: str = Field(alias="filterPattern", default="")
    counts: list[Transformation] = Field(alias="metricTransformations", default=[])


class DescribeMetricFilters(Listing):
    """One page of logs:DescribeMetricFilters."""

    filters: list[ListedFilter] = Field(alias="metricFilters")


class Dimension(BaseModel):
    """One dimension that an alarm keeps to."""

    Name: str


class Metric(BaseModel):
    """A metric, wherever an alarm names one."""

    Namespace: str = ""
    MetricName: str = ""


class Measured(BaseModel):
    """A metric with its statistic."""

    Metric: Metric


class Query(BaseModel):
    """One line of an alarm on an expression."""

    MetricStat: Measured | None = None


class ListedAlarm(Metric):
    """One alarm of cloudwatch:DescribeAlarms, on a metric or on an expression over some."""

    AlarmArn: Text
    ActionsEnabled: bool
    AlarmActions: list[str] = []
    Metrics: list[Query] = []
    Dimensions: list[Dimension] = []
    Statistic: str = ""
    Threshold: float | None = None
    ComparisonOperator: str = ""
    EvaluationPeriods: int = 0
    DatapointsToAlarm: int | None = None
    TreatMissingData: str = ""


class DescribeAlarms(BaseModel):
    """One page of cloudwatch:DescribeAlarms."""

    MetricAlarms: list[ListedAlarm]
    NextToken: str | None = None


def read_filters(aws: Aws, management: str, trails: Mapping[str, Trail], veil: Veil) -> Page:
    """Give the filters on the trails' log groups, by ``region/log group/name``; an unread group is a gap."""
    groups = sorted({trail.log_group for trail in trails.values() if trail.log_group})
    read = read_side_by_side(groups, lambda arn: _filters_of(aws, management, arn, veil))
    rows, gaps = merged([Page(rows={METRIC_FILTERS: {}}), read])
    return Page(rows=rows, gaps=gaps)


def _filters_of(aws: Aws, management: str, arn: str, veil: Veil) -> Page:
    steps = arn.split(":", 6)
    # arn:aws:logs:<region>:<account>:log-group:<name>:*
    if len(steps) < STEPS or not steps[3]:
        return gap(METRIC_FILTERS, EVERYTHING, "a trail names a log group by an ARN that does not parse")
    region, account, name = steps[3], steps[4], steps[6].removesuffix(":*")
    key = f"{region}/{name}"
    if account != management:
        return gap(METRIC_FILTERS, key, "a trail delivers to a log group of another account, which is not read")
    try:
        api = aws.management("logs", management, region)
        found = reached(region, "logs", lambda: _listed_filters(api, name))
    except SkipAndNote as error:
        return gap(METRIC_FILTERS, key, error.cause)
    return Page(rows={METRIC_FILTERS: {f"{key}/{veil.text(one.name)}": _filter(name, one, veil) for one in found}})


def _listed_filters(api: Api, group: str) -> list[ListedFilter]:
    """List the filters of a group; one that was deleted has none."""
    listing = api.pages(
        "DescribeMetricFilters",
        DescribeMetricFilters,
        tokens=SMALL_TOKENS,
        missing=NO_GROUP,
        logGroupName=group,
    )
    try:
        return [one for page, _ in listing for one in page.filters]
    except Missing:
        return []


def _filter(group: str, listed: ListedFilter, veil: Veil) -> MetricFilter:
    metrics = tuple(veil.text(f"{one.namespace}/{one.name}") for one in listed.counts if _adds_one(one))
    return MetricFilter(log_group=group, pattern=masked(listed.pattern, veil.text), metrics=metrics)


def _adds_one(counted: Transformation) -> bool:
    """Say whether each event adds 1 or more to the metric itself, and not to one of several by dimension."""
    try:
        return float(counted.value) >= 1 and not counted.dimensions
    except ValueError:
        return False


def read_alarms(aws: Aws, management: str, filters: Mapping[str, MetricFilter], veil: Veil) -> Page:
    """Give the alarms on the filters' metrics, by ARN; a region that is not answered is a gap."""
    regions = sorted({key.partition("/")[0] for key, row in filters.items() if row.metrics})
    read = read_side_by_side(regions, lambda region: _alarms_in(aws, management, region, filters, veil))
    rows, gaps = merged([Page(rows={ALARMS: {}}), read])
    return Page(rows=rows, gaps=gaps)


def _alarms_in(aws: Aws, management: str, region: str, filters: Mapping[str, MetricFilter], veil: Veil) -> Page:
    wanted = {metric for key, row in filters.items() if key.startswith(f"{region}/") for metric in row.metrics}
    try:
        api = aws.management("cloudwatch", management, region)
        found = reached(region, "cloudwatch", lambda: _listed_alarms(api))
    except SkipAndNote as error:
        return gap(ALARMS, region, error.cause)
    rows = {veil.text(one.AlarmArn): row for one in found if (row := alarm_on(one, wanted, veil))}
    return Page(rows={ALARMS: rows})


def _listed_alarms(api: Api) -> list[ListedAlarm]:
    listing = api.pages("DescribeAlarms", DescribeAlarms, missing=STRANGE, AlarmTypes=["MetricAlarm"])
    return [one for page, _ in listing for one in page.MetricAlarms]


def alarm_on(listed: ListedAlarm, wanted: Iterable[str], veil: Veil) -> Alarm | None:
    """Give the alarm where it is on a wanted metric, by itself or within an expression."""
    within = (query.MetricStat.Metric for query in listed.Metrics if query.MetricStat)
    named = (veil.text(f"{metric.Namespace}/{metric.MetricName}") for metric in (listed, *within))
    metric = next((name for name in named if name in wanted), "")
    if not metric:
        return None
    return Alarm(
        metric=metric,
        is_on=listed.ActionsEnabled,
        actions=tuple(map(veil.text, listed.AlarmActions)),
        at_one_event=at_one_event(listed),
    )


def at_one_event(listed: ListedAlarm) -> bool | None:
    """Say whether a single 1 raises the alarm and rest does not; None for an expression, and where rest may raise it.

    An alarm that is always raised tells nobody of an event: actions start as it goes off.
    """
    if listed.Metrics or listed.Dimensions or listed.Threshold is None or listed.TreatMissingData == "breaching":
        return None
    raised = {
        "GreaterThanOrEqualToThreshold": 0 < listed.Threshold <= 1,
        "GreaterThanThreshold": 0 <= listed.Threshold < 1,
    }
    points = listed.DatapointsToAlarm or listed.EvaluationPeriods
    return listed.Statistic in STATISTICS and points == 1 and raised.get(listed.ComparisonOperator, False)
