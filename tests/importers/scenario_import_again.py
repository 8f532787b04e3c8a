"""Run again nothing comes twice; killed it goes on where it was; what is broken is left out whole, or refused."""

import csv
import gzip
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from importers.problems import SourceRefused
from importers.report import ImportReport
from importers.run import run_import
from runtime.progress import SilentProgress
from runtime.settings import Settings
from tests.importers.conftest import FILES
from transactional.checks import run_checks
from transactional.identity.models import Tenant
from transactional.kernel.principal import system_principal
from transactional.kernel.session import Database
from transactional.sales.models import SalesOrder

Trader = Callable[..., Path]


def run(settings: Settings, folder: Path, **options: Any) -> ImportReport:
    return run_import(settings, "northwind", folder, **{"progress": SilentProgress(), **options})


class Killed(Exception):
    pass


class KillAfterOneMonth(SilentProgress):
    """Dies between two months, as a killed process would: what is committed stays."""

    def advance(self, done: int, total: int) -> None:
        if 0 < done < total:
            raise Killed


def test_a_killed_import_goes_on_and_a_finished_one_books_nothing_twice(settings: Settings, trader: Trader) -> None:
    with pytest.raises(Killed):
        run(settings, trader(), progress=KillAfterOneMonth())
    resumed = run(settings, trader())
    assert resumed.documents["sales orders"] == 2
    assert resumed.held["sales orders"] == 4
    assert resumed.held["sales invoices"] == 3
    assert resumed.is_sound, str(resumed)
    again = run(settings, trader())
    assert sum(again.documents.values()) == 0
    assert again.held == again.held_before == resumed.held
    assert resumed.held_before["sales orders"] == 2
    assert again.is_sound, str(again)


BROKEN = """OrderID,ProductID,UnitPrice,Quantity,Discount
10248,1,14.4,12,0
10248,2,abc,10,0.05
10249,2,4.4125,7,0
10250,99,18,3,0
10250,3,9.99,1,0
10251,1,18,20,0
"""


def test_a_broken_row_leaves_out_its_order_and_no_other(settings: Settings, database: Database, trader: Trader) -> None:
    report = run(settings, trader(OrderDetails=BROKEN))
    assert [str(problem) for problem in report.problems] == [
        "OrderDetails.csv.gz, line 3, UnitPrice: 'abc' is no number (document 10248 is left out)",
        "OrderDetails.csv.gz, line 5, ProductID: 99 is unknown in Products.csv.gz (document 10250 is left out)",
    ]
    assert "Refused: 2 rows, 2 documents left out" in str(report)
    assert report.is_sound, str(report)
    with database.outside_tenants() as session:
        tenant_id = session.scalars(select(Tenant.id)).one()
    with database.transaction(system_principal(tenant_id, channel="test")) as books:
        assert set(books.scalars(select(SalesOrder.number))) == {"10249", "10251"}


def test_every_refused_row_is_in_the_listing(settings: Settings, trader: Trader) -> None:
    orders = FILES["Orders"] + "".join(f"{number},ALFKI,1,1996-07-04,,1996-07-05,free\n" for number in range(30))
    report = run(settings, trader(Orders=orders), tenant="listed")
    assert report.listing == settings.home / "imports" / "listed-not-booked.csv"
    with report.listing.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert [tuple(row.values()) for row in listed] == [
        ("Orders.csv.gz", str(line), "Freight", "", "'free' is no number") for line in range(6, 36)
    ]
    assert "... and 10 more" in str(report)
    assert str(report.listing) in str(report)


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ("1996-07-04,1996-08-01,1996-07-03", "ShippedDate: 1996-07-03 is before OrderDate 1996-07-04"),
        ("1996-07-04,1996-08-01,2019-07-16", "ShippedDate: 2019-07-16 is not between 1996-07-03 and 1998-05-06"),
        ("1969-07-04,1996-08-01,", "OrderDate: 1969-07-04 is not between 1996-07-03 and 1998-12-31"),
    ],
)
def test_impossible_days_leave_out_their_order_and_not_the_month(
    settings: Settings, trader: Trader, days: str, told: str
) -> None:
    report = run(settings, trader(Orders=FILES["Orders"].replace("1996-07-04,1996-08-01,1996-07-16", days)))
    assert [str(problem) for problem in report.problems] == [
        f"Orders.csv.gz, line 2, {told} (document 10248 is left out)"
    ]
    assert report.is_sound, str(report)
    orders = next(comparison for comparison in report.comparisons if comparison.name == "sales orders")
    assert (orders.source, orders.left_out, orders.booked) == (Decimal(4), Decimal(1), Decimal(3))
    assert "refused 1" in str(orders)


