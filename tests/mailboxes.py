"""The demo's mail server, which gives other answers, too."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from orgwarden.demo.embedded import port
from orgwarden.demo.mailroom import OK, Mailroom, open_to_mail


@dataclass
class Mailboxes(Mailroom):
    """``said`` has another answer by recipient, ``sender`` and ``data`` the answer to every sender and message."""

    said: dict[str, str] = field(default_factory=dict)
    sender: str = OK
    data: str = OK
    connections: set[int] = field(default_factory=set)

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802, ARG002 - aiosmtpd's
        envelope.mail_from = address
        self.connections.add(id(session))
        return self.sender

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's
        told = self.said.get(address)
        return told or await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        return await super().handle_DATA(server, session, envelope) if self.data == OK else self.data


@contextmanager
def serving() -> Iterator[Mailboxes]:
    """Run the server on a free port."""
    with open_to_mail(Mailboxes(port())) as found:
        yield found
