"""Killed inside a transaction an import leaves nothing of it; the next run ends where an undisturbed one does."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from importers.report import ImportReport
from importers.run import run_import
from runtime.progress import SilentProgress
from runtime.settings import Settings
from transactional.checks import run_checks

# The named step of the import kills its own process when it is reached for the given time, its month half written.
KILLED = """
import importlib, os, signal, sys
from pathlib import Path
from runtime.progress import SilentProgress
from runtime.settings import load_settings
database, folder, module, step, times = sys.argv[1:]
place = importlib.import_module(module)
original, left = getattr(place, step), [int(times)]
def kill(*given, **named):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*given, **named)
setattr(place, step, kill)
from importers.run import run_import
settings = load_settings().model_copy(update={"database_name": database})
run_import(settings, "northwind", Path(folder), progress=SilentProgress())
"""
MOMENTS = {
    "before the tenant is committed": ("importers.booking.company", "replace_logins", 1),
    "among the master records": ("importers.booking.masters", "import_records", 5),
    "with orders written and nothing delivered": ("importers.booking.sales", "deliver_orders", 1),
    "with goods delivered and not invoiced": ("importers.booking.sales", "invoice_orders", 2),
    "with invoices posted and not paid": ("importers.booking.sales", "register_payments", 1),
    "before the last orders are confirmed": ("importers.run", "retire", 1),
}


def run(settings: Settings, folder: Path) -> ImportReport:
    return run_import(settings, "northwind", folder, progress=SilentProgress())


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_and_run_again_it_ends_as_if_undisturbed(
    settings: Settings, report: ImportReport, trader: Callable[..., Path], moment: str
) -> None:
    folder = trader()
    module, step, times = MOMENTS[moment]
    arguments = [settings.database_name, str(folder), module, step, str(times)]
    dead = subprocess.run(  # our own code, killed by itself
        [sys.executable, "-c", KILLED, *arguments], cwd=Path(__file__).parents[2], capture_output=True, check=False
    )
    assert dead.returncode == -signal.SIGKILL, dead.stderr.decode()
    assert run_checks(settings) == []
    resumed = run(settings, folder)
    assert resumed.is_sound, str(resumed)
    assert resumed.held == report.held
    assert [str(comparison) for comparison in resumed.comparisons] == [str(each) for each in report.comparisons]
    assert sum(run(settings, folder).documents.values()) == 0
    assert run_checks(settings) == []
