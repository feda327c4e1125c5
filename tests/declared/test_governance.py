"""What is declared about who governs is told as controls read it; what is not is a gap whose cause is the remedy."""

from datetime import date
from fnmatch import fnmatchcase

import pytest

from orgwarden.aws.services import services
from orgwarden.baseline import Baseline
from orgwarden.baseline.governance import packaged
from orgwarden.declared import declared_parts
from orgwarden.declared.governance import UNDECLARED
from orgwarden.parts.declared import (
    BILLING_TOOLS,
    COST_KEYS,
    DELEGATION_RULES,
    EXPECTED_ADMINISTRATORS,
    FOUNDATIONAL_ACCOUNTS,
    MANAGEMENT_RULES,
    MFA_REGISTER,
    OUR_ACCOUNTS,
    REQUIRED_TAGS,
    ROOT_RULES,
    STRUCTURE_RULES,
    TAG_RULES,
    UNIT_PURPOSES,
    DeclaredPath,
    DelegationRules,
    Foundational,
    RootEvent,
)
from orgwarden.parts.root import MfaKind
from tests.worlds import UNIT, VEIL, A, B

C = "333333333333"
IAM, SSO, GUARDDUTY, BACKUP, IPAM, CONFIG = (
    f"{name}.amazonaws.com" for name in ("iam", "sso", "guardduty", "backup", "ipam", "config")
)
KEYS = {
    MFA_REGISTER: "root.mfa_devices",
    EXPECTED_ADMINISTRATORS: "delegation.administrators",
    FOUNDATIONAL_ACCOUNTS: "structure.foundational",
    OUR_ACCOUNTS: "structure.our_accounts",
    UNIT_PURPOSES: "structure.purposes",
    REQUIRED_TAGS: "tags.required",
    COST_KEYS: "billing.cost_keys",
}


def declared(**sections):
    """Give what the sections come to, each under "*", by part."""
    parts, _ = declared_parts(Baseline.model_validate(sections), veil=VEIL)
    return {part: rows["*"] for part, rows in parts.items()}


def foundational(**accounts):
    return {"foundational": {purpose: {"account": account} for purpose, account in accounts.items()}}


def test_each_part_that_may_be_undeclared_names_its_key():
    assert UNDECLARED.keys() == KEYS.keys()


@pytest.mark.parametrize("part", KEYS, ids=lambda part: part.name)
def test_what_is_not_declared_is_a_gap_whose_cause_is_the_remedy(part):
    for baseline in (None, Baseline()):
        parts, gaps = declared_parts(baseline, veil=VEIL)
        assert part not in parts
        assert gaps[part.name, "*"].startswith("not declared: list ")
        assert KEYS[part] in gaps[part.name, "*"]


def test_all_tools_are_wanted_unless_something_else_is_declared():
    assert declared()[BILLING_TOOLS][0] == "cost_explorer"
    assert declared(billing={"tools": ("storage_lens",)})[BILLING_TOOLS] == ("storage_lens",)
    assert declared(billing={"tools": ()})[BILLING_TOOLS] == ()


def test_what_is_declared_empty_is_no_gap():
    sections = {
        "root": {"mfa_devices": ()},
        "delegation": {"administrators": {}},
        "structure": {"foundational": {}, "our_accounts": (), "purposes": {}},
        "tags": {"required": {}},
        "billing": {"cost_keys": ()},
    }
    parts = declared(**sections)
    assert {part: parts[part] for part in KEYS} == {
        MFA_REGISTER: (),
        EXPECTED_ADMINISTRATORS: {},
        FOUNDATIONAL_ACCOUNTS: {},
        OUR_ACCOUNTS: (),
        UNIT_PURPOSES: {},
        REQUIRED_TAGS: {},
        COST_KEYS: (),
    }


def test_without_a_baseline_the_defaults_hold():
    parts = {part: rows["*"] for part, rows in declared_parts(None, veil=VEIL)[0].items()}
    assert (parts[ROOT_RULES].window_days, parts[ROOT_RULES].password_window_days) == (31, 365)
    assert (parts[MANAGEMENT_RULES].administrators, parts[STRUCTURE_RULES].control_tower) == (3, False)
    assert [allowed.name for allowed in parts[MANAGEMENT_RULES].allowed] == [allowed.name for allowed in packaged()]
    assert parts[DELEGATION_RULES] == DelegationRules(undelegated={}, trusted=None)
    assert (parts[STRUCTURE_RULES].workload_units, parts[TAG_RULES].enforced) == (None, None)


