"""A setting that cannot be used is told by its name, its value and the remedy."""

from pathlib import Path

import pytest

from orgwarden.errors import BadInput
from orgwarden.settings import AUDITS, MEMBER_ROLE, needed, read


def test_nothing_set_leaves_defaults_and_nothing_else():
    settings = read({"HOME": "/root", "ORGWARDEN_STORE": ""})
    assert settings.store is None
    assert settings.baseline is None
    assert (settings.rate_share, settings.patience) == (0.7, 120)
    assert (settings.member_role, settings.audit_member_root) == (MEMBER_ROLE, "")
    assert (settings.cost_explorer, settings.cost_explorer_cap) == (False, 50)
    assert settings.billing_memory == "2GB"
    assert (settings.billing_export, settings.billing_stage.name) == ("", "orgwarden-billing")


@pytest.mark.parametrize("way", AUDITS)
def test_root_users_of_members_are_looked_at_in_the_way_that_is_set(way: str):
    assert read({"ORGWARDEN_AUDIT_MEMBER_ROOT": way}).audit_member_root == way


def test_the_member_role_is_what_the_organization_calls_it():
    assert read({"ORGWARDEN_MEMBER_ROLE": "auditor"}).member_role == "auditor"


@pytest.mark.parametrize(("said", "asks"), [("on", True), ("off", False), ("", False)])
def test_cost_explorer_is_asked_only_where_it_is_switched_on(said: str, asks: bool):  # noqa: FBT001 - a parameter
    assert read({"ORGWARDEN_COST_EXPLORER": said}).cost_explorer is asks


def test_the_paid_requests_of_a_run_are_as_many_as_is_set():
    assert read({"ORGWARDEN_COST_EXPLORER_CAP": "7"}).cost_explorer_cap == 7


@pytest.mark.parametrize(
    ("said", "named"),
    [("s3://bucket/exports", "s3://bucket/exports"), ("file:///exports", "/exports"), ("/exports", "/exports")],
)
def test_the_bill_is_delivered_to_a_folder_or_a_bucket(said: str, named: str):
    assert read({"ORGWARDEN_BILLING_EXPORT": said}).billing_export == named


def test_the_files_of_a_bill_are_kept_where_it_is_set():
    assert read({"ORGWARDEN_BILLING_STAGE": "file:///var/bills"}).billing_stage == Path("/var/bills")


def test_a_dns_server_is_a_host_and_a_port():
    assert read({"ORGWARDEN_DNS": "127.0.0.1:5353"}).dns == ("127.0.0.1", 5353)
    assert read({"ORGWARDEN_DNS": "10.0.0.2"}).dns == ("10.0.0.2", 53)
    assert read({"ORGWARDEN_DNS": "[::1]:53"}).dns == ("::1", 53)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DNS", "host:port"),
        ("RATE_SHARE", "0"),
        ("RATE_SHARE", "fast"),
        ("PATIENCE", "-1"),
        ("MANAGEMENT_ROLE_ARN", "orgwarden"),
        ("AUDIT_MEMBER_ROOT", "yes"),
        ("AUDIT_MEMBER_ROOT", "off"),
        ("COST_EXPLORER", "true"),
        ("COST_EXPLORER", "ON"),
        ("COST_EXPLORER_CAP", "-1"),
        ("COST_EXPLORER_CAP", "1.5"),
        ("BILLING_MEMORY", "2"),
        ("BILLING_MEMORY", "0GB"),
        ("BILLING_EXPORT", "https://bucket/exports"),
    ],
)
def test_a_wrong_value_is_told_with_its_name_and_a_remedy(name: str, value: str):
    with pytest.raises(BadInput, match=rf"ORGWARDEN_{name} is '{value}': give"):
        read({f"ORGWARDEN_{name}": value})


def test_a_missing_setting_says_what_it_is_for():
    with pytest.raises(BadInput, match="ORGWARDEN_STORE is not set: give a folder"):
        needed(None, "STORE", "give a folder")


def test_the_hash_key_is_not_shown():
    assert "secret" not in repr(read({"ORGWARDEN_HASH_KEY": "secret"}))
