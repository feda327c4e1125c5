"""Orgwarden's pages with Airflow's sign-in; what waits for somebody is asked of Airflow with their own token."""

import logging
from collections.abc import Iterator, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from airflow.api_fastapi.app import API_ROOT_PATH
from airflow.api_fastapi.core_api.security import get_user
from airflow.configuration import conf
from fastapi import Depends, Request
from sqlalchemy.exc import SQLAlchemyError

from orgwarden.attestations.calling import Call
from orgwarden.attestations.confirming import Followed
from orgwarden.attestations.waiting import Tasks
from orgwarden.errors import BadInput, OrgwardenError
from orgwarden.web import User, create_app

log = logging.getLogger(__name__)
COOKIE = "_token"


def current_user(user: Annotated[Any, Depends(get_user)]) -> User:
    """Give who is signed in; Airflow refuses everybody else."""
    return User(id=str(user.get_id()), name=str(user.get_name()))


def theirs(request: Request) -> Tasks:
    """Give what waits for people as this one sees it."""
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    return Tasks(_inside() or str(request.base_url.replace(path="")), bearer or request.cookies.get(COOKIE, ""))


def _inside() -> str:
    """Give where Airflow's own processes reach its API: the way by which people come may not be open to this one."""
    return str(conf.get("core", "execution_api_server_url", fallback="")).rstrip("/").removesuffix("/execution")


def sign_in(request: Request) -> str:
    """Give where somebody signs in, whatever Airflow does it with, and comes back from to what was asked for."""
    return f"{API_ROOT_PATH}api/v2/auth/login?{urlencode({'next': request.url.path})}"


class Room:
    """What people are shown from our own record; made for one request, so that the register is today's.

    What it needs is imported when it is needed: every process of Airflow reads this file, as a plugin.
    """

    def __init__(self) -> None:
        from orgwarden import wiring

        self._tools = wiring.tools()

    def follow(self, link: str, sign_in: str, *, presses: bool) -> Followed:
        """Give what somebody finds behind a link."""
        from orgwarden.flows import probing

        return self._tools.call(probing.follow, link, sign_in, presses=presses)

    def calls(self, sign_in: str) -> Sequence[Call]:
        """Give the calls that somebody may get; without settings or record their questions stand without."""
        from orgwarden.attestations.calling import calls_of, keeps_a_phone

        try:
            keeps = keeps_a_phone(sign_in, self._tools.baseline)
            return self._tools.call(calls_of, sign_in) if keeps else ()
        except (OrgwardenError, SQLAlchemyError) as error:
            log.warning("Nobody is shown what to say when they are called: %s", error)
            return ()

    def address(self, sign_in: str) -> str:
        """Give the address of somebody's calendar; none where this process has no settings: the list has to come."""
        from orgwarden.flows import calendars

        try:
            return self._tools.call(calendars.address_of, sign_in)
        except BadInput as error:
            log.warning("No calendar is offered: %s", error)
            return ""

    def calendar(self, address: str) -> str | None:
        """Give the calendar of an address."""
        from orgwarden.flows import calendars

        owner = self._tools.call(calendars.owner_of, address)
        return self._tools.call(calendars.due_days, owner) if owner else None

    def close(self) -> None:
        """Let go of the database."""
        self._tools.close()


def room() -> Iterator[Room]:
    """Give the room for the time of a request."""
    found = Room()
    try:
        yield found
    finally:
        found.close()


def called(user: Annotated[User, Depends(current_user)], found: Annotated[Room, Depends(room)]) -> Sequence[Call]:
    """Give the calls that whoever is signed in may get."""
    return found.calls(user.id)


app = create_app(current_user=current_user, asks=theirs, called=called, probes=room, calendars=room, sign_in=sign_in)
