"""What was imported can be asked for: the metrics of each imported company are the sums of its files."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from importers.run import run_import
from olap.asker import Asker
from olap.engines.duckdb import DuckDBEngine
from olap.query import MetricQuery
from olap.service import Numbers
from pipelines.batches import Pipeline
from pipelines.report import BatchReport
from runtime.postgres import EmbeddedPostgres
from runtime.progress import SilentProgress
from runtime.settings import Settings, load_settings
from tests.importers.conftest import write_files
from tests.importers.shop import write_shop
from tests.importers.slices import cut_adventureworks, read_rows
from transactional.identity.models import Tenant
from transactional.kernel.session import Database

SUMMER = date(2026, 7, 1)


class Loaded:
    """An installation with imported companies, loaded into marts and published."""

    def __init__(self, settings: Settings) -> None:
        """Run the first load."""
        self.settings = settings
        pipeline = Pipeline(settings)
        report = pipeline.run()
        pipeline.close()
        assert report is not None
        self.report: BatchReport = report
        self.numbers = Numbers(
            DuckDBEngine.over(settings.lake_dir, threads=1), settings.dbt_target_dir, today=lambda: SUMMER
        )
        database = Database(settings.database_url("app"))
        with database.outside_tenants() as session:
            self.tenants = {row[0]: str(row[1]) for row in session.execute(select(Tenant.slug, Tenant.id))}
        database.close()

    def ask(self, tenant: str, metric: str, by: str | None = None) -> dict[Any, Decimal]:
        """One metric by one dimension, or by nothing."""
        question = MetricQuery.from_data({"metrics": [metric], "group_by": [by] if by else []})
        answer = self.numbers.query(question, Asker(self.tenants[tenant], frozenset({"*"})))
        [*groups, value] = (column.name for column in answer.columns)
        return {row[groups[0]] if groups else None: Decimal(str(row[value])) for row in answer.rows}


@pytest.fixture(scope="module")
def own(server: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An installation with a state folder of its own; server and secrets are the session's."""
    shared = load_settings()
    home = tmp_path_factory.mktemp("loaded")
    for name in ("postgres", "secrets.json"):
        (home / name).symlink_to(shared.home / name)
    name = f"t_{uuid4().hex[:12]}"
    server.create_database(name, template)
    yield shared.model_copy(update={"home": home, "database_name": name})
    server.drop_database(name)


@pytest.fixture(scope="module")
def loaded(own: Settings, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """A trader, a shop and, where its files are, the first weeks of AdventureWorks, side by side."""
    for source, folder in (
        ("northwind", write_files(tmp_path_factory.mktemp("trader"))),
        ("online-retail", write_shop(tmp_path_factory.mktemp("shop"))),
    ):
        report = run_import(own, source, folder, progress=SilentProgress())
        assert report.is_sound, str(report)
    return Loaded(own)


def test_the_first_load_takes_every_imported_company_in(loaded: Loaded) -> None:
    assert loaded.report.state == "published", loaded.report.error
    assert set(loaded.tenants) == {"northwind", "online-retail"}


def test_the_traders_figures_are_its_files(loaded: Loaded) -> None:
    # By the day of the invoice, which is that of the shipment; 10251 waits.
    # 14.4 x 12 + 3.3333 x 10 x 0.95, 4.4125 x 7; then 18 x 3 x 0.85 + 9.99
    assert loaded.ask("northwind", "net_revenue", "metric_time__month") == {
        date(1996, 7, 1): Decimal("204.47") + Decimal("30.89"),
        date(1996, 9, 1): Decimal("55.89"),
    }
    assert loaded.ask("northwind", "order_count", "metric_time__year") == {date(1996, 1, 1): 3, date(1998, 1, 1): 1}
    assert loaded.ask("northwind", "confirmed_order_value") == {None: Decimal("690.96")}
    assert loaded.ask("northwind", "net_revenue", "salesperson") == {
        "Ann Doe": Decimal("204.47") + Decimal("55.89"),
        "Ben Boss": Decimal("30.89"),
    }
    assert loaded.ask("northwind", "stock_quantity") == {None: 44}


def test_the_shops_figures_are_its_files_less_what_came_back(loaded: Loaded) -> None:
    # 6 x 2.55 + 4 x 3.39 + 18; 10 x 2.555; 3 x 4.125 less 2 x 2.55 and 27.50
    december = Decimal("46.86") + Decimal("25.55") + Decimal("12.38") - Decimal("5.10") - Decimal("27.50")
    august = Decimal("110.62") - Decimal("11.06")
    assert loaded.ask("online-retail", "net_revenue", "metric_time__month") == {
        date(2010, 12, 1): december,
        date(2011, 1, 1): Decimal("-9.99"),
        date(2011, 8, 1): august,
    }
    assert loaded.ask("online-retail", "net_revenue") == {None: december - Decimal("9.99") + august}


@pytest.mark.data
def test_a_bicycle_makers_figures_are_its_files(
    loaded: Loaded, sample_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = cut_adventureworks(sample_folder / "adventureworks", tmp_path_factory.mktemp("weeks"), "2011-06-30")
    report = run_import(loaded.settings, "adventureworks", folder, progress=SilentProgress())
    assert report.is_sound, str(report)
    after = Loaded(loaded.settings)
    orders = read_rows(folder / "Sales.SalesOrderHeader.csv.gz")
    sums: defaultdict[date, Decimal] = defaultdict(Decimal)
    counts: defaultdict[date, int] = defaultdict(int)
    for order in orders:
        sums[date.fromisoformat(order["ShipDate"][:7] + "-01")] += Decimal(order["SubTotal"])
        counts[date.fromisoformat(order["OrderDate"][:7] + "-01")] += 1
    revenue = after.ask("adventureworks", "net_revenue", "metric_time__month")
    assert revenue.keys() == sums.keys()
    for month, amount in sums.items():
        assert abs(revenue[month] - amount) <= Decimal("0.005") * len(orders), month
    assert after.ask("adventureworks", "order_count", "metric_time__month") == counts
    counted = read_rows(folder / "Production.ProductInventory.csv.gz")
    assert after.ask("adventureworks", "stock_quantity") == {None: sum(int(row["Quantity"]) for row in counted)}
    assert after.ask("northwind", "confirmed_order_value") == {None: Decimal("690.96")}
