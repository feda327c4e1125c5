"""``orgwarden migrate`` makes the tables, once or again, and tells no password."""

from sqlalchemy import create_engine, inspect

from tests.cli.conftest import CommandLine


def test_the_tables_are_made_and_made_again(orgwarden: CommandLine, tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'orgwarden.db'}"
    monkeypatch.setenv("ORGWARDEN_DATABASE_URL", url)
    assert [orgwarden("migrate")[0] for _ in range(2)] == [0, 0]
    engine = create_engine(url)
    assert {"findings", "orgwarden_version"} <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_without_a_database_it_says_what_to_set(orgwarden: CommandLine):
    code, _, error = orgwarden("migrate")
    assert (code, "ORGWARDEN_DATABASE_URL is not set" in error) == (2, True)
