"""docs/DEMO.md: what it shows works."""

import json
import re
from pathlib import Path

import pytest

from orgwarden.demo import registry, seed
from orgwarden.demo.faults import Fault

GUIDE = (Path(__file__).parents[2] / "docs" / "DEMO.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda it: type(it).__name__)
def test_every_json_example_is_taken_as_it_stands(empty, example):
    method, path = ("PUT", "/demo/faults") if isinstance(example, list) else ("PATCH", "/demo/state")
    assert empty.http(method, path, example)[0] == 200


def test_the_worked_example_works(empty):
    code = next(block for block in re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL) if "import boto3" in block)
    names = {}
    exec(code.replace("http://127.0.0.1:5600", empty.served.url), names)  # noqa: S102 -- the guide's own example
    listed = empty.as_role(names["made"], "organizations").list_accounts()["Accounts"]
    assert [account["Name"] for account in listed] == ["management", "shop"]


def test_every_key_of_a_fault_is_explained():
    assert all(f"`{key}`" in GUIDE for key in Fault.model_fields)


def test_the_figures_are_those_of_the_seed():
    assert f"{len(seed.declared().accounts) + 1} accounts" in GUIDE


def test_every_answer_is_one_of_awss_operations(empty):
    assert empty.http("GET", "/demo/where")[0] == 200
    wire = pytest.importorskip("orgwarden.demo.wire")
    assert all(operation in wire.model_of(service).operation_names for service, operation in registry.ANSWERS)
