"""The connections that Orgwarden takes from Airflow, and none that was not asked for."""

from typing import Any

from airflow.sdk import Connection

from orgwarden.errors import BadInput

AWS_CONNECTION = "orgwarden_aws"
MAIL_CONNECTION = "orgwarden_smtp"


def connection(name: str) -> Any:
    """Give a connection; ``None`` where there is none. What else goes wrong must not look like there being none."""
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return Connection.get(name)
    except AirflowNotFoundException:
        return None


def aws_session() -> Any:
    """Give a boto3 session of the connection ``orgwarden_aws``; ``None`` where there is none: the ambient credentials.

    Airflow answers for a missing connection with a warning and whatever credentials are around. So it is asked first
    whether it exists, and one whose extra names an ``account_id`` has to lead to that account.
    """
    found = connection(AWS_CONNECTION)
    if found is None:
        return None
    from airflow.providers.amazon.aws.hooks.base_aws import AwsGenericHook

    hook: Any = AwsGenericHook(aws_conn_id=AWS_CONNECTION, client_type="sts")
    expected = str(found.extra_dejson.get("account_id", ""))
    if expected and hook.account_id != expected:
        raise BadInput(
            f"The connection {AWS_CONNECTION} leads to account {hook.account_id}, its extra names {expected}: "
            "correct the credentials or the account_id."
        )
    return hook.get_session()
