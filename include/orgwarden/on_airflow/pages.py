"""Orgwarden's pages with Airflow's sign-in; what waits for somebody is asked of Airflow with their own token."""

from typing import Annotated, Any

from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, Request

from orgwarden.attestations.waiting import Tasks
from orgwarden.web import User, create_app

COOKIE = "_token"


def current_user(user: Annotated[Any, Depends(get_user)]) -> User:
    """Give who is signed in; Airflow refuses everybody else."""
    return User(id=str(user.get_id()), name=str(user.get_name()))


def theirs(request: Request) -> Tasks:
    """Give what waits for people as this one sees it."""
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    return Tasks(str(request.base_url.replace(path="")), bearer or request.cookies.get(COOKIE, ""))


app = create_app(current_user=current_user, asks=theirs)
