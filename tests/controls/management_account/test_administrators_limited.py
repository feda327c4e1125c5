from itertools import pairwise

import pytest

from orgwarden.parts.access import (
    ASSIGNMENTS,
    GROUP_MEMBERS,
    GROUP_NAMES,
    IAM_GROUPS,
    IAM_ROLES,
    IAM_USERS,
    IDENTITY_CENTER,
    MANAGED_POLICIES,
    PEOPLE,
    PERMISSION_SETS,
    TRUST_ANCHORS,
    USER_CREDENTIALS,
    TrustAnchor,
)
from orgwarden.parts.declared import MANAGEMENT_RULES
from tests.access_worlds import (
    ADA,
    ADMINISTRATOR,
    ADMINISTRATORS,
    BEN,
    BILLING,
    BILLING_READ,
    CAT,
    DAN,
    EVE,
    GITHUB,
    READ_ONLY,
    READERS,
    assigned,
    governed,
    granted,
    held,
    iam_user,
    path,
    permission_set,
    person,
    policy,
    role,
    role_arn,
    rules,
    trust,
    user_arn,
)
from tests.worlds import A, B, gap, statuses, verdicts

CONTROL = "management_account.administrators_limited"
HERE = (A, "")
ALL = (ADA, BEN, CAT, DAN, EVE)
MASKS = tuple(f"{name[0]}•••@corp.example" for name in ALL)
JOE, DEPLOY, CROWD = user_arn("joe"), role_arn("deploy"), f"arn:aws:iam::{A}:group/crowd"
ANYWHERE = trust(Service="rolesanywhere.amazonaws.com")


def said(parts=None, gaps=None):
    return verdicts(CONTROL, governed(parts, gaps))[HERE]


def grouped(*managed, members=ALL, users=()):
    return {
        PERMISSION_SETS: {ADMINISTRATORS: permission_set(*managed)},
        ASSIGNMENTS: {ADMINISTRATORS: assigned(*users, groups=("g-1",))},
        GROUP_MEMBERS: {"g-1": members},
    }


def joe(*managed, has=None, **of):
    user = iam_user("joe", *managed, **of)
    return {IAM_USERS: {JOE: user}, USER_CREDENTIALS: {JOE: held(**(has or {"has_password": True}))}}


def one_role(trusts, *managed):
    return {IAM_ROLES: {DEPLOY: role(trusts, *managed)}}


def test_a_few_administrators_pass_and_are_listed_masked():
    verdict = said({ASSIGNMENTS: {ADMINISTRATORS: assigned(ADA, BEN, CAT)}})
    assert (verdict.status, verdict.evidence["administrators"]) == ("PASS", MASKS[:3])
    assert verdict.evidence["at_least"] == 3


def test_a_group_of_five_with_administrator_access_deviates():
    verdict = said(grouped(ADMINISTRATOR))
    assert (verdict.status, verdict.evidence["at_least"]) == ("FAIL", 5)
    assert verdict.evidence["administrators"] == MASKS


def test_the_same_group_with_read_only_billing_passes_and_is_listed_as_readers():
    verdict = said(grouped(BILLING_READ))
    assert (verdict.status, verdict.evidence["administrators"]) == ("PASS", ())
    assert verdict.evidence["readers"] == verdict.evidence["billing"] == MASKS


def test_who_changes_billing_alone_is_no_administrator_and_no_reader():
    verdict = said(grouped(BILLING))
    assert (verdict.status, verdict.evidence["billing"], verdict.evidence["readers"]) == ("PASS", MASKS, ())


def test_who_has_two_ways_counts_once_by_the_furthest():
    ways = {
        PERMISSION_SETS: {READERS: permission_set(READ_ONLY)},
        ASSIGNMENTS: {READERS: assigned(ADA, BEN), ADMINISTRATORS: assigned(ADA, groups=("g-1",))},
        GROUP_MEMBERS: {"g-1": (ADA,)},
    }
    evidence = said(ways).evidence
    assert (evidence["administrators"], evidence["readers"]) == (MASKS[:1], MASKS[1:2])


def test_a_disabled_person_does_not_count():
    gone = {PEOPLE: {name: person(name, is_enabled=False) for name in (DAN, EVE)}}
    assert said({**grouped(ADMINISTRATOR), **gone}).evidence["at_least"] == 3


