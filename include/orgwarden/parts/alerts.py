"""Trails of the management account, and the ways by which a use of its root user raises an alarm."""

from dataclasses import dataclass

from orgwarden.model import Part


@dataclass(frozen=True, kw_only=True, slots=True)
class Trail:
    """A trail of CloudTrail; ``events`` says which management events it records: ALL, WRITE, READ or NONE."""

    home: str
    is_of_organization: bool
    is_multi_region: bool
    is_validated: bool
    is_logging: bool
    events: str
    log_group: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EventRule:
    """A rule of EventBridge on a default bus; ``pattern`` is JSON text, ``targets`` are ARNs."""

    region: str
    state: str
    pattern: str
    targets: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MetricFilter:
    """A metric filter of CloudWatch Logs, and the metrics (``namespace/name``) to which each event adds 1 or more."""

    log_group: str
    pattern: str
    metrics: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """An alarm of CloudWatch on one metric (``namespace/name``); ``actions`` are the ARNs that it notifies.

    ``at_one_event`` says whether one event that adds 1 to the metric raises it, and none does not; None: not known.
    """

    metric: str
    is_on: bool
    actions: tuple[str, ...]
    at_one_event: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where an alarm ends: ``live`` says whether somebody gets it, ``told`` what was seen, such as ``2 confirmed``."""

    is_live: bool
    told: str


# By ARN. A gap under a region: its trails, rules, filters or alarms could not be read.
TRAILS: Part[Trail] = Part("cloudtrail.trails", Trail)
EVENT_RULES: Part[EventRule] = Part("events.rules", EventRule)
# By ``region/log group/name``; read in the home regions of the trails that deliver to a log group.
METRIC_FILTERS: Part[MetricFilter] = Part("logs.metric_filters", MetricFilter)
# By ARN, of alarms on a metric of those filters.
ALARMS: Part[Alarm] = Part("cloudwatch.alarms", Alarm)
# By ARN of the topics and functions that a rule or alarm names; other targets are no rows and no gaps.
ALERT_TARGETS: Part[Target] = Part("alerts.targets", Target)
