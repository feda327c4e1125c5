"""Filters are read where the trails' log groups are, alarms where the filters are; another account's are a gap."""

from typing import Any

import pytest

from orgwarden.collect.metric_alarms import ListedAlarm, alarm_on, at_one_event, read_alarms, read_filters
from orgwarden.model import EVERYTHING
from orgwarden.parts.alerts import ALARMS, METRIC_FILTERS, MetricFilter, Trail
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page
from tests.collect.fakes import refusal
from tests.collect.regional import AWAY, MANAGEMENT, MEMBER, always, regional_aws

GROUP = f"arn:aws:logs:{AWAY}:{MANAGEMENT}:log-group:trail/logs:*"
KEY = f"{AWAY}/trail/logs"
VEIL = Veil(b"key")
FILTER = {
    "filterName": "root",
    "filterPattern": "{ $.x = 1 }",
    "metricTransformations": [{"metricName": "Root", "metricNamespace": "Trail", "metricValue": "1"}],
}
ALARM = {
    "AlarmArn": "alarm",
    "ActionsEnabled": True,
    "AlarmActions": ["topic"],
    "Namespace": "Trail",
    "MetricName": "Root",
    "Statistic": "Sum",
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "EvaluationPeriods": 1,
}


def filters(answer: Any, group: str = GROUP) -> Page:
    trail = Trail(
        home=AWAY,
        is_of_organization=True,
        is_multi_region=True,
        is_validated=True,
        is_logging=True,
        events="ALL",
        log_group=group,
    )
    aws = regional_aws({"logs:DescribeMetricFilters": always(answer)})
    return read_filters(aws, MANAGEMENT, {"trail": trail}, VEIL)


def alarms(answer: Any) -> Page:
    row = MetricFilter(log_group="trail/logs", pattern="", metrics=("Trail/Root",))
    aws = regional_aws({"cloudwatch:DescribeAlarms": always(answer)})
    return read_alarms(aws, MANAGEMENT, {f"{KEY}/root": row}, VEIL)


def test_a_filter_is_told_with_the_metrics_that_it_counts():
    row = filters({"metricFilters": [FILTER]}).rows[METRIC_FILTERS][f"{KEY}/root"]
    assert (row.log_group, row.pattern, row.metrics) == ("trail/logs", "{ $.x = 1 }", ("Trail/Root",))


@pytest.mark.parametrize("answer", [{"metricFilters": []}, refusal("ResourceNotFoundException")], ids=str)
def test_no_filter_and_no_log_group_are_no_row_and_no_gap(answer: Any):
    assert filters(answer) == Page(rows={METRIC_FILTERS: {}})


def test_a_trail_without_a_log_group_asks_nothing():
    assert filters(refusal("AccessDeniedException"), "") == Page(rows={METRIC_FILTERS: {}})


@pytest.mark.parametrize(
    "answer", [refusal("AccessDeniedException"), {}, {"metricFilters": [{"filterPattern": "x"}]}], ids=str
)
def test_a_log_group_that_is_not_answered_is_a_gap_in_its_region(answer: Any):
    assert set(filters(answer).gaps) == {(METRIC_FILTERS.name, KEY)}


def test_a_log_group_of_another_account_is_a_gap():
    page = filters({"metricFilters": [FILTER]}, GROUP.replace(MANAGEMENT, MEMBER))
    assert "another account" in page.gaps[METRIC_FILTERS.name, KEY]


def test_an_arn_that_is_none_leaves_all_filters_unknown():
    assert set(filters({"metricFilters": []}, "group").gaps) == {(METRIC_FILTERS.name, EVERYTHING)}


def test_an_alarm_on_a_filters_metric_is_told_and_others_are_not():
    rows = alarms({"MetricAlarms": [ALARM, {**ALARM, "AlarmArn": "other", "MetricName": "CPU"}]}).rows[ALARMS]
    assert set(rows) == {"alarm"}
    assert (rows["alarm"].metric, rows["alarm"].is_on, rows["alarm"].actions) == ("Trail/Root", True, ("topic",))


@pytest.mark.parametrize("answer", [refusal("AccessDenied"), {}, {"MetricAlarms": [{"AlarmArn": "x"}]}], ids=str)
def test_a_region_whose_alarms_are_not_answered_is_a_gap(answer: Any):
    assert set(alarms(answer).gaps) == {(ALARMS.name, AWAY)}


