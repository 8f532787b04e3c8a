"""The API killed while orders are written: each is there once, with one event, and the event reaches the warehouse."""

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from api.context import Services
from bench.killed_server import Written, killable, write_through_kills, written
from bench.serving import sign_in
from pipelines.raw.loader import land
from pipelines.raw.schema import ensure_raw_tables
from runtime.settings import DatabaseRole, Settings
from tests.api.conftest import PASSWORD, Login
from tests.factories.documents import Shop
from transactional.contract import promised_table
from transactional.kernel.principal import Principal

ORDERS, KILLS = 60, 3
"""A share of the thousand that `bench.killed_server` writes."""


@pytest.mark.feature("ARCH-20")
def test_killed_while_orders_are_written_none_is_lost_or_doubled(
    settings: Settings,
    services: Services,
    admin: Login,
    as_admin: Principal,
    shop: Shop,
    item_id: str,
    tmp_path: Path,
) -> None:
    bodies = [
        {
            "company_id": str(shop.company_id),
            "customer_id": str(shop.customer_id),
            "ordered_on": datetime.now(UTC).date().isoformat(),
            "external_ref": f"kill-{number}",
            "lines": [{"item_id": item_id, "qty": "1"}],
        }
        for number in range(ORDERS)
    ]
    with killable(settings, tmp_path / "api.log") as server:
        token = sign_in(server.port, admin.username, PASSWORD)
        repeated = write_through_kills(server, token, bodies, KILLS)
    with services.database.transaction(as_admin) as session:
        found = written(session, ORDERS, KILLS, repeated)
    assert found == Written(ORDERS, KILLS, repeated, ORDERS, ORDERS, ORDERS, 0)
    assert repeated > 0
    assert landed_events(settings) == (ORDERS, ORDERS, 1, True)


def landed_events(settings: Settings) -> tuple[int, int, int, bool] | None:
    """Events landed, orders they speak of, their schema version, and whether each order's are in their order."""
    tables = (promised_table("outbox"), promised_table("tombstones"))
    with psycopg.connect(settings.database_url(DatabaseRole.WAREHOUSE), autocommit=True) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with connection.transaction():
            ensure_raw_tables(connection, tables)
        for _ in range(2):
            with connection.transaction():
                land(connection, tables)
        found: tuple[int, int, int, bool] | None = connection.execute(
            "select count(*), count(distinct aggregate_id), max(schema_version),"
            " bool_and(sequence > previous is not false) from ("
            " select *, lag(sequence) over (partition by aggregate_id order by occurred_at, sequence) as previous"
            " from raw.outbox where topic = 'sales.order.created') as events"
        ).fetchone()
        return found
