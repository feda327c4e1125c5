"""A setting that cannot be used is told by its name, its value and the remedy."""

import pytest

from orgwarden.errors import BadInput
from orgwarden.settings import needed, read


def test_nothing_set_leaves_defaults_and_nothing_else():
    settings = read({"HOME": "/root", "ORGWARDEN_STORE": ""})
    assert settings.store is None
    assert settings.baseline is None
    assert (settings.rate_share, settings.patience) == (0.7, 120)


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