def test_the_limit_is_the_declared_one():
    assert said({MANAGEMENT_RULES: rules(administrators=0)}).status == "FAIL"
    assert said({**grouped(ADMINISTRATOR), MANAGEMENT_RULES: rules(administrators=5)}).status == "PASS"


def test_customer_policies_inline_policies_and_boundaries_count():
    customer = {MANAGED_POLICIES: {f"arn:aws:iam::{A}:policy/team/all": policy("*")}}
    for granted_by in ({"customer": ("team/all",)}, {"inline": policy("*")}):
        parts = {**grouped(), PERMISSION_SETS: {ADMINISTRATORS: permission_set(**granted_by)}, **customer}
        assert said(parts).status == "FAIL"
    bounded = permission_set(ADMINISTRATOR, boundary=READ_ONLY)
    assert said({**grouped(), PERMISSION_SETS: {ADMINISTRATORS: bounded}}).status == "PASS"


@pytest.mark.parametrize(
    ("parts", "count"),
    [
        (joe(ADMINISTRATOR), 2),
        (joe(ADMINISTRATOR, has={"active_keys": 1}), 2),
        (joe(ADMINISTRATOR, has={}), 2),
        (joe(ADMINISTRATOR, has={"has_password": False}), 1),
        (joe(READ_ONLY), 1),
        (joe(inline=(policy("*"),)), 2),
        (joe(ADMINISTRATOR, boundary=READ_ONLY), 1),
        ({**joe(groups=(CROWD,)), IAM_GROUPS: {CROWD: granted(ADMINISTRATOR)}}, 2),
        ({**joe(READ_ONLY), **one_role(trust(AWS=JOE), ADMINISTRATOR)}, 2),
    ],
)
def test_an_iam_user_counts_who_can_sign_in_or_call_and_change_something(parts, count):
    assert said(parts).evidence["at_least"] == count


RESERVED = f"arn:aws:iam::{A}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO"
DIGITS = "0123456789abcdef"


@pytest.mark.parametrize(
    ("named", "status"),
    [
        (f"{RESERVED}_readers_{DIGITS}", "FAIL"),
        (f"{RESERVED}_readers_{DIGITS}".replace("/eu-west-1", ""), "FAIL"),
        (f"{RESERVED}_readers_of_all_{DIGITS}", "PASS"),
        (f"{RESERVED}_readers_{DIGITS}".replace(A, B), "PASS"),
    ],
)
def test_a_permission_set_reaches_as_far_as_the_roles_that_trust_its_own_role(named, status):
    readers = {PERMISSION_SETS: {ADMINISTRATORS: permission_set(READ_ONLY, name="readers")}}
    assert said({**grouped(), **readers, **one_role(trust(AWS=named), ADMINISTRATOR)}).status == status
    assert said({**grouped(), **readers, **one_role(trust(AWS=named), READ_ONLY)}).status == "PASS"


SAML = trust(Federated=f"arn:aws:iam::{A}:saml-provider/Okta")
MIDDLE = role_arn("team/middle")
SESSION = f"arn:aws:sts::{A}:assumed-role"


def chain(first, *, last=ADMINISTRATOR):
    """Somebody gets into a role that reads, and that one into another."""
    return {IAM_ROLES: {MIDDLE: role(first, READ_ONLY), DEPLOY: role(trust(AWS=MIDDLE), last)}}


def test_roles_are_followed_as_far_as_trust_leads():
    readers = {**grouped(), PERMISSION_SETS: {ADMINISTRATORS: permission_set(READ_ONLY, name="readers")}}
    first = trust(AWS=f"{RESERVED}_readers_{DIGITS}")
    assert said({**readers, **chain(first)}).evidence["at_least"] == 5
    assert said({**readers, **chain(first, last=READ_ONLY)}).evidence["at_least"] == 0
    assert said({**joe(READ_ONLY), **chain(trust(AWS=JOE))}).evidence["at_least"] == 2
    assert said(chain(SAML)).evidence["unbounded"] == (
        f"{MIDDLE} by SAML provider arn:aws:iam::{A}:saml-provider/Okta",
    )
    assert said(chain(SAML, last=READ_ONLY)).status == "PASS"
    assert said(chain(trust(AWS=B))).evidence["not_expanded"] == (MIDDLE,)


