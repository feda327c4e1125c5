"""A mail server on this machine that keeps what it is given, or refuses it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller

from orgwarden.demo.embedded import port


@dataclass
class Mailboxes:
    """What was taken, in order; recipients in ``refused`` are told that there is nobody of that name.

    ``said`` has another answer by recipient, ``sender`` and ``data`` the answer to every sender and every message.
    """

    port: int
    taken: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    said: dict[str, str] = field(default_factory=dict)
    sender: str = "250 OK"
    data: str = "250 OK"
    connections: set[int] = field(default_factory=set)

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802, ARG002 - aiosmtpd's
        envelope.mail_from = address
        self.connections.add(id(session))
        return self.sender

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802, ARG002 - aiosmtpd's
        if address in self.refused:
            return f"550 5.1.1 <{address}>: nobody of that name"
        if address in self.said:
            return self.said[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002 - aiosmtpd's
        if self.data == "250 OK":
            self.taken.append(cast("EmailMessage", message_from_bytes(envelope.content, policy=policy.default)))
        return self.data


@contextmanager
def serving() -> Iterator[Mailboxes]:
    """Run the server on a free port."""
    found = Mailboxes(port())
    # Its controller looks for the server where it was told to put it, so it cannot be told any free port.
    controller = Controller(found, hostname="127.0.0.1", port=found.port)
    controller.start()
    try:
        yield found
    finally:
        controller.stop()
