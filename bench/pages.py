"""How long each page takes until everything on it is there: `python -m bench.pages`.

Wants `make up` in another terminal and an installed Chromium, in which a person of the demo company opens page after
page. First is the first time since signing in, with nothing kept for that person's rights; warm is the middle of some
more. Both end when figures, charts and tables stand where their shapes stood.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence

from playwright.sync_api import Page

from tools.screenshots import Look, a_browser, a_page, go_to

SECONDS_MAX = 3.0
ROUNDS = 3
PAGES = (
    "overview",
    "sell",
    "buy",
    "stock",
    "money",
    "dashboards",
    "explore",
    "reports",
    "sources",
    "alerts",
    "assistant",
    "watch",
    "workbench",
    "monitoring",
    "data_health",
)


def main() -> None:
    """Open, wait, print; ends with 1 where a page takes too long."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("pages", nargs="*", default=PAGES, help=f"only these of: {', '.join(PAGES)}")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--username", default=Look.username)
    options = parser.parse_args()
    with a_browser() as browser, a_page(browser, Look("bench", "", username=options.username)) as page:
        sys.exit(int(_measure(page, options.pages, options.rounds)))


def _measure(page: Page, names: Sequence[str], rounds: int) -> bool:
    """Whether a page took longer than it may, after a line for each."""
    # The page that signing in led to has been there already.
    first = {name: go_to(page, name) for name in names}
    print(f"{'page':16}{'warm s':>8}{'first s':>9}   (at most {SECONDS_MAX:g} s)")
    slow = []
    for name in names:
        warm = statistics.median(go_to(page, name) for _ in range(rounds))
        slow += [name] if warm > SECONDS_MAX else []
        print(f"{name:16}{warm:8.1f}{first[name]:9.1f}{'   too slow' if warm > SECONDS_MAX else ''}")
    print(f"\nslower than {SECONDS_MAX:g} s when warm: {', '.join(slow) or 'none'}")
    return bool(slow)


if __name__ == "__main__":
    main()
