"""Serving: a process of its own, ports that are taken, a clean end, and connections that stay open."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from orgwarden.demo.service import Wanted, running, serving
from orgwarden.errors import BadInput
from tests.demo.asking import Asking

DEMO = [sys.executable, "-W", "error", "-m", "orgwarden.demo"]


@pytest.fixture
def taken():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def _free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_importing_the_package_does_not_import_moto():
    look = "import sys, orgwarden.demo, orgwarden.demo.service, orgwarden.demo.seed; sys.exit('moto' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_until_it_is_told_to_end(end):
    port = _free()
    with subprocess.Popen([*DEMO, "--empty", "--port", str(port), "--dns-port", "0"], stdout=subprocess.PIPE) as demo:
        assert f"http://127.0.0.1:{port}".encode() in demo.stdout.readline()
        demo.send_signal(end)
        assert demo.wait(10) == 0


def test_a_port_in_use_is_named_with_a_remedy(taken):
    ended = subprocess.run([*DEMO, "--port", str(taken)], capture_output=True, check=False, env={**os.environ})
    assert ended.returncode == 2
    assert f"port {taken} cannot be used" in ended.stderr.decode()
    with pytest.raises(BadInput, match="name another"), running(empty=True, port=taken):
        pass


def test_faults_of_a_file_that_cannot_be_used_end_with_code_two(tmp_path):
    path = tmp_path / "faults.json"
    path.write_text('[{"servise": "s3"}]')
    ended = subprocess.run([*DEMO, "--faults", str(path)], capture_output=True, check=False)
    assert ended.returncode == 2
    assert b"faults.json: item 0, key 'servise'" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["--profile", "nobody"], "choose one of northwind, messy"),
        (["--accounts", "500"], "--profile messy"),
        (["--profile", "messy", "--accounts", "7"], "100 or more"),
        (["--rates", "0"], "above 0"),
        (["--latency-ms", "5"], "--rates"),
    ],
)
def test_arguments_that_cannot_be_used_end_with_code_two_and_the_remedy(arguments, remedy):
    ended = subprocess.run([*DEMO, "--port", "0", "--dns-port", "0", *arguments], capture_output=True, check=False)
    assert ended.returncode == 2
    assert remedy in ended.stderr.decode()


def test_the_messy_organization_is_served_at_the_size_that_is_asked_for():
    with serving(Wanted(profile="messy", accounts=120)) as served:
        pages = Asking(served).client("organizations").get_paginator("list_accounts").paginate()
        assert sum(len(page["Accounts"]) for page in pages) == 120


def test_a_connection_stays_open_from_answer_to_answer(empty):
    connection = http.client.HTTPConnection("127.0.0.1", empty.served.port)
    for _ in range(3):
        connection.request("GET", "/demo/where")
        told = json.loads(connection.getresponse().read())
        assert (told["url"], told["dns"]) == (empty.served.url, empty.served.dns)
        held = connection.sock
    assert held is connection.sock is not None
    connection.close()


def test_a_second_organization_in_one_process_is_refused(empty):
    assert empty.http("GET", "/demo/none")[0] == 404
    with pytest.raises(RuntimeError, match="already"), running(empty=True):
        pass


def test_a_request_that_is_not_signed_is_a_client_error(empty):
    assert empty.http("GET", "/")[0] == 400


def test_reset_begins_anew(empty):
    empty.new_account("one")
    empty.http("POST", "/moto-api/reset")
    assert len(empty.client("organizations").list_accounts()["Accounts"]) == 1


def test_moto_keeps_objects_and_tells_their_size(empty):
    s3 = empty.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="evidence")
    s3.put_object(Bucket="evidence", Key="a/b", Body=b"hello")
    assert s3.head_object(Bucket="evidence", Key="a/b")["ContentLength"] == 5
    assert s3.get_object(Bucket="evidence", Key="a/b")["Body"].read() == b"hello"


def test_it_answers_at_the_address_that_it_is_told_and_at_no_other():
    port = _free()
    command = [*DEMO, "--empty", "--host", "127.0.0.2", "--port", str(port), "--dns-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as demo:
        assert f"http://127.0.0.2:{port}".encode() in demo.stdout.readline()
        where = http.client.HTTPConnection("127.0.0.2", port)
        where.request("GET", "/demo/where")
        assert json.load(where.getresponse())["dns"].startswith("127.0.0.2:")
        where.close()
        with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            pass
        demo.terminate()
        assert demo.wait(10) == 0
