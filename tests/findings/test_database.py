"""Our own database: one way to connect, to write, to migrate."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select, table

from orgwarden.errors import BadInput
from orgwarden.findings.database import VERSION_TABLE, connect, database_now, migrate
from orgwarden.findings.tables import METADATA, OBSERVATIONS


def test_models_and_migrations_agree(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_migrating_again_does_nothing(engine):
    migrate(engine)
    assert set(inspect(engine).get_table_names()) == {*METADATA.tables, VERSION_TABLE}


def test_processes_that_start_together_migrate_once(database_url):
    def start(_):
        engine = connect(database_url)
        migrate(engine)
        engine.dispose()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(start, range(16)))
    engine = connect(database_url)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(table(VERSION_TABLE))).scalar_one() == 1
    engine.dispose()


@pytest.mark.parametrize("url", ["mysql://host/db", "nonsense"])
def test_another_database_is_refused_with_what_to_write(url):
    with pytest.raises(BadInput, match="sqlite"):
        connect(url)


def test_the_databases_clock_is_aware_and_right(engine):
    with engine.connect() as connection:
        assert abs((database_now(connection) - datetime.now(UTC)).total_seconds()) < 5


def test_a_time_without_zone_is_refused(engine):
    row = {"organization": "o", "control": "c", "scope": "", "at": datetime(2026, 1, 1), "run": ""}  # noqa: DTZ001
    with engine.connect() as connection, pytest.raises(Exception, match="has no time zone"):
        connection.execute(OBSERVATIONS.insert(), row)
