"""The web server of the pages: `streamlit run dashboards/app.py`."""

from __future__ import annotations

import logging

import streamlit as st
from starlette.middleware import Middleware

from dashboards.browser_sessions import ROUTES
from dashboards.failure import show_failure
from dashboards.guarded import Guarded
from runtime.log import configure_logging
from runtime.settings import load_settings

configure_logging("dashboards", load_settings())
# Streamlit brings a handler of its own: every record would be written twice.
logging.getLogger("streamlit").propagate = False

app = st.App("main.py", routes=ROUTES, middleware=[Middleware(Guarded)], on_script_error=show_failure)
