"""Orgwarden's own pages, as wide as a phone: what waits for somebody and a form to answer it, and what a link opens.

The application knows no Airflow: who is there, and what waits for them, comes from what it is made with. Nothing is
kept here; an answer goes the way that all answers go.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Any, Protocol
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from orgwarden.attestations.accepting import NO_ANSWER
from orgwarden.attestations.calling import Call
from orgwarden.attestations.confirming import Followed, Standing
from orgwarden.attestations.waiting import Waiting
from orgwarden.errors import OrgwardenError

log = logging.getLogger(__name__)
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
NOT_HERE = "Nothing waits for you here: it may have been answered meanwhile, or be asked of somebody else."
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # A browser that may tell no referrer tells no origin either, and would be taken for another site.
    "Referrer-Policy": "same-origin",
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


class Probes(Protocol):
    """The messages to mailboxes, whose links people follow."""

    def follow(self, link: str, sign_in: str, *, presses: bool) -> Followed:
        """Give what somebody finds behind a link; ``presses``: they confirm that the message came."""
        ...


class Calendars(Protocol):
    """Calendars of what is due: each has an address that only its owner is told."""

    def address(self, sign_in: str) -> str:
        """Give the address of somebody's calendar; empty: they have none."""
        ...

    def calendar(self, address: str) -> str | None:
        """Give the calendar of an address; None: there is none."""
        ...


async def _filled(request: Request) -> dict[str, str]:
    """Give what was filled in; a form that another site sent is refused.

    Read here, so that the answer is given in a thread: Airflow asks itself, and must not wait for itself.
    """
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise HTTPException(403, "This form was sent by another site: open it from your list.")
    return {name: str(value) for name, value in (await request.form()).items() if value}


# How a form's text and hints are written (attestations.telling, attestations.forms).
NUMBERED = re.compile(r"\*\*(?P<first>\d+)(?: to \d+)?\. (?P<head>[^*]*)\*\*\s*(?P<rest>.*)", re.DOTALL)
CONDITION = re.compile(r"Only with: (.*?)\.(?: |$)(.*)", re.DOTALL)
GOES_ON = ", and"
STATUS = {Standing.UNKNOWN: 404, Standing.STRANGER: 403, Standing.EXPIRED: 410}
NOT_NOW = "This cannot be shown now. Tell whoever runs Airflow; they find the reason in the log of its API server."
Filled = Annotated[dict[str, str], Depends(_filled)]


def create_app(  # noqa: PLR0913 - each is one thing that the pages show
    *,
    current_user: Callable[..., User],
    asks: Callable[..., Asks],
    called: Callable[..., Sequence[Call]],
    probes: Callable[..., Probes | Iterator[Probes]],
    calendars: Callable[..., Calendars | Iterator[Calendars]],
    sign_in: Callable[[Request], str],
) -> FastAPI:
    """Give the application; all but ``sign_in`` are dependencies, and ``current_user`` refuses strangers.

    ``called`` gives the calls that whoever is signed in may get. ``sign_in`` gives where somebody signs in who then
    comes back to what was asked for.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(current_user)])
    pages = Environment(
        loader=PackageLoader("orgwarden.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    me: Any = Depends(current_user)
    them: Any = Depends(asks)
    dates: Any = Depends(calendars)
    phones: Any = Depends(called)

    def page(name: str, status: int = 200, **told: Any) -> HTMLResponse:
        return HTMLResponse(pages.get_template(name).render(**told), status_code=status, headers=HEADERS)

    _say_no(app, sign_in, page)

    @app.get("/mine")
    def mine(
        user: User = me, theirs: Asks = them, calls: Sequence[Call] = phones, days: Calendars = dates, done: str = ""
    ) -> HTMLResponse:
        found = [one for one in theirs.waiting() if user.id in one.users]
        address = days.address(user.id)
        return page("mine.html", user=user, waiting=found, calls=calls, done=bool(done), calendar=address)

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

    app.include_router(_behind_links(me, Depends(probes), page))
    # Programs that read calendars cannot sign in: what is mounted asks nobody who they are.
    app.mount("/calendar", _calendars(calendars))
    return app


def _say_no(app: FastAPI, sign_in: Callable[[Request], str], page: Callable[..., HTMLResponse]) -> None:
    """Let a browser that has no session, or an old one, sign in, and tell people on a page what was refused."""

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            return JSONResponse({"detail": error.detail}, status_code=error.status_code, headers=HEADERS)
        # Whoever follows a link in a mail has a browser, and may have no session, or an old one.
        if request.method == "GET" and error.status_code in {401, 403}:
            return RedirectResponse(sign_in(request), status_code=303, headers=HEADERS)
        root = request.scope.get("root_path", "")
        return page("refused.html", error.status_code, user=None, root=root, why=str(error.detail))

    @app.exception_handler(OrgwardenError)
    def failed(request: Request, error: OrgwardenError) -> Response:  # noqa: ARG001 - FastAPI's signature
        log.error("%s", error)
        return PlainTextResponse(NOT_NOW, status_code=503, headers=HEADERS)


def _behind_links(me: Any, links: Any, page: Callable[..., HTMLResponse]) -> APIRouter:
    """Give the pages that the links of messages to mailboxes open."""
    router = APIRouter(prefix="/probe")

    def shown(found: Followed, user: User) -> HTMLResponse:
        return page("probe.html", status=STATUS.get(found.standing, 200), user=user, found=found)

    @router.get("/{link}")
    def follow(link: str, user: User = me, probes: Probes = links) -> HTMLResponse:
        return shown(probes.follow(link, user.id, presses=False), user)

    @router.post("/{link}")
    def confirm(link: str, filled: Filled, user: User = me, probes: Probes = links) -> HTMLResponse:  # noqa: ARG001 - it refuses other sites
        return shown(probes.follow(link, user.id, presses=True), user)

    return router


def _calendars(calendars: Callable[..., Any]) -> FastAPI:
    """Give the application that gives a calendar to whoever has its address."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    dates: Any = Depends(calendars)

    @app.get("/{address}.ics")
    def calendar(address: str, found: Calendars = dates) -> Response:
        try:
            text = found.calendar(address)
        except OrgwardenError as error:
            log.error("%s", error)  # noqa: TRY400 - the text says it all
            return PlainTextResponse(NOT_NOW, status_code=503, headers=HEADERS)
        if text is None:
            raise HTTPException(404)
        return Response(text, media_type="text/calendar; charset=utf-8", headers=HEADERS)

    return app


