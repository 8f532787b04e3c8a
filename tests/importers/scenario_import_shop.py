"""Invoice lines with cancellations, adjustments and missing customers: each has a fate, and none is booked twice."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from importers.report import ImportReport
from importers.run import run_import
from runtime.progress import SilentProgress
from runtime.settings import Settings
from tests.importers.shop import LINES, write_shop
from transactional.checks import run_checks
from transactional.finance.models import Invoice, InvoiceKind
from transactional.identity.models import Tenant
from transactional.kernel.principal import system_principal
from transactional.kernel.session import Database


def run(settings: Settings, folder: Path) -> ImportReport:
    return run_import(settings, "online-retail", folder, progress=SilentProgress())


def value(line: str) -> Decimal:
    fields = line.split(",")
    return Decimal(fields[3]) * Decimal(fields[5])


def invoiced(settings: Settings) -> dict[str, tuple[int, Decimal]]:
    """Documents and their net sum by kind."""
    database = Database(settings.database_url("app"))
    with database.outside_tenants() as session:
        tenant_id = session.scalars(select(Tenant.id)).one()
    statement = select(Invoice.kind, func.count(), func.sum(Invoice.net_amount)).group_by(Invoice.kind)
    with database.transaction(system_principal(tenant_id, channel="test")) as session:
        found = {str(row[0]): (row[1], row[2]) for row in session.execute(statement)}
    database.close()
    return found


def test_every_sort_of_line_becomes_what_it_is(settings: Settings, tmp_path: Path) -> None:
    report = run(settings, write_shop(tmp_path))
    assert report.is_sound, str(report)
    assert not report.problems
    fates = {fate.name.split(":")[0]: fate.rows for fate in report.fates}
    assert fates == {
        "sold": 5,
        "given free": 1,
        "taken back": 1,
        "credited fee, discount or manual entry": 1,
        "no earlier sale of this item to this customer at this price": 1,
        "stock written off": 1,
        "stock found": 1,
        "a service without price": 1,
        "bad debt": 2,
    }
    assert sum(fate.rows for fate in report.fates) == len(LINES)
    assert sum(fate.amount for fate in report.fates) == sum(map(value, LINES))
    # 6 x 2.55 + 4 x 3.39 + 18; 10 x 2.555; 3 x 4.125; the bad debt of 110.62
    # and back: 2 x 2.55; 27.5; 9.99; the bad debt of 11.06
    assert invoiced(settings) == {
        InvoiceKind.SALES_INVOICE: (4, Decimal("46.86") + Decimal("25.55") + Decimal("12.38") + Decimal("110.62")),
        InvoiceKind.SALES_CREDIT_NOTE: (4, Decimal("5.10") + Decimal("27.50") + Decimal("9.99") + Decimal("11.06")),
    }
    assert run_checks(settings) == []


def test_what_is_not_booked_is_listed_with_its_reason(settings: Settings, tmp_path: Path) -> None:
    report = run(settings, write_shop(tmp_path))
    assert report.listing is not None
    with report.listing.open(encoding="utf-8", newline="") as file:
        listed = [tuple(row.values()) for row in csv.DictReader(file)]
    reason = "neither money nor goods: nothing to book"
    assert listed == [("online_retail.csv.gz", "13", "UnitPrice", "536392", reason)]
    assert f"{len(LINES):>9,}" in str(report)


def test_run_again_it_books_nothing(settings: Settings, tmp_path: Path) -> None:
    first = run(settings, write_shop(tmp_path))
    again = run(settings, write_shop(tmp_path))
    assert sum(first.documents.values()) > 0
    assert sum(again.documents.values()) == 0
    assert again.held == first.held
    assert again.is_sound, str(again)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("536365,71053,LANTERN,four,2010-12-01 08:26:00,3.39,17850,United Kingdom", "Quantity: 'four' is no whole"),
        ("536365,71053,LANTERN,4,2010-13-01 08:26:00,3.39,17850,United Kingdom", "InvoiceDate: '2010-13-01 08:26:00'"),
        ("536365,71053,LANTERN,4,2010-12-01 08:26:00,3.39,17850", "7 fields instead of 8"),
        ("536365,71053,LANTERN,4,2010-12-01 08:26:00,3.39,17850,France", "InvoiceNo: the invoice has several"),
        ("536365,71053,LANTERN,-4,2010-12-01 08:26:00,3.39,17850,United Kingdom", "InvoiceNo: an ordinary invoice"),
    ],
)
def test_a_broken_line_leaves_out_its_invoice_and_is_counted(
    settings: Settings, tmp_path: Path, line: str, told: str
) -> None:
    # The line replaces the second of its invoice, which stands on line 3.
    report = run(settings, write_shop(tmp_path, lines=(LINES[0], line, *LINES[2:])))
    [problem] = report.problems
    assert (problem.line, problem.document) in {(3, "536365"), (2, "536365")}
    assert told in str(problem)
    assert report.is_sound, str(report)
    fates = {fate.name: fate.rows for fate in report.fates}
    assert fates["refused"] == 3
    assert sum(fates.values()) == len(LINES)
    # Its cancellation finds no sale any more and stands alone.
    assert "taken back" not in fates
    assert invoiced(settings)[InvoiceKind.SALES_INVOICE][0] == 3


def test_a_day_outside_the_history_is_refused(settings: Settings, tmp_path: Path) -> None:
    line = "536999,71053,LANTERN,1,2021-01-05 08:26:00,3.39,17850,United Kingdom"
    report = run(settings, write_shop(tmp_path, line))
    [problem] = report.problems
    place = "online_retail.csv.gz, line 16, InvoiceDate"
    why = "2021-01-05 is not between 2010-11-30 and 2011-12-09"
    assert str(problem) == f"{place}: {why} (document 536999 is left out)"
    assert report.is_sound, str(report)
