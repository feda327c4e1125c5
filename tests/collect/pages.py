"""A web server with https on loopback, whose answers a test says by path; it notes what it was asked, and how."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from orgwarden.collect.links import Links
from orgwarden.demo.certificates import GOOD_FOR, Authority

AUTHORITY = Authority.new()


@dataclass
class Pages:
    """Where the server answers; ``answers`` has status and redirect by path, ``asked`` what came, with its headers."""

    port: int
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def link(self, path: str, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"


def links() -> Links:
    """Give links that trust the server's authority."""
    return Links(ssl.create_default_context(cadata=AUTHORITY.pem))


@contextmanager
def serving(good_for: timedelta = GOOD_FOR, authority: Authority = AUTHORITY) -> Iterator[Pages]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=True)
    server.socket = authority.serving(["localhost", "127.0.0.1"], good_for).wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # a client that trusts nobody breaks off
    pages = Handler.pages = Pages(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield pages
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    pages: Pages

    def do_GET(self) -> None:
        self.pages.asked.append((self.command, self.path, dict(self.headers)))
        status, location = self.pages.answers.get(f"{self.command} {self.path}") or self.pages.answers.get(
            self.path, (404, "")
        )
        self.send_response(status)
        self.send_header("Set-Cookie", "session=secret")
        if location:
            self.send_header("Location", location)
        # A body that never comes: whoever waits for it waits for long.
        self.send_header("Content-Length", "0" if self.command == "HEAD" else "1000000")
        self.end_headers()

    do_HEAD = do_GET  # noqa: N815 - the server's own name

    def log_message(self, *_: object) -> None:
        """Keep quiet."""
