"""The core: kernel, identity, organization, parties, catalog, ledger, stock, finance, sales, purchase."""

import csv
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
    # Source: ISO 4217, list one; the same for all tenants.
    listed = resources.files("transactional.organization").joinpath("currencies.csv").read_text(encoding="utf-8")
    connection.exec_driver_sql(
        "insert into organization.currencies (code, name, decimals) values (%(code)s, %(name)s, %(decimals)s)",
        list(csv.DictReader(listed.splitlines())),
    )


def downgrade() -> None:
    """The first revision has nothing before it: drop the database instead."""
    raise RuntimeError("there is nothing before the first revision: drop the database instead")
