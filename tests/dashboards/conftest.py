"""A fake API on this machine, and the pages run against it without a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dashboards.client import Api
from dashboards.data.cache import forget_all
from tests.dashboards.fake_api import PASSWORD, FakeApi, serve
from tests.dashboards.reading import MAIN, SECONDS_MAX, OpenPage


@pytest.fixture(scope="session", autouse=True)
def _installed_components() -> Iterator[None]:
    """Streamlit's search for components among all installed packages, done once instead of for each page."""
    search = manifest_scanner.scan_component_manifests
    manifest_scanner.scan_component_manifests = cache(search)
    yield
    manifest_scanner.scan_component_manifests = search


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeApi]:
    """A running fake; the pages find it by their settings."""
    fake = FakeApi()
    server, thread = serve(fake)
    if "QOOERP_HOME" not in os.environ:
        monkeypatch.setenv("QOOERP_HOME", str(tmp_path))
    monkeypatch.setenv("QOOERP_API_PORT", fake.url.rpartition(":")[2])
    forget_all()
    yield fake
    server.shutdown()
    server.server_close()
    thread.join()
    forget_all()


@pytest.fixture
def client(fake: FakeApi) -> Api:
    """Somebody who has signed in."""
    found = Api(base_url=fake.url)
    found.sign_in("ada", PASSWORD)
    return found


@pytest.fixture
def open_page(client: Api) -> OpenPage:
    """Opens a page as somebody who has signed in."""

    signed_in = client

    def opened(
        name: str, *, locale: str = "en-US", query: dict[str, Any] | None = None, client: Api | None = None
    ) -> AppTest:
        app = AppTest.from_file(MAIN, default_timeout=SECONDS_MAX)
        app.context["locale"] = locale
        app.session_state["api"] = client or signed_in
        app.query_params.update(query or {})
        app._page_hash = calc_hash(name)
        return app.run()

    return opened
