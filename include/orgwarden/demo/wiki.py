"""The demo organization's wiki: pages with https at a name of its own, reached through the server as through a proxy.

So a baseline names its pages as any baseline does, whatever port the server was given.
"""

from collections.abc import Callable
from http import HTTPStatus
from ssl import SSLContext

from orgwarden.demo.certificates import Authority
from orgwarden.demo.state import Demo
from orgwarden.demo.wire import Answer

HOST = "wiki.northwind.example"
HTML = {"Content-Type": "text/html; charset=utf-8"}
BODY = b"<!doctype html><title>Northwind</title><p>What to do, step by step."


class Wiki:
    """Each page is there, but for those that the state has another status for (``wiki``, by path)."""

    def __init__(self, demo: Callable[[], Demo]) -> None:
        authority = Authority.new()
        self.pem, self._demo, self._context = authority.pem, demo, authority.serving([HOST])

    def context(self, host: str) -> SSLContext | None:
        """Give the context by which a connection to a host is secured; None: the host is not served here."""
        return self._context if host == HOST else None

    def answer(self, path: str) -> Answer:
        """Answer for a page."""
        demo = self._demo()
        with demo.lock:
            status = int(demo.kept.get("wiki", {}).get(path.partition("?")[0], HTTPStatus.OK))
        return Answer(status, BODY if status == HTTPStatus.OK else b"", HTML)
