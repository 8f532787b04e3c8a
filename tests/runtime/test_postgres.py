from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from runtime.paths import PROJECT_FOLDER, open_to_others
from runtime.postgres import EmbeddedPostgres
from runtime.postgres_address import Address, remembered_address
from runtime.postgres_programs import SYSTEM_FOLDER, PostgresFailed, client_program
from runtime.system_user import SystemUser, server_user

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def wait_until(condition: Callable[[], bool], seconds_max: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds_max
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server that the test may kill."""
    server = EmbeddedPostgres(tmp_path / "home", durable=False)
    server.start()
    yield server
    server.remove()


def postmaster_of(server: EmbeddedPostgres) -> psutil.Process:
    process = server._postmaster()
    assert process is not None
    return process


def test_the_server_is_postgres_18_with_vectors(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url("postgres")) as connection:
        assert connection.info.server_version // 10_000 == 18
        connection.execute("create extension vector")
        assert connection.execute("select '[3,4]'::vector <-> '[0,0]'::vector").fetchone() == (5.0,)
        connection.rollback()


def test_it_listens_on_the_loopback_address_only(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url()) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
        assert connection.execute("show unix_socket_directories").fetchone() == ("",)


def test_nobody_gets_in_without_the_password(server: EmbeddedPostgres) -> None:
    for password in ("postgres", ""):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host="127.0.0.1", port=server.port, user="postgres", password=password, dbname="postgres")


def test_a_commit_is_on_disk_before_it_is_answered(tmp_path: Path) -> None:
    durable = EmbeddedPostgres(tmp_path)
    durable.start()
    try:
        with psycopg.connect(durable.url()) as connection:
            assert connection.execute("show synchronous_commit").fetchone() == ("on",)
            assert connection.execute("show fsync").fetchone() == ("on",)
    finally:
        durable.remove()


def test_starting_twice_leaves_the_first_server_alone(server: EmbeddedPostgres) -> None:
    before = postmaster_of(server).pid
    assert EmbeddedPostgres(server.home).start() is False
    assert postmaster_of(server).pid == before


def test_a_block_leaves_a_server_on_that_was_on_before(own_server: EmbeddedPostgres) -> None:
    with EmbeddedPostgres(own_server.home, durable=False):
        assert own_server.has_started
    assert own_server.has_started
    own_server.stop()
    with EmbeddedPostgres(own_server.home):
        assert own_server.has_started
    assert not own_server.is_running


def test_a_stopped_server_keeps_port_and_data(own_server: EmbeddedPostgres) -> None:
    port = own_server.port
    with psycopg.connect(own_server.url()) as connection:
        connection.execute("create table kept as select 42 as answer")
    own_server.stop()
    assert not own_server.is_running
    assert own_server.start() is True
    assert own_server.port == port
    with psycopg.connect(own_server.url()) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_a_killed_server_starts_again_with_its_data(own_server: EmbeddedPostgres) -> None:
    with psycopg.connect(own_server.url()) as connection:
        connection.execute("create table kept as select 42 as answer")
        connection.commit()
        postmaster_of(own_server).kill()
    assert wait_until(lambda: not own_server.is_running)
    assert own_server.start() is True
    with psycopg.connect(own_server.url()) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_a_pid_file_that_names_another_program_is_no_obstacle(own_server: EmbeddedPostgres) -> None:
    address = remembered_address(own_server.home)
    assert address is not None
    pid_file = address.data / "postmaster.pid"
    left_behind = pid_file.read_text(encoding="utf-8")
    own_server.stop()
    _, *rest = left_behind.split("\n")
    pid_file.write_text("\n".join([str(os.getpid()), *rest]), encoding="utf-8")
    assert not own_server.is_running
    assert own_server.start() is True


def test_a_taken_port_is_replaced(own_server: EmbeddedPostgres, server: EmbeddedPostgres) -> None:
    own_server.stop()
    address = remembered_address(own_server.home)
    assert address is not None
    taken = address.model_copy(update={"port": server.port})
    (own_server.home / "postgres" / "address.json").write_text(taken.model_dump_json(), encoding="utf-8")
    own_server.start()
    assert own_server.port != server.port
    assert own_server.has_started


def test_two_state_folders_run_side_by_side(own_server: EmbeddedPostgres, server: EmbeddedPostgres) -> None:
    assert own_server.is_running
    assert server.is_running
    assert own_server.port != server.port
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(own_server.url().replace(str(own_server.port), str(server.port)))


def test_a_half_made_cluster_is_made_again(tmp_path: Path) -> None:
    half_made = EmbeddedPostgres(tmp_path, durable=False)
    data, _ = half_made._place(None)
    (data / "base").mkdir(parents=True)
    (data / "postgresql.conf").write_text("half", encoding="utf-8")
    try:
        assert half_made.start() is True
    finally:
        half_made.remove()


def test_who_is_killed_while_the_cluster_is_made_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    home = tmp_path / "home"
    begin = "import sys, pathlib, runtime.postgres as r; r.EmbeddedPostgres(pathlib.Path(sys.argv[1])).start()"
    next_one = EmbeddedPostgres(home, durable=False)
    half_made = next_one._place(server_user())[0].with_name("data.new") / "PG_VERSION"
    child = subprocess.Popen([sys.executable, "-c", begin, home], cwd=PROJECT_FOLDER)
    is_in_the_middle = wait_until(half_made.exists, 60)
    child.kill()
    child.wait()
    try:
        assert is_in_the_middle
        assert next_one.start() is True
        assert next_one.has_started
    finally:
        next_one.remove()


def test_a_database_is_copied_from_a_template(server: EmbeddedPostgres) -> None:
    server.create_database("mould")
    with psycopg.connect(server.url("mould")) as connection:
        connection.execute("create table shape as select 1 as corner")
    assert server.create_database("cast", template="mould") is True
    assert server.create_database("cast", template="mould") is False
    with psycopg.connect(server.url("cast")) as connection:
        assert connection.execute("select corner from shape").fetchone() == (1,)
    server.drop_database("cast")
    server.drop_database("mould")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(server.url("cast"))


def test_a_server_that_cannot_start_says_why(own_server: EmbeddedPostgres) -> None:
    own_server.stop()
    address = remembered_address(own_server.home)
    assert address is not None
    with (address.data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("\nno_such_setting = 1\n")
    with pytest.raises(PostgresFailed, match="no_such_setting"):
        own_server.start()


def test_an_ordinary_user_keeps_everything_in_the_state_folder(tmp_path: Path) -> None:
    data, programs = EmbeddedPostgres(tmp_path)._place(None)
    assert data == tmp_path / "postgres" / "data"
    assert programs == client_program("postgres").parent


@AS_ROOT
def test_root_with_a_private_folder_keeps_the_data_where_system_services_do(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    data, _ = EmbeddedPostgres(private)._place(SystemUser("anybody", 12345, 12345))
    assert data.parent.parent == SYSTEM_FOLDER
    data.parent.rmdir()


@AS_ROOT
def test_the_server_of_root_runs_as_somebody_else(server: EmbeddedPostgres) -> None:
    assert postmaster_of(server).uids().effective != 0


@AS_ROOT
@pytest.mark.skipif(not open_to_others(Path(sys.executable)), reason="another user cannot read this environment")
def test_an_ordinary_user_can_start_it() -> None:
    home = Path("/var/tmp") / f"qooerp-ordinary-{os.getpid()}"  # noqa: S108  # pytest's own folders are root's alone
    home.mkdir(mode=0o755)
    os.chown(home, 65534, 65534)
    code = (
        "import sys, pathlib; from runtime.postgres import EmbeddedPostgres\n"
        "server = EmbeddedPostgres(pathlib.Path(sys.argv[1]), durable=False)\n"
        "print(server.start(), server.has_started); server.remove()"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, home],
            cwd=PROJECT_FOLDER,
            user=65534,
            group=65534,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        subprocess.run(["rm", "-rf", home], check=True)
    assert done.stdout.split() == ["True", "True"], done.stderr


@LINUX
def test_the_server_ends_with_the_program_that_started_it(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, signal; from runtime.postgres import EmbeddedPostgres\n"
        "EmbeddedPostgres(pathlib.Path(sys.argv[1]), durable=False).start(); print('up', flush=True); signal.pause()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, tmp_path], cwd=PROJECT_FOLDER, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "up\n"
        server = EmbeddedPostgres(tmp_path)
        assert server.is_running
        starter.send_signal(signal.SIGKILL)
    assert wait_until(lambda: not server.is_running)
    server.remove()


def test_a_copied_state_folder_has_a_database_of_its_own(tmp_path: Path) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    for home in (original, copy):
        (home / "postgres").mkdir(parents=True)
    inside = Address(port=1, data=original / "postgres" / "data", home=original).model_dump_json()
    (copy / "postgres" / "address.json").write_text(inside, encoding="utf-8")
    found = remembered_address(copy)
    assert found is not None
    assert found.data == copy / "postgres" / "data"


def test_a_copy_whose_data_stayed_elsewhere_is_refused_and_a_moved_folder_is_not(tmp_path: Path) -> None:
    original, other = tmp_path / "original", tmp_path / "other"
    for home in (original, other):
        (home / "postgres").mkdir(parents=True)
        text = Address(port=1, data=tmp_path / "system" / "data", home=original).model_dump_json()
        (home / "postgres" / "address.json").write_text(text, encoding="utf-8")
    with pytest.raises(PostgresFailed, match="is a copy of"):
        remembered_address(other)
    (original / "postgres" / "address.json").unlink()
    assert remembered_address(other) is not None
