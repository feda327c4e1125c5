"""Orgwarden's own pages: what waits for somebody, and a form to answer it, as wide as a phone.

The application knows no Airflow: who is there, and what waits for them, comes from what it is made with. Nothing is
kept here; an answer goes the way that all answers go.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Any, Protocol
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from orgwarden.attestations.accepting import NO_ANSWER
from orgwarden.attestations.calling import Call
from orgwarden.attestations.waiting import Waiting
from orgwarden.errors import OrgwardenError

POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """Who is signed in: the id by which Airflow knows them, and their name."""

    id: str
    name: str


class Asks(Protocol):
    """What waits for people, as one of them sees it."""

    def waiting(self) -> list[Waiting]:
        """Give what waits for an answer now."""
        ...

    def named(self, id_: str) -> Waiting:
        """Give what waits under an id."""
        ...

    def respond(self, one: Waiting, option: str, given: dict[str, str]) -> None:
        """Answer it."""
        ...


async def _filled(request: Request) -> dict[str, str]:
    """Give what was filled in; a form that another site sent is refused.

    Read here, so that the answer is given in a thread: Airflow asks itself, and must not wait for itself.
    """
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise HTTPException(403, "this form was sent by another site")
    return {name: str(value) for name, value in (await request.form()).items() if value}


Filled = Annotated[dict[str, str], Depends(_filled)]


def nobody_is_called() -> Sequence[Call]:
    """Give no calls."""
    return ()


def create_app(
    *,
    current_user: Callable[..., User],
    asks: Callable[..., Asks],
    called: Callable[..., Sequence[Call]] = nobody_is_called,
) -> FastAPI:
    """Give the application; all are dependencies: ``current_user`` refuses whoever is not signed in.

    ``called`` gives the calls that whoever is signed in may get.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(current_user)])
    pages = Environment(
        loader=PackageLoader("orgwarden.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    me: Any = Depends(current_user)
    them: Any = Depends(asks)
    phones: Any = Depends(called)

    def page(name: str, status: int = 200, **told: Any) -> HTMLResponse:
        return HTMLResponse(pages.get_template(name).render(**told), status_code=status, headers=HEADERS)

    @app.get("/mine")
    def mine(user: User = me, theirs: Asks = them, calls: Sequence[Call] = phones, done: str = "") -> HTMLResponse:
        found = [one for one in theirs.waiting() if user.id in one.users]
        return page("mine.html", user=user, waiting=found, calls=calls, done=bool(done))

    @app.get("/mine/style.css")
    def style() -> Response:
        text = files("orgwarden.web").joinpath("templates/style.css").read_text(encoding="utf-8")
        return Response(text, media_type="text/css", headers={**HEADERS, "Cache-Control": "max-age=3600"})

    @app.get("/mine/{id_}")
    def form(id_: str, user: User = me, theirs: Asks = them) -> HTMLResponse:
        return page("form.html", user=user, **_shown(_mine(theirs, id_, user)), wrong="", given={})

    @app.post("/mine/{id_}")
    def answered(id_: str, filled: Filled, user: User = me, theirs: Asks = them) -> Response:
        given = dict(filled)
        option = given.pop("option", "")
        one = _mine(theirs, id_, user)
        try:
            theirs.respond(one, option, {name: value for name, value in given.items() if name in one.form})
        except OrgwardenError as error:
            return page("form.html", status=400, user=user, **_shown(one), wrong=str(error), given=given)
        return RedirectResponse("../mine?done=1", status_code=303, headers=HEADERS)

    return app


def _mine(theirs: Asks, id_: str, user: User) -> Waiting:
    """Give what waits for this person under an id; whatever waits for others is not there."""
    try:
        one = theirs.named(id_)
    except OrgwardenError as error:
        raise HTTPException(404, "nothing waits for you here: look at your list") from error
    if user.id not in one.users:
        raise HTTPException(404, "nothing waits for you here: look at your list")
    return one


def _shown(one: Waiting) -> dict[str, Any]:
    """Give a form for its page: sections in order, each with its fields."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for name, field in one.form.items():
        schema = field["schema"]
        shown = {
            "name": name,
            "title": schema.get("title", name),
            "options": schema.get("enum", []),
            "hint": field.get("description") or "",
        }
        sections.setdefault(schema.get("section", ""), []).append(shown)
    options = [option for option in one.options if option != NO_ANSWER]
    return {"one": one, "sections": sections, "options": options, "paragraphs": _paragraphs(one.body)}


def _paragraphs(body: str) -> list[str]:
    """Give the text above a form without its Markdown: the sections say the rest."""
    plain = body.replace("**", "").replace("`", "").replace("*", "")
    return [text for text in plain.split("\n\n") if text.strip()]
