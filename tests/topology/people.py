"""People at a running topology: they come in by the OpenID provider, and ask Airflow's API as a browser does."""

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import httpx

from orgwarden.demo.embedded import Airflow, Login
from orgwarden.demo.mailroom import Mailroom
from orgwarden.demo.standing import Demo
from orgwarden.privacy import Veil
from tests.topology.native import PATIENCE, Topology


class Patient(Airflow):
    """Airflow's API, asked again as long as its database is away: what a person at a page does."""

    topology: Topology

    def _answer(self, method: str, path: str, **said: Any) -> httpx.Response:
        until = time.monotonic() + PATIENCE
        while True:
            if self.topology.trouble:
                raise self.topology.trouble
            with suppress(httpx.TransportError):
                answer = super()._answer(method, path, **said)
                if method == "POST" or not answer.is_server_error or time.monotonic() > until:
                    return answer
            if method == "POST" or time.monotonic() > until:
                raise AssertionError(f"{method} {path} was not answered")
            time.sleep(1)


def sign_in(one: Topology, person: str) -> Airflow:
    """Sign somebody in by the OpenID provider, as their browser would, and give the API as they see it."""
    api = Patient(one.url, Login(person, ""))
    api.topology = one
    one.stack.callback(api._client.close)  # noqa: SLF001 - the demo ends with its process, and closes nothing
    with httpx.Client(timeout=60) as browser:
        there = f"{one.url}/auth/login/oidc?{urlencode({'next': one.url})}"
        for _ in range(10):
            answer = browser.get(there)
            if token := browser.cookies.get("_token"):
                api.bear(token)
                return api
            assert answer.is_redirect, f"{answer.status_code} {answer.url}: {answer.text[:500]}"
            there = str(answer.next_request.url) if answer.next_request else ""
            # The person says who they are.
            there += f"&{urlencode({'login_hint': person})}" if "/authorize?" in there else ""
    raise AssertionError(f"{person} did not come in; the last answer was {answer.status_code} of {answer.url}")


def demo_of(one: Topology, api: Airflow, tell: Callable[[str], Any]) -> Demo:
    """Give the demo whose Airflow this is, so that what follows it can follow this."""
    key = one.told["ORGWARDEN_HASH_KEY"].encode()
    room = Mailroom(one.ports[5625])
    environ = one.service("airflow-worker").environment
    demo = Demo(
        api=api,
        server=one.server,
        state=one.state,
        veil=Veil(key),
        environ=environ,
        begun=time.monotonic(),
        mailroom=room,
    )
    tell(f"Airflow answers at {one.url}; started in {sum(one.took.values()):.0f} s on Python {sys.version.split()[0]}")
    return demo
