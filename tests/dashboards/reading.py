"""What a reader sees of a page, as text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

MAIN = Path(__file__).parents[2] / "dashboards" / "main.py"
SECONDS_MAX = 60
"""How long a page may take in a test, where several run at once."""

OpenPage = Callable[..., AppTest]
"""Opens a page by its name, as somebody who has signed in."""
_TEXTS = ("title", "subheader", "caption", "markdown", "info", "warning", "error", "success", "metric", "html", "code")


def text_of(app: AppTest) -> str:
    """Everything written on a page, figures, buttons and labels included."""
    found: list[str] = []
    for kind in _TEXTS:
        for element in app.get(kind):
            found += [str(getattr(element, name)) for name in ("label", "value", "delta") if hasattr(element, name)]
            body = getattr(getattr(element, "proto", None), "body", "")
            found.append(str(body))
    found += [str(button.label) for button in app.button]
    return "\n".join(found)
