"""The processes that make up the running program."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from cli.http import answers, listens
from cli.supervisor import Child
from runtime.paths import PROJECT_FOLDER
from runtime.settings import Settings
from runtime.telemetry import NO_TELEMETRY

CODE_LOCATION = "pipelines"
_DAGSTER_YAML = """\
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 2
"""
_WORKSPACE_YAML = """\
load_from:
  - grpc_server:
      host: 127.0.0.1
      port: {port}
      location_name: {location}
"""


def child_environment(settings: Settings) -> Mapping[str, str]:
    """The caller's environment plus what every process of the program shares."""
    # A dozen processes share what the first compiles of each module; where nothing may be written, nothing is.
    given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **given,
        **NO_TELEMETRY,
        "QOOERP_HOME": str(settings.home),
        "DAGSTER_HOME": str(settings.dagster_home),
        "PYTHONUNBUFFERED": "1",
    }


def write_dagster_home(settings: Settings, *, code_port: int) -> None:
    """Dagster's own settings and the address of the process that serves our definitions."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    (settings.dagster_home / "dagster.yaml").write_text(_DAGSTER_YAML, encoding="utf-8")
    workspace = _WORKSPACE_YAML.format(port=code_port, location=CODE_LOCATION)
    (settings.dagster_home / "workspace.yaml").write_text(workspace, encoding="utf-8")


def preparation() -> Child:
    """Schema, demo company and first load, in a process that ends when they are there."""
    return Child("prepare", _python("cli.prepare"))


def pages(settings: Settings) -> list[Child]:
    """What needs no data to start: Dagster's web server and the dashboards."""
    workspace = str(settings.dagster_home / "workspace.yaml")
    address = ["--host", settings.host, "--port", str(settings.dagster_port)]
    return [
        Child(
            "Dagster",
            [_program("dagster-webserver"), "--workspace", workspace, *address],
            partial(answers, f"{settings.dagster_url}/server_info"),
            # It warns with a stack trace about definitions that are served a few seconds later.
            {"PYTHONWARNINGS": "ignore"},
        ),
        Child(
            "Dashboards",
            [_program("streamlit"), "run", str(PROJECT_FOLDER / "dashboards" / "app.py")],
            partial(answers, f"{settings.dashboard_url}/_stcore/health"),
            {
                "STREAMLIT_SERVER_ADDRESS": settings.host,
                "STREAMLIT_SERVER_PORT": str(settings.dashboard_port),
                "STREAMLIT_SERVER_HEADLESS": "true",
                "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none",
                # Unset, Streamlit asks a server on the internet for our address.
                "STREAMLIT_BROWSER_SERVER_ADDRESS": settings.local_host,
                "STREAMLIT_CLIENT_TOOLBAR_MODE": "minimal",
            },
        ),
    ]


def api(settings: Settings) -> Child:
    """The HTTP interface, ready when the database and the published marts are."""
    return Child("API", _python("cli.serve_api"), partial(answers, f"{settings.api_url}/health/ready"))


def background(settings: Settings, *, code_port: int) -> list[Child]:
    """What keeps the numbers fresh: the micro-batch worker, Dagster's definitions and its schedules."""
    workspace = str(settings.dagster_home / "workspace.yaml")
    code_server = ["api", "grpc", "--module-name", "pipelines.definitions", "--location-name", CODE_LOCATION]
    return [
        Child("Worker", _python("pipelines.worker")),
        Child(
            "Dagster code",
            [_program("dagster"), *code_server, "--host", "127.0.0.1", "--port", str(code_port)],
            partial(listens, "127.0.0.1", code_port),
        ),
        Child("Monitor", _python("monitor.main"), partial(listens, settings.local_host, settings.monitor_port)),
        Child("Dagster daemon", [_program("dagster-daemon"), "run", "--workspace", workspace]),
    ]


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def _program(name: str) -> str:
    # Beside the interpreter: the virtual environment need not be on the PATH.
    return str(Path(sys.executable).parent / name)
