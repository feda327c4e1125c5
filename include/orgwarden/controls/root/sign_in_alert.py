"""Each use of a root user raises an alarm that somebody gets.

Why: A root user is hardly ever used, so each sign-in and each call is either declared or an incident. Who learns of it
minutes later can still stop it.

Fix: In the management account make a rule of EventBridge in us-east-1 that matches root sign-ins and root API calls
(`{"detail-type": ["AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail"], "detail": {"userIdentity":
{"type": ["Root"]}}}`) and sends them to an SNS topic with a confirmed subscription. Or let the organization trail
deliver to a log group with a metric filter (`{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS &&
$.eventType != "AwsServiceEvent" }`, value 1) and an alarm on it that goes off at one event (Sum >= 1, one datapoint):
that covers the member accounts, too. If alarms end at a SIEM or a pager, declare it under root.alert_paths in the
baseline, with members: true if those of all member accounts end there. Allow what raises the alarm under
management_account.allowed, for it stands in the management account.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from orgwarden.alarms import AlarmWay, alarm_ways, member_alarm_ways, organization_trails
from orgwarden.approvable import read_of
from orgwarden.aws.root_events import samples
from orgwarden.control import Ticket, control
from orgwarden.model import Answer, Deviation, Member, NotApplicable, Pass, Severity, Unseen, World
from orgwarden.parts.alerts import ALERT_TARGETS, METRIC_FILTERS
from orgwarden.parts.declared import ROOT_RULES
from orgwarden.parts.organization import ACCOUNTS
from orgwarden.parts.root import ROOT_CREDENTIALS
from orgwarden.population import live_accounts
from orgwarden.population.management import MEMBERS, ROOT_ALARM

# By what an event is, and how it differs from others of its kind: each way that it takes.
Ways = Mapping[tuple[str, str], list[AlarmWay | Unseen]]
ACCOUNT, DIGIT = re.compile(r"(?<!\d)\d{12}(?!\d)"), re.compile(r"\d")
# By these a pattern that names one account may tell others apart.
ORDERS = re.compile(r"[<>%]")
NOT_READ = (
    "alarms that are raised in the member accounts themselves are not read: send the organization trail to a log group "
    "with a metric filter and an alarm, or declare where members' alarms end under root.alert_paths in the baseline, "
    "with members: true, and keep that trail on"
)


@control(about=ROOT_ALARM, severity=Severity.HIGH, ticket=Ticket.ORGANIZATION, practices=("O:alert", "E:alert"))
def sign_in_alert(member: Member, world: World) -> Answer:
    if member.subject.resource == MEMBERS:
        return _of_members(world)
    return _judged({what: list(alarm_ways(one, world)) for what, one in samples(world.management).items()})


def _judged(ways: Ways) -> Answer:
    if good := _complete(ways):
        return Pass({"paths": good})
    for unseen in _unseen([ways]):
        raise unseen
    silent = {what: found for what, found in ways.items() if not _names(found)}
    faults = tuple(fault for what, found in silent.items() for fault in _faults(" ".join(what), found))
    kinds = dict.fromkeys(kind for kind, _ in silent)
    return Deviation(f"nobody is told of a root {' or '.join(kinds)}", {"missing": tuple(dict.fromkeys(faults))})


def _complete(ways: Ways) -> tuple[str, ...]:
    """Give the ways by which each sample comes through, nothing where one does not."""
    named = [_names(found) for found in ways.values()]
    return tuple(sorted({name for names in named for name in names})) if all(named) else ()


def _names(found: Iterable[AlarmWay | Unseen]) -> list[str]:
    return [way.name for way in found if isinstance(way, AlarmWay) and not way.fault]


def _faults(what: str, found: Iterable[AlarmWay | Unseen]) -> Iterator[str]:
    faulty = [f"{way.name}: {way.fault}" for way in found if isinstance(way, AlarmWay)]
    yield from faulty or [f"no rule that is on in us-east-1 and no metric filter of a trail matches a root {what}"]


def _of_members(world: World) -> Answer:
    """Judge the member accounts together, as the organization trail sees them."""
    declared = world.of(ROOT_RULES).member_alert_targets
    live = [account for account in live_accounts(world) if account != world.management]
    if not live:
        world.whole(ACCOUNTS)
        return NotApplicable("there is no member account that is not closed")
    ways = list(_ways(_worth_asking(live, world), world))
    if all(paths := [_complete(found) for found in ways]):
        world.whole(ACCOUNTS)
        return Pass({"paths": tuple(sorted({name for names in paths for name in names}))})
    if all(_is_gone(account, world) for account in live):
        world.whole(ACCOUNTS)
        return NotApplicable("no member account's root user has credentials")
    if declared and organization_trails(world):
        world.whole(ACCOUNTS)
        return Pass({"paths": declared, "told_by": "root.alert_paths"})
    for unseen in _unseen(ways):
        raise unseen
    raise Unseen(ALERT_TARGETS, MEMBERS, NOT_READ)


def _ways(accounts: Iterable[str], world: World) -> Iterator[Ways]:
    """Give the ways of the samples of each account by an organization trail."""
    for account in accounts:
        yield {what: list(member_alarm_ways(one, world)) for what, one in samples(account).items()}


def _worth_asking(accounts: list[str], world: World) -> list[str]:
    """Give the accounts that a metric filter names, and one for all others; all, where it may tell any two apart.

    A single digit beside whole ids may be a part of some.
    """
    patterns = [one.pattern for one in read_of(METRIC_FILTERS, world).values()]
    named = {account for pattern in patterns for account in ACCOUNT.findall(pattern)}
    if any(DIGIT.search(pattern if ORDERS.search(pattern) else ACCOUNT.sub("", pattern)) for pattern in patterns):
        return accounts
    others = [account for account in accounts if account not in named]
    return [*(account for account in accounts if account in named), *others[:1]]


def _unseen(ways: Iterable[Ways]) -> Iterator[Unseen]:
    lists = (found for one in ways for found in one.values() if not _names(found))
    yield from (way for found in lists for way in found if isinstance(way, Unseen))


def _is_gone(account: str, world: World) -> bool:
    credentials = read_of(ROOT_CREDENTIALS, world).get(account)
    return credentials is not None and credentials.are_gone
