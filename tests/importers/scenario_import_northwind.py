"""The real Northwind becomes books that meet it."""

from pathlib import Path

import pytest

from importers.run import run_import
from runtime.progress import SilentProgress
from runtime.settings import Settings


@pytest.mark.data
def test_northwind_is_booked_whole(settings: Settings, sample_folder: Path) -> None:
    report = run_import(settings, "northwind", sample_folder / "northwind", progress=SilentProgress())
    assert report.is_sound, str(report)
    kinds = ("sales orders", "deliveries", "sales invoices", "stock documents")
    assert [report.documents[kind] for kind in kinds] == [830, 809, 809, 1]
    assert not report.problems
