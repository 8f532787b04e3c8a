"""Killed inside a transaction an import leaves nothing of it; the next run ends where an undisturbed one does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from importers.report import ImportReport
from importers.run import run_import
from runtime.progress import SilentProgress
from runtime.settings import Settings
from tests.importers.killing import kill_import
from tests.importers.shop import write_shop
from transactional.checks import run_checks

MOMENTS = {
    "before the tenant is committed": ("importers.booking.company", "replace_logins", 1),
    "among the master records": ("importers.booking.masters", "import_records", 5),
    "with orders written and nothing delivered": ("importers.booking.sales", "deliver_orders", 1),
    "with goods delivered and not invoiced": ("importers.booking.sales", "invoice_orders", 2),
    "with invoices posted and not paid": ("importers.booking.sales", "register_payments", 1),
    "before the last orders are confirmed": ("importers.run", "retire", 1),
}


BATCHES = {
    "with only the company and its records committed": ("importers.run", "_book_month", 1),
    "with the first month committed": ("importers.run", "_book_month", 2),
    "with every month committed": ("importers.run", "confirm_waiting", 1),
}


def run(settings: Settings, folder: Path, source: str = "northwind", tenant: str | None = None) -> ImportReport:
    return run_import(settings, source, folder, tenant=tenant, progress=SilentProgress())


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_and_run_again_it_ends_as_if_undisturbed(
    settings: Settings, report: ImportReport, trader: Callable[..., Path], moment: str
) -> None:
    folder = trader()
    kill_import(settings, "northwind", folder, MOMENTS[moment])
    assert run_checks(settings) == []
    resumed = run(settings, folder)
    assert resumed.is_sound, str(resumed)
    assert resumed.held == report.held
    assert [str(comparison) for comparison in resumed.comparisons] == [str(each) for each in report.comparisons]
    assert sum(run(settings, folder).documents.values()) == 0
    assert run_checks(settings) == []


@pytest.mark.parametrize("moment", BATCHES)
def test_killed_between_batches_it_goes_on_after_the_last_one(settings: Settings, tmp_path: Path, moment: str) -> None:
    folder = write_shop(tmp_path)
    kill_import(settings, "online-retail", folder, BATCHES[moment], helped_from=0)
    assert run_checks(settings) == []
    resumed = run(settings, folder, "online-retail")
    assert resumed.is_sound, str(resumed)
    whole = run(settings, folder, "online-retail", tenant="undisturbed")
    assert resumed.held == whole.held
    assert [str(comparison) for comparison in resumed.comparisons] == [str(each) for each in whole.comparisons]
    # What was committed before the kill was not booked again.
    assert (_posted(resumed) < _posted(whole)) is (moment != next(iter(BATCHES)))
    assert sum(run(settings, folder, "online-retail").documents.values()) == 0
    assert run_checks(settings) == []


def _posted(report: ImportReport) -> int:
    """Documents booked but orders: those may have been booked ahead of the first month."""
    return sum(report.documents.values()) - report.documents["sales orders"] - report.documents["purchase orders"]