@pytest.mark.parametrize(
    ("session", "status"),
    [
        (f"{SESSION}/AWSReservedSSO_readers_{DIGITS}/ada", "FAIL"),
        (f"{SESSION}/AWSReservedSSO_writers_{DIGITS}/ada", "PASS"),
        (f"{SESSION}/AWSReservedSSO_readers_{DIGITS}/ada".replace(A, B), "PASS"),
    ],
)
def test_a_trusted_session_counts_for_whoever_may_assume_its_role(session, status):
    readers = {PERMISSION_SETS: {ADMINISTRATORS: permission_set(READ_ONLY, name="readers")}}
    assert said({**grouped(), **readers, **one_role(trust(AWS=session), ADMINISTRATOR)}).status == status
    roles = {MIDDLE: role(SAML, READ_ONLY), DEPLOY: role(trust(AWS=f"{SESSION}/middle/ada"), ADMINISTRATOR)}
    assert said({IAM_ROLES: roles}).status == "FAIL"


def test_roles_that_trust_each_other_end():
    there, back = role(trust(AWS=DEPLOY), READ_ONLY), role(trust(AWS=MIDDLE), READ_ONLY)
    assert said({IAM_ROLES: {MIDDLE: there, DEPLOY: back}}).status == "PASS"
    assert said({IAM_ROLES: {MIDDLE: role(trust(AWS="*"), READ_ONLY), DEPLOY: back}}).status == "PASS"


@pytest.mark.parametrize(("last", "status"), [(READ_ONLY, "UNKNOWN"), (ADMINISTRATOR, "FAIL")])
def test_an_unread_role_on_the_way_is_unknown_unless_a_further_one_changes_something(last, status):
    middle = role(SAML, f"arn:aws:iam::{A}:policy/unread")
    assert said({IAM_ROLES: {MIDDLE: middle, DEPLOY: role(trust(AWS=MIDDLE), last)}}).status == status


def test_a_long_chain_of_roles_is_followed_in_time():
    names = [role_arn(f"r{number}") for number in range(5000)]
    links = {one: role(trust(AWS=before), READ_ONLY) for before, one in pairwise(names)}
    last = role(trust(AWS=names[-1]), ADMINISTRATOR)
    assert said({IAM_ROLES: {names[0]: role(SAML, READ_ONLY), **links, DEPLOY: last}}).status == "FAIL"


def test_an_iam_user_of_somebody_who_is_listed_already_counts_once():
    assert said(joe(ADMINISTRATOR, person="key of ada")).evidence["at_least"] == 1
    declared = {MANAGEMENT_RULES: rules(people={JOE: ADA})}
    assert said({**joe(ADMINISTRATOR), **declared}).evidence["at_least"] == 1


def test_without_an_instance_and_users_nobody_is_there():
    verdict = said({IDENTITY_CENTER: {"*": None}}, {**gap(PERMISSION_SETS), **gap(ASSIGNMENTS)})
    assert (verdict.status, verdict.evidence["at_least"]) == ("PASS", 0)


TWO_GROUPS = {
    ASSIGNMENTS: {ADMINISTRATORS: assigned(groups=("g-1", "g-2"))},
    GROUP_NAMES: {"g-2": "others"},
}


@pytest.mark.parametrize(("members", "status"), [((ADA, BEN), "UNKNOWN"), ((ADA, BEN, CAT, DAN), "FAIL")])
def test_an_unread_group_is_unknown_unless_too_many_are_seen_already(members, status):
    parts = {**TWO_GROUPS, GROUP_MEMBERS: {"g-1": members}}
    assert said(parts, gap(GROUP_MEMBERS, "g-2")).status == status


def test_an_unread_group_that_cannot_change_anything_is_told_among_the_readers():
    readers = {PERMISSION_SETS: {ADMINISTRATORS: permission_set(READ_ONLY)}, GROUP_MEMBERS: {"g-1": (ADA,)}}
    verdict = said({**TWO_GROUPS, **readers}, gap(GROUP_MEMBERS, "g-2"))
    assert verdict.status == "PASS"
    assert verdict.evidence["readers"] == (MASKS[0], "the members of others (not read: AccessDenied)")


