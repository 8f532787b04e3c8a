"""The API server as `qooerp up` starts it: it opens its port once the data is there and the pages beside it listen."""

from __future__ import annotations

import os
import shutil
import sys
import time
from typing import TYPE_CHECKING, Any

import uvicorn

from cli.http import listens
from cli.prepared import wait_until_prepared
from runtime.garbage import staying
from runtime.log import configure_logging
from runtime.processes import FAIR_LOOP, KEEP_ALIVE_SECONDS, SWITCH_SECONDS, end_with_parent, keep_forked
from runtime.settings import Settings, load_settings

if TYPE_CHECKING:
    from fastapi import FastAPI

# Pages that fail to start must not keep the API away for long.
NEIGHBOURS_SECONDS_MAX = 20.0
# A worker busy with a large import is not a dead one.
HEALTH_SECONDS_MAX = 60


def wait_for_neighbours(settings: Settings, *, seconds_max: float = NEIGHBOURS_SECONDS_MAX) -> None:
    """Come back when Dagster and the dashboards accept connections, or after so many seconds.

    A monitor that sees the API ready may then open every address, which is what "ready" means to a visitor.
    """
    deadline = time.monotonic() + seconds_max
    ports = (settings.dagster_port, settings.dashboard_port)
    while not all(listens(settings.local_host, port) for port in ports) and time.monotonic() < deadline:
        time.sleep(0.1)


def application() -> FastAPI:
    """The application of one worker process, which does not outlive the server."""
    sys.setswitchinterval(SWITCH_SECONDS)
    with staying():
        # Imported here: this is what takes seconds.
        from api.app import create_app  # noqa: PLC0415  # heavy

        settings = load_settings()
        if settings.api_workers > 1:
            end_with_parent()
        configure_logging("api", settings)
        return create_app(settings)


def main() -> None:
    """Serve the API until a signal comes."""
    settings = load_settings()
    configure_logging("api", settings)
    common: dict[str, Any] = {
        "host": settings.host,
        "port": settings.api_port,
        "log_config": None,
        "access_log": False,
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
    }
    if settings.api_workers == 1:
        made = application()
        wait_until_prepared(settings)
        wait_for_neighbours(settings)
        # To assemble the application takes seconds, and a fork of what is assembled none.
        sys.exit(keep_forked(lambda: uvicorn.run(made, **common)))
    wait_until_prepared(settings)
    wait_for_neighbours(settings)
    # Counted in files that all processes share; to be said before the library is imported.
    shared = settings.home / "metrics"
    shutil.rmtree(shared, ignore_errors=True)
    shared.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(shared)
    uvicorn.run(
        "cli.serve_api:application",
        factory=True,
        workers=settings.api_workers,
        loop=FAIR_LOOP,
        timeout_worker_healthcheck=HEALTH_SECONDS_MAX,
        **common,
    )


if __name__ == "__main__":
    main()
