"""An HTTP server for the demo organization that keeps connections open: one thread a connection, one write an answer.

Werkzeug's own closes the connection after every answer, which makes a sweep of thousands of small calls slow.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.client import responses
from ssl import SSLContext
from typing import Any, Protocol

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer

from orgwarden.demo.wire import Answer
from orgwarden.errors import BadInput

HOST = "127.0.0.1"
OURS = frozenset({"connection", "content-length", "date", "server", "transfer-encoding"})
LONGEST_LINE = 65_536
Answering = Callable[[dict[str, Any]], Answer]


class Pages(Protocol):
    """Pages with https, reached through the server as through a proxy."""

    def context(self, host: str) -> SSLContext | None: ...
    def answer(self, path: str) -> Answer: ...


class Handler(MotoRequestHandler):
    """Reads one request whole, answers it, and goes on with the same connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: "Server"

    def run_wsgi(self) -> None:
        """Answer one request."""
        if self.command == "CONNECT":
            self._tunnel()
            return
        environ = self.make_environ()
        environ["orgwarden.body"] = self._body(environ)
        answer = self.server.answering(environ)
        told = {name.lower(): value for name, value in answer.headers.items()}
        length = told.get("content-length") if self.command == "HEAD" else None
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in OURS:
                self.send_header(name, value)
        self.send_header("Content-Length", length or str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.wfile.flush()

    def _tunnel(self) -> None:
        """Be the proxy to the pages that are served here, and to nothing else; the connection ends with one request."""
        self.close_connection = True
        context = self.server.pages.context(self.path.rpartition(":")[0]) if self.server.pages else None
        self.send_response(HTTPStatus.OK if context else HTTPStatus.BAD_GATEWAY)
        self.end_headers()
        self.wfile.flush()
        if context is not None:
            with suppress(OSError):  # who does not trust the authority breaks off
                self._answer_page(context)

    def _answer_page(self, context: SSLContext) -> None:
        with context.wrap_socket(self.connection, server_side=True) as secured, secured.makefile("rb") as said:
            method, _, rest = said.readline(LONGEST_LINE).decode("latin-1").partition(" ")
            while said.readline(LONGEST_LINE).strip():
                pass
            answer = self.server.pages.answer(rest.partition(" ")[0]) if self.server.pages else Answer(404, b"", {})
            head = [f"HTTP/1.1 {answer.status} {responses.get(answer.status, '')}", "Connection: close"]
            head += [f"{name}: {value}" for name, value in answer.headers.items()]
            head += [f"Content-Length: {len(answer.body)}", "", ""]
            secured.sendall("\r\n".join(head).encode() + (b"" if method == "HEAD" else answer.body))

    def _body(self, environ: dict[str, Any]) -> bytes:
        if environ.get("wsgi.input_terminated"):
            return bytes(environ["wsgi.input"].read())
        return bytes(self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0)))

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep quiet: the calls are counted, see /demo/calls."""


class Server(ThreadedWSGIServer):
    """Serves until shut down; then it closes the connections that its clients keep open."""

    def __init__(self, host: str, port: int, answering: Answering, pages: Pages | None = None) -> None:
        self.answering, self.pages = answering, pages
        self._open: set[socket.socket] = set()
        super().__init__(host, port, _unused, Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, then serve it in a thread of its own."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that is done."""
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Stop listening and end the connections that are still open."""
        super().server_close()
        for request in list(self._open):
            self.shutdown_request(request)


def listening(port: int, answering: Answering, pages: Pages | None = None, *, host: str = HOST) -> Server:
    """Bind a server, a proxy to some pages, too; BadInput names a port that is in use and what to do."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as wrong:
            raise BadInput(
                f"port {port} cannot be used ({wrong.strerror}): stop what uses it or name another"
            ) from wrong
    return Server(host, port, answering, pages)


def _unused(_: Any, __: Any) -> list[bytes]:
    return []  # werkzeug wants a WSGI application; Handler answers without one