LOSSES = [
    *((part, "*") for part in (IDENTITY_CENTER, PERMISSION_SETS, ASSIGNMENTS, PEOPLE, IAM_USERS, IAM_ROLES)),
    *((part, ADMINISTRATORS) for part in (PERMISSION_SETS, ASSIGNMENTS)),
    (PEOPLE, ADA),
    (MANAGED_POLICIES, "*"),
    (MANAGED_POLICIES, ADMINISTRATOR),
    (USER_CREDENTIALS, A),
    (USER_CREDENTIALS, "*"),
    (IAM_USERS, JOE),
    (IAM_ROLES, DEPLOY),
    (MANAGEMENT_RULES, "*"),
]


@pytest.mark.parametrize(("part", "key"), LOSSES, ids=lambda value: getattr(value, "name", value))
def test_what_could_hide_somebody_is_unknown(part, key):
    assert said(gaps=gap(part, key)).status == "UNKNOWN"


def test_an_iam_users_group_or_policy_that_is_unread_is_unknown():
    assert said(joe(groups=(CROWD,)), gap(IAM_GROUPS, CROWD)).status == "UNKNOWN"
    assert said(joe(BILLING_READ), gap(MANAGED_POLICIES, BILLING_READ)).status == "UNKNOWN"
    assert said(joe(inline=("no policy",))).status == "UNKNOWN"


def test_an_unread_member_account_hides_nobody():
    assert said(gaps=gap(USER_CREDENTIALS, B)).status == "PASS"


@pytest.mark.parametrize(
    "trusts",
    [trust(Federated=GITHUB), trust(Federated=f"arn:aws:iam::{A}:saml-provider/Okta"), trust(AWS="*")],
    ids=["OIDC", "SAML", "anyone"],
)
def test_a_role_by_which_nobody_can_count_who_changes_something_deviates_unless_it_is_declared(trusts):
    verdict = said(one_role(trusts, ADMINISTRATOR))
    assert (verdict.status, len(verdict.evidence["unbounded"])) == ("FAIL", 1)
    declared = {MANAGEMENT_RULES: rules(paths=(path(DEPLOY, "*"),))}
    assert said({**one_role(trusts, ADMINISTRATOR), **declared}).status == "PASS"
    assert said(one_role(trusts, READ_ONLY)).status == "PASS"


def test_identity_centers_own_provider_is_no_way_that_nobody_can_count():
    own = f"arn:aws:iam::{A}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"
    assert said(one_role(trust(Federated=own), ADMINISTRATOR)).status == "PASS"


@pytest.mark.parametrize(
    ("anchors", "gaps", "status"),
    [
        ({"arn": TrustAnchor(region="us-east-1", is_enabled=True)}, None, "FAIL"),
        ({"arn": TrustAnchor(region="us-east-1", is_enabled=False)}, None, "PASS"),
        ({}, None, "PASS"),
        ({}, gap(TRUST_ANCHORS, "eu-west-1"), "UNKNOWN"),
    ],
)
def test_certificates_count_where_a_trust_anchor_is_on(anchors, gaps, status):
    assert said({**one_role(ANYWHERE, ADMINISTRATOR), TRUST_ANCHORS: anchors}, gaps).status == status


def test_a_role_whose_policies_are_unread_is_unknown_and_one_that_trusts_services_is_not_asked():
    lost = gap(MANAGED_POLICIES, READ_ONLY)
    assert said(one_role(trust(Federated=GITHUB), READ_ONLY), lost).status == "UNKNOWN"
    assert said(one_role(trust(Service="ec2.amazonaws.com"), READ_ONLY), lost).status == "PASS"
    assert said(one_role("no policy", READ_ONLY)).status == "UNKNOWN"


def test_roles_of_other_accounts_are_listed_and_not_counted():
    verdict = said(one_role(trust(AWS=B), ADMINISTRATOR))
    assert (verdict.status, verdict.evidence["not_expanded"]) == ("PASS", (DEPLOY,))
    assert said(one_role(trust(AWS=B), READ_ONLY)).evidence["not_expanded"] == ()


def test_pass_and_fail_have_one_shape_of_evidence():
    assert set(said().evidence) == set(said(grouped(ADMINISTRATOR)).evidence)
    assert statuses(CONTROL, governed()) == {HERE: "PASS"}
