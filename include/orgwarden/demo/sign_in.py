"""An OpenID provider for the demo: whoever comes says who they are, and is believed. Never in earnest.

It does what a company's own does (discovery, authorization code, signed ID token, userinfo), so that Airflow signs
people in here as it does there.
"""

import argparse
import base64
import json
import os
import secrets
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from orgwarden.baseline import load
from orgwarden.demo import seed

HOST, PORT = "127.0.0.1", 5680
KEY_ID, GOOD_FOR, LONGEST = "demo", 300, 65_536
# Who runs the demo's Airflow; everybody else is in the group of those who are asked.
OPERATOR = "operator"
OPERATORS, ASKED = "airflow-operators", "aws-custodians"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: a status, a body, and where to go on."""

    status: HTTPStatus
    body: str = ""
    kind: str = "application/json"
    location: str = ""


@dataclass
class Provider:
    """Signs in ``people`` (names by the id of their sign-in); ``issuer`` is how those who come reach it."""

    issuer: str
    people: Mapping[str, str]
    _key: rsa.RSAPrivateKey = field(init=False, repr=False)
    _codes: dict[str, tuple[str, str, str]] = field(init=False, default_factory=dict, repr=False)
    _tokens: dict[str, str] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def get(self, path: str, query: Mapping[str, str], bearer: str) -> Answer:
        """Answer a GET."""
        match path:
            case "/.well-known/openid-configuration":
                return _json(self._described())
            case "/jwks":
                return _json({"keys": [_public(self._key)]})
            case "/authorize":
                return self._authorized(query)
            case "/userinfo" if bearer in self._tokens:
                return _json(self._claims(self._tokens[bearer]))
            case "/userinfo":
                return Answer(HTTPStatus.UNAUTHORIZED)
        return Answer(HTTPStatus.NOT_FOUND)

    def post(self, path: str, form: Mapping[str, str], client: str) -> Answer:
        """Answer a POST: a code, which counts once, becomes tokens."""
        person, audience, nonce = self._codes.pop(form.get("code", ""), ("", "", ""))
        if path != "/token" or not person or audience != (form.get("client_id") or client):
            return Answer(HTTPStatus.BAD_REQUEST, json.dumps({"error": "invalid_grant"}))
        access, now = secrets.token_urlsafe(32), int(time.time())
        self._tokens[access] = person
        told = {**self._claims(person), "iss": self.issuer, "aud": audience, "iat": now, "exp": now + GOOD_FOR}
        told |= {"nonce": nonce} if nonce else {}
        signed = jwt.encode(told, self._key, algorithm="RS256", headers={"kid": KEY_ID})
        return _json({"access_token": access, "token_type": "Bearer", "expires_in": GOOD_FOR, "id_token": signed})

    def _authorized(self, query: Mapping[str, str]) -> Answer:
        """Send whoever named themselves back with a code; let everybody else choose."""
        person = query.get("login_hint", "")
        if person not in self.people:
            return Answer(HTTPStatus.OK, self._choice(query), "text/html; charset=utf-8")
        code = secrets.token_urlsafe(24)
        self._codes[code] = (person, query.get("client_id", ""), query.get("nonce", ""))
        back = urlencode({"code": code, "state": query.get("state", "")})
        return Answer(HTTPStatus.FOUND, location=f"{query.get('redirect_uri', '')}?{back}")

    def _choice(self, query: Mapping[str, str]) -> str:
        asked = {name: value for name, value in query.items() if name != "login_hint"}
        rows = (
            f'<li><a href="/authorize?{escape(urlencode({**asked, "login_hint": id_}))}">{escape(name)}</a>'
            for id_, name in self.people.items()
        )
        return f"<!doctype html><title>Who are you?</title><h1>Who are you?</h1><ul>{''.join(rows)}</ul>"

    def _claims(self, person: str) -> dict[str, Any]:
        group = OPERATORS if person == OPERATOR else ASKED
        return {"sub": f"demo|{person}", "preferred_username": person, "name": self.people[person], "groups": [group]}

    def _described(self) -> dict[str, Any]:
        places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        return {
            "issuer": self.issuer,
            **{f"{name}_endpoint": f"{self.issuer}/{place}" for name, place in places.items()},
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }


@contextmanager
def serving(people: Mapping[str, str], *, host: str = HOST, port: int = 0, issuer: str = "") -> Iterator[Provider]:
    """Serve a provider while the block runs; port 0 takes a free one."""
    server = ThreadingHTTPServer((host, port), _Handler)
    provider = Provider(issuer or f"http://{host}:{server.server_address[1]}", people)
    server.provider = provider  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def demo_people() -> dict[str, str]:
    """Give who signs in to the demo: the people of its baseline, and whoever runs it."""
    people = (load(seed.BASELINE).people or {}).items()
    return {OPERATOR: "Whoever runs this Airflow", **{one.sign_in or id_: one.name for id_, one in people}}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        place = urlsplit(self.path)
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self._say(self._provider.get(place.path, _first(place.query), bearer))

    def do_POST(self) -> None:
        size = min(int(self.headers.get("Content-Length") or 0), LONGEST)
        form = _first(self.rfile.read(size).decode())
        self._say(self._provider.post(urlsplit(self.path).path, form, _basic(self.headers.get("Authorization", ""))))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Keep quiet: codes stand in the addresses."""

    @property
    def _provider(self) -> Provider:
        found: Provider = self.server.provider  # type: ignore[attr-defined]
        return found

    def _say(self, answer: Answer) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        if answer.location:
            self.send_header("Location", answer.location)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _basic(header: str) -> str:
    """Give the client of HTTP's basic authentication; its secret is not looked at."""
    kind, _, told = header.partition(" ")
    return base64.b64decode(told).decode().partition(":")[0] if kind == "Basic" else ""


def _first(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


def _json(told: Any) -> Answer:
    return Answer(HTTPStatus.OK, json.dumps(told))


def _public(key: rsa.RSAPrivateKey) -> dict[str, Any]:
    told: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**told, "kid": KEY_ID, "alg": "RS256", "use": "sig"}


def main() -> int:
    """Serve the demo's people until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m orgwarden.demo.sign_in", description=__doc__)
    parser.add_argument("--host", default=HOST, help=f"default: {HOST}, for this machine alone")
    parser.add_argument("--port", type=int, default=PORT, help=f"default: {PORT}")
    given = parser.parse_args()
    ending = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    issuer = os.environ.get("DEMO_SIGN_IN_ISSUER", "")
    with serving(demo_people(), host=given.host, port=given.port, issuer=issuer) as provider:
        sys.stdout.write(f"People sign in at {provider.issuer}\n")
        sys.stdout.flush()
        signal.sigwait(ending)
    return 0


if __name__ == "__main__":
    sys.exit(main())
