"""What holds for all tests: an environment of their own, and no network but loopback.

Airflow reads its settings when it is imported for the first time: they are set here, and Airflow is imported only by
the tests that need it.
"""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from botocore import loaders, session

ROOT = Path(__file__).parents[1]
KEPT = "ORGWARDEN_TEST_"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")


def pytest_configure(config: pytest.Config) -> None:
    for name in [n for n in os.environ if n.startswith(("AIRFLOW", "AWS_", "ORGWARDEN_")) and not n.startswith(KEPT)]:
        del os.environ[name]
    home = tempfile.mkdtemp(prefix=f"orgwarden-tests-{WORKER}-")
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    os.environ |= {
        "AIRFLOW_HOME": home,
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        # No instance metadata, no profile of whoever runs the tests.
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "GX_ANALYTICS_ENABLED": "false",
    }


@pytest.fixture(autouse=True, scope="session")
def _only_loopback() -> Iterator[None]:
    """Let no test reach beyond this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(str(address[0])):  # type: ignore[index]
            raise PermissionError(f"a test reached for {address}; only loopback is allowed")
        connect(self, address)  # type: ignore[arg-type]

    socket.socket.connect = guarded  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def _models_are_read_once() -> Iterator[None]:
    """Read what botocore knows of a service once, instead of anew for each session of each test."""
    read: dict[tuple[object, ...], object] = {}

    def sharing(search_path_string: str | None = None) -> loaders.Loader:
        loader = loaders.create_loader(search_path_string)
        loader._cache = read  # noqa: SLF001 - a loader keeps there what it has read
        return loader

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "create_loader", sharing)
        yield


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
