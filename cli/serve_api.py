"""The API server as `qooerp up` starts it: it opens its port once the pages beside it listen."""

from __future__ import annotations

import time

import uvicorn

from cli.http import listens
from runtime.log import configure_logging
from runtime.settings import Settings, load_settings

# Pages that fail to start must not keep the API away for long.
NEIGHBOURS_SECONDS_MAX = 20.0


def wait_for_neighbours(settings: Settings, *, seconds_max: float = NEIGHBOURS_SECONDS_MAX) -> None:
    """Come back when Dagster and the dashboards accept connections, or after so many seconds.

    A monitor that sees the API ready may then open every address, which is what "ready" means to a visitor.
    """
    deadline = time.monotonic() + seconds_max
    ports = (settings.dagster_port, settings.dashboard_port)
    while not all(listens(settings.local_host, port) for port in ports) and time.monotonic() < deadline:
        time.sleep(0.1)


def main() -> None:
    """Serve the API until a signal comes."""
    settings = load_settings()
    configure_logging("api", settings)
    # Imported before the wait: this is what takes seconds.
    from api.app import create_app  # noqa: PLC0415  # heavy

    application = create_app()
    wait_for_neighbours(settings)
    uvicorn.run(application, host=settings.host, port=settings.api_port, log_config=None, access_log=False)


if __name__ == "__main__":
    main()
