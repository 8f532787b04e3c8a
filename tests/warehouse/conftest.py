"""One database for the whole suite: a story is posted step by step, each step is landed and built."""

from collections.abc import Iterator
from datetime import date

import pytest

from olap.engines.postgres import PostgresEngine
from olap.service import Numbers
from runtime.postgres import EmbeddedPostgres
from runtime.settings import load_settings
from tests.warehouse.story import Story, tell
from tests.warehouse.warehouse import Metrics, Warehouse
from transactional.kernel.session import Database

DATABASE = "warehouse_story"


@pytest.fixture(scope="session")
def warehouse(server: EmbeddedPostgres, template: str) -> Iterator[Warehouse]:
    """A warehouse over a migrated database, empty until the story is told."""
    server.create_database(DATABASE, template)
    warehouse = Warehouse(load_settings().model_copy(update={"database_name": DATABASE}))
    yield warehouse
    warehouse.close()
    server.drop_database(DATABASE)


@pytest.fixture(scope="session")
def story(warehouse: Warehouse) -> Iterator[Story]:
    """What happened in the company, told in steps; after each the marts were built incrementally."""
    database = Database(warehouse.settings.database_url("app"))
    yield tell(database, warehouse)
    database.close()


@pytest.fixture(scope="session")
def metrics(warehouse: Warehouse, story: Story) -> Iterator[Metrics]:
    """The metrics of the story's tenant in DuckDB."""
    lake = warehouse.lake_of(story.tenant_id)
    yield Metrics(warehouse.compiler("duckdb"), lake)
    lake.close()


@pytest.fixture(scope="session")
def numbers(warehouse: Warehouse, story: Story) -> Numbers:
    """The metrics layer over the story's marts, on the last day of its year."""
    del story
    _ = warehouse.manifest_text
    engine = PostgresEngine(warehouse.settings.database_url("warehouse"))
    return Numbers(engine, warehouse.settings.dbt_target_dir, today=lambda: date(2026, 12, 31))
