"""The first weeks of the real AdventureWorks become books that meet its files, once, whatever is broken in them."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from importers.report import ImportReport
from importers.run import run_import
from runtime.progress import SilentProgress
from runtime.settings import Settings
from tests.importers.killing import kill_import
from tests.importers.slices import change_rows, cut_adventureworks, read_rows, write_rows
from transactional.catalog.models import Item
from transactional.checks import run_checks
from transactional.finance.models import Invoice, Payment
from transactional.identity.models import Tenant
from transactional.inventory.models import StockBalance
from transactional.kernel.principal import system_principal
from transactional.kernel.session import Database, Session
from transactional.ledger.models import Account, JournalEntry, JournalLine
from transactional.production.graph import bills_below
from transactional.production.models import ProductionOrder
from transactional.purchase.models import PurchaseOrder, PurchaseOrderLine
from transactional.sales.models import SalesOrder, SalesOrderLine

pytestmark = pytest.mark.data
UNTIL = "2011-06-30"


def run(settings: Settings, folder: Path) -> ImportReport:
    return run_import(settings, "adventureworks", folder, progress=SilentProgress())


@pytest.fixture(scope="module")
def files(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company's first weeks as files."""
    return cut_adventureworks(sample_folder / "adventureworks", tmp_path_factory.mktemp("weeks"), UNTIL)


@pytest.fixture
def broken(files: Path, tmp_path: Path) -> Path:
    """The same files, for a test to break."""
    for file in files.iterdir():
        (tmp_path / file.name).symlink_to(file.resolve())
    return tmp_path


