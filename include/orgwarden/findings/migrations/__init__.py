"""The history of Orgwarden's database, by Alembic."""
