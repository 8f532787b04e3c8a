"""The API as a measurement meets it: processes of its own, reached over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from urllib.parse import urlencode

from runtime.processes import FAIR_LOOP, KEEP_ALIVE_SECONDS, free_port
from runtime.settings import Settings
from runtime.telemetry import NO_TELEMETRY

_START_SECONDS_MAX = 900.0
_STOP_SECONDS_MAX = 30.0


@contextmanager
def serving(settings: Settings, *, workers: int, given: Mapping[str, str] | None = None) -> Iterator[int]:
    """The port of an API server on this installation, as many processes as asked, with settings given besides."""
    port = free_port("127.0.0.1")
    environment = {
        **os.environ,
        **NO_TELEMETRY,
        "QOOERP_HOME": str(settings.home),
        "QOOERP_DATABASE_NAME": settings.database_name,
        "QOOERP_API_WORKERS": str(workers),
        **(given or {}),
    }
    server = ["uvicorn", "cli.serve_api:application", "--factory", "--no-access-log", "--log-level", "warning"]
    patient = ["--timeout-worker-healthcheck", "60", "--loop", FAIR_LOOP]
    patient += ["--timeout-keep-alive", str(KEEP_ALIVE_SECONDS)]
    command = [sys.executable, "-m", *server, "--port", str(port), "--workers", str(workers), *patient]
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    with (settings.log_dir / "api.log").open("ab") as log:
        # A session of its own, as the supervisor gives it: Linux may share the processor among these first.
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_until_ready(port)
            yield port
        finally:
            process.terminate()
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nothing, once the server is gone; why a measurement failed is not hidden by a server that is slow to leave."""
    try:
        process.wait(_STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def sign_in(port: int, username: str, password: str) -> str:
    """An access token."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        form = urlencode({"username": username, "password": password})
        connection.request("POST", "/api/auth/token", form, {"Content-Type": "application/x-www-form-urlencoded"})
        token: str = json.loads(connection.getresponse().read())["access_token"]
        return token


def wait_until_ready(port: int) -> None:
    """Nothing, once the API answers.  Raises: RuntimeError when it does not."""
    deadline = time.monotonic() + _START_SECONDS_MAX
    while time.monotonic() < deadline:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            try:
                connection.request("GET", "/health/live")
                if connection.getresponse().status == http.HTTPStatus.OK:
                    return
            except OSError:
                time.sleep(0.1)
    raise RuntimeError("The API did not start.")
