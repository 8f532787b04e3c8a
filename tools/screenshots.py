"""Pictures of the running program for the README: `python -m tools.screenshots`.

Wants `make up` in another terminal and an installed Chromium. It signs in as people of the demo company do and writes
docs/screenshots/*.png; with names it takes only those.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from runtime.demo_logins import DemoLogin, read_logins
from runtime.settings import load_settings

PROJECT = Path(__file__).resolve().parent.parent
BYTES_MAX = 250_000
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_COLOURS = (256, 128, 64)
_WAIT_MS = 60_000
_EXPLORED = '{"metrics":["net_revenue","gross_margin_rate"],"by":["item_category"],"grain":"month","limit":500}'
# Figures, charts and tables are there when nothing stands for them any more and no script runs.
_IS_LOADED = """() => document.querySelector('.st-key-foot')
  && !document.querySelector('[data-testid=stSkeleton], [data-testid=stSpinner]')
  && document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"""


@dataclass(frozen=True)
class Look:
    """A picture: of which page, as whom, in what window."""

    name: str
    path: str
    username: str = "admin@demo"
    width: int = 1440
    height: int = 900
    locale: str = "en-US"
    scheme: str = "light"


LOOKS = (
    Look("overview", ""),
    Look("sales", "sell"),
    Look("finance", "money?show=income_statement", height=1000),
    Look("explore", f"explore?ask={quote(_EXPLORED)}", height=1000),
    Look("dashboard", "dashboards?board=sales", height=1500),
    Look("sources", "sources"),
    Look("purchasing_dark", "buy", scheme="dark"),
    Look("inventory_chinese", "stock", locale="zh-CN"),
)


def main() -> None:
    """Take the pictures that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"only these of: {', '.join(look.name for look in LOOKS)}")
    parser.add_argument("--into", type=Path, default=PROJECT / "docs" / "screenshots")
    given = parser.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    with a_browser() as browser:
        for look in [look for look in LOOKS if not given.names or look.name in given.names]:
            with a_page(browser, look) as page:
                seconds = go_to(page, look.path)
                picture = small_png(page.screenshot())
            (given.into / f"{look.name}.png").write_bytes(picture)
            print(f"{look.name}.png: {len(picture) // 1000} kB, loaded in {seconds:.1f} s")


@contextmanager
def a_browser() -> Iterator[Browser]:
    """An installed Chromium."""
    path = next((found for name in _CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        sys.exit("No Chromium is installed: one of " + ", ".join(_CHROMIUM) + " is needed to take pictures.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def a_page(browser: Browser, look: Look) -> Iterator[Page]:
    """A window of a browser of its own, signed in."""
    settings = load_settings()
    login = _login(read_logins(settings.home), look.username)
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        locale=look.locale,
        color_scheme="dark" if look.scheme == "dark" else "light",
    )
    page = context.new_page()
    page.set_default_timeout(_WAIT_MS)
    page.goto(settings.dashboard_url)
    page.fill("input[type=text]", login.username)
    page.fill("input[type=password]", login.password)
    page.keyboard.press("Enter")
    page.wait_for_function(_IS_LOADED)
    yield page
    context.close()


def _login(logins: list[DemoLogin], username: str) -> DemoLogin:
    found = next((each for each in logins if each.username == username), None)
    if found is None:
        sys.exit(f"The demo company has no {username}: start it with `make up` first.")
    return found


def go_to(page: Page, path: str) -> float:
    """Open a page of the program; the seconds until everything on it was there."""
    begun = time.monotonic()
    page.goto(f"{load_settings().dashboard_url}/{path}")
    wait_until_loaded(page)
    return time.monotonic() - begun


def wait_until_loaded(page: Page) -> None:
    """Until figures, charts and tables are drawn."""
    page.wait_for_function(_IS_LOADED)
    page.wait_for_load_state("networkidle")


def small_png(taken: bytes) -> bytes:
    """The picture with as few colours as make it small enough for a repository.  Raises: ValueError."""
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    for colours in _COLOURS:
        file = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(file, "png", optimize=True)
        if file.tell() <= BYTES_MAX:
            return file.getvalue()
    raise ValueError(f"the picture stays above {BYTES_MAX // 1000} kB")


if __name__ == "__main__":
    main()
