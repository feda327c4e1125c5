"""Flows read with the connection that was meant, and with no other."""

from types import SimpleNamespace

import pytest

from orgwarden.errors import BadInput
from orgwarden.on_airflow import connections


class Hook:
    account_id = "111122223333"

    def __init__(self, **_):
        pass

    def get_session(self):
        return "a session"


@pytest.fixture
def aws_connection(monkeypatch):
    connection = SimpleNamespace(extra_dejson={"account_id": "111122223333"})
    monkeypatch.setattr(connections, "connection", lambda _: connection)
    monkeypatch.setattr("airflow.providers.amazon.aws.hooks.base_aws.AwsGenericHook", Hook)
    return connection


@pytest.mark.usefixtures("aws_connection")
def test_the_aws_connection_is_what_the_flows_read_with():
    assert connections.aws_session() == "a session"


def test_an_aws_connection_that_leads_to_another_account_is_refused(aws_connection):
    aws_connection.extra_dejson["account_id"] = "999999999999"
    with pytest.raises(BadInput, match="leads to account 111122223333, its extra names 999999999999"):
        connections.aws_session()


def test_without_an_aws_connection_the_ambient_credentials_are_used(monkeypatch):
    monkeypatch.setattr(connections, "connection", lambda _: None)
    assert connections.aws_session() is None
