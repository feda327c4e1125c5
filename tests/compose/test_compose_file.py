"""docker-compose.yaml: nothing secret in it, and no container without a user, limits, health, an end to its logs."""

import dataclasses
import json
import re

import pytest
import yaml

from orgwarden.on_airflow import ACCOUNT_POOL, BILLING_POOL, IAM_POOL, ORGANIZATIONS_POOL, TICKETS_POOL
from orgwarden.settings import Settings
from orgwarden.signing_in import DEFAULTS, PREFIX
from tests.compose import reading
from tests.compose.reading import FILE, ROOT, Missing, document, services, variables

AIRFLOW = [name for name in document()["services"] if name.startswith("airflow-")]
SET = {name: f"{name.lower().replace('_', '-')}-value" for name in variables()}
# Where a value may stand that would be a secret elsewhere: none of them opens anything.
NO_SECRETS = {"AWS_SECRET_ACCESS_KEY", "AIRFLOW__API__SECRET_KEY"}
SECRET = re.compile(r"SECRET|PASSWORD|KEY$|_CONN|BROKER_URL|RESULT_BACKEND|DATABASE_URL")


def test_it_has_every_process_of_airflow_and_what_they_need():
    assert set(AIRFLOW) == {
        f"airflow-{name}" for name in ("init", "apiserver", "scheduler", "dag-processor", "worker", "triggerer")
    }
    assert {"postgres", "redis"} < set(document()["services"])
    assert services(SET)["airflow-worker"].replicas == 2


@pytest.mark.parametrize("name", document()["services"])
def test_every_container_has_a_user_limits_an_end_to_its_logs_and_time_to_stop(name):
    told = document()["services"][name]
    assert re.fullmatch(r"[1-9]\d*:\d+", told["user"])
    assert {"cpus", "memory"} == set(told["deploy"]["resources"]["limits"])
    assert {"max-size", "max-file"} == set(told["logging"]["options"])
    assert told["restart"] in {"unless-stopped", "on-failure:5"}
    assert told["stop_grace_period"]
    assert "no-new-privileges:true" in told["security_opt"]
    assert "privileged" not in told


@pytest.mark.parametrize("name", document()["services"])
def test_every_container_that_stays_is_asked_for_its_health(name):
    told = document()["services"][name]["healthcheck"]
    if name == "airflow-init":
        assert told == {"disable": True}
    else:
        assert {"test", "interval", "timeout", "retries", "start_period"} == set(told)


@pytest.mark.parametrize("name", document()["services"])
def test_every_image_is_ours_or_pinned_to_an_exact_version(name):
    image = document()["services"][name]["image"]
    assert image == "${ORGWARDEN_IMAGE:-orgwarden:local}" or re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?-[a-z]+", image)


def test_no_secret_stands_in_it_and_none_has_a_default():
    for name, told in document()["services"].items():
        for key, value in told.get("environment", {}).items():
            if SECRET.search(key) and value is not None and key not in NO_SECRETS:
                assert "${" in value, f"{name}: {key}"
                assert ":-" not in value, f"{name}: {key}"
    assert not re.search(r"password\s*[:=]\s*['\"]?\w{4,}", FILE.read_text(), re.IGNORECASE)
    # A key or a password, however it is called.
    assert not re.search(r"[0-9a-zA-Z+/_-]{40,}={0,2}['\"]?$", re.sub(r"\S*/\S*", "", FILE.read_text()), re.MULTILINE)


@pytest.mark.parametrize("name", variables())
def test_what_is_not_set_is_named_with_what_it_is_for(name):
    with pytest.raises(Missing, match=name) as missing:
        services({key: value for key, value in SET.items() if key != name})
    assert len(str(missing.value)) > len(name) + 20
    if re.search(r"PASSWORD|_KEY|JWT", name):
        assert "openssl rand" in str(missing.value)


def test_a_variable_means_the_same_wherever_it_stands():
    said = {}
    for _, name, kind, words in reading.VARIABLE.findall(FILE.read_text()):
        if name:
            assert said.setdefault(name, (kind, words)) == (kind, words) or name == "ORGWARDEN_OIDC_ISSUER"


@pytest.mark.parametrize("name", AIRFLOW)
def test_every_setting_of_orgwarden_reaches_every_container_of_airflow(name):
    settings = {f"ORGWARDEN_{field.name.upper()}" for field in dataclasses.fields(Settings)}
    assert settings <= set(document()["services"][name]["environment"])


def test_every_setting_of_signing_in_reaches_the_api_server_alone():
    settings = {PREFIX + name for name in (*DEFAULTS, "ISSUER", "CLIENT_ID", "CLIENT_SECRET", "ROLES")}
    for name in AIRFLOW:
        told = {key for key in document()["services"][name]["environment"] if key.startswith(PREFIX)}
        assert told == (settings if name == "airflow-apiserver" else set())


def test_airflow_and_findings_have_a_database_each_that_is_made_once_and_migrated():
    told = services(SET)["airflow-init"]
    urls = [told.environment[name] for name in ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "ORGWARDEN_DATABASE_URL")]
    assert [url.rpartition("@")[2] for url in urls] == ["postgres:5432/airflow", "postgres:5432/orgwarden"]
    for command in ("airflow db migrate", "orgwarden migrate", "airflow pools import /opt/airflow/pools.json"):
        assert command in told.command[-1].splitlines()
    made = (ROOT / "deploy/postgres/10-databases.sh").read_text()
    assert [f"CREATE DATABASE {name} OWNER {name} " in made for name in ("airflow", "orgwarden")] == [True, True]


def test_the_pools_that_are_imported_are_those_that_workflows_name():
    pools = json.loads((ROOT / "include/pools.json").read_text())
    assert set(pools) == {ORGANIZATIONS_POOL, ACCOUNT_POOL, IAM_POOL, BILLING_POOL, TICKETS_POOL}


@pytest.mark.parametrize("name", [name for name in AIRFLOW if name != "airflow-init"])
def test_nothing_of_airflow_starts_before_its_databases_are_ready(name):
    after = services(SET)[name].after
    assert after["airflow-init"] == "service_completed_successfully"
    assert {after["postgres"], after["redis"]} == {"service_healthy"}


def test_a_worker_is_told_to_end_its_tasks_and_has_the_time_for_it():
    told = document()["services"]["airflow-worker"]
    assert (told["stop_signal"], told["stop_grace_period"]) == ("SIGTERM", "1h")
    timeout = told["environment"]["AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT"]
    assert int(timeout) >= 12 * 3600


def test_databases_and_queue_have_no_way_out_and_no_port_to_the_world():
    told = document()
    assert told["networks"]["data"] == {"internal": True}
    for name in ("postgres", "redis"):
        assert told["services"][name]["networks"] == ["data"]
        assert "ports" not in told["services"][name]
    listening = {name: one["ports"] for name, one in told["services"].items() if "ports" in one}
    assert set(listening) == {"airflow-apiserver", "demo-sign-in"}
    assert all("127.0.0.1" in port for ports in listening.values() for port in ports)


def test_what_belongs_to_the_demo_starts_with_its_profile_alone():
    demo = {name for name, one in services(SET).items() if one.profiles == ["demo"]}
    assert demo == {name for name in document()["services"] if name.startswith("demo-")} != set()


def test_what_mounts_this_folder_names_every_process_of_airflow():
    mounted = yaml.safe_load((ROOT / "docker-compose.mounted.yaml").read_text())
    assert list(mounted["services"]) == AIRFLOW
    folders = {volume.split(":")[0] for one in mounted["services"].values() for volume in one["volumes"]}
    assert all((ROOT / folder).is_dir() for folder in folders)
