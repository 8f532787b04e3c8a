"""Alembic's entry: runs the revisions on the connection it is handed."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table="schema_revisions", version_table_schema="kernel")
with context.begin_transaction():
    context.run_migrations()
