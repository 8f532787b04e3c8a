"""What a reader sees of a page, as text."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

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
