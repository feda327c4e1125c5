"""Runs the migrations on the connection that ``orgwarden.findings.database.migrate`` hands over.

The caller's transaction spans them all, so two processes that start together do not meet half-way.
"""

from alembic import context

from orgwarden.findings.database import VERSION_TABLE
from orgwarden.findings.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
