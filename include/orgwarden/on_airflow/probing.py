"""Airflow's way to write to mailboxes: by the connection ``orgwarden_smtp``, one message after the other.

Airflow's own hook sends HTML, and sends it again to whom the server has refused; so it opens the connection, and the
message is made and sent here.
"""

import logging
import time
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from smtplib import (
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from typing import TYPE_CHECKING, Any, Self

from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowException

from orgwarden.attestations.bounces import MARKED, told
from orgwarden.flows.probing import NotTaken, Returned
from orgwarden.on_airflow import call, connections
from orgwarden.on_airflow.connections import MAIL_CONNECTION

if TYPE_CHECKING:
    from orgwarden.flows.mailing import Letter
    from orgwarden.model import Period

log = logging.getLogger(__name__)
# Seconds between messages: mail servers take a modest number a minute from one sender.
PAUSE = 1.0
# From here on an answer is the last word (RFC 5321, 4.2.1), but for those that ask us to sign in.
FOR_GOOD, SIGN_IN_FIRST = 500, (530, 534, 535, 538)
NO_CONNECTION = f"Airflow has no connection {MAIL_CONNECTION}: add one of type smtp, with from_email in its extra"
NO_SENDER = f"the connection {MAIL_CONNECTION} names no sender: add from_email to its extra"
NO_ADDRESS = "Airflow does not know its own address: set api.base_url (AIRFLOW__API__BASE_URL) where tasks run, too"
UNFIT = "the mail server takes no address with such letters"


def send_probes(quarter: "Period", *, opening: bool) -> dict[str, Any]:
    """Write to the mailboxes of a quarter; where nothing can be sent, the remedy is noted with each."""
    from orgwarden.flows import probing

    base_url = address()
    if not base_url:
        return call(probing.send, quarter, _refusing(NO_ADDRESS), base_url="", opening=opening)
    if connections.connection(MAIL_CONNECTION) is None:
        return call(probing.send, quarter, _refusing(NO_CONNECTION), base_url=base_url, opening=opening)
    with Post() as post:
        return call(probing.send, quarter, post, base_url=base_url, opening=opening)


def address() -> str:
    """Give the address at which people reach Airflow; empty where nobody said."""
    return str(conf.get("api", "base_url", fallback="") or "").rstrip("/")


def _refusing(why: str) -> Any:
    """Give a post that takes nothing until somebody does what the text says."""

    def refuse(_: "Letter") -> None:
        raise NotTaken(why, is_passing=False)

    return refuse


class Post:
    """Sends letters by one connection, opened for the first; a server that cannot be reached is not tried again."""

    def __init__(self, *, pause: float = PAUSE) -> None:
        self._pause = pause
        self._hook: Any = None
        self._down = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def __call__(self, letter: "Letter") -> None:
        """Send one. Raises ``Returned`` and ``NotTaken``, whose texts name no address."""
        if self._down:
            raise NotTaken(self._down)
        client, sender = self._opened()
        try:
            self._send(client, sender, letter)
        except SMTPRecipientsRefused as error:
            ((code, said),) = error.recipients.values()
            if code >= FOR_GOOD and code not in SIGN_IN_FIRST:
                raise Returned(told(code, said)) from None
            raise NotTaken(told(code, said), is_passing=code < FOR_GOOD) from None
        except SMTPResponseException as error:
            # It refuses the sender or the message: that says nothing about the mailbox.
            text = told(error.smtp_code, error.smtp_error)
            raise NotTaken(text, is_passing=error.smtp_code < FOR_GOOD) from None
        except (SMTPNotSupportedError, UnicodeError):
            raise NotTaken(UNFIT, is_passing=False) from None
        except OSError as error:
            # So are all others of smtplib. What is left goes by a new connection.
            self._close()
            raise NotTaken(f"the mail server broke off: {type(error).__name__}") from None
        finally:
            time.sleep(self._pause)

    def _opened(self) -> tuple[Any, str]:
        """Give the connection, and who sends."""
        from airflow.providers.smtp.hooks.smtp import SmtpHook

        if self._hook is None:
            try:
                self._hook = SmtpHook(smtp_conn_id=MAIL_CONNECTION).get_conn()
            except (SMTPException, OSError, AirflowException) as error:
                code = getattr(error, "smtp_code", "")
                self._down = f"the mail server cannot be reached: {type(error).__name__} {code}".strip()
                raise NotTaken(self._down) from None
        if not self._hook.from_email:
            raise NotTaken(NO_SENDER, is_passing=False)
        return self._hook._smtp_client, self._hook.from_email  # noqa: SLF001 - what it sends itself is HTML alone

    def _send(self, client: Any, sender: str, letter: "Letter") -> None:
        message = EmailMessage(policy=SMTP)
        message["Subject"], message["From"], message["To"] = letter.subject, sender, letter.to
        message["Date"] = formatdate(localtime=True)
        message["Message-ID"] = f"<{letter.headers[MARKED]}@{sender.rpartition('@')[2].strip('> ') or 'localhost'}>"
        # No holiday reply is wanted (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
        for name, value in letter.headers.items():
            message[name] = value
        message.set_content(letter.text)
        client.ehlo_or_helo_if_needed()
        reports = client.has_extn("dsn")
        client.send_message(
            message,
            to_addrs=[letter.to],
            mail_options=["RET=HDRS"] if reports else [],
            rcpt_options=["NOTIFY=FAILURE"] if reports else [],
        )

    def _close(self) -> None:
        if self._hook is not None:
            with suppress(SMTPException, OSError):
                self._hook.__exit__(None, None, None)
        self._hook = None