def test_a_service_is_expected_at_the_foundational_account_that_it_belongs_to():
    expected = declared(structure=foundational(security=A, infrastructure=B, identity=C))[EXPECTED_ADMINISTRATORS]
    assert (expected[GUARDDUTY], expected[IPAM], expected[SSO], expected[IAM]) == ((A,), (B,), (C,), (C,))


def test_a_service_whose_own_account_there_is_not_is_expected_at_the_next_best():
    assert declared(structure=foundational(security=A))[EXPECTED_ADMINISTRATORS][SSO] == (A,)


def test_a_service_that_any_of_two_accounts_may_administer_is_expected_at_either():
    expected = declared(structure=foundational(infrastructure=A, backup=B, networking=C))[EXPECTED_ADMINISTRATORS]
    assert (expected[BACKUP], expected[IPAM]) == ((A, B), (A, C))


def test_a_service_that_belongs_nowhere_is_expected_nowhere():
    expected = declared(structure=foundational(log_archive=A))[EXPECTED_ADMINISTRATORS]
    assert expected == {}
    everywhere = declared(structure=foundational(security=A, infrastructure=B))[EXPECTED_ADMINISTRATORS]
    assert CONFIG in services()
    assert CONFIG not in everywhere


def test_who_is_declared_for_a_service_counts_and_for_the_others_the_foundational_accounts():
    sections = {
        "structure": foundational(security=A),
        "delegation": {"administrators": {GUARDDUTY: (B,), CONFIG: (C,)}},
    }
    expected = declared(**sections)[EXPECTED_ADMINISTRATORS]
    assert (expected[GUARDDUTY], expected[CONFIG], expected[SSO]) == ((B,), (C,), (A,))
    assert declared(delegation={"administrators": {GUARDDUTY: ()}})[EXPECTED_ADMINISTRATORS] == {GUARDDUTY: ()}


def test_a_foundational_account_has_its_unit_or_may_stand_anywhere():
    both = {"security": {"account": A, "unit": UNIT}, "backup": {"account": B}}
    assert declared(structure={"foundational": both})[FOUNDATIONAL_ACCOUNTS] == {
        "security": Foundational(account=A, unit=UNIT),
        "backup": Foundational(account=B, unit=""),
    }


def test_an_event_of_one_day_ends_on_that_day():
    event = {"kind": "use", "account": A, "on": date(2026, 11, 2), "why": "drill"}
    told = {**event, "until": date(2026, 11, 4)}
    assert declared(root={"events": (event, told)})[ROOT_RULES].events == (
        RootEvent(kind="use", account=A, first=date(2026, 11, 2), last=date(2026, 11, 2)),
        RootEvent(kind="use", account=A, first=date(2026, 11, 2), last=date(2026, 11, 4)),
    )


def test_alert_paths_and_mfa_devices_are_told_by_target_and_kind():
    devices = [{"kind": kind, "name": kind} for kind in ("fido2", "hardware_token", "virtual")]
    paths = [
        {"target": "arn:aws:sqs:*:*:siem", "why": "the SIEM reads it"},
        {"target": "arn:aws:sns:*:*:pager", "why": "it calls", "members": True},
    ]
    parts = declared(root={"mfa_devices": tuple(devices), "alert_paths": tuple(paths)})
    assert parts[MFA_REGISTER] == (MfaKind.FIDO, MfaKind.TOKEN, MfaKind.VIRTUAL)
    assert parts[ROOT_RULES].alert_targets == ("arn:aws:sqs:*:*:siem", "arn:aws:sns:*:*:pager")
    assert parts[ROOT_RULES].member_alert_targets == ("arn:aws:sns:*:*:pager",)


def test_paths_people_and_finance_are_told_as_they_are_declared():
    path = {"role": "arn:aws:iam::*:role/ci", "trusts": (B,), "owner": "platform", "why": "deploys"}
    people = {f"arn:aws:iam::{A}:user/ada": "u-ada"}
    sections = {"paths": ({**path, "expires": date(2027, 1, 1)},), "finance": ("Billing*",), "people": people}
    rules = declared(management_account={**sections, "administrators": 2})[MANAGEMENT_RULES]
    assert rules.paths == (DeclaredPath(role=path["role"], trusts=(B,), expires=date(2027, 1, 1)),)
    assert (rules.administrators, rules.finance, rules.people) == (2, ("Billing*",), people)


