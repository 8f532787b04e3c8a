"""The pages there are, for whom, and how to link to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from dashboards.data.catalogue import Catalogue
from dashboards.data.records import has_route
from dashboards.session import Viewer, viewer
from dashboards.words import t

_ROOT = "start"


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page: its name in addresses and texts, its icon, and whether its tiles obey the top bar."""

    name: str
    icon: str
    section: str
    show: Callable[[], None]
    has_scope: bool = True
    areas: frozenset[str] = frozenset()
    """It is there for readers of any of these areas' figures."""
    right: str | None = None
    """It is there for holders of this right."""
    route: str | None = None
    """It is there where the server answers at this path."""
    is_outside: bool = False
    """Only for those who see no figures of the company: its customers."""

    def is_for(self, person: Viewer, known: Catalogue) -> bool:
        """Whether a person finds anything on the page.  Raises: Problem."""
        if self.areas and not self.areas & known.areas():
            return False
        if self.is_outside and known.areas():
            return False
        if self.right is not None and not person.may(self.right):
            return False
        return self.route is None or has_route(self.route)


def page_of(spec: PageSpec, show: Callable[[], None], *, is_default: bool, is_hidden: bool = False) -> st.Page:
    """A page at the address of its name, the first one at the root."""
    return st.Page(
        show,
        title=t(f"{spec.name}.nav"),
        icon=f":material/{spec.icon}:",
        # Streamlit tells pages apart by this, and the root's is found in no address.
        url_path=_ROOT if is_default else spec.name,
        default=is_default,
        visibility="hidden" if is_hidden else "visible",
    )


def named(spec: PageSpec, first: st.Page) -> st.Page:
    """The first page by its name, which leads to the root; Streamlit finds nothing there."""

    def lead() -> None:
        st.switch_page(first, query_params=st.query_params.to_dict())

    return page_of(spec, lead, is_default=False, is_hidden=True)


def build(every: Sequence[PageSpec], allowed: Sequence[PageSpec]) -> Mapping[str, list[st.Page]]:
    """The navigation, section by section; pages that are not for the reader say so where their address is opened."""
    found: dict[str, list[st.Page]] = {}
    registry: dict[str, st.Page] = {}
    first = (allowed or every)[0]
    for spec in [*allowed, *(each for each in every if each not in allowed)]:
        is_allowed = spec in allowed
        show = spec.show if is_allowed else partial(_not_for_you, spec.name)
        page = page_of(spec, show, is_default=spec is first, is_hidden=not is_allowed)
        if is_allowed:
            registry[spec.name] = page
        section = found.setdefault(t(f"section.{spec.section}") if spec.section else "", [])
        section += [page, named(spec, page)] if spec is first else [page]
    st.session_state.pages = registry
    return found


def _not_for_you(name: str) -> None:
    """What stands at the address of a page that the reader may not see."""
    person = viewer()
    st.title(t(f"{name}.title"), anchor=False)
    whom = t("problem.ask_whom", tenant=person.tenant if person else "")
    st.info(f"**{t('problem.no_permission', what=t(f'{name}.nav'))}** {whom}", icon=":material/lock:")


def has_page(name: str) -> bool:
    """Whether the reader has a page."""
    return name in st.session_state.get("pages", {})


def link(name: str, label: str, *, icon: str | None = None, **parameters: str) -> None:
    """A link to a page with its own part of the address; nothing where the reader has no such page."""
    page = st.session_state.get("pages", {}).get(name)
    if page is not None:
        st.page_link(page, label=label, icon=icon, query_params=parameters)


def go(name: str, **parameters: str) -> None:
    """Go to a page with its own part of the address."""
    st.switch_page(st.session_state.pages[name], query_params=parameters)
