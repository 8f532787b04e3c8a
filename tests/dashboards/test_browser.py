"""The pages in a real Chromium, against the fake API: what a person does and sees."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from dashboards.guarded import HEADERS
from runtime.telemetry import NO_TELEMETRY
from tests.dashboards.fake_api import PASSWORD, FakeApi, serve
from tests.dashboards.fake_reports import REPORT

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WAIT_MS = 60_000
START_SECONDS_MAX = 60.0
FIGURES = {
    "": "Net revenue",
    "overview": "Net revenue",
    "sell": "Average order value",
    "buy": "Purchase spend",
    "stock": "Days of supply",
    "money": "Total assets",
    "explore": "Net revenue",
    "assistant": "Try one of these",
    "workbench": "SO-2026-00001",
    "data_health": "every check passed",
}
OpenTab = Callable[..., Page]


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if (found := shutil.which(name))), None)


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeApi]:
    """A fake API that lives as long as the pages do."""
    fake = FakeApi()
    server, thread = serve(fake)
    yield fake
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def address(fake: FakeApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages as users start them, on a free port."""
    port = _free_port()
    environment = {
        **os.environ,
        **NO_TELEMETRY,
        "QOOERP_HOME": str(tmp_path_factory.mktemp("home")),
        "QOOERP_API_PORT": fake.url.rpartition(":")[2],
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
        "STREAMLIT_BROWSER_SERVER_ADDRESS": "127.0.0.1",
    }
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboards" / "app.py")]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as run:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/_stcore/health", run)
        yield url
        run.send_signal(signal.SIGINT)
        said = run.communicate(timeout=20)[0].decode()
    assert "Traceback" not in said, said


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, run: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < end:
        assert run.poll() is None, "the pages did not start"
        try:
            if httpx.get(url, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    pytest.fail("the pages did not answer in time")


@pytest.mark.feature("GW-05")
@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/static/no-such-file.js", "/browser-session"])
def test_every_page_and_file_carries_the_security_headers(address: str, path: str) -> None:
    told = httpx.get(f"{address}{path}", trust_env=False).headers
    assert {name: told.get(name.decode()) for name, _ in HEADERS} == {name: text.decode() for name, text in HEADERS}
    assert "frame-ancestors 'self'" in told["content-security-policy"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """An installed Chromium."""
    path = _chromium()
    if path is None:
        pytest.skip("no Chromium is installed: the pages were not tried in a browser")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, address: str) -> Iterator[dict[tuple[str, str], BrowserContext]]:
    """Browsers by language and scheme in which somebody has signed in; more are added as tests want them."""
    found: dict[tuple[str, str], BrowserContext] = {}
    yield found
    for context in found.values():
        context.close()


@pytest.fixture
def asked() -> list[str]:
    """The addresses that a test's tabs have asked for."""
    return []


@pytest.fixture
def open_tab(
    browser: Browser, address: str, asked: list[str], signed_in: dict[tuple[str, str], BrowserContext]
) -> Iterator[OpenTab]:
    """Opens a tab, signed in: of a browser that other tests use too, or of one that nobody has used before."""
    pages = []

    def opened(
        path: str = "",
        *,
        width: int = 1440,
        locale: str = "en-US",
        scheme: str = "light",
        is_new: bool = False,
        signs_in: bool = True,
    ) -> Page:
        kind = (locale, scheme)
        known = None if is_new or not signs_in else signed_in.get(kind)
        context = known or browser.new_context(locale=locale, color_scheme="dark" if scheme == "dark" else "light")
        page = context.new_page()
        pages.append(page)
        page.set_default_timeout(WAIT_MS)
        page.set_viewport_size({"width": width, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/{path}")
        if known is not None:
            _wait_for_figures(page)
            return page
        page.wait_for_selector("input[type=password]")
        if signs_in:
            _sign_in(page)
            if not is_new:
                signed_in[kind] = context
        return page

    yield opened
    kept = list(signed_in.values())
    for page in pages:
        if page.context in kept:
            page.close()
        else:
            page.context.close()


def _sign_in(page: Page) -> None:
    page.fill("input[type=text]", "ada")
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    _wait_for_figures(page)


def _wait_for_figures(page: Page) -> None:
    page.wait_for_selector(".st-key-foot")
    page.wait_for_selector("[data-testid=stSkeleton]", state="detached")


def _main(page: Page) -> str:
    return page.inner_text("[data-testid=stMain]")


def test_every_page_shows_its_figure_after_one_sign_in_and_no_request_leaves_the_machine(
    open_tab: OpenTab, address: str, asked: list[str]
) -> None:
    page = open_tab(is_new=True)
    for path, figure in FIGURES.items():
        page.goto(f"{address}/{path}")
        _wait_for_figures(page)
        expect(page.get_by_test_id("stMain")).to_contain_text(figure, timeout=WAIT_MS)
        assert page.get_by_test_id("stException").count() == 0, path
        assert page.get_by_text("Page not found").count() == 0, path
        assert "Traceback" not in _main(page), path
    assert len(asked) > len(FIGURES)
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_signing_out_holds_after_a_reload(open_tab: OpenTab) -> None:
    page = open_tab("sell", is_new=True)
    page.reload()
    _wait_for_figures(page)
    assert "Average order value" in _main(page), "a reload keeps one signed in, on the page one was on"
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_selector("input[type=password]")
    page.reload()
    page.wait_for_selector("input[type=password]")


def test_no_script_can_read_the_cookie(open_tab: OpenTab) -> None:
    page = open_tab()
    page.reload()
    _wait_for_figures(page)
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["qooerp_session"]["httpOnly"]
    assert cookies["qooerp_session"]["sameSite"] == "Strict"
    assert "qooerp_session" not in page.evaluate("document.cookie")


def test_a_period_stays_over_pages_and_in_the_address(open_tab: OpenTab) -> None:
    page = open_tab("sell")
    page.get_by_role("combobox", name="Period").click()
    page.get_by_role("option", name="This year").click()
    page.wait_for_url("**/sell?period=year")
    expect(page.locator(".st-key-scope_line")).to_contain_text("Jan 1, 2026")
    page.get_by_role("link", name="Buy").click()
    page.wait_for_url("**/buy?period=year")
    expect(page.locator(".st-key-scope_line")).to_contain_text("Jan 1, 2026")


def test_a_mark_leads_to_its_documents_and_on_to_the_workbench(open_tab: OpenTab) -> None:
    page = open_tab("sell")
    page.locator(".st-key-chart_trend_sell_0 .scatterlayer .point").nth(3).click(force=True)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("3 documents, together €600.00", timeout=WAIT_MS)
    expect(dialog).to_contain_text("Jul 2025")


def test_a_line_of_a_statement_opens_its_entries_in_the_same_period(open_tab: OpenTab) -> None:
    page = open_tab("money?period=year&show=trial_balance")
    page.locator("table.figures a").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("Account code", timeout=WAIT_MS)
    page.wait_for_url("**/money?*period=year*")
    expect(page.locator(".st-key-scope_line")).to_contain_text("Jan 1, 2026")


def test_a_click_on_a_row_opens_the_record(open_tab: OpenTab) -> None:
    page = open_tab("workbench?thing=order")
    grid = page.locator("[data-testid=stDataFrame] canvas").first
    page.wait_for_load_state("networkidle")
    grid.click(position={"x": 80, "y": 55}, force=True)
    expect(page.get_by_test_id("stMain")).to_contain_text("Sales order SO-2026-", timeout=WAIT_MS)


@pytest.mark.feature("5.2.7")
@pytest.mark.parametrize(
    ("path", "button"),
    [
        (f"reports?id={REPORT['id']}", "XLSX"),
        (
            f"explore?pivot={quote(json.dumps({'metrics': ['net_revenue'], 'rows': ['region'], 'columns': []}))}",
            "Excel",
        ),
    ],
)
def test_a_file_is_made_where_no_page_runs_with_the_readers_rights(path: str, button: str, open_tab: OpenTab) -> None:
    page = open_tab(path)
    with page.expect_download(timeout=WAIT_MS) as download:
        page.get_by_role("button", name=button).first.click()
    assert Path(download.value.path()).stat().st_size > 0


@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize("path", ["", "money", "workbench"])
def test_a_page_fits_its_window(path: str, width: int, open_tab: OpenTab, tmp_path: Path) -> None:
    page = open_tab(path, width=width)
    page.screenshot(path=tmp_path / "page.png", full_page=True)
    assert (tmp_path / "page.png").stat().st_size > 10_000
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{wide} pixels hang out"


def test_chinese_browsers_are_greeted_in_chinese(open_tab: OpenTab) -> None:
    page = open_tab(locale="zh-CN")
    expect(page.get_by_test_id("stMain")).to_contain_text("净收入")
    expect(page.get_by_test_id("stSidebar")).to_contain_text("工作台")


def test_dark_is_dark_and_light_is_light(open_tab: OpenTab) -> None:
    colour = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    assert open_tab(signs_in=False, scheme="dark").evaluate(colour) == "rgb(18, 24, 31)"
    assert open_tab(signs_in=False).evaluate(colour) == "rgb(255, 255, 255)"