def test_whoever_a_filter_or_alarm_names_is_masked_and_they_still_belong_together():
    ada = "ada@corp.example"
    pattern = f'{{ $.userIdentity.arn != "*/{ada}" }}'
    counted = {"metricName": ada, "metricNamespace": "Trail", "metricValue": "1"}
    listed = {**FILTER, "filterName": ada, "filterPattern": pattern, "metricTransformations": [counted]}
    found = filters({"metricFilters": [listed]}).rows[METRIC_FILTERS]
    alarm = {**ALARM, "AlarmArn": f"alarm:{ada}", "MetricName": ada, "AlarmActions": [ada]}
    aws = regional_aws({"cloudwatch:DescribeAlarms": always({"MetricAlarms": [alarm]})})
    rows = read_alarms(aws, MANAGEMENT, found, VEIL).rows[ALARMS]
    assert set(rows) == {VEIL.text(f"alarm:{ada}")}
    assert ada not in f"{found} {rows}"


def test_without_metrics_no_alarm_is_asked_for():
    assert read_alarms(regional_aws({}), MANAGEMENT, {}, VEIL) == Page(rows={ALARMS: {}})


@pytest.mark.parametrize("value", ["0", "0.5", "-1", "$.latency", "nan"])
def test_a_metric_to_which_an_event_does_not_add_one_is_left_out(value: str):
    counted = {"metricName": "Root", "metricNamespace": "Trail", "metricValue": value}
    row = filters({"metricFilters": [{**FILTER, "metricTransformations": [counted]}]}).rows[METRIC_FILTERS]
    assert row[f"{KEY}/root"].metrics == ()


def test_a_metric_by_dimension_is_left_out():
    counted = {**FILTER["metricTransformations"][0], "dimensions": {"name": "$.eventName"}}
    row = filters({"metricFilters": [{**FILTER, "metricTransformations": [counted]}]}).rows[METRIC_FILTERS]
    assert row[f"{KEY}/root"].metrics == ()


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"Statistic": "SampleCount"},
        {"Statistic": "Maximum"},
        {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 0.0},
        {"EvaluationPeriods": 5, "DatapointsToAlarm": 1},
    ],
    ids=str,
)
def test_an_alarm_that_one_event_raises_is_told(changed: Any):
    assert at_one_event(ListedAlarm.model_validate({**ALARM, **changed})) is True


@pytest.mark.parametrize(
    "changed",
    [
        {"Threshold": 1000.0},
        {"Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold"},
        {"Threshold": 0.0},
        {"Threshold": -1.0, "ComparisonOperator": "GreaterThanThreshold"},
        {"Threshold": 0.0, "ComparisonOperator": "LessThanThreshold"},
        {"Threshold": 1.0, "ComparisonOperator": "LessThanOrEqualToThreshold"},
        {"Statistic": "Average"},
        {"Statistic": "Minimum"},
        {"EvaluationPeriods": 3},
        {"EvaluationPeriods": 5, "DatapointsToAlarm": 2},
    ],
    ids=str,
)
def test_an_alarm_that_wants_more_or_less_than_one_event_is_told(changed: Any):
    assert at_one_event(ListedAlarm.model_validate({**ALARM, **changed})) is False


@pytest.mark.parametrize(
    "changed",
    [
        {"Metrics": [{"Expression": "IF(m1>100,1,0)"}]},
        {"Dimensions": [{"Name": "eventName", "Value": "ConsoleLogin"}]},
        {"Threshold": None},
        {"TreatMissingData": "breaching"},
    ],
    ids=str,
)
def test_of_an_expression_a_dimension_and_missing_data_it_is_not_known(changed: Any):
    assert at_one_event(ListedAlarm.model_validate({**ALARM, **changed})) is None


def test_an_alarm_on_an_expression_over_the_metric_is_told_without_what_raises_it():
    metric = {"Namespace": "Trail", "MetricName": "Root"}
    expression = {"AlarmArn": "a", "ActionsEnabled": False, "Metrics": [{"MetricStat": {"Metric": metric}}, {}]}
    alarm = alarm_on(ListedAlarm.model_validate(expression), {"Trail/Root"}, VEIL)
    assert alarm
    assert (alarm.metric, alarm.is_on, alarm.at_one_event) == ("Trail/Root", False, None)
