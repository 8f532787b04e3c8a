"""The web server of the pages: `streamlit run dashboards/app.py`."""

from __future__ import annotations

import logging
import pkgutil
import threading
from importlib import import_module

import streamlit as st
from starlette.middleware import Middleware

from dashboards import views
from dashboards.browser_sessions import ROUTES
from dashboards.failure import show_failure
from dashboards.guarded import Guarded
from runtime.log import configure_logging
from runtime.settings import load_settings

configure_logging("dashboards", load_settings())
# Streamlit brings a handler of its own: every record would be written twice.
logging.getLogger("streamlit").propagate = False

app = st.App("main.py", routes=ROUTES, middleware=[Middleware(Guarded)], on_script_error=show_failure)


def _read_pages() -> None:
    """Read the code of the pages while nobody waits; who comes meanwhile waits for what they need of it."""
    for found in pkgutil.iter_modules(views.__path__, f"{views.__name__}."):
        import_module(found.name)


threading.Thread(target=_read_pages, name="reading pages", daemon=True).start()
