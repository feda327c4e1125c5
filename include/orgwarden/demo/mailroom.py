"""A mail server on this machine that keeps what it is given, or refuses it: no mail of the demo goes further.

``python -m orgwarden.demo.mailroom`` shows what comes, for a person, until Ctrl-C.
"""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, TypeVar

from aiosmtpd.controller import Controller

from orgwarden.aws.mailboxes import normal

HOST = "127.0.0.1"
SENDER = "orgwarden@northwind.example"
OK = "250 OK"
R = TypeVar("R", bound="Mailroom")


@dataclass
class Mailroom:
    """What was taken, in order; of recipients in ``refused``, sub-addresses included, there is nobody of that name."""

    port: int
    taken: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    @property
    def connection(self) -> str:
        """Give the room as Airflow's environment has a connection (``AIRFLOW_CONN_…``)."""
        sender = SENDER.replace("@", "%40")
        return f"smtp://{HOST}:{self.port}/?from_email={sender}&disable_ssl=true&disable_tls=true&retry_limit=0"

    def to(self, mailbox: str) -> list[EmailMessage]:
        """Give the messages to a mailbox, whatever sub-address they went to."""
        return [one for one in list(self.taken) if normal(str(one["To"])) == mailbox]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802, ARG002 - aiosmtpd's
        if normal(address) in self.refused or address in self.refused:
            return f"550 5.1.1 <{address}>: nobody of that name"
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002 - aiosmtpd's
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return OK


@dataclass
class Shown(Mailroom):
    """A room that keeps nothing: what comes is printed."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002 - aiosmtpd's
        message = message_from_bytes(envelope.content, policy=policy.default)
        body = message.get_body(("plain", "html"))
        told = [f"To: {message['To']}", f"Subject: {message['Subject']}", "", body.get_content() if body else ""]
        sys.stdout.write("\n".join([*told, "", ""]))
        sys.stdout.flush()
        return OK


@contextmanager
def open_to_mail(room: R, host: str = HOST) -> Iterator[R]:
    """Let the room take mail at its port, from this machine alone unless it is told another address."""
    # Its controller looks for the server where it was told to put it, so it cannot be told any free port.
    controller = Controller(room, hostname=host, port=room.port)
    controller.start()
    try:
        yield room
    finally:
        controller.stop()


def main() -> int:
    """Show what comes until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m orgwarden.demo.mailroom", description=__doc__)
    parser.add_argument("--host", default=HOST, help=f"default: {HOST}, for this machine alone")
    parser.add_argument("--port", type=int, default=5625, help="default: 5625")
    given = parser.parse_args()
    # Blocked before threads are made, so that none of them takes what is meant for this one.
    ending = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    with open_to_mail(Shown(given.port), given.host):
        signal.sigwait(ending)
    return 0


if __name__ == "__main__":
    sys.exit(main())
