"""What the documentation tells people to type, set, open and look for is there."""

import argparse
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml
from botocore import xform_name
from botocore.validate import ParamValidator

from orgwarden.billing.columns import CUR_COLUMNS
from orgwarden.cli import attesting, parser
from orgwarden.controls import catalogue
from orgwarden.flows import organization_inventory
from orgwarden.settings import AUDITS, Settings

ROOT = Path(__file__).parents[1]
GUIDES = sorted((ROOT / "docs/guides").glob("*.md"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
OPERATING = [page for page in GUIDES if page.stem != "access-validation"]
IAM = ROOT / "include/iam"
COMMAND = re.compile(r"(?:^\s*|-- |&& |; |airflow-worker |')(?:\.venv/bin/)?orgwarden (?=[a-z-])")
# Names of Airflow, AWS and sign-in providers, and our connections.
OTHERS = {
    *("orgwarden_aws", "orgwarden_smtp", "account_id", "from_email", "disable_ssl"),
    *("default_pool", "execution_api_server_url", "worker_concurrency", "preferred_username"),
}
AIRFLOW = re.compile(r"""(?:^\s*|-- |&& |-scheduler |-worker |')airflow ((?:[^\s'&|#…]+ ?|'[^']*' ?)+)""")
# What the AWS CLI itself makes of several operations has no model.
AWS = re.compile(r"\baws (?!cloudformation deploy|s3 )([a-z0-9-]+) ([a-z0-9-]+)(.*)")
# A connection (AIRFLOW_CONN_ORGWARDEN_...) has the same beginning, and is none.
SETTING = re.compile(r"(?<![A-Z_])ORGWARDEN_[A-Z_]*[A-Z](?![A-Z_])")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path) -> list[str]:
    """Give the blocks of code that are typed, each line with its continuations."""
    found = re.findall(r"^ *```(?:sh|bash)\n(.*?)^ *```", text(page), re.DOTALL | re.MULTILINE)
    return [block.replace("\\\n", " ") for block in found]


def command_table(page: Path) -> str:
    """Give the first column of the table of commands, where a page has one."""
    table = re.search(r"^\| Command \|.*?\n\n", text(page), re.DOTALL | re.MULTILINE)
    return "\n".join(re.findall(r"^\| (`.+?`) \|", table[0], re.MULTILINE)) if table else ""


def commands(page: Path) -> Iterator[str]:
    """Give each command line of ours: in blocks, in the cells and sentences where it stands in ticks."""
    typed = [line for block in blocks(page) for line in block.splitlines()]
    yield from (cell for cell in re.findall(r"`([a-z][^`]+)`", command_table(page)))
    for line in [*typed, *re.findall(r"`([^`\n]+)`", text(page))]:
        for found in COMMAND.finditer(line):
            yield line[found.end() :]


def fault(command: str) -> str:
    """Say what the parser does not know of a command; its values are placeholders as often as not."""
    words = re.split(r"\s[#|>&]|[;…)|]", command.partition(" # ")[0])[0]
    where = parser()
    for word in shlex.split(words, posix=False):
        below = next((a for a in where._actions if isinstance(a, argparse._SubParsersAction)), None)  # noqa: SLF001
        if below and not word.startswith(("-", "[", "COMMAND")):
            if word.rstrip(",") not in below.choices:
                return f"{word!r} is no command of {where.prog!r}"
            where = below.choices[word.rstrip(",")]
        elif word.lstrip("[").startswith("--"):
            option = re.split(r"[=\]]", word.lstrip("["))[0]
            if option not in where._option_string_actions:  # noqa: SLF001 - argparse tells its options nowhere else
                return f"{option} is no option of {where.prog!r}"
    return ""


def workflows() -> set[str]:
    return {file.stem for file in (ROOT / "dags").glob("*.py")}


def tasks() -> set[str]:
    return {found for file in (ROOT / "dags").glob("*.py") for found in re.findall(r"def (\w+)\(", text(file))}


def pools() -> set[str]:
    return set(json.loads(text(ROOT / "include/pools.json")))


def settings() -> set[str]:
    """Give what the package reads, and what only the containers are told (their sign-in, folders, image)."""
    told = (ROOT / file for file in ("docker-compose.yaml", ".env.example"))
    of_containers = {found for file in told for found in SETTING.findall(text(file))}
    ours = {f"ORGWARDEN_{field.upper()}" for field in Settings.__slots__}
    return ours | of_containers | {attesting.URL, attesting.TOKEN}


def baseline_keys() -> set[str]:
    """Give the names of all keys that a baseline may have."""

    def names(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            yield from node.get("properties", {})
            yield from (word for value in (node.get("enum"), [node.get("const")]) for word in value or () if word)
            for value in node.values():
                yield from names(value)
        elif isinstance(node, list):
            for value in node:
                yield from names(value)

    return {str(key) for key in names(json.loads(text(ROOT / "include/baseline/baseline.schema.json")))}


def headings(page: Path) -> set[str]:
    """Give the anchors of a page as those who show Markdown make them."""
    found = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_each_command_is_one_that_the_parser_knows(page):
    assert {command: told for command in commands(page) if (told := fault(command))} == {}


def test_a_command_that_does_not_exist_is_told():
    assert fault("tickets invent") == "'invent' is no command of 'orgwarden tickets'"
    assert fault("review --snapshot DIR --colour") == "--colour is no option of 'orgwarden review'"
    assert fault("billing reconcile --export PATH [--period YYYY-MM] [--json]") == ""


@pytest.mark.parametrize("page", [*PAGES, ROOT / "docs/guides/kubernetes-values.yaml"], ids=name)
def test_each_setting_is_one_that_is_read(page):
    assert set(SETTING.findall(text(page))) - settings() == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_each_link_leads_to_a_file_and_a_heading(page):
    gone = []
    for link in LINK.findall(text(page)):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in headings(target)):
            gone.append(link)
    assert gone == []


@pytest.mark.parametrize("page", OPERATING, ids=name)
def test_each_workflow_that_is_started_or_paused_exists(page):
    typed = re.findall(r"airflow dags (?:trigger|unpause|pause|clear)((?: -y| --[a-z-]+)*) ([a-z_]+)", text(page))
    assert {workflow for _, workflow in typed} - workflows() == set()


@pytest.mark.parametrize("page", OPERATING, ids=name)
def test_each_command_of_airflow_is_one_that_its_parser_takes(page):
    from airflow.cli.cli_parser import get_parser

    spans = [line for block in blocks(page) for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", text(page))
    for words in (found for span in spans for found in AIRFLOW.findall(re.sub(r'"\$\(.*?\)"', "2026-07-29", span))):
        # Ends the test with the parser's own words where it does not take them.
        get_parser().parse_args(shlex.split(words))


@pytest.mark.parametrize("page", OPERATING, ids=name)
def test_each_operation_of_aws_takes_the_parameters_that_are_typed(page):
    session = botocore.session.get_session()
    for line in (line for block in blocks(page) for line in block.splitlines()):
        for service, operation, words in AWS.findall(line.partition(" # ")[0]):
            model = session.get_service_model(service.removesuffix("api"))
            operations = {xform_name(known, "-"): known for known in model.operation_names}
            shape = model.operation_model(operations[operation]).input_shape
            typed, taken = set(re.findall(r"--([a-z0-9-]+)", words)), {xform_name(one, "-") for one in shape.members}
            assert typed <= taken | {"region", "profile"}, line
            assert {xform_name(one, "-") for one in shape.required_members} <= typed, line


@pytest.mark.parametrize("page", OPERATING, ids=name)
def test_each_name_in_ticks_is_one_of_ours(page):
    sweeps = {sweep.NAME for sweep in organization_inventory.SWEEPS}
    known = workflows() | tasks() | pools() | baseline_keys() | sweeps | {*AUDITS}
    assert set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", text(page))) - known - OTHERS == set()


@pytest.mark.parametrize("page", OPERATING, ids=name)
def test_each_control_and_each_key_of_the_baseline_in_ticks_exists(page):
    controls, keys = {control.id for control in catalogue()}, baseline_keys() | {"*"}
    themes = {control.partition(".")[0] for control in controls} | {"people", "custody", "tickets", "owners"}
    named = set(re.findall(r"`([a-z_]+(?:\.(?:[a-z_]+|\*))+)`", text(page)))
    ours = {one for one in named if one.partition(".")[0] in themes}
    assert {one for one in ours if one not in controls and not keys >= set(one.split("."))} == set()


@pytest.mark.parametrize("page", OPERATING, ids=name)
def test_each_path_of_the_repository_exists(page):
    named = re.findall(r"(?<![\w/.-])((?:include|docs|dags|plugins|tests|tools)/[\w./-]*\w)", text(page))
    assert {path for path in named if not (ROOT / path).exists()} == set()


@pytest.mark.parametrize("page", OPERATING, ids=name)
def test_each_parameter_of_a_template_exists(page):
    for command in (line for block in blocks(page) for line in block.splitlines()):
        template = re.search(r"include/iam/([\w-]+\.yaml)", command)
        if template and "aws cloudformation" in command:
            given = re.findall(r"(?:ParameterKey=| )(?!ParameterKey)([A-Z]\w+)[=,]", command.partition(" --param")[2])
            taken = yaml.safe_load(text(IAM / template[1]))["Parameters"]
            needed = {key for key, said in taken.items() if "Default" not in said}
            assert needed <= set(given) <= set(taken), command


def test_the_data_export_asks_for_what_is_read_and_is_what_aws_takes():
    export = json.loads(text(ROOT / "docs/guides/data-export.json"))
    query = export["DataQuery"]["QueryStatement"]
    columns = re.fullmatch(r"SELECT (.+) FROM COST_AND_USAGE_REPORT", query)[1].split(", ")
    assert columns == [*(names[0] for names in CUR_COLUMNS.values()), "resource_tags"]
    service = botocore.session.get_session().get_service_model("bcm-data-exports")
    report = ParamValidator().validate({"Export": export}, service.operation_model("CreateExport").input_shape)
    assert report.generate_report() == ""


@pytest.mark.parametrize("policy", ["data-export-bucket-policy", "store-bucket-policy"])
def test_a_bucket_is_opened_to_the_collecting_role_of_the_template_and_to_nobody_else(policy):
    statements = json.loads(text(ROOT / f"docs/guides/{policy}.json"))["Statement"]
    role = yaml.safe_load(text(IAM / "collector.yaml"))["Parameters"]["CollectorRoleName"]["Default"]
    people = {one["Principal"].get("AWS", "") for one in statements} - {""}
    assert people == {f"arn:aws:iam::997309114170:role/{role}"}
    assert all("Condition" in one for one in statements if "Service" in one["Principal"])


def test_the_values_for_kubernetes_hold_no_secret_and_the_pools_that_there_are():
    values = yaml.safe_load(text(ROOT / "docs/guides/kubernetes-values.yaml"))
    secret = {one["envName"] for one in values["secret"]}
    plain = {one["name"] for one in values["env"]}
    assert {"ORGWARDEN_HASH_KEY", "ORGWARDEN_DATABASE_URL"} <= secret
    assert not plain & secret
    migration = values["migrateDatabaseJob"]["args"][-1]
    assert "airflow db migrate" in migration
    assert "airflow pools import" in migration
    assert fault(re.search(r"orgwarden (.+)", migration)[1]) == ""
    assert values["dags"]["gitSync"]["enabled"] is values["dags"]["persistence"]["enabled"] is False
    assert values["workers"]["serviceAccount"] == values["workers"]["celery"]["serviceAccount"]
