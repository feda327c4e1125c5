"""What is used of moto's inside: a moto that changes it fails here, by name."""

import inspect
import urllib.error
import urllib.request

import moto.core.errors
import pytest
from moto.backend_index import backend_url_patterns
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
from moto.core.request import Request, determine_request_protocol
from moto.core.responses import BaseResponse
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from moto.iam.models import IAMBackend, iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app

from orgwarden.demo import wire
from orgwarden.demo.front import MOTO_NAMES

TAKES = {
    BackendDict.reset: [],
    reset_model_data: [],
    determine_request_protocol: ["service_model", "content_type"],
    get_service_router: ["service_name"],
    get_serializer_class: ["service_name", "protocol"],
    get_service_model: ["service_name"],
    create_backend_app: ["service"],
    DomainDispatcherApplication.__init__: ["self", "create_app"],
}


@pytest.mark.parametrize("internal", TAKES, ids=lambda it: it.__qualname__)
def test_a_function_of_moto_takes_what_we_give_it(internal):
    assert list(inspect.signature(internal).parameters) == TAKES[internal]


def test_the_protocols_of_moto_are_those_that_we_know():
    assert set(PROTOCOL_PARSERS) == {"ec2", "json", "query", "rest-json", "rest-xml"}
    assert issubclass(RequestParserError, Exception)
    assert callable(Request)
    assert callable(MotoRequestHandler.make_environ)


def test_moto_takes_the_account_from_a_header():
    assert "x-moto-account-id" in inspect.getsource(BaseResponse.get_current_account)


def test_moto_keeps_roles_and_users_where_we_look():
    backend = iam_backends["111111111111"]["aws"]
    assert isinstance(backend, IAMBackend)
    assert isinstance(backend.roles, dict)
    assert isinstance(backend.users, dict)
    wanted = {"role_name", "assume_role_policy_document", "path", "permissions_boundary", "description", "tags"}
    assert wanted <= set(inspect.signature(backend.create_role).parameters)


def test_moto_lists_its_services_by_name():
    known = {name for name, _ in backend_url_patterns}
    assert {"organizations", *MOTO_NAMES.values()} <= known


def test_moto_warns_of_codes_that_are_not_in_its_list_of_common_ones():
    assert isinstance(moto.core.errors.COMMON_ERROR_CODES, list)


def test_moto_finds_the_shape_of_an_error_by_its_code():
    shape = (
        moto.core.errors.ErrorLookupFactory().for_service(wire.model_of("organizations")).from_code("ServiceException")
    )
    assert not shape.is_sender_fault


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [
        ("account", "TooManyRequestsException", 429),
        ("account", "ResourceNotFoundException", 404),
        ("organizations", "TooManyRequestsException", 400),
        ("organizations", "ServiceException", 500),
        ("sts", "AccessDenied", 403),
        ("s3", "NoSuchKey", 404),
        ("s3", "SomethingNew", 400),
    ],
)
def test_the_status_of_a_code_is_that_of_the_services_model(service, code, status):
    assert wire.status_of(wire.model_of(service), code) == status


def _post(ask, service, target, body):
    scope = f"AWS4-HMAC-SHA256 Credential=AKIAANYBODY000000001/20260101/us-east-1/{service}/aws4_request"
    headers = {"Authorization": scope, "X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
    request = urllib.request.Request(ask.served.url + "/", body, headers, method="POST")  # noqa: S310 -- loopback
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)  # noqa: S310 -- loopback
    with refused.value as answer:
        return answer.code, answer.read().decode()


@pytest.mark.parametrize("body", [b"{not json", b"[1]", b'{"MaxResults": "many"}'], ids=repr)
def test_a_request_that_cannot_be_parsed_is_refused_where_we_answer(empty, body):
    status, told = _post(empty, "organizations", "AWSOrganizationsV20161128.ListAccounts", body)
    assert (status, "SerializationException" in told) == (400, True)


def test_a_request_that_moto_answers_is_its_own_to_parse(empty):
    status, told = _post(empty, "logs", "Logs_20140328.CreateLogGroup", b"{not json")
    assert (status, "SerializationException" in told) != (400, True)
