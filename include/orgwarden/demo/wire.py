"""AWS's protocols: reads a request into a call, and writes an answer or an error as the service's own model says.

The models are botocore's, the parsers and serializers moto's: so one function that answers a mapping serves JSON, query
and REST services alike. Every moto internal that is used here is named in ``tests/demo/test_wire.py``.
"""

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import unquote_plus

import moto.core.errors
from botocore.exceptions import UnknownServiceError
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

from orgwarden.demo.calls import Call, Caller, asked_about
from orgwarden.demo.refusals import CLIENT_FAULT, COMMON_STATUS, AwsError
from orgwarden.demo.signing import clients_of

SCOPE = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
CBOR_PATH = re.compile(r"/service/(\w+)/operation/(\w+)")
SERVER_FAULT = 500
# What moto's parsers raise at a body that is not as the model says: they take it for right, and trip over it.
UNREADABLE = (RequestParserError, NotImplementedError, AttributeError, KeyError, TypeError, ValueError)
JSON = ("json", "rest-json")
ERRORS = moto.core.errors.ErrorLookupFactory()


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What a signature tells: the access key, the region and the signing name."""

    key: str
    region: str
    service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request whose service is known, with its operation where the service's model has one for it."""

    service: str
    model: ServiceModel
    operation: OperationModel | None
    path: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Give the operation's name, or nothing."""
        return str(self.operation.name) if self.operation else ""


@functools.cache
def model_of(service: str) -> ServiceModel:
    """Load botocore's model of a service, by its boto3 client name."""
    return get_service_model(service)


def signed(environ: Mapping[str, Any]) -> Signed | None:
    """Read who signed a request and for what; an unsigned one gives nothing."""
    found = SCOPE.search(environ.get("HTTP_AUTHORIZATION", "") or unquote_plus(_presigned(environ)))
    return Signed(key=found[1], region=found[2], service=found[3]) if found else None


def _presigned(environ: Mapping[str, Any]) -> str:
    return str(environ.get("QUERY_STRING", "")).replace("X-Amz-Credential=", "Credential=")


def asked(environ: Mapping[str, Any], signing_name: str) -> Asked | None:
    """Find service and operation of a request among the services that share its signing name."""
    last = None
    for service in clients_of(signing_name):
        try:
            model = model_of(service)
        except UnknownServiceError:
            continue
        last = _routed(environ, service, model)
        if last.operation is not None:
            return last
    return last


def _routed(environ: Mapping[str, Any], service: str, model: ServiceModel) -> Asked:
    operation, path = _operation(environ, service, model)
    return Asked(service=service, model=model, operation=operation, path=path)


def _operation(
    environ: Mapping[str, Any], service: str, model: ServiceModel
) -> tuple[OperationModel | None, Mapping[str, Any]]:
    prefix, _, name = str(environ.get("HTTP_X_AMZ_TARGET", "")).rpartition(".")
    cbor = CBOR_PATH.fullmatch(str(environ["PATH_INFO"]))
    if prefix or cbor:
        name = cbor[2] if cbor else name
        ours = cbor is not None or prefix == model.metadata.get("targetPrefix", prefix)
        return (model.operation_model(name) if ours and name in model.operation_names else None), {}
    try:
        return get_service_router(service).match(_request(environ))
    except (NotFound, NotImplementedError):
        # An operation without a name here: moto may serve it all the same, and else it is refused as lacking.
        return None, {}


def _request(environ: Mapping[str, Any]) -> Request:
    return Request({**environ, "wsgi.input": BytesIO(environ["orgwarden.body"])})


def call_of(environ: Mapping[str, Any], request: Asked, caller: Caller, region: str, *, strictly: bool) -> Call:
    """Make the call that a request is; one that cannot be parsed asks for nothing, or is refused where ``strictly``."""
    try:
        parameters = _parameters(environ, request)
    except UNREADABLE as wrong:
        if strictly:
            raise AwsError("SerializationException", f"The request cannot be parsed: {wrong}") from wrong
        parameters = {}
    url = f"{environ.get('HTTP_HOST', '')}{environ.get('REQUEST_URI', environ['PATH_INFO'])}"
    body = environ["orgwarden.body"].decode("utf-8", "replace")
    texts = dict.fromkeys((url, body, unquote_plus(url), unquote_plus(body)))
    return Call(
        service=request.service,
        operation=request.name,
        region=region,
        caller=caller,
        account=asked_about(parameters, caller.account),
        parameters=parameters,
        text="\n".join(texts),
    )


def _parameters(environ: Mapping[str, Any], request: Asked) -> Mapping[str, Any]:
    if request.operation is None:
        return {}
    read = _request(environ)
    protocol = determine_request_protocol(request.model, read.content_type)
    if protocol in JSON and _has_fields(request.operation):
        json.loads(read.data or b"{}")  # moto takes a text that is no JSON for a message
    parser = PROTOCOL_PARSERS[protocol](request.operation)
    told: Mapping[str, Any] = parser.parse(
        {
            "method": read.method,
            "values": read.values,
            "headers": read.headers,
            "body": read.data,
            "url_path": read.path,
            "url_params": dict(request.path),
        }
    )
    return told


def _has_fields(operation: OperationModel) -> bool:
    """Say whether the body of a request holds fields, and not one of them as it is."""
    shape = operation.input_shape
    return shape is not None and "payload" not in shape.serialization


def written(request: Asked, result: Mapping[str, Any] | None) -> Answer:
    """Write what an operation answers."""
    return _serialized(request, result)


def refused(request: Asked, error: AwsError, *, status: int | None = None) -> Answer:
    """Write an error, with AWS's own status for its code unless another is given."""
    if error.code not in moto.core.errors.COMMON_ERROR_CODES:
        moto.core.errors.COMMON_ERROR_CODES.append(error.code)  # else moto warns of a code that no model has
    return _serialized(request, error, status=status or status_of(request.model, error.code))


def _serialized(request: Asked, result: object, *, status: int | None = None) -> Answer:
    operation = request.operation or OperationModel({}, request.model)
    serializer = get_serializer_class(request.service, _protocol(request.model))(operation_model=operation)
    made = serializer.serialize(result)
    body = made["body"]
    data = body.encode() if isinstance(body, str) else bytes(body)
    headers = {name: str(value) for name, value in made["headers"].items()}
    return Answer(status or int(made["status_code"]), data, headers)


def _protocol(model: ServiceModel) -> str:
    protocol = str(model.protocol)
    return protocol if protocol in PROTOCOL_PARSERS else "json"


def status_of(model: ServiceModel, code: str) -> int:
    """Give the HTTP status that AWS answers with an error code of a service."""
    shape = ERRORS.for_service(model).from_code(code)
    if shape is None:
        return COMMON_STATUS.get(code, CLIENT_FAULT)
    stated = shape.metadata.get("error", {}).get("httpStatusCode")
    return int(stated or (CLIENT_FAULT if shape.is_sender_fault else SERVER_FAULT))
