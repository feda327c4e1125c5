"""A migrated database, as for the findings."""

from tests.findings.conftest import database_url, engine

__all__ = ["database_url", "engine"]
