"""By which ways an event of a root user raises an alarm that somebody gets.

A way is a chain, and it is as good as its worst link: a trail that records, a rule or metric filter that matches, an
alarm that is on, a target at which somebody listens. Each way is told with what it lacks, so that a ticket can say
which link to mend.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from orgwarden.approvable import read_of
from orgwarden.aws.event_patterns import matches as rule_matches
from orgwarden.aws.filter_patterns import matches as filter_matches
from orgwarden.model import EVERYTHING, Unseen, World
from orgwarden.parts.alerts import (
    ALARMS,
    ALERT_TARGETS,
    EVENT_RULES,
    METRIC_FILTERS,
    TRAILS,
    Alarm,
    EventRule,
    MetricFilter,
    Trail,
)
from orgwarden.parts.declared import ROOT_RULES
from orgwarden.reached import partial

# Where AWS records what is done at its global endpoints, a root user's sign-in among it.
HOME = "us-east-1"
WRITES = {"ALL", "WRITE"}
LISTENING = frozenset({"sns", "lambda"})
Event = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmWay:
    """One way that matches an event: the rule or filter by which it goes, and what it lacks (empty: nothing)."""

    name: str
    fault: str


def alarm_ways(event: Event, world: World) -> Iterator[AlarmWay | Unseen]:
    """Give each way that an event of the management account takes, and what could hide one more."""
    trails, unseen = partial(TRAILS, world)
    recording = {arn: trail for arn, trail in trails.items() if records_writes(trail)}
    yield from unseen
    yield from _by_rules(event, world, is_recorded=bool(recording))
    yield from _by_filters(event, recording.values(), world)


def member_alarm_ways(event: Event, world: World) -> Iterator[AlarmWay | Unseen]:
    """Give each way that an event of a member account takes by an organization trail."""
    _, unseen = partial(TRAILS, world)
    yield from unseen
    yield from _by_filters(event, organization_trails(world), world)


def organization_trails(world: World) -> list[Trail]:
    """Give the trails that were seen to record what is done in the member accounts."""
    trails, _ = partial(TRAILS, world)
    return [trail for trail in trails.values() if records_writes(trail) and trail.is_of_organization]


def records_writes(trail: Trail) -> bool:
    """Say whether a trail is on and records changes and sign-ins at the global endpoints."""
    return trail.is_logging and trail.events in WRITES and (trail.is_multi_region or trail.home == HOME)


def can_be_asked(target: str) -> bool:
    """Say whether a target (an ARN) is a topic or a function, which is read; another service's is no row and no gap."""
    return [*target.split(":"), "", ""][2] in LISTENING


def _by_rules(event: Event, world: World, *, is_recorded: bool) -> Iterator[AlarmWay | Unseen]:
    rules, unseen = partial(EVENT_RULES, world)
    yield from (one for one in unseen if one.key in {HOME, EVERYTHING} or _region_of(one.key) == HOME)
    for arn, rule in rules.items():
        try:
            if not _takes(arn, rule, event):
                continue
            unheard = _unheard(rule.targets, world)
        except Unseen as lost:
            yield lost
            continue
        fault = unheard if is_recorded else f"no trail that is on records management events that write in {HOME}"
        yield AlarmWay(name=arn, fault=fault)


def _takes(arn: str, rule: EventRule, event: Event) -> bool:
    if rule.region != HOME or not rule.state.startswith("ENABLED") or not rule.pattern:
        return False
    try:
        return rule_matches(rule.pattern, event)
    except ValueError as error:
        raise Unseen(EVENT_RULES, arn, f"its event pattern cannot be understood: {error}") from None


def _by_filters(event: Event, trails: Iterable[Trail], world: World) -> Iterator[AlarmWay | Unseen]:
    """Give the ways by metric filters, which see what CloudTrail records: the detail of an event."""
    groups = {_log_group(one.log_group): _region_of(one.log_group) or one.home for one in trails if one.log_group}
    filters, unseen = partial(METRIC_FILTERS, world)
    regions = {EVERYTHING, *groups.values()} if groups else set()
    yield from (one for one in unseen if one.key.partition("/")[0] in regions)
    for key, one in filters.items():
        region = key.partition("/")[0]
        if groups.get(_log_group(one.log_group)) != region:
            continue
        try:
            if _counts(key, one, event["detail"]):
                yield AlarmWay(name=key, fault=_silent(one, region, world))
        except Unseen as lost:
            yield lost


def _counts(key: str, one: MetricFilter, record: Event) -> bool:
    try:
        return filter_matches(one.pattern, record)
    except ValueError as error:
        raise Unseen(METRIC_FILTERS, key, f"its filter pattern cannot be understood: {error}") from None


def _silent(one: MetricFilter, region: str, world: World) -> str:
    """Say why no alarm of a metric filter reaches anybody; empty where one does."""
    alarms, unseen = partial(ALARMS, world)
    mine = [(arn, row) for arn, row in alarms.items() if row.metric in one.metrics and _region_of(arn) == region]
    lost = [lack for lack in unseen if lack.key in {EVERYTHING, region} or _region_of(lack.key) == region]
    faults = []
    for arn, alarm in mine:
        try:
            fault = _not_raised(arn, alarm, world)
        except Unseen as unread:
            lost.append(unread)
            continue
        if not fault:
            return ""
        faults.append(fault)
    for lack in lost:
        raise lack
    return "; ".join(faults) or "no alarm watches a metric to which it adds 1"


def _not_raised(arn: str, alarm: Alarm, world: World) -> str:
    if not alarm.is_on:
        return "its alarm is off"
    if alarm.at_one_event is False:
        return "its alarm does not go off at one event, and at that alone"
    unheard = _unheard(alarm.actions, world)
    if not unheard and alarm.at_one_event is None:
        raise Unseen(ALARMS, arn, "whether one event raises it cannot be told of an alarm of its kind")
    return unheard


def _unheard(targets: Iterable[str], world: World) -> str:
    """Say why nobody gets what is sent to the targets; empty where somebody does."""
    patterns = world.of(ROOT_RULES).alert_targets
    told, lost = [], []
    for arn in targets:
        if any(fnmatchcase(arn, pattern) for pattern in patterns):
            return ""
        try:
            is_live, said = _heard(arn, world)
        except Unseen as unread:
            lost.append(unread)
            continue
        if is_live:
            return ""
        told.append(f"{arn}: {said}")
    for lack in lost:
        raise lack
    return f"nobody is seen to get it ({'; '.join(told)})" if told else "it has no target"


def _heard(arn: str, world: World) -> tuple[bool, str]:
    if arn not in read_of(ALERT_TARGETS, world) and not can_be_asked(arn):
        return False, "who is told there is neither read nor declared (root.alert_paths)"
    target = world.of(ALERT_TARGETS, arn)
    return target.is_live, target.told


def _region_of(arn: str) -> str:
    return [*arn.split(":", 5), *[""] * 4][3]


def _log_group(text: str) -> str:
    """Give the name of a log group that is written as its ARN or name."""
    name = text.partition(":log-group:")[2] if text.startswith("arn:") else text
    return name.removesuffix(":*")