def money(rows: list[dict[str, str]], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


@pytest.fixture(scope="module")
def imported(installation: Settings, files: Path) -> ImportReport:
    """What importing them gave."""
    return run(installation, files)


@pytest.fixture(scope="module")
def company(installation: Settings, imported: ImportReport) -> Iterator[Session]:
    """The company's books."""
    assert imported.documents
    yield from inside(installation)


def inside(settings: Settings) -> Iterator[Session]:
    database = Database(settings.database_url("app"))
    with database.outside_tenants() as session:
        tenant_id = session.scalars(select(Tenant.id)).one()
    with database.transaction(system_principal(tenant_id, channel="test")) as session:
        yield session
    database.close()


def test_every_document_is_booked_and_every_figure_met(imported: ImportReport, files: Path) -> None:
    assert imported.is_sound, str(imported)
    assert not imported.problems
    sizes = {
        name: len(read_rows(files / f"{table}.csv.gz"))
        for name, table in (
            ("sales orders", "Sales.SalesOrderHeader"),
            ("sales order lines", "Sales.SalesOrderDetail"),
            ("purchase orders", "Purchasing.PurchaseOrderHeader"),
            ("customers", "Sales.Customer"),
            ("items", "Production.Product"),
            ("employees", "HumanResources.Employee"),
            ("departments", "HumanResources.Department"),
        )
    }
    met = {comparison.name: comparison for comparison in imported.comparisons}
    for name, size in sizes.items():
        assert (met[name].source, met[name].booked) == (Decimal(size), Decimal(size)), name
    for kind in ("deliveries", "sales invoices", "receipts of payment"):
        assert imported.documents[kind] == sizes["sales orders"]


def test_sums_are_those_of_the_files_to_the_cent_of_each_document(company: Session, files: Path) -> None:
    orders = read_rows(files / "Sales.SalesOrderHeader.csv.gz")
    allowed = Decimal("0.005") * len(orders)
    for column, mine in (
        ("SubTotal", SalesOrder.net_amount),
        ("TaxAmt", SalesOrder.tax_amount),
        ("Freight", SalesOrder.freight_amount),
    ):
        booked = company.scalar(select(func.sum(mine))) or Decimal(0)
        assert abs(booked - money(orders, column)) <= allowed, column
    # What was ordered was invoiced, and what was invoiced was paid.
    total = company.scalar(select(func.sum(Invoice.total_amount)).where(Invoice.kind == "sales_invoice"))
    assert total == company.scalar(select(func.sum(Payment.amount)).where(Payment.kind == "receipt"))
    assert total == company.scalar(select(func.sum(SalesOrder.total_amount)))


def test_every_line_is_the_files_within_a_cent(company: Session, files: Path) -> None:
    details = read_rows(files / "Sales.SalesOrderDetail.csv.gz")
    theirs = sorted((Decimal(row["LineTotal"]), Decimal(row["OrderQty"])) for row in details)
    ours = sorted((row[0], row[1]) for row in company.execute(select(SalesOrderLine.net_amount, SalesOrderLine.qty)))
    assert Counter(qty for _, qty in ours) == Counter(qty for _, qty in theirs)
    assert max(abs(mine[0] - other[0]) for mine, other in zip(ours, theirs, strict=True)) < Decimal("0.01")


def test_bills_and_work_orders_are_those_of_the_files(company: Session, files: Path) -> None:
    made = read_rows(files / "Production.WorkOrder.csv.gz")
    theirs = Counter(
        (
            row["WorkOrderID"],
            Decimal(row["OrderQty"]),
            Decimal(row["ScrappedQty"]),
            row["EndDate"][:10] > row["DueDate"][:10],
        )
        for row in made
    )
    order = ProductionOrder
    is_late = order.finished_on > order.due_on
    rows = company.execute(select(order.external_ref, order.qty, order.scrapped_qty, is_late)).all()
    assert Counter(tuple(row) for row in rows) == theirs
    products = {row["ProductNumber"]: row for row in read_rows(files / "Production.Product.csv.gz")}
    bike = company.scalars(select(Item).where(Item.code == "BK-R50R-44")).one()
    bills = bills_below(
        company, company.scalars(select(order.company_id).distinct()).one(), [bike.id], date(2014, 6, 1)
    )
    items = {row.id: row.code for row in company.scalars(select(Item))}
    parts = [(line.qty, Decimal(products[items[line.item_id]]["StandardCost"])) for line in bills[bike.id].lines]
    assert (len(parts), sum(Decimal(int(qty)) * cost for qty, cost in parts)) == (14, Decimal("793.0287"))


def test_each_shelf_ends_at_the_count(company: Session, files: Path) -> None:
    counted = read_rows(files / "Production.ProductInventory.csv.gz")
    on_hand = company.scalars(select(StockBalance.on_hand_qty).where(StockBalance.on_hand_qty != 0)).all()
    assert Counter(on_hand) == Counter(Decimal(row["Quantity"]) for row in counted if row["Quantity"] != "0")


def test_the_checks_of_the_installation_find_nothing(installation: Settings, imported: ImportReport) -> None:
    assert imported.documents
    assert run_checks(installation) == []


def test_run_again_it_books_nothing(installation: Settings, company: Session, files: Path) -> None:
    again = run(installation, files)
    assert sum(again.documents.values()) == 0
    assert again.is_sound, str(again)
    orders = len(read_rows(files / "Sales.SalesOrderHeader.csv.gz"))
    assert company.scalar(select(func.count()).select_from(SalesOrder)) == orders
    assert company.scalar(select(func.sum(JournalLine.amount))) == 0


def test_broken_rows_are_listed_with_their_place_and_their_documents_left_out_whole(
    settings: Settings, broken: Path
) -> None:
    change_rows(
        broken,
        "Sales.SalesOrderDetail",
        {
            2: {"OrderQty": "1,5"},
            20: {"ProductID": "99999"},
            40: {"UnitPriceDiscount": "1.5"},
            60: {"LineTotal": "0.01"},
        },
    )
    change_rows(broken, "Sales.SalesOrderHeader", {50: {"ShipDate": "2011-05-30"}, 51: {"OrderDate": "2041-06-10"}})
    change_rows(broken, "Purchasing.PurchaseOrderDetail", {2: {"ProductID": "1000000"}})
    change_rows(broken, "Purchasing.PurchaseOrderHeader", {3: {"Status": "9"}})
    change_rows(broken, "Production.WorkOrder", {9: {"EndDate": "2015-01-01"}})
    heads = read_rows(broken / "Sales.SalesOrderHeader.csv.gz")
    details = read_rows(broken / "Sales.SalesOrderDetail.csv.gz")
    report = run(settings, broken)
    told = {(problem.file, problem.line, problem.column) for problem in report.problems}
    assert told >= {
        ("Sales.SalesOrderDetail.csv.gz", 2, "OrderQty"),
        ("Sales.SalesOrderDetail.csv.gz", 20, "ProductID"),
        ("Sales.SalesOrderHeader.csv.gz", 50, "ShipDate"),
        ("Sales.SalesOrderHeader.csv.gz", 51, "OrderDate"),
        ("Purchasing.PurchaseOrderDetail.csv.gz", 2, "ProductID"),
        ("Purchasing.PurchaseOrderHeader.csv.gz", 3, "Status"),
        ("Production.WorkOrder.csv.gz", 9, "EndDate"),
    }
    assert report.is_sound, str(report)
    gone = {details[line - 2]["SalesOrderID"] for line in (2, 20, 40, 60)}
    gone |= {heads[line - 2]["SalesOrderID"] for line in (50, 51)}
    left = next(comparison for comparison in report.comparisons if comparison.name == "sales orders")
    assert (left.source, left.left_out) == (Decimal(len(heads)), Decimal(len(gone)))
    for session in inside(settings):
        numbers = set(session.scalars(select(SalesOrder.number)))
        assert numbers == {row["SalesOrderNumber"] for row in heads if row["SalesOrderID"] not in gone}
        lines = session.scalar(select(func.count()).select_from(SalesOrderLine))
        assert lines == sum(row["SalesOrderID"] not in gone for row in details)
        assert session.scalar(select(func.count()).select_from(PurchaseOrder)) == 6
        orphans = select(func.count()).select_from(PurchaseOrderLine)
        assert session.scalar(orphans.where(PurchaseOrderLine.order_id.not_in(select(PurchaseOrder.id)))) == 0


def test_a_product_that_cannot_be_read_takes_along_what_needs_it_until_it_is_mended(
    settings: Settings, broken: Path
) -> None:
    sold = read_rows(broken / "Sales.SalesOrderDetail.csv.gz")
    products = [row["ProductID"] for row in read_rows(broken / "Production.Product.csv.gz")]
    victim = sold[0]["ProductID"]
    whole = read_rows(broken / "Production.Product.csv.gz")
    change_rows(broken, "Production.Product", {products.index(victim) + 2: {"StandardCost": "dear"}})
    report = run(settings, broken)
    orders = {row["SalesOrderID"] for row in sold if row["ProductID"] == victim}
    assert report.is_sound, str(report)
    for session in inside(settings):
        refs = set(session.scalars(select(SalesOrder.external_ref)))
        assert not refs & {f"SO{order}" for order in orders}
        assert refs
    write_rows(broken / "Production.Product.csv.gz", whole)
    mended = run(settings, broken)
    assert mended.is_sound, str(mended)
    assert not mended.problems
    assert mended.documents["sales orders"] == len(orders)
    assert run_checks(settings) == []


def books_of(session: Session) -> tuple[set[object], set[object]]:
    """What stands on each account and item by day, and how far each journal is numbered."""
    day, entries = JournalLine.posted_on, (JournalEntry.journal, JournalEntry.fiscal_year)
    lines = select(Account.code, day, Item.code, func.count(), func.sum(JournalLine.amount))
    lines = lines.join(Account, Account.id == JournalLine.account_id).outerjoin(Item, Item.id == JournalLine.item_id)
    numbers = select(*entries, func.count(), func.max(JournalEntry.number)).group_by(*entries)
    stands = session.execute(lines.group_by(Account.code, day, Item.code)).all()
    return {tuple(row) for row in stands}, {tuple(row) for row in session.execute(numbers)}


def test_booked_by_three_processes_it_ends_the_same(
    settings: Settings, files: Path, imported: ImportReport, company: Session
) -> None:
    report = run_import(settings, "adventureworks", files, progress=SilentProgress(), helped_from=0)
    assert report.is_sound, str(report)
    assert report.held == imported.held
    assert report.documents == imported.documents
    assert [str(comparison) for comparison in report.comparisons] == [str(each) for each in imported.comparisons]
    assert run_checks(settings) == []
    for session in inside(settings):
        assert books_of(session) == books_of(company)


def test_killed_after_its_first_month_it_ends_the_same(settings: Settings, files: Path, imported: ImportReport) -> None:
    kill_import(settings, "adventureworks", files, ("importers.run", "_book_month", 2), helped_from=0)
    resumed = run(settings, files)
    assert resumed.is_sound, str(resumed)
    assert resumed.held == imported.held
    assert [str(comparison) for comparison in resumed.comparisons] == [str(each) for each in imported.comparisons]
    assert 0 < sum(resumed.documents.values()) < sum(imported.documents.values())
    assert run_checks(settings) == []
