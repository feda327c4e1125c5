"""What a control needs is what it reads: single rows where these decide, and all of a list where any row could."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from orgwarden.collect.again import EVERY_ACCOUNT
from orgwarden.controls import catalogue
from orgwarden.findings.finding import Finding
from orgwarden.flows.needing import Watched, needed
from orgwarden.model import EVERYTHING, Deviation, Member, Status, Subject, Verdict, World
from orgwarden.parts.delegation import DELEGATIONS, TRUSTED_SERVICES
from orgwarden.parts.organization import ACCOUNTS, PLACEMENTS, TAGS
from orgwarden.parts.policies import EFFECTIVE_TAG_POLICIES, POLICIES, POLICY_TARGETS, POLICY_TYPES, EffectivePolicy
from orgwarden.population import ACCOUNT
from orgwarden.population.governance import INHABITED_UNIT, TRUSTED_SERVICE
from tests.flows.test_rechecking import finding
from tests.worlds import UNIT, A, B, world

POLICY = "p-guard"
CONTROL = next(control for control in catalogue() if control.id == "contacts.primary_phone_valid")
GOVERNED: dict[Any, dict[str, Any]] = {
    EFFECTIVE_TAG_POLICIES: {UNIT: EffectivePolicy(account=B, content=None)},
    POLICIES: {},
    POLICY_TARGETS: {POLICY: (UNIT,)},
    POLICY_TYPES: {EVERYTHING: ()},
    TAGS: {A: {}, B: {}},
    TRUSTED_SERVICES: {"sso.amazonaws.com": ""},
    DELEGATIONS: {},
}


def wanted(read: Callable[[Member, World], Any], *of: Finding) -> set[tuple[str, str]]:
    """What a check needs beside the accounts, which its population looks through."""

    def check(member: Member, seen: World) -> Deviation:
        read(member, seen)
        return Deviation("as ever")

    found = needed(of or [about(A)], replace(CONTROL, about=ACCOUNT, check=check), world(GOVERNED))
    return {(part, key) for part, key in found if part != ACCOUNTS.name}


def about(account: str) -> Finding:
    member = next(m for m in ACCOUNT.members(world()) if isinstance(m, Member) and m.subject.account == account)
    return finding(Verdict(control=CONTROL.id, subject=member.subject, status=Status.FAIL))


def test_a_row_that_is_asked_for_is_needed_alone():
    assert wanted(lambda _, seen: seen.of(TAGS, A)) == {(TAGS.name, A)}


def test_of_what_has_single_keys_the_findings_own_are_needed_where_it_is_looked_through():
    assert wanted(lambda _, seen: dict(seen.seen(TAGS))) == {(TAGS.name, A)}


def test_a_list_that_a_check_looks_through_is_needed_whole():
    assert wanted(lambda _, seen: dict(seen.seen(POLICIES))) == {(POLICIES.name, EVERYTHING)}
    assert wanted(lambda _, seen: dict(seen.whole(DELEGATIONS))) == {(DELEGATIONS.name, EVERYTHING)}


def test_a_list_is_looked_through_by_whoever_asks_what_is_missing_of_it():
    assert wanted(lambda _, seen: list(seen.missing(POLICIES))) == {(POLICIES.name, EVERYTHING)}


def test_of_a_list_from_which_a_check_asks_for_single_rows_these_are_enough():
    def read(_: Member, seen: World) -> None:
        dict(seen.seen(EFFECTIVE_TAG_POLICIES))
        seen.of(EFFECTIVE_TAG_POLICIES, UNIT)

    assert wanted(read) == {(EFFECTIVE_TAG_POLICIES.name, UNIT)}


def test_what_there_is_one_of_is_needed_by_its_one_key():
    assert wanted(lambda _, seen: seen.seen(POLICY_TYPES).get(EVERYTHING)) == {(POLICY_TYPES.name, EVERYTHING)}


def test_a_population_that_looks_through_a_list_needs_it_whole():
    control = replace(CONTROL, about=TRUSTED_SERVICE)
    assert needed([about(A)], control, world(GOVERNED)) == {(TRUSTED_SERVICES.name, EVERYTHING)}


def test_any_account_may_decide_about_a_place_that_a_check_looks_for_among_them():
    def check(_: Member, seen: World) -> Deviation:
        dict(seen.seen(PLACEMENTS))
        return Deviation("as ever")

    placed = replace(CONTROL, about=INHABITED_UNIT, check=check)
    unit = finding(Verdict(control=CONTROL.id, subject=Subject(resource=UNIT), status=Status.FAIL))
    assert EVERY_ACCOUNT in needed([unit], placed, world(GOVERNED))
    assert EVERY_ACCOUNT not in needed([about(A)], replace(placed, about=ACCOUNT), world(GOVERNED))


def guarded(seen: World) -> frozenset[str]:
    return frozenset(seen.of(POLICY_TARGETS, POLICY))


def test_what_is_made_once_for_all_members_is_needed_by_each_of_them():
    def read(member: Member, seen: World) -> None:
        seen.derived(guarded)
        seen.of(TAGS, member.subject.account)

    guard = {(POLICY_TARGETS.name, POLICY)}
    assert wanted(read, about(A), about(B)) == {*guard, (TAGS.name, A), (TAGS.name, B)}
    assert wanted(read, about(B)) == {*guard, (TAGS.name, B)}


def test_a_world_that_was_judged_before_is_watched_anew():
    seen = world(GOVERNED)
    seen.derived(guarded)
    watched = Watched.of_world(seen)
    assert watched.derived(guarded) == {UNIT}
    assert watched.keys == {(POLICY_TARGETS.name, POLICY)}
    assert not watched.looked_through
