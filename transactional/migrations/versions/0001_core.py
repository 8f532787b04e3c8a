"""The core: kernel, identity, organization, parties, catalog, ledger, stock, finance, sales, purchase."""

from importlib import resources

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything."""
    script = resources.files("transactional.migrations").joinpath("sql", "0001_core.sql").read_text(encoding="utf-8")
    connection = op.get_bind()
    for statement in script.split("\n-- statement\n"):
        connection.exec_driver_sql(statement.replace("%", "%%"))


def downgrade() -> None:
    """The first revision has nothing before it: drop the database instead."""
    raise RuntimeError("there is nothing before the first revision: drop the database instead")
