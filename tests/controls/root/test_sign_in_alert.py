import pytest

from orgwarden.parts.alerts import ALARMS, ALERT_TARGETS, EVENT_RULES, METRIC_FILTERS, TRAILS
from orgwarden.parts.declared import ROOT_RULES
from orgwarden.parts.organization import ACCOUNTS, AccountState
from orgwarden.parts.root import ROOT_CREDENTIALS
from tests.access_worlds import (
    ALARM,
    BY_FILTER,
    FILTER,
    GROUP,
    RULE,
    TOPIC,
    TRAIL,
    alarm,
    credentials,
    event_rule,
    governed,
    metric_filter,
    root_rules,
    target,
    trail,
)
from tests.worlds import A, B, account, gap, statuses, verdicts

CONTROL = "root.sign_in_alert"
HERE, MEMBERS = (A, ""), ("", "member accounts")
C = "333333333333"
SIGN_IN, CALL = "AWS Console Sign In via CloudTrail", "AWS API Call via CloudTrail"
QUEUE = f"arn:aws:sqs:us-east-1:{A}:siem"
LEFT = {ROOT_CREDENTIALS: {B: credentials()}}


def pattern(*kinds):
    return {"detail-type": list(kinds), "detail": {"userIdentity": {"type": ["Root"]}}}


def by_rule(*targets, kinds=(SIGN_IN, CALL), live=True, **changed):
    rule = event_rule(pattern(*kinds), *(targets or (TOPIC,)), **changed)
    return {EVENT_RULES: {RULE: rule}, ALERT_TARGETS: {TOPIC: target(is_live=live)}}


def said(parts, gaps=None, place=HERE):
    return verdicts(CONTROL, governed(parts, gaps))[place]


def test_a_rule_with_a_confirmed_target_passes_and_is_named():
    verdict = said(by_rule())
    assert (verdict.status, verdict.evidence["paths"]) == ("PASS", (RULE,))


def test_a_metric_filter_with_an_alarm_passes():
    assert said(BY_FILTER).evidence["paths"] == (FILTER,)


def test_the_two_halves_may_go_by_different_ways():
    sign_in = by_rule(kinds=(SIGN_IN,))
    calls = {FILTER: metric_filter('{ $.eventType = "AwsApiCall" && $.userIdentity.type = "Root" }')}
    both = {**BY_FILTER, METRIC_FILTERS: calls, EVENT_RULES: sign_in[EVENT_RULES]}
    assert said(sign_in).reason == "nobody is told of a root API call"
    assert said({**BY_FILTER, METRIC_FILTERS: calls}).reason == "nobody is told of a root sign-in"
    assert said(both).evidence["paths"] == (RULE, FILTER)


def test_narrow_rules_and_filters_are_no_way_even_together():
    names = {"detail": {"userIdentity": {"type": ["Root"]}, "eventName": ["CreateAccessKey", "ConsoleLogin"]}}
    by_name = {**by_rule(), EVENT_RULES: {RULE: event_rule(names, TOPIC)}}
    without = metric_filter('{ $.eventName = "ConsoleLogin" && $.additionalEventData.MFAUsed != "Yes" }')
    calls = metric_filter('{ $.eventName = "CreateAccessKey" }')
    narrow = {**BY_FILTER, METRIC_FILTERS: {FILTER: without, f"{FILTER}-2": calls}}
    assert said(by_name).reason == "nobody is told of a root API call"
    assert "(s3:DeleteBucketPolicy)" in said(by_name).evidence["missing"][0]
    assert said(narrow).reason == "nobody is told of a root sign-in or API call"
    assert said({**narrow, **LEFT}, place=MEMBERS).status == "UNKNOWN"


