"""Files that Airflow parses every few seconds import next to nothing, and only what they may."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / "dags").glob("*.py"), *(ROOT / "plugins").glob("*.py")])
AT_MODULE_LEVEL = ("airflow.sdk", "airflow.plugins_manager", "orgwarden.on_airflow", "orgwarden.web")
# Without boto3 and sqlalchemy, which Airflow imports itself.
HEAVY = ("alembic", "dns", "duckdb", "great_expectations", "moto", "pandas", "phonenumbers", "orgwarden.wiring")


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def file(request):
    return request.param


@pytest.fixture
def tree(file):
    return ast.parse(file.read_text())


def imported(nodes):
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "import absolutely"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name, allowed):
    return any(name == one or name.startswith(f"{one}.") for one in allowed)


def test_a_workflow_file_imports_airflow_sdk_and_on_airflow_alone(tree):
    assert [name for name in imported(tree.body) if not within(name, AT_MODULE_LEVEL)] == []


def test_a_task_imports_flows_alone(tree):
    tasks = [node for node in ast.walk(tree) if node not in tree.body]
    assert [name for name in imported(tasks) if not within(name, ("orgwarden.flows",))] == []


def test_a_workflow_file_decides_nothing(tree):
    assert not [
        node for node in ast.walk(tree) if isinstance(node, ast.If | ast.For | ast.While | ast.Try | ast.Lambda)
    ]


def test_a_workflow_file_is_short_for_the_tasks_it_has(file, tree):
    lines = len(file.read_text().splitlines())
    operators = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    named = sum(any(word.arg == "task_id" for word in node.keywords) for node in operators)
    tasks = named + sum(isinstance(node, ast.FunctionDef) for node in ast.walk(tree))
    assert lines <= 30 + 7 * tasks


def test_reading_a_workflow_imports_nothing_heavy():
    asked = f"import sys, orgwarden.on_airflow; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "include")}
    answer = subprocess.run([sys.executable, "-c", asked], env=environ, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []
