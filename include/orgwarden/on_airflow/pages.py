"""Orgwarden's pages with Airflow's sign-in; what waits for somebody is asked of Airflow with their own token."""

import logging
from collections.abc import Sequence
from typing import Annotated, Any

from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, Request
from sqlalchemy.exc import SQLAlchemyError

from orgwarden import wiring
from orgwarden.attestations.calling import Call, calls_of, keeps_a_phone
from orgwarden.attestations.waiting import Tasks
from orgwarden.errors import OrgwardenError
from orgwarden.web import User, create_app

log = logging.getLogger(__name__)
COOKIE = "_token"


def current_user(user: Annotated[Any, Depends(get_user)]) -> User:
    """Give who is signed in; Airflow refuses everybody else."""
    return User(id=str(user.get_id()), name=str(user.get_name()))


def theirs(request: Request) -> Tasks:
    """Give what waits for people as this one sees it."""
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    return Tasks(str(request.base_url.replace(path="")), bearer or request.cookies.get(COOKIE, ""))


def called(user: Annotated[User, Depends(current_user)]) -> Sequence[Call]:
    """Give the calls that this person may get, by the settings of this process; without them their questions stand."""
    tools = wiring.tools()
    try:
        return tools.call(calls_of, user.id) if keeps_a_phone(user.id, tools.baseline) else ()
    except (OrgwardenError, SQLAlchemyError) as error:
        log.warning("Nobody is shown what to say when they are called: %s", error)
        return ()
    finally:
        tools.close()


app = create_app(current_user=current_user, asks=theirs, called=called)
