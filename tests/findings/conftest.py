"""A migrated database for each test: SQLite, and PostgreSQL where a server is named."""

import os
import uuid

import pytest
from sqlalchemy import create_engine, make_url, text

from orgwarden.findings.database import connect, migrate

POSTGRES = "ORGWARDEN_TEST_POSTGRES_URL"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request, tmp_path):
    """Give the URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/orgwarden.db"
        return
    if POSTGRES not in os.environ:
        pytest.skip(f"{POSTGRES} names no PostgreSQL server")
    server = make_url(os.environ[POSTGRES]).set(drivername="postgresql+psycopg2")
    name = f"test_{uuid.uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def engine(database_url):
    """Give an engine on a migrated database."""
    engine = connect(database_url)
    migrate(engine)
    yield engine
    engine.dispose()
