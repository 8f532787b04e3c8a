"""The switches that keep the libraries from reporting to their makers, as environment variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType

NO_TELEMETRY: Mapping[str, str] = MappingProxyType(
    {
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_VERSION_CHECK": "false",
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        "SQLFLUFF_NO_UPDATE_CHECK": "1",
    }
)


def switch_telemetry_off() -> None:
    """Set the switches for this process and its children; to be called before the libraries are imported."""
    os.environ.update(NO_TELEMETRY)
