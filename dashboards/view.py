"""The shape that pages share: title, top bar, content, and a failure that takes down no more than itself."""

from __future__ import annotations

from collections.abc import Callable

from dashboards import frame
from dashboards.client import Problem
from dashboards.failure import show_problem
from dashboards.formats import Formats
from dashboards.parts.documents import show_asked_documents
from dashboards.periods import DEFAULT_PRESET
from dashboards.scope import Scope, chosen, load_scope, write_address
from dashboards.session import locale, viewer


def numbers_page(name: str, content: Callable[[Scope], None], *, has_period: bool = True) -> None:
    """A page whose figures obey the top bar."""
    with frame.head():
        frame.header(name)
        try:
            scope = load_scope()
        except Problem as problem:
            show_problem(problem)
            return
        if has_period:
            frame.top_bar(scope, chosen().get("period", DEFAULT_PRESET))
    if has_period:
        frame.scope_line(scope)
    write_address()
    try:
        content(scope)
        show_asked_documents(scope)
    except Problem as problem:
        show_problem(problem)
    frame.foot(scope.formats)


def plain_page(name: str, content: Callable[[Formats], None]) -> None:
    """A page that looks at records and not at periods."""
    frame.header(name)
    person = viewer()
    formats = Formats(locale(), None, person.time_zone if person else "UTC")
    try:
        content(formats)
    except Problem as problem:
        show_problem(problem)
    frame.foot(formats)