@pytest.mark.parametrize(
    ("parts", "missing"),
    [
        ({}, "no rule that is on"),
        (by_rule(state="DISABLED"), "no rule that is on"),
        (by_rule(region="eu-central-1"), "no rule that is on"),
        (by_rule(live=False), "0 confirmed"),
        (by_rule(QUEUE), "neither read nor declared"),
        ({EVENT_RULES: {RULE: event_rule(pattern(SIGN_IN, CALL))}}, "it has no target"),
        ({**by_rule(), TRAILS: {TRAIL: trail(is_logging=False)}}, "no trail that is on"),
        ({**by_rule(), TRAILS: {TRAIL: trail(events="READ")}}, "no trail that is on"),
        ({**BY_FILTER, ALARMS: {}}, "no alarm watches"),
        ({**BY_FILTER, ALARMS: {ALARM: alarm(TOPIC, is_on=False)}}, "its alarm is off"),
        ({**BY_FILTER, ALARMS: {ALARM: alarm(TOPIC, at_one_event=False)}}, "does not go off at one event"),
        ({**BY_FILTER, ALARMS: {ALARM: alarm(at_one_event=None)}}, "it has no target"),
        ({**BY_FILTER, ALARMS: {ALARM: alarm(TOPIC, metric="security/other")}}, "no alarm watches"),
        ({**BY_FILTER, ALERT_TARGETS: {TOPIC: target(is_live=False)}}, "0 confirmed"),
        ({**BY_FILTER, TRAILS: {TRAIL: trail(log_group="")}}, "no rule that is on"),
        ({**BY_FILTER, TRAILS: {TRAIL: trail(log_group=GROUP, is_logging=False)}}, "no rule that is on"),
    ],
)
def test_a_way_with_a_broken_link_deviates_and_says_which(parts, missing):
    verdict = said(parts)
    assert verdict.status == "FAIL"
    assert all(missing in fault for fault in verdict.evidence["missing"])


def test_a_target_that_is_declared_counts_though_nobody_can_look():
    assert said({**by_rule(QUEUE), ROOT_RULES: root_rules(alert_targets=("arn:aws:sqs:*:siem",))}).status == "PASS"


def test_one_way_that_is_whole_is_enough():
    broken = {EVENT_RULES: by_rule(QUEUE)[EVENT_RULES], ALERT_TARGETS: {TOPIC: target()}}
    assert said({**BY_FILTER, **broken}).status == "PASS"


@pytest.mark.parametrize(
    ("parts", "lost"),
    [
        ({}, gap(EVENT_RULES, "us-east-1")),
        ({}, gap(TRAILS, "eu-west-1")),
        (by_rule(), gap(ALERT_TARGETS, TOPIC)),
        (by_rule(), gap(ALERT_TARGETS)),
        (BY_FILTER, gap(METRIC_FILTERS, FILTER)),
        ({**BY_FILTER, METRIC_FILTERS: {}}, gap(METRIC_FILTERS, "us-east-1")),
        ({**BY_FILTER, ALARMS: {}}, gap(ALARMS, "us-east-1")),
    ],
)
def test_what_is_unread_is_unknown_where_no_way_is_whole(parts, lost):
    assert said(parts, lost).status == "UNKNOWN"


def test_what_is_unread_elsewhere_hides_nothing():
    assert said({}, gap(EVENT_RULES, "eu-west-1")).status == "FAIL"
    assert said({}, gap(METRIC_FILTERS)).status == "FAIL"
    assert said(by_rule(), {**gap(METRIC_FILTERS), **gap(TRAILS, "eu-west-1")}).status == "PASS"


def test_a_pattern_that_cannot_be_understood_is_unknown_unless_another_way_is_whole():
    strange = {EVENT_RULES: {RULE: event_rule("{", TOPIC)}}
    assert said(strange).status == "UNKNOWN"
    assert said({**BY_FILTER, **strange}).status == "PASS"
    assert said({**BY_FILTER, METRIC_FILTERS: {FILTER: metric_filter("{ $. ")}}).status == "UNKNOWN"


def test_an_alarm_of_which_it_is_not_known_what_raises_it_is_unknown_unless_another_one_is_whole():
    strange = {ALARM: alarm(TOPIC, at_one_event=None)}
    verdict = said({**BY_FILTER, ALARMS: strange})
    assert (verdict.status, "one event raises it" in verdict.cause) == ("UNKNOWN", True)
    assert said({**BY_FILTER, ALARMS: {**strange, f"{ALARM}-2": alarm(TOPIC)}}).status == "PASS"


def test_an_alarm_of_another_region_watches_another_metric():
    elsewhere = ALARM.replace("us-east-1", "eu-west-1")
    assert said({**BY_FILTER, ALARMS: {elsewhere: alarm(TOPIC)}}).status == "FAIL"


def test_members_pass_by_a_filter_of_the_organization_trail():
    verdict = said({**BY_FILTER, **LEFT}, place=MEMBERS)
    assert (verdict.status, verdict.evidence["paths"]) == ("PASS", (FILTER,))


