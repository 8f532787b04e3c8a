"""The schema is upgraded while people work: nobody sees an error; a lock that cannot be had is asked for again."""

import threading
import time
from pathlib import Path
from textwrap import dedent

import psycopg
import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api.context import Services
from runtime.roles import ensure_roles
from runtime.settings import Settings
from tests.factories.documents import Shop
from tests.rounds import rounds
from transactional.kernel.principal import Principal
from transactional.migrations.run import Limits, MigrationBlocked, migrate
from transactional.sales.models import SalesOrder

WRITERS = 3
ORDERS_MIN = rounds(12, 400)
REVISION = dedent(
    '''
    """A column with an index: {number}."""

    from alembic import op

    revision = "{number}"
    down_revision = "{before}"


    def upgrade() -> None:
        op.execute("alter table sales.sales_orders add column if not exists promise_{number} text default 'none'")
        with op.get_context().autocommit_block():
            op.execute(
                "create index concurrently if not exists ix_promise_{number}"
                " on sales.sales_orders (tenant_id, promise_{number})"
            )
    '''
)
BRIEF = Limits(lock=0.2, statement=60, patience=30, pause=0.05)


@pytest.fixture
def further(settings: Settings, tmp_path: Path) -> Path:
    """Two revisions after the program's own, to be applied by the owner."""
    ensure_roles(settings)
    folder = tmp_path / "versions"
    folder.mkdir()
    for number, before in (("9001", "0001"), ("9002", "9001")):
        text = REVISION.format(number=number, before=before)
        (folder / f"{number}_promises.py").write_text(text, encoding="utf-8")
    return folder


def columns(settings: Settings) -> set[str]:
    """The added columns that there are, and the added indexes that are valid."""
    with psycopg.connect(settings.database_url("owner")) as connection:
        found = connection.execute(
            "select attname from pg_attribute"
            " where attrelid = 'sales.sales_orders'::regclass and attname like 'promise!_%' escape '!'"
            " union select indexrelid::regclass::text from pg_index"
            " where indisvalid and indexrelid::regclass::text like '%ix_promise%'"
        ).fetchall()
    return {str(name) for (name,) in found}


@pytest.mark.feature("2.1.6")
@pytest.mark.timeout(300)
def test_an_upgrade_under_load_is_seen_by_nobody(
    http: TestClient,
    services: Services,
    settings: Settings,
    shop: Shop,
    as_admin: Principal,
    item_id: str,
    further: Path,
) -> None:
    body = {
        "company_id": str(shop.company_id),
        "customer_id": str(shop.customer_id),
        "ordered_on": "2026-03-16",
        "lines": [{"item_id": item_id, "qty": "1", "unit_price": "50"}],
    }
    answers: list[int] = []
    upgraded = threading.Event()

    def write() -> None:
        mine = 0
        while not upgraded.is_set() or mine < ORDERS_MIN:
            answers.append(http.post("/api/sales/orders", json=body).status_code)
            mine += 1

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    held = threading.Event()

    def hold() -> None:
        """Somebody looks at the orders for longer than a revision waits for its lock."""
        with psycopg.connect(settings.database_url("owner")) as reader:
            reader.execute("select count(*) from sales.sales_orders")
            held.set()
            time.sleep(3 * BRIEF.lock)

    reader = threading.Thread(target=hold)
    for thread in (*writers, reader):
        thread.start()
    held.wait()
    started = time.monotonic()
    try:
        assert migrate(settings.database_url("owner"), limits=BRIEF, further=further) == ["9001", "9002"]
    finally:
        upgraded.set()
        for thread in (*writers, reader):
            thread.join()
    assert time.monotonic() - started > BRIEF.lock, "it had to give way at least once"
    assert set(answers) == {201}
    assert len(answers) >= WRITERS * ORDERS_MIN
    with services.database.transaction(as_admin) as session:
        assert session.scalar(select(func.count()).select_from(SalesOrder)) == len(answers)
    assert columns(settings) == {
        "promise_9001",
        "promise_9002",
        "sales.ix_promise_9001",
        "sales.ix_promise_9002",
    }
    assert migrate(settings.database_url("owner"), limits=BRIEF, further=further) == []


@pytest.mark.feature("2.1.6")
def test_an_upgrade_that_cannot_have_its_lock_says_so_and_leaves_everything(settings: Settings, further: Path) -> None:
    url = settings.database_url("owner")
    with psycopg.connect(url) as holder:
        holder.execute("lock table sales.sales_orders in access share mode")
        hasty = Limits(lock=0.05, statement=60, patience=0.2, pause=0.05)
        with pytest.raises(MigrationBlocked, match=r"Revision 9001 waited 0 s .* end long transactions"):
            migrate(url, limits=hasty, further=further)
        assert columns(settings) == set()
    assert migrate(url, limits=BRIEF, further=further) == ["9001", "9002"]


@pytest.mark.feature("2.1.6")
def test_an_index_that_gave_way_half_made_is_made_anew(settings: Settings, further: Path) -> None:
    url = settings.database_url("owner")
    for number in ("9001", "9002"):
        script = further / f"{number}_promises.py"
        script.write_text(
            f'"""An index."""\n\nfrom alembic import op\n\nrevision = "{number}"\n'
            f'down_revision = "{"0001" if number == "9001" else "9001"}"\n\n\ndef upgrade() -> None:\n'
            "    with op.get_context().autocommit_block():\n"
            f'        op.execute("create index concurrently if not exists ix_promise_{number}'
            ' on sales.sales_orders (tenant_id, number)")\n',
            encoding="utf-8",
        )
    held = threading.Event()

    def hold() -> None:
        """Somebody writes orders for longer than a revision waits for them."""
        with psycopg.connect(url) as writer:
            writer.execute("lock table sales.sales_orders in row exclusive mode")
            held.set()
            time.sleep(3 * BRIEF.lock)

    writer = threading.Thread(target=hold)
    writer.start()
    held.wait()
    started = time.monotonic()
    assert migrate(url, limits=BRIEF, further=further) == ["9001", "9002"]
    writer.join()
    assert time.monotonic() - started > BRIEF.lock, "it had to give way at least once"
    assert columns(settings) == {"sales.ix_promise_9001", "sales.ix_promise_9002"}
