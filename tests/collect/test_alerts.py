"""Each step leads to the next, and what was not seen at one is unknown behind it."""

from pathlib import Path
from typing import Any

from orgwarden.collect import alerts
from orgwarden.model import EVERYTHING
from orgwarden.parts.alerts import ALARMS, ALERT_TARGETS, EVENT_RULES, METRIC_FILTERS, TRAILS
from orgwarden.privacy import Veil
from orgwarden.snapshot import merged
from tests.collect.fakes import refusal
from tests.collect.regional import AWAY, HOME, MANAGEMENT, MEMBER, always, only_in, regional_aws, staging

TRAIL = f"arn:aws:cloudtrail:{AWAY}:{MANAGEMENT}:trail/org"
GROUP = f"arn:aws:logs:{AWAY}:{MANAGEMENT}:log-group:logs:*"
FIRST, SECOND = f"arn:aws:sns:{HOME}:{MANAGEMENT}:first", f"arn:aws:sns:{AWAY}:{MANAGEMENT}:second"
BUS = f"arn:aws:events:{AWAY}:{MEMBER}:event-bus/siem"
VEIL = Veil(b"key")
DENIED = refusal("AccessDeniedException", 403)
WHOLE = {
    "cloudtrail:DescribeTrails": only_in(
        AWAY,
        {"trailList": [{"TrailARN": TRAIL, "HomeRegion": AWAY, "CloudWatchLogsLogGroupArn": GROUP}]},
        {"trailList": []},
    ),
    "cloudtrail:GetTrailStatus": always({"IsLogging": True}),
    "cloudtrail:GetEventSelectors": always({"TrailARN": TRAIL}),
    "events:ListRules": always({"Rules": [{"Name": "r", "Arn": "r", "State": "ENABLED", "EventPattern": "{}"}]}),
    "events:ListTargetsByRule": always({"Targets": [{"Arn": FIRST}, {"Arn": BUS}]}),
    "logs:DescribeMetricFilters": always(
        {
            "metricFilters": [
                {
                    "filterName": "f",
                    "metricTransformations": [{"metricName": "M", "metricNamespace": "N", "metricValue": "1"}],
                }
            ]
        }
    ),
    "cloudwatch:DescribeAlarms": always(
        {
            "MetricAlarms": [
                {
                    "AlarmArn": "a",
                    "ActionsEnabled": True,
                    "AlarmActions": [SECOND],
                    "Namespace": "N",
                    "MetricName": "M",
                }
            ]
        }
    ),
    "sns:GetTopicAttributes": always({"Attributes": {"SubscriptionsConfirmed": "1"}}),
}


def swept(folder: Path, *, caller: str = MANAGEMENT, **changed: Any) -> tuple[Any, Any, Any]:
    named = {name.replace("__", ":"): answer for name, answer in changed.items()}
    staged, aws = staging(folder), regional_aws({**WHOLE, **named}, caller=caller)
    alerts.sweep(staged, aws=aws, veil=VEIL)
    assert staged.finished("alerts")
    return *merged(staged.all_pages()), aws.session.asked


def test_all_ways_are_followed_to_their_ends(tmp_path: Path):
    rows, gaps, _ = swept(tmp_path)
    assert gaps == {}
    assert set(rows[METRIC_FILTERS]) == {f"{AWAY}/logs/f"}
    assert set(rows[ALARMS]) == {"a"}
    assert set(rows[ALERT_TARGETS]) == {FIRST, SECOND}


def test_an_account_without_any_of_it_has_no_row_and_no_gap(tmp_path: Path):
    nothing = {"cloudtrail__DescribeTrails": always({"trailList": []}), "events__ListRules": always({"Rules": []})}
    rows, gaps, _ = swept(tmp_path, **nothing)
    assert gaps == {}
    assert [rows[part] for part in alerts.PARTS] == [{}] * 5


def test_a_region_whose_trails_are_denied_is_unknown_to_filters_and_alarms_too(tmp_path: Path):
    _, gaps, _ = swept(tmp_path, cloudtrail__DescribeTrails=only_in(AWAY, DENIED, {"trailList": []}))
    assert set(gaps) == {(part.name, AWAY) for part in (TRAILS, METRIC_FILTERS, ALARMS)}


def test_denied_filters_are_unknown_alarms(tmp_path: Path):
    _, gaps, _ = swept(tmp_path, logs__DescribeMetricFilters=always(DENIED))
    assert set(gaps) == {(part.name, f"{AWAY}/logs") for part in (METRIC_FILTERS, ALARMS)}


def test_without_the_regions_us_east_1_is_read_and_the_rest_is_unknown(tmp_path: Path):
    rows, gaps, _ = swept(tmp_path, account__ListRegions=always(DENIED))
    assert set(gaps) == {(part.name, EVERYTHING) for part in (TRAILS, METRIC_FILTERS, ALARMS)}
    assert set(rows[ALERT_TARGETS]) == {FIRST}


def test_without_a_role_all_is_a_gap_with_the_remedy(tmp_path: Path):
    rows, gaps, _ = swept(tmp_path, caller=MEMBER)
    assert {part for part, _ in gaps} == {part.name for part in (TRAILS, EVENT_RULES, METRIC_FILTERS, ALARMS)}
    assert all("ORGWARDEN_MANAGEMENT_ROLE_ARN" in cause for cause in gaps.values())
    assert rows[ALERT_TARGETS] == {}


def test_a_sweep_that_is_done_asks_nothing_again_and_one_that_was_cut_off_goes_on(tmp_path: Path):
    swept(tmp_path)
    staged, aws = staging(tmp_path), regional_aws(WHOLE)
    alerts.sweep(staged, aws=aws, veil=VEIL)
    assert aws.session.asked == []
    staged.restart("alert-targets")
    alerts.sweep(staged, aws=aws, veil=VEIL)
    assert {name for _, name, _ in aws.session.asked} == {"sts:GetCallerIdentity", "sns:GetTopicAttributes"}


def test_every_call_is_declared(tmp_path: Path):
    _, _, asked = swept(tmp_path)
    names = {name for _, name, _ in asked} - {"sts:GetCallerIdentity", "account:ListRegions"}
    assert names <= {action.operation for action in alerts.ACTIONS}
