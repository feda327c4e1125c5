"""Answers every request: the demo's own routes, the operations answered here, and moto for the rest.

Standing before moto instead of inside it keeps the count, the faults and the refusals in one place for all services,
those that moto serves and those that it lacks.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from io import BytesIO
from threading import Lock, RLock
from typing import Any

from flask import Flask
from moto.backend_index import backend_url_patterns
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import run_wsgi_app

from orgwarden.demo import access, amending, registry, roles, setting_up, wire
from orgwarden.demo.calls import Call, Caller, CallLog
from orgwarden.demo.faults import Fault, Faults
from orgwarden.demo.inside import Inside
from orgwarden.demo.rates import Rates
from orgwarden.demo.refusals import AwsError, not_implemented
from orgwarden.demo.routes import Routes
from orgwarden.demo.state import Demo, caller_of
from orgwarden.demo.wire import Answer, Asked

Answering = Callable[[dict[str, Any], Asked, Call], Answer]
LACKING = "orgwarden: lacking"
# Where moto calls a service otherwise than boto3, or serves it with another.
MOTO_NAMES = {"apigatewayv2": "apigateway", "lambda": "awslambda", "neptune": "rds", "opensearch": "es"}
UNSIGNED = b'{"error": "the request is not signed as AWS requests are: sign it for a service, or ask below /demo/"}'


class Front:
    """One demo organization behind one HTTP entrance."""

    def __init__(
        self,
        begin: Callable[[], Demo],
        rules: Faults,
        *,
        reset_moto: Callable[[], None],
        rates: Rates,
        set_up: Callable[[Inside], object] = setting_up.nothing,
    ) -> None:
        registry.load()
        self._begin, self._reset_moto, self._set_up = begin, reset_moto, set_up
        self._is_set_up, self._setting_up = False, RLock()
        reset_moto()
        self.demo = begin()
        self.faults, self.calls, self.rates = rules, CallLog(), rates
        self.routes = Routes(demo=self._settled, faults=rules, calls=self.calls, reset=self.reset)
        self._moto = DomainDispatcherApplication(_moto_app)
        self._owners: dict[str, Caller] = {}
        self._owners_lock = Lock()

    def reset(self) -> None:
        """Begin again with the organization that was served first, and moto empty but for its roles."""
        with self._setting_up, self.demo.lock:
            self._reset_moto()
            self.demo = self._begin()
            self._owners.clear()
            self._is_set_up = False
        self.calls.clear()

    def answer(self, environ: dict[str, Any]) -> Answer:
        """Answer one request, given as a WSGI environment with its body in ``orgwarden.body``."""
        path = str(environ["PATH_INFO"])
        if path.startswith("/demo/"):
            return self.routes.answer(environ["REQUEST_METHOD"], path, environ["orgwarden.body"])
        if path.startswith("/moto-api/"):
            return self._motos_own(environ)
        self.settle()
        return self._read(environ, self._met)

    def settle(self) -> None:
        """Set up what the seed declares by calls, before the first answer that may show it; a second or two.

        Where that failed, each request fails at it again: half an organization is never served.
        """
        with self._setting_up:
            if not self._is_set_up:
                self._set_up(Inside(self._from_inside))
                self._is_set_up = True

    def _settled(self) -> Demo:
        self.settle()
        return self.demo

    def _from_inside(self, environ: dict[str, Any]) -> Answer:
        """Answer a call of the set-up: it is not counted, and meets neither faults nor rates."""
        return self._read(environ, self._served)

    def _read(self, environ: dict[str, Any], answering: Answering) -> Answer:
        signature = wire.signed(environ)
        request = wire.asked(environ, signature.service) if signature else None
        if signature is None or request is None:
            return Answer(400, UNSIGNED, {"Content-Type": "application/json"})
        is_ours = registry.answered_here(request.service, request.name)
        try:
            call = wire.call_of(environ, request, self._caller(signature.key), signature.region, strictly=is_ours)
        except AwsError as error:
            return wire.refused(request, error)
        return answering(environ, request, call)

    def _met(self, environ: dict[str, Any], request: Asked, call: Call) -> Answer:
        self.calls.record(call)
        try:
            self.rates.admit(call)
        except AwsError as error:
            return wire.refused(request, error)
        fault = self.faults.strike(call)
        return _faulty(request, fault) if fault else self._served(environ, request, call)

    def _caller(self, key: str) -> Caller:
        known = self.demo.keys.get(key) or self._owners.get(key)
        if known is not None:
            return known
        with self._owners_lock:
            user = roles.user_of_key(key)
            owner = _user(*user) if user else caller_of(self.demo, key)
            self._owners[key] = owner
            return owner

    def _served(self, environ: dict[str, Any], request: Asked, call: Call) -> Answer:
        answerer = registry.ANSWERS.get((call.service, call.operation))
        guard = registry.GUARDS.get((call.service, call.operation))
        try:
            access.refuse_beyond_task(self.demo.organization, call)
            if answerer is not None:
                return wire.written(request, self._ours(answerer, call))
            if call.service in registry.OURS_ALONE or not _known_to_moto(call.service):
                raise not_implemented(call.service, call.operation)
            if guard is not None:
                guard(self.demo, call)
            return self._amended(request, call, self._motos(environ, request, call))
        except AwsError as error:
            return wire.refused(request, error)

    def _ours(self, answerer: registry.Answerer, call: Call) -> registry.Result:
        demo = self.demo
        with demo.lock:
            if call.service == "organizations":
                access.refuse_unless_allowed(demo.organization, call)
            return answerer(demo, call)

    def _amended(self, request: Asked, call: Call, answer: Answer) -> Answer:
        amender = amending.AMENDS.get((call.service, call.operation))
        told = amending.parsed(request, answer) if amender is not None else None
        if amender is None or told is None:
            return answer
        demo = self.demo
        with demo.lock:
            return wire.written(request, amender(demo, call, told))

    def _motos_own(self, environ: dict[str, Any]) -> Answer:
        if environ["PATH_INFO"] == "/moto-api/reset":
            return self.routes.answer("POST", "/demo/reset", b"")
        return self._from_moto(environ)

    def _from_moto(self, environ: dict[str, Any]) -> Answer:
        body, status, headers = run_wsgi_app(self._moto, {**environ, **_input(environ)}, buffered=True)
        return Answer(int(status.split()[0]), b"".join(body), dict(headers))

    def _motos(self, environ: dict[str, Any], request: Asked, call: Call) -> Answer:
        answer = self._from_moto({**environ, "HTTP_X_MOTO_ACCOUNT_ID": call.caller.account})
        html = answer.headers.get("Content-Type", "").startswith("text/html")
        # What is not there is a 404 to HEAD, too, and has no body whose type would tell.
        is_unknown = answer.status == HTTPStatus.NOT_FOUND and html and environ["REQUEST_METHOD"] != "HEAD"
        if answer.body == LACKING.encode() or is_unknown:
            raise not_implemented(call.service, call.operation)
        if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR and html:
            return wire.refused(request, AwsError("InternalFailure", f"moto failed at {call.service}:{call.operation}"))
        return answer


def _user(account: str, name: str, user_id: str) -> Caller:
    return Caller(account=account, arn=f"arn:aws:iam::{account}:user/{name}", user_id=user_id)


def _faulty(request: Asked, fault: Fault) -> Answer:
    if fault.error is not None:
        text = f"{fault.error}: a fault of the demo organization"
        return wire.refused(request, AwsError(fault.error, text), status=fault.status)
    types = {"rest-xml": "application/xml", "query": "text/xml", "ec2": "text/xml"}
    kind = types.get(str(request.model.protocol), "application/x-amz-json-1.1")
    return Answer(fault.status or HTTPStatus.OK, (fault.body or "").encode(), {"Content-Type": kind})


def _input(environ: Mapping[str, Any]) -> dict[str, Any]:
    body = environ["orgwarden.body"]
    return {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}


def _known_to_moto(service: str) -> bool:
    name = MOTO_NAMES.get(service, service.replace("-", ""))
    return any(known == name for known, _ in backend_url_patterns)


def _moto_app(service: Any) -> Flask:
    app = create_backend_app(service)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    # That is what moto raises at an operation that it lacks.
    app.register_error_handler(NotImplementedError, lambda _: (LACKING, HTTPStatus.NOT_IMPLEMENTED))
    return app