def _mine(theirs: Asks, id_: str, user: User) -> Waiting:
    """Give what waits for this person under an id; whatever waits for others is not there."""
    try:
        one = theirs.named(id_)
    except OrgwardenError as error:
        raise HTTPException(404, NOT_HERE) from error
    if user.id not in one.users:
        raise HTTPException(404, NOT_HERE)
    return one


def _shown(one: Waiting) -> dict[str, Any]:
    """Give a form for its page: sections in order, each with its fields, those together that one choice asks for."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for name, field in one.form.items():
        schema = field["schema"]
        condition, hint = _hinted(field.get("description") or "")
        kind = schema.get("input") if schema.get("input") in {"date", "time"} else "text"
        told = {"options": schema.get("enum", []), "hint": hint, "input": kind}
        shown = {"name": name, "title": schema.get("title", name), **told}
        groups = sections.setdefault(schema.get("section", ""), [])
        goes_on = shown["title"].endswith(GOES_ON)
        if groups and (goes_on or condition == groups[-1]["condition"]):
            groups[-1]["fields"].append(shown)
        else:
            groups.append({"condition": condition, "fields": [shown]})
    options = [option for option in one.options if option != NO_ANSWER]
    return {"one": one, "sections": sections, "options": options, **_read(one.body, sections)}


def _hinted(hint: str) -> tuple[str, str]:
    """Give with which choices a field is asked for, empty: always, and the rest of its hint."""
    found = CONDITION.match(hint)
    return (found[1], found[2]) if found else ("", hint)


def _read(body: str, sections: Iterable[str]) -> dict[str, Any]:
    """Give the text of a task without its Markdown: what stands ``above`` the form, with points, and what where in it.

    A paragraph that begins with a section's heading, in bold, stands in it without that (``notes``); one that has its
    number and another heading is about that section and the next ones, and stands before it (``leads``).
    """
    numbered = {section.partition(".")[0]: section for section in sections}
    above: list[tuple[str, list[str]]] = []
    notes: dict[str, str] = {}
    leads: dict[str, str] = {}
    for text in filter(None, (part.strip() for part in body.split("\n\n"))):
        found = NUMBERED.match(text)
        if found and found["first"] in numbered:
            section = numbered[found["first"]]
            if section == f"{found['first']}. {found['head']}":
                notes[section] = _plain(found["rest"])
            else:
                leads[section] = _plain(f"{found['head']} {found['rest']}")
        else:
            lines = text.splitlines()
            points = [_plain(line.removeprefix("- ")) for line in lines if line.startswith("- ")]
            above.append((_plain(" ".join(line for line in lines if not line.startswith("- "))), points))
    return {"above": above, "notes": notes, "leads": leads}


def _plain(text: str) -> str:
    return re.sub(r"[*`]", "", text)
