"""A real PostgreSQL with pgvector that starts by itself, from the binaries of a Python package.

The server listens on 127.0.0.1 only, asks every login for a password (scram-sha-256), and keeps its port in the state
folder. It dies with the process that started it, by a clean shutdown.
"""

from __future__ import annotations

import fcntl
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Self

import psutil
import psycopg
from psycopg import sql

from runtime.paths import open_to_others
from runtime.postgres_address import Address, remembered_address
from runtime.postgres_cluster import (
    START_SECONDS_MAX,
    SUPERUSER,
    as_user,
    clear_stale_pid,
    make_cluster,
    open_archive,
)
from runtime.postgres_files import pid_in, says_ready
from runtime.postgres_programs import (
    HOST,
    SYSTEM_FOLDER,
    PostgresFailed,
    Recovery,
    configuration,
    copied_programs,
    packaged_programs,
)
from runtime.processes import die_with_parent, free_port, port_is_free
from runtime.secrets import SecretStore
from runtime.system_user import SystemUser, server_user

STOP_SECONDS_MAX = 30.0


class EmbeddedPostgres:
    """The PostgreSQL server of one state folder.

    `durable=False` gives up safety against power failures for speed: for servers whose data is thrown away.
    With `archive` the server copies its log into that folder, for restoring any moment.
    """

    def __init__(
        self, home: Path, *, database: str = "qooerp", durable: bool = True, archive: Path | None = None
    ) -> None:
        self.home = home.absolute()
        self.database = database
        self.durable = durable
        self.archive = archive
        self.folder = self.home / "postgres"
        self.log_file = self.folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._started_by_block = False

    # -- what others ask -------------------------------------------------------------------------------------------

    @property
    def port(self) -> int:
        """The TCP port on the loopback address. Raises: PostgresFailed before the first start."""
        address = remembered_address(self.home)
        if address is None:
            raise PostgresFailed(f"The PostgreSQL of {self.home} was never started.")
        return address.port

    def url(self, database: str | None = None) -> str:
        """The superuser's connection URL."""
        return f"postgresql://{SUPERUSER}:{self._password}@{HOST}:{self.port}/{database or self.database}"

    @property
    def is_running(self) -> bool:
        """Whether a server process holds our data folder."""
        return self._postmaster() is not None

    @property
    def has_started(self) -> bool:
        """Whether the server answers a login."""
        with (
            suppress(psycopg.OperationalError, PostgresFailed),
            psycopg.connect(self.url("postgres"), connect_timeout=2),
        ):
            return True
        return False

    # -- life of the server ----------------------------------------------------------------------------------------

    def start(self) -> bool:
        """Make the cluster if there is none, start the server, make the database: True when this call started it.

        A server killed before is recovered from its log; one that runs already is left as it is.
        Raises: PostgresFailed with the end of the server's log.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            if self.is_running:
                self._wait_until_ready()
                return False
            if self._process is not None:
                self._process.wait(STOP_SECONDS_MAX)  # our dead child: the kernel keeps it until we have looked
            user = server_user()
            data, binaries = self._place(user)
            if not (data / "PG_VERSION").exists():
                make_cluster(data, binaries, user, password=self._password, durable=self.durable)
            clear_stale_pid(data)
            self._start_server(data, binaries, user)
        self.create_database(self.database)
        return True

    def adopt(self, cluster: Path, recovery: Recovery) -> None:
        """Take a copied cluster as this folder's own; its next start reads the log up to the wished moment.

        Raises: PostgresFailed when this folder has a database.
        """
        if remembered_address(self.home) is not None:
            raise PostgresFailed(f"{self.home} has a database already.")
        self.folder.mkdir(parents=True, exist_ok=True)
        user = server_user()
        data, _ = self._place(user)
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(cluster, data, symlinks=True)
        (data / "recovery.signal").touch()
        with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            file.write(recovery.configuration())
        data.chmod(0o700)
        if user is not None:
            user.own(data)

    def stop(self) -> None:
        """Shut the server down cleanly; nothing happens when it does not run.

        Raises: PostgresFailed when it is still there after half a minute.
        """
        postmaster = self._postmaster()
        if postmaster is None:
            return
        # A fast shutdown: sessions are ended, a checkpoint is written, no recovery is needed at the next start.
        with suppress(psutil.NoSuchProcess):
            postmaster.send_signal(signal.SIGINT)
        if self._process is not None and self._process.pid == postmaster.pid:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS_MAX)
            self._process = None
        try:
            postmaster.wait(STOP_SECONDS_MAX)
        except psutil.TimeoutExpired:
            raise PostgresFailed(f"PostgreSQL did not stop in {STOP_SECONDS_MAX:.0f} s.\n{self.log_tail()}") from None

    def remove(self) -> None:
        """Stop the server and delete its data, wherever it was kept: for servers whose data is thrown away."""
        self.stop()
        address = remembered_address(self.home)
        if address is not None:
            shutil.rmtree(address.data, ignore_errors=True)
            if address.data.parent.parent == SYSTEM_FOLDER:
                address.data.parent.rmdir()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        """A running server; at the end of the block it is off again if it was off before."""
        self._started_by_block = self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if not self._started_by_block:
            return
        if self.durable:
            self.stop()
        else:
            self.remove()

    # -- databases -------------------------------------------------------------------------------------------------

    def create_database(self, name: str, template: str | None = None) -> bool:
        """Make a database, empty or as a copy of a template nobody is connected to: True when it was not there yet."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                return False
            statement = sql.SQL("create database {}").format(sql.Identifier(name))
            if template is not None:
                statement += sql.SQL(" template {}").format(sql.Identifier(template))
                # Without a log to keep, copying files is quicker than writing every page of them into it.
                statement += sql.SQL("" if self.durable else " strategy file_copy")
            connection.execute(statement)
        return True

    def drop_database(self, name: str) -> None:
        """Remove a database and end its sessions; nothing happens when there is none of this name."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def log_tail(self, lines: int = 15) -> str:
        """The last lines the server wrote."""
        with suppress(FileNotFoundError):
            return "\n".join(self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        return ""

    # -- where things are ------------------------------------------------------------------------------------------

    def _place(self, user: SystemUser | None) -> tuple[Path, Path]:
        """The data folder and the folder of binaries, both where the server's user may read them."""
        packaged = packaged_programs()
        if user is None:
            return self.folder / "data", packaged
        remembered = remembered_address(self.home)
        area = self.folder if open_to_others(self.folder) else self._system_area()
        data = remembered.data if remembered is not None else area / "data"
        return data, packaged if open_to_others(packaged) else copied_programs(packaged)

    def _system_area(self) -> Path:
        # A root user's checkout is often private: then its data goes where system services keep theirs.
        key = sha256(str(self.home.resolve()).encode()).hexdigest()[:16]
        area = SYSTEM_FOLDER / key
        area.mkdir(mode=0o755, parents=True, exist_ok=True)
        return area

    # -- making and starting ---------------------------------------------------------------------------------------

    def _start_server(self, data: Path, binaries: Path, user: SystemUser | None) -> None:
        remembered = remembered_address(self.home)
        port = remembered.port if remembered is not None and port_is_free(HOST, remembered.port) else free_port(HOST)
        settings = configuration(port, durable=self.durable, archive=self.archive)
        (data / "qooerp.conf").write_text(settings, encoding="utf-8")
        if self.archive is not None:
            open_archive(self.archive, user)
        if user is not None:
            user.own(data / "qooerp.conf")
        address = Address(port=port, data=data, home=self.home)
        fresh = self.folder / "address.new"
        fresh.write_text(address.model_dump_json(indent=2) + "\n", encoding="utf-8")
        fresh.replace(self.folder / "address.json")
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._try_to_start(binaries / "postgres", data, user, deadline):
            # After a kill -9 the orphaned sessions hold the shared memory for a moment; the next attempt succeeds.
            if time.monotonic() > deadline:
                raise PostgresFailed(f"PostgreSQL did not start.\n{self.log_tail()}")
            time.sleep(0.5)

    def _try_to_start(self, program: Path, data: Path, user: SystemUser | None, deadline: float) -> bool:
        attempts_until = min(deadline, time.monotonic() + START_SECONDS_MAX)
        with self.log_file.open("ab") as log:
            # It has its own session, so that a Ctrl-C in the terminal does not reach it before its clients are gone.
            self._process = subprocess.Popen(
                [program, "-D", data],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509  # one system call, nothing else
                **as_user(user),
            )
        while time.monotonic() < attempts_until:
            if self._process.poll() is not None:
                if "shared memory block" in self.log_tail(5):
                    return False
                raise PostgresFailed(f"PostgreSQL ended while starting.\n{self.log_tail()}")
            if says_ready(data) and self.has_started:
                return True
            time.sleep(0.05)
        self._process.kill()
        return False

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self.has_started:
            if time.monotonic() > deadline:
                raise PostgresFailed(f"PostgreSQL runs but does not answer.\n{self.log_tail()}")
            time.sleep(0.05)

    def _postmaster(self) -> psutil.Process | None:
        address = remembered_address(self.home)
        if address is None:
            return None
        pid = pid_in(address.data / "postmaster.pid")
        if pid is None:
            return None
        try:
            process = psutil.Process(pid)
            # The command line of a zombie is empty; that of another program does not name our folder.
            command = process.cmdline()
        except psutil.Error:
            return None  # gone, or somebody else's
        return process if command and str(address.data) in command and "postgres" in command[0] else None

    @property
    def _password(self) -> str:
        return SecretStore(self.home).password("database.postgres")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "start.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