def test_two_sources_of_one_tenant_keep_their_books_apart(settings: Settings, trader: Trader) -> None:
    first = run(settings, trader(), tenant="group")
    lines = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    lines += "536365,85123A,Heart,6,2010-12-01 08:26:00,2.550,17850,United Kingdom\n"
    folder = trader()
    (folder / "online_retail.csv.gz").write_bytes(gzip.compress(lines.encode()))
    second = run_import(settings, "online-retail", folder, tenant="group", progress=SilentProgress())
    assert first.is_sound, str(first)
    assert second.is_sound, str(second)
    # Each has its opening stock, though both call it so.
    assert (first.documents["stock documents"], second.documents["stock documents"]) == (1, 1)


def on_the_shelves(report: ImportReport) -> Decimal:
    return next(comparison.booked for comparison in report.comparisons if comparison.name == "pieces on the shelves")


def test_files_mended_and_imported_again_come_to_what_whole_ones_do(
    settings: Settings, report: ImportReport, trader: Trader
) -> None:
    details = FILES["OrderDetails"].replace("10248,2,3.3333", "10248,2,abc").replace("10250,1,18", "10250,99,18")
    broken = run(settings, trader(OrderDetails=details))
    assert broken.held["sales orders"] == 2
    mended = run(settings, trader())
    assert mended.is_sound, str(mended)
    assert mended.documents["sales orders"] == 2
    # The stock that the mended orders sold was there at the opening, which is amended.
    assert mended.documents["stock documents"] == 1
    assert {str(comparison) for comparison in mended.comparisons} == {str(each) for each in report.comparisons}
    assert run_checks(settings) == []
    again = run(settings, trader())
    assert sum(again.documents.values()) == 0
    assert again.is_sound, str(again)


def test_a_count_corrected_downwards_takes_opening_stock_back(settings: Settings, trader: Trader) -> None:
    first = run(settings, trader())
    corrected = run(settings, trader(Products=FILES["Products"].replace("boxes,18,39", "boxes,18,30")))
    assert corrected.is_sound, str(corrected)
    assert corrected.documents == Counter({"stock documents": 1})
    pieces = [
        next(c.booked for c in each.comparisons if c.name == "pieces on the shelves") for each in (first, corrected)
    ]
    assert pieces == [44, 35]
    assert run_checks(settings) == []


def test_strict_refuses_a_source_with_a_broken_row(settings: Settings, database: Database, trader: Trader) -> None:
    with pytest.raises(SourceRefused, match=r"OrderDetails.csv.gz, line 3, UnitPrice: 'abc' is no number"):
        run(settings, trader(OrderDetails=BROKEN), strict=True)
    assert nothing_is_there(database)


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("Orders", b"OrderID,CustomerID\n1,ALFKI\n", "it lacks the column EmployeeID, OrderDate"),
        ("Customers", "CustomerID,CompanyName\nBOLID,Bólido\n".encode("latin-1"), "line 2 is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_stops_before_anything_is_written(
    settings: Settings, database: Database, trader: Trader, file: str, content: bytes, told: str
) -> None:
    with pytest.raises(SourceRefused, match=f"{file}.csv.gz: {told}"):
        run(settings, trader(**{file: content}))
    assert nothing_is_there(database)


def nothing_is_there(database: Database) -> bool:
    with database.outside_tenants() as session:
        return session.scalar(select(func.count()).select_from(Tenant)) == 0
