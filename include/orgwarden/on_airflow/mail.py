"""Mail by the connection ``orgwarden_smtp``: to the team, to a person who is asked, to owners of cost centres."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from smtplib import SMTPException
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from orgwarden.on_airflow import connections
from orgwarden.on_airflow.connections import MAIL_CONNECTION

if TYPE_CHECKING:
    from airflow.providers.smtp.hooks.smtp import SmtpHook

    from orgwarden.flows.mailing import Letter

log = logging.getLogger(__name__)


def alert(subject: str, text: str) -> None:
    """Log an alert, and mail it to the team.

    Airflow 3.3 lets the callback of a deadline read connections of the environment alone
    (``AIRFLOW_CONN_ORGWARDEN_SMTP``) and refuses those that are stored.
    """
    log.error("%s: %s", subject, text)
    inform(subject, text)


def inform(subject: str, text: str) -> None:
    """Mail the team, where the connection ``orgwarden_smtp`` exists and its extra names ``to``."""
    try:
        found = connections.connection(MAIL_CONNECTION)
    except PermissionError:
        log.warning("Not mailed: define AIRFLOW_CONN_%s in the environment, not in Airflow", MAIL_CONNECTION.upper())
        return
    if found is not None and (to := found.extra_dejson.get("to")):
        _mail_or_tell(to, subject, text)


def mail(to: str, subject: str, text: str) -> None:
    """Mail one person where the connection ``orgwarden_smtp`` exists; what is not taken is told without the address."""
    if connections.connection(MAIL_CONNECTION) is not None:
        _mail_or_tell(to, subject, text)


@contextmanager
def sending() -> Iterator[Callable[["Letter"], None] | None]:
    """Give what sends a letter while the block runs; ``None`` where the connection ``orgwarden_smtp`` is missing."""
    if connections.connection(MAIL_CONNECTION) is None:
        log.info("Not mailed: there is no connection %s", MAIL_CONNECTION)
        yield None
        return
    with _hook() as hook:
        yield lambda letter: _send_letter(hook, letter)


def _send_letter(hook: "SmtpHook", letter: "Letter") -> None:
    """Send a letter; what the server says of it is told without the address."""
    from orgwarden.flows.mailing import NotSent

    with TemporaryDirectory(prefix="orgwarden-mail-") as folder:
        files = [Path(folder) / name for name in letter.files]
        for file in files:
            file.write_bytes(letter.files[file.name])
        try:
            _send(hook, letter.to, letter.subject, letter.text, files=[str(file) for file in files])
        except (SMTPException, OSError) as error:
            raise NotSent(_without_address(error)) from None


def _mail_or_tell(to: str, subject: str, text: str) -> None:
    """Mail, or warn that it did not go: whoever is asked is asked, and a bill is published, without a mail server."""
    from airflow.sdk.exceptions import AirflowException

    try:
        with _hook() as hook:
            _send(hook, to, subject, text)
    # The hook says the last where it finds no server.
    except (SMTPException, OSError, AirflowException) as error:
        log.warning("%s: not mailed: %s", subject, _without_address(error))


def _hook() -> "SmtpHook":
    from airflow.providers.smtp.hooks.smtp import SmtpHook

    return SmtpHook(smtp_conn_id=MAIL_CONNECTION)


def _send(hook: "SmtpHook", to: str, subject: str, text: str, **more: Any) -> None:
    hook.send_email_smtp(to=to, subject=f"Orgwarden: {subject}", html_content=f"<pre>{escape(text)}</pre>", **more)


def _without_address(error: Exception) -> str:
    """Say what went wrong; a server's own words may have the address in them."""
    return f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()
