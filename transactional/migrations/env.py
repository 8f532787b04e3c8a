"""Alembic's entry: runs the revisions on the connection it is handed, or writes their SQL where it is handed none."""

from alembic import context

connection = context.config.attributes.get("connection")
context.configure(
    connection=connection,
    dialect_name=None if connection is not None else "postgresql",
    version_table="schema_revisions",
    version_table_schema="kernel",
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
