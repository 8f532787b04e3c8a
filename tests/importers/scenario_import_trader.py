"""A trader's files become balanced books; run again nothing comes twice, killed it goes on where it was."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from importers.problems import SourceRefused
from importers.report import ImportReport
from importers.run import run_import
from runtime.demo_logins import read_logins
from runtime.progress import SilentProgress
from runtime.settings import Settings
from transactional.finance.models import Invoice, Payment
from transactional.identity.models import Tenant
from transactional.inventory.models import Reservation, StockBalance
from transactional.kernel.principal import Principal, system_principal
from transactional.kernel.session import Database
from transactional.ledger.models import JournalEntry
from transactional.sales.models import SalesOrder

Trader = Callable[..., Path]


def run(settings: Settings, folder: Path, **options: Any) -> ImportReport:
    return run_import(settings, "northwind", folder, **{"progress": SilentProgress(), **options})


def principal_of(database: Database, slug: str = "northwind") -> Principal:
    with database.outside_tenants() as session:
        tenant_id = session.scalars(select(Tenant.id).where(Tenant.slug == slug)).one()
    return system_principal(tenant_id, channel="test")


@contextmanager
def books(database: Database) -> Iterator[Any]:
    with database.transaction(principal_of(database)) as session:
        yield session


def test_everything_is_booked_and_meets_the_source(settings: Settings, trader: Trader) -> None:
    report = run(settings, trader())
    assert report.is_sound, str(report)
    assert not report.problems
    counts = {
        name: report.documents[name] for name in ("sales orders", "deliveries", "sales invoices", "stock documents")
    }
    assert counts == {"sales orders": 4, "deliveries": 3, "sales invoices": 3, "stock documents": 1}
    compared = {comparison.name: comparison for comparison in report.comparisons}
    # 14.4 x 12 + 3.3333 x 10 x 0.95 + 4.4125 x 7 + 18 x 3 x 0.85 + 9.99 + 18 x 20 + 4.4125 x 9
    assert compared["sales subtotal"].source == Decimal("690.95635")
    assert compared["sales subtotal"].booked == Decimal("690.96")
    assert compared["sales freight"].booked == Decimal("47.04")
    assert compared["pieces on the shelves"].booked == 44


def test_what_is_not_shipped_waits_with_its_stock_promised(
    settings: Settings, database: Database, trader: Trader
) -> None:
    run(settings, trader())
    with books(database) as session:
        states = dict(session.execute(select(SalesOrder.number, SalesOrder.state)).all())
        promised = session.scalars(select(Reservation.qty).order_by(Reservation.qty)).all()
        on_hand = session.scalars(select(StockBalance.on_hand_qty).order_by(StockBalance.on_hand_qty)).all()
    assert set(states.values()) == {"confirmed"}
    assert promised == [5, 20]
    assert on_hand == [0, 5, 39]


def test_customers_pay_on_their_terms(settings: Settings, database: Database, trader: Trader) -> None:
    run(settings, trader())
    with books(database) as session:
        paid = session.execute(select(Payment.paid_on, Payment.amount).order_by(Payment.paid_on)).all()
    assert [(row[0].isoformat(), row[1]) for row in paid] == [
        ("1996-08-09", Decimal("42.50")),
        ("1996-08-15", Decimal("236.85")),
        ("1996-10-20", Decimal("55.89")),
    ]


def test_the_administrator_can_sign_in(settings: Settings, trader: Trader) -> None:
    run(settings, trader(), tenant="trader-of-ours")
    [login] = [login for login in read_logins(settings.home) if login.tenant == "trader-of-ours"]
    assert login.role == "admin"
    assert login.username == "admin@trader-of-ours.example"


def test_running_again_books_nothing_twice(settings: Settings, database: Database, trader: Trader) -> None:
    run(settings, trader())
    with books(database) as session:
        before = session.scalar(select(func.count()).select_from(JournalEntry))
    again = run(settings, trader())
    assert sum(again.documents.values()) == 0
    assert again.is_sound, str(again)
    with books(database) as session:
        assert session.scalar(select(func.count()).select_from(JournalEntry)) == before


class Killed(Exception):
    pass


class KillAfter(SilentProgress):
    """Dies like a killed process would: between two months, after the first one is in."""

    def advance(self, done: int, total: int) -> None:
        if 0 < done < total:
            raise Killed


def test_a_killed_import_goes_on_and_ends_the_same(settings: Settings, database: Database, trader: Trader) -> None:
    with pytest.raises(Killed):
        run(settings, trader(), progress=KillAfter())
    with books(database) as session:
        half = session.scalar(select(func.count()).select_from(Invoice))
    report = run(settings, trader())
    assert 0 < report.documents["sales orders"] + 1 <= 4
    assert report.held["sales invoices"] == 3 > (half or 0)
    assert report.is_sound, str(report)


def test_a_broken_row_leaves_out_its_order_and_no_other(settings: Settings, database: Database, trader: Trader) -> None:
    lines = (
        "OrderID,ProductID,UnitPrice,Quantity,Discount\n10248,1,14.4,12,0\n10248,2,abc,10,0.05\n10249,2,4.4125,7,0\n"
    )
    lines += "10250,99,18,3,0\n10250,3,9.99,1,0\n10251,1,18,20,0\n"
    report = run(settings, trader(OrderDetails=lines))
    assert [str(problem) for problem in report.problems] == [
        "OrderDetails.csv.gz, line 3, UnitPrice: 'abc' is no number (document 10248 is left out)",
        "OrderDetails.csv.gz, line 5, ProductID: 99 is unknown in Products.csv.gz (document 10250 is left out)",
    ]
    assert report.is_sound, str(report)
    with books(database) as session:
        assert set(session.scalars(select(SalesOrder.number))) == {"10249", "10251"}


def test_strict_refuses_a_source_with_a_broken_row(settings: Settings, database: Database, trader: Trader) -> None:
    lines = "OrderID,ProductID,UnitPrice,Quantity,Discount\n10248,1,14.4,twelve,0\n"
    with pytest.raises(SourceRefused, match=r"OrderDetails.csv.gz, line 2, Quantity: 'twelve' is no whole number"):
        run(settings, trader(OrderDetails=lines), strict=True)
    assert nothing_is_there(database)


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("Orders", b"OrderID,CustomerID\n1,ALFKI\n", "it lacks the column EmployeeID, OrderDate"),
        ("Customers", "CustomerID,CompanyName\nBOLID,Bólido\n".encode("latin-1"), "line 2 is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_stops_before_anything_is_written(  # three fixtures, three cases
    settings: Settings, database: Database, trader: Trader, file: str, content: bytes, told: str
) -> None:
    with pytest.raises(SourceRefused, match=f"{file}.csv.gz: {told}"):
        run(settings, trader(**{file: content}))
    assert nothing_is_there(database)


def nothing_is_there(database: Database) -> bool:
    with database.outside_tenants() as session:
        return session.scalar(select(func.count()).select_from(Tenant)) == 0
