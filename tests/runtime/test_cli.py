from __future__ import annotations

import fcntl
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import services
from cli.commands.up import CannotStart, check_ports
from cli.main import commands
from cli.serve_api import wait_for_neighbours
from runtime.demo_logins import DemoLogin, write_logins
from runtime.paths import PROJECT_FOLDER
from runtime.postgres import EmbeddedPostgres
from runtime.processes import free_port
from runtime.roles import ensure_roles
from runtime.settings import Settings
from runtime.telemetry import NO_TELEMETRY

COMMANDS = ("up", "migrate", "demo", "import", "load", "query", "ask", "check", "bench", "credentials")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield int(taken.getsockname()[1])


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QOOERP_")}
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        cwd=PROJECT_FOLDER,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def ports(home: Path, *numbers: int) -> Settings:
    api, dagster, dashboard = numbers
    return Settings(home=home, api_port=api, dagster_port=dagster, dashboard_port=dashboard)


def test_help_names_every_command() -> None:
    shown = CliRunner().invoke(commands, ["--help"])
    assert shown.exit_code == 0
    assert all(command in shown.output for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command: str) -> None:
    shown = CliRunner().invoke(commands, [command, "--help"])
    assert shown.exit_code == 0
    assert "Usage" in shown.output


def test_an_unsafe_start_ends_with_the_variable_and_no_stack_trace(tmp_path: Path) -> None:
    done = run("up", QOOERP_HOME=str(tmp_path), QOOERP_DEMO="0")
    assert done.returncode == 1
    assert "QOOERP_SECRET_KEY is missing" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_credentials_are_readable_by_programs(tmp_path: Path) -> None:
    login = DemoLogin(tenant="demo", role="admin", username="admin@demo.example", password="made-up")
    write_logins(tmp_path, [login])
    done = run("credentials", "--json", QOOERP_HOME=str(tmp_path))
    assert json.loads(done.stdout) == [login.model_dump()]


def test_credentials_for_sql_want_a_tenants_slug(tmp_path: Path) -> None:
    done = run("credentials", "--sql", "No Slug", QOOERP_HOME=str(tmp_path))
    assert done.returncode == 2
    assert "No Slug" in done.stderr


def test_credentials_before_the_demo_say_what_to_do(tmp_path: Path) -> None:
    done = run("credentials", QOOERP_HOME=str(tmp_path))
    assert done.returncode == 1
    assert "qooerp up" in done.stderr


def test_a_question_without_a_running_api_says_how_to_start_it(tmp_path: Path) -> None:
    options = ("--username", "me", "--password", "made-up")
    done = run("ask", "revenue?", *options, QOOERP_HOME=str(tmp_path), QOOERP_API_PORT=str(free_port("127.0.0.1")))
    assert done.returncode == 1
    assert "qooerp up" in done.stderr


def test_a_command_starts_the_database_it_needs_and_stops_it_again(tmp_path: Path) -> None:
    first = run("migrate", QOOERP_HOME=str(tmp_path))
    again = run("migrate", QOOERP_HOME=str(tmp_path))
    server = EmbeddedPostgres(tmp_path)
    try:
        assert first.stdout.startswith("applied 0001"), first.stderr
        assert again.stdout == "The schema is up to date.\n", again.stderr
        assert not server.is_running
    finally:
        server.remove()


def test_a_command_leaves_a_running_database_running(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, durable=False) as server:
        ensure_roles(Settings(home=tmp_path))
        early = run("check", QOOERP_HOME=str(tmp_path))
        assert (early.returncode, early.stdout) == (1, "")
        assert early.stderr.startswith("qooerp: The database is empty: run `qooerp migrate` first")
        assert run("migrate", QOOERP_HOME=str(tmp_path)).returncode == 0
        assert server.is_running


def test_one_state_folder_runs_once(tmp_path: Path) -> None:
    with (tmp_path / "up.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run("up", QOOERP_HOME=str(tmp_path))
    assert done.returncode == 1
    assert "QOOERP_HOME" in done.stderr


def test_the_api_waits_for_the_pages_but_not_for_ever(tmp_path: Path, taken_port: int) -> None:
    listening = ports(tmp_path, free_port("127.0.0.1"), taken_port, taken_port)
    started = time.monotonic()
    wait_for_neighbours(listening, seconds_max=60)
    assert time.monotonic() - started < 5
    missing = ports(tmp_path, free_port("127.0.0.1"), taken_port, free_port("127.0.0.1"))
    started = time.monotonic()
    wait_for_neighbours(missing, seconds_max=0.2)
    assert 0.2 <= time.monotonic() - started < 5


def test_a_taken_port_is_an_error_that_names_the_variable(tmp_path: Path, taken_port: int) -> None:
    settings = ports(tmp_path, free_port("127.0.0.1"), taken_port, free_port("127.0.0.1"))
    with pytest.raises(CannotStart, match=f"Port {taken_port} is taken: set QOOERP_DAGSTER_PORT"):
        check_ports(settings)


def test_two_servers_cannot_share_a_port(tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    with pytest.raises(CannotStart, match="three different ports"):
        check_ports(ports(tmp_path, port, port, free_port("127.0.0.1")))


def test_free_ports_are_fine(tmp_path: Path) -> None:
    check_ports(ports(tmp_path, free_port("127.0.0.1"), free_port("127.0.0.1"), free_port("127.0.0.1")))


def test_children_share_what_one_has_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in services.child_environment(Settings(home=tmp_path))


def test_no_child_reports_to_the_makers_of_its_libraries(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert NO_TELEMETRY.items() <= services.child_environment(settings).items()
    services.write_dagster_home(settings, code_port=4000)
    assert "telemetry:\n  enabled: false" in (tmp_path / "dagster" / "dagster.yaml").read_text(encoding="utf-8")


def test_every_server_is_told_to_listen_where_the_settings_say(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, host="127.0.0.9")
    dagster, dashboards = services.pages(settings)
    assert "127.0.0.9" in dagster.command
    assert dashboards.environment["STREAMLIT_SERVER_ADDRESS"] == "127.0.0.9"
