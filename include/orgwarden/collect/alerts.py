"""The sweep of trails, and of the ways by which a use of the root user raises an alarm in the management account.

One step leads to the next: trails name log groups, these have metric filters, their metrics have alarms, and rules and
alarms name whom they reach. What could not be read at one step is unknown at those behind it, too.
"""

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

from orgwarden.alarms import can_be_asked
from orgwarden.collect import alert_targets, event_rules, metric_alarms, trails
from orgwarden.collect.actions import Action
from orgwarden.collect.batches import read_side_by_side
from orgwarden.collect.regions import ACTIONS as REGIONS_ACTIONS
from orgwarden.collect.regions import enabled_regions
from orgwarden.collect.sessions import REGION, Aws
from orgwarden.errors import SkipAndNote
from orgwarden.model import EVERYTHING, Part
from orgwarden.parts.alerts import ALARMS, ALERT_TARGETS, EVENT_RULES, METRIC_FILTERS, TRAILS
from orgwarden.parts.organization import ORGANIZATION
from orgwarden.parts.resources import REGIONS
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page, Staging, merged, whole_part_gaps

NAME = "alerts"
PARTS = (TRAILS, EVENT_RULES, METRIC_FILTERS, ALARMS, ALERT_TARGETS)
ACTIONS: tuple[Action, ...] = (
    *REGIONS_ACTIONS,
    *trails.ACTIONS,
    *event_rules.ACTIONS,
    *metric_alarms.ACTIONS,
    *alert_targets.ACTIONS,
)


def sweep(staging: Staging, *, aws: Aws, veil: Veil) -> dict[str, int]:
    """Read trails and ways of alarm of the management account; give what was counted."""
    rows, _ = merged(staging.all_pages())
    management = rows[ORGANIZATION][EVERYTHING].management_account
    steps: Mapping[str, Callable[[], Page]] = {
        "trails": lambda: _trails(aws, management, rows.get(REGIONS, {}).get(EVERYTHING, ())),
        "event-rules": lambda: event_rules.read_rules(aws, management, veil),
        "metric-filters": lambda: _filters(staging, aws, management, veil),
        "alarms": lambda: _alarms(staging, aws, management, veil),
        "alert-targets": lambda: _targets(staging, aws, management),
    }
    for name, read in steps.items():
        if not staging.pages(name):
            staging.put(name, 1, read())
    staging.finish(NAME, PARTS)
    return {part.name: len(_rows(staging, part)) for part in (TRAILS, ALERT_TARGETS)}


def _trails(aws: Aws, management: str, regions: tuple[str, ...]) -> Page:
    """Read the trails of all enabled regions; where these are not told, of us-east-1 with the shadows seen there."""
    gaps: dict[tuple[str, str], str] = {}
    try:
        regions = regions or enabled_regions(aws, management)
    except SkipAndNote as error:
        regions, gaps = (REGION,), whole_part_gaps((TRAILS,), error.cause)
    found = trails.read_trails(aws, management, regions)
    return Page(rows=found.rows, gaps={**found.gaps, **gaps})


def _filters(staging: Staging, aws: Aws, management: str, veil: Veil) -> Page:
    found = metric_alarms.read_filters(aws, management, _rows(staging, TRAILS), veil)
    return Page(rows=found.rows, gaps={**found.gaps, **_handed_on(staging, TRAILS, METRIC_FILTERS)})


def _alarms(staging: Staging, aws: Aws, management: str, veil: Veil) -> Page:
    found = metric_alarms.read_alarms(aws, management, _rows(staging, METRIC_FILTERS), veil)
    return Page(rows=found.rows, gaps={**found.gaps, **_handed_on(staging, METRIC_FILTERS, ALARMS)})


def _targets(staging: Staging, aws: Aws, management: str) -> Page:
    named = chain(
        (arn for rule in _rows(staging, EVENT_RULES).values() for arn in rule.targets),
        (arn for alarm in _rows(staging, ALARMS).values() for arn in alarm.actions),
    )
    wanted = sorted({arn for arn in named if can_be_asked(arn)})
    read = read_side_by_side(wanted, lambda arn: alert_targets.read_target(aws, management, arn))
    return Page(rows={ALERT_TARGETS: {}, **read.rows}, gaps=read.gaps)


def _rows(staging: Staging, part: Part[Any]) -> Mapping[str, Any]:
    return merged(staging.all_pages())[0].get(part, {})


def _handed_on(staging: Staging, before: Part[Any], behind: Part[Any]) -> dict[tuple[str, str], str]:
    """Give the gaps of the step before as gaps of the step behind it: what was not seen there leads on, too."""
    _, gaps = merged(staging.all_pages())
    return {(behind.name, key): cause for (part, key), cause in gaps.items() if part == before.name}