def test_packaged_resources_are_left_out_by_name_and_others_stand_behind_them():
    more = {"name": "vault", "type": "AWS::Backup::BackupVault", "why": "keeps backups"}
    rules = declared(management_account={"without": ("default-vpc",), "allowed": (more,)})[MANAGEMENT_RULES]
    names = [allowed.name for allowed in rules.allowed]
    assert "default-vpc" not in names
    assert names[-1] == "vault"


def test_values_of_tags_are_masked_as_the_values_are_that_they_are_held_against():
    address = "ada@corp.example"
    allowed = {"name": "hers", "tags": {"owner": address}, "why": "she has to"}
    parts = declared(management_account={"allowed": (allowed,)}, tags={"values": {"owner": (address, "platform")}})
    assert parts[MANAGEMENT_RULES].allowed[-1].tags == {"owner": VEIL.text(address)}
    assert parts[TAG_RULES].values == {"owner": (VEIL.text(address), "platform")}
    assert "ada@" not in repr(parts)


def test_arns_and_names_are_masked_as_those_are_that_they_are_held_against():
    ada, role = f"arn:aws:iam::{A}:user/ada@corp.example", f"arn:aws:iam::{A}:role/ada@corp.example"
    path = {"role": role, "trusts": (ada, B), "owner": "platform", "why": "deploys", "expires": date(2027, 1, 1)}
    allowed = {"name": "hers", "arn": "arn:aws:ses:*:*:identity/ada@corp.example", "why": "sends"}
    sections = {"paths": (path,), "finance": (ada,), "people": {ada: "u-ada"}, "allowed": (allowed,)}
    rules = declared(management_account=sections)[MANAGEMENT_RULES]
    assert rules.people == {VEIL.text(ada): "u-ada"}
    assert (rules.paths[0].role, rules.paths[0].trusts) == (VEIL.text(role), (VEIL.text(ada), B))
    assert rules.finance == (VEIL.text(ada),)
    assert fnmatchcase(VEIL.text("arn:aws:ses:eu-west-1:1:identity/ada@corp.example"), rules.allowed[-1].arn)
    assert "ada@" not in repr(rules)


@pytest.mark.parametrize(
    ("pattern", "is_one"),
    [
        *(("*/*@corp.example", True), ("*/*@Corp.example", True), ("*/ada@corp.example*", True), ("*", True)),
        *(("*/*@other.example", False), ("*/*@corp.example.org", False), ("*/eve@corp.example", False)),
    ],
)
def test_a_pattern_of_addresses_fits_what_is_masked(pattern, is_one):
    rules = declared(management_account={"finance": (pattern,)})[MANAGEMENT_RULES]
    seen = VEIL.text(f"arn:aws:iam::{A}:user/ada@corp.example")
    assert fnmatchcase(seen, rules.finance[0]) is is_one
    path = {"target": pattern, "why": "a pager", "members": True}
    alerts = declared(root={"alert_paths": (path,)})[ROOT_RULES]
    assert [fnmatchcase(seen, told) for told in (*alerts.alert_targets, *alerts.member_alert_targets)] == [is_one] * 2


def test_a_kind_of_thing_whose_tags_are_not_declared_is_left_out_and_one_without_any_is_not():
    parts = declared(tags={"required": {"account": ("owner",), "unit": ()}, "enforced": ("owner",)})
    assert parts[REQUIRED_TAGS] == {"account": ("owner",), "unit": ()}
    assert parts[TAG_RULES].enforced == ("owner",)


def test_structure_and_delegation_are_told_as_sets_and_case_does_not_matter_in_a_stage():
    structure = {"workload_units": (UNIT,), "billing_transfers": (C,), "production": ("LIVE",), "our_accounts": (A, B)}
    undelegated = ({"service": SSO, "why": "identity stays"},)
    parts = declared(structure=structure, delegation={"undelegated": undelegated, "trusted": ()})
    rules = parts[STRUCTURE_RULES]
    assert (rules.workload_units, rules.billing_transfers, rules.production) == ({UNIT}, {C}, {"live"})
    assert parts[DELEGATION_RULES] == DelegationRules(undelegated={SSO: "identity stays"}, trusted=frozenset())
    assert parts[OUR_ACCOUNTS] == (A, B)