def test_a_filter_that_names_one_account_does_not_see_the_others():
    here = '{ $.userIdentity.type = "Root" && $.recipientAccountId = "%s" }'
    own, others = ({**BY_FILTER, **LEFT, METRIC_FILTERS: {FILTER: metric_filter(here % one)}} for one in (A, B))
    assert [said(own).status, said(own, place=MEMBERS).status] == ["PASS", "UNKNOWN"]
    assert [said(others).status, said(others, place=MEMBERS).status] == ["FAIL", "PASS"]


@pytest.mark.parametrize("test", ['!= "%s"', '= "%.3s*"', "> %s"])
def test_a_filter_that_leaves_one_member_out_is_no_way_for_all(test):
    told = f'{{ $.userIdentity.type = "Root" && $.recipientAccountId {test % B} }}'
    world = {**BY_FILTER, METRIC_FILTERS: {FILTER: metric_filter(told)}}
    members = {ACCOUNTS: {C: account(C)}, ROOT_CREDENTIALS: {one: credentials() for one in (B, C)}}
    assert said({**world, **members}, place=MEMBERS).status == "UNKNOWN"
    assert said({**BY_FILTER, **members}, place=MEMBERS).status == "PASS"


@pytest.mark.parametrize("test", ['!= "1*"', "= %^2%", '!= "*1"', "= %[2-9]{12}%"])
def test_a_filter_that_tells_accounts_apart_by_a_digit_is_no_way_for_all(test):
    other = "100000000001"
    told = f'{{ $.userIdentity.type = "Root" && $.recipientAccountId != "{C}" && $.recipientAccountId {test} }}'
    members = {ACCOUNTS: {other: account(other)}, ROOT_CREDENTIALS: {one: credentials() for one in (B, other)}}
    world = {**BY_FILTER, METRIC_FILTERS: {FILTER: metric_filter(told)}, **members}
    assert said(world, place=MEMBERS).status == "UNKNOWN"


def test_members_are_unknown_with_the_remedy_where_only_their_own_alarms_could_tell():
    verdict = said({**by_rule(), **LEFT}, place=MEMBERS)
    assert verdict.status == "UNKNOWN"
    assert "root.alert_paths" in verdict.cause


SIEM = ("arn:aws:sqs:*:siem",)
FOR_MEMBERS = {**LEFT, ROOT_RULES: root_rules(alert_targets=SIEM, member_alert_targets=SIEM)}


def test_members_pass_where_it_is_declared_where_their_alarms_end():
    verdict = said(FOR_MEMBERS, place=MEMBERS)
    assert (verdict.status, verdict.evidence) == ("PASS", {"paths": SIEM, "told_by": "root.alert_paths"})


def test_a_declared_path_of_the_management_account_says_nothing_of_members():
    assert said({**LEFT, ROOT_RULES: root_rules(alert_targets=SIEM)}, place=MEMBERS).status == "UNKNOWN"


@pytest.mark.parametrize("changed", [{"is_logging": False}, {"events": "READ"}, {"is_of_organization": False}], ids=str)
def test_what_is_declared_for_members_tells_nobody_without_a_trail_of_the_organization(changed):
    assert said({**FOR_MEMBERS, TRAILS: {TRAIL: trail(**changed)}}, place=MEMBERS).status == "UNKNOWN"


@pytest.mark.parametrize("lost", [gap(ACCOUNTS), gap(ACCOUNTS, C), gap(TRAILS, TRAIL)], ids=str)
def test_what_is_declared_for_members_is_unknown_where_accounts_or_the_trail_are_unread(lost):
    assert said(FOR_MEMBERS, lost, place=MEMBERS).status == "UNKNOWN"


def test_members_without_root_credentials_or_without_members_it_is_not_applicable():
    closed = {ACCOUNTS: {B: account(B, state=AccountState.CLOSED)}}
    assert said({}, place=MEMBERS).status == "NOT_APPLICABLE"
    assert said({**LEFT, **closed}, place=MEMBERS).status == "NOT_APPLICABLE"


@pytest.mark.parametrize(
    "lost", [gap(TRAILS, "eu-west-1"), gap(ROOT_CREDENTIALS, B), gap(ACCOUNTS, "333333333333")], ids=str
)
def test_members_are_unknown_where_something_is_unread(lost):
    left = LEFT if (ROOT_CREDENTIALS.name, B) not in lost else {}
    assert statuses(CONTROL, governed(left, lost))[MEMBERS] == "UNKNOWN"
