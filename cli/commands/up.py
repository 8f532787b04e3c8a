"""`qooerp up`: everything, in one terminal."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import typer

from cli import services
from cli.prepared import is_prepared, preparing
from cli.supervisor import Stopped, Supervisor
from runtime.demo_logins import read_logins
from runtime.paths import PROJECT_FOLDER
from runtime.postgres import EmbeddedPostgres
from runtime.postgres_programs import HOST, PostgresFailed
from runtime.processes import die_with_parent, free_port, port_is_free
from runtime.progress import Progress, make_progress
from runtime.roles import ensure_roles
from runtime.settings import Settings, load_settings, unknown_settings
from runtime.telemetry import switch_telemetry_off

READY_SECONDS_MAX = 180.0
DATABASE_LOOK_SECONDS = 2.0


class CannotStart(RuntimeError):
    """Something outside is in the way; the message says what to do about it."""


def up() -> None:
    """Start everything: database, demo company, API, Dagster, dashboards and worker. Ctrl-C stops all of it."""
    settings = load_settings()
    for unknown in unknown_settings():
        _say(unknown)
    switch_telemetry_off()
    _stop_with_make()
    settings.home.mkdir(parents=True, exist_ok=True)
    with _only_one(settings):
        check_ports(settings)
        _run(settings, make_progress(sys.stdout))


def check_ports(settings: Settings) -> None:
    """Nothing when every port we are about to open is free. Raises: CannotStart, naming each variable to set."""
    wanted = {
        "QOOERP_API_PORT": settings.api_port,
        "QOOERP_DAGSTER_PORT": settings.dagster_port,
        "QOOERP_DASHBOARD_PORT": settings.dashboard_port,
    }
    if len(set(wanted.values())) < len(wanted):
        raise CannotStart(f"{', '.join(wanted)} must be three different ports.")
    taken = [
        f"Port {port} is taken: set {name} to a free one."
        for name, port in wanted.items()
        if not port_is_free(settings.host, port)
    ]
    if taken:
        raise CannotStart("\n".join(taken))


def _run(settings: Settings, progress: Progress) -> None:
    started = time.monotonic()
    database = EmbeddedPostgres(settings.home, database=settings.database_name, archive=settings.wal_dir)
    supervisor = Supervisor(
        log_dir=settings.log_dir,
        folder=PROJECT_FOLDER,
        environment=services.child_environment(settings),
        say=_say,
    )
    supervisor.listen_to_signals()
    try:
        _start_all(settings, supervisor, database, progress)
        _say(_welcome(settings, time.monotonic() - started))
        supervisor.watch(_database_watch(settings, database))
    except Stopped:
        _say("Asked to stop.")
    except PostgresFailed:
        # Ctrl-C reaches the database's programs too: what they say of it is no news.
        if not supervisor.stopping.is_set():
            raise
        _say("Asked to stop.")
    finally:
        _say("Stopping ...")
        supervisor.stop()
        if settings.uses_embedded_postgres:
            database.stop()
        _say("Stopped; the data stays in " + str(settings.home))


def _start_all(settings: Settings, supervisor: Supervisor, database: EmbeddedPostgres, progress: Progress) -> None:
    with progress.step("Database"):
        if settings.uses_embedded_postgres:
            database.start()
        ensure_roles(settings)
    code_port = free_port(HOST)
    services.write_dagster_home(settings, code_port=code_port)
    servers = [*services.pages(settings), services.api(settings)]
    with preparing(settings):
        # They take seconds to start: meanwhile the data is prepared, and the API opens its port when it is.
        for server in servers:
            supervisor.start(server)
        if not is_prepared(settings):
            supervisor.run(services.preparation())
    with progress.step("API, Dagster and dashboards"):
        supervisor.wait_ready([server.name for server in servers], seconds_max=READY_SECONDS_MAX)
    # Only now, so that they do not take the processors from what people are waiting for.
    for child in services.background(settings, code_port=code_port):
        supervisor.start(child)


def _database_watch(settings: Settings, database: EmbeddedPostgres) -> Callable[[], None]:
    last = time.monotonic()

    def look() -> None:
        nonlocal last
        if time.monotonic() - last < DATABASE_LOOK_SECONDS:
            return
        last = time.monotonic()
        if settings.uses_embedded_postgres and not database.is_running:
            _say("PostgreSQL ended and is started again.")
            database.start()

    return look


def _welcome(settings: Settings, seconds: float) -> str:
    lines = [
        "",
        f"qooerp runs ({seconds:.0f} s).",
        f"  Dashboards   {settings.dashboard_url}",
        f"  API          {settings.api_url}/openapi.json",
        f"  Dagster      {settings.dagster_url}",
        f"  Logs         {settings.log_dir}",
    ]
    logins = read_logins(settings.home) if settings.demo_mode else []
    if logins:
        width = max(len(login.username) for login in logins)
        lines += ["", "Demo logins (also: qooerp credentials)"]
        lines += [
            f"  {login.tenant:<12} {login.role:<18} {login.username:<{width}}  {login.password}" for login in logins
        ]
    return "\n".join([*lines, "", "Ctrl-C stops everything."])


def _say(text: str) -> None:
    # The terminal may be gone when we stop; stopping matters more than saying so.
    with suppress(OSError):
        typer.echo(text)


def _stop_with_make() -> None:
    """Under `make`, end when make ends: nobody would be left to press Ctrl-C."""
    ask = die_with_parent()
    if "MAKELEVEL" in os.environ and ask is not None:
        ask()


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    with (settings.home / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"qooerp already runs on {settings.home}. Stop it, or set QOOERP_HOME to another folder."
            ) from None
        yield
