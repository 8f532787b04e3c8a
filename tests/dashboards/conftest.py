"""A fake API on this machine, and the pages run against it without a browser."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest



sys.path.insert(0, str(Path(__file__).parent))

from fake_api import PASSWORD, FakeApi, serve

from dashboards.data.cache import forget_all

MAIN = Path(__file__).parents[2] / "dashboards" / "main.py"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeApi]:
    """A running fake; the pages find it by their settings."""
    fake = FakeApi()
    server, thread = serve(fake)
    monkeypatch.setenv("QOOERP_HOME", str(tmp_path))
    monkeypatch.setenv("QOOERP_API_PORT", fake.url.rpartition(":")[2])
    forget_all()
    yield fake
    server.shutdown()
    server.server_close()
    thread.join()
    forget_all()
