"""Brings a backup back into an empty place, to its own moment or a later one, and proves the books."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from backups.make import STATE_FILES
from backups.manifest import BackupKind, BackupRefused, Manifest, whole_backups
from backups.programs import run_program
from runtime.erased import carry_erased
from runtime.postgres import EmbeddedPostgres
from runtime.postgres_programs import PostgresFailed, Recovery
from runtime.roles import ensure_logins, ensure_roles
from runtime.settings import WAL_SECRET, DatabaseRole, Settings
from transactional.checks import Finding, run_checks
from transactional.flows.forget_again import Forgotten, forget_again
from transactional.migrations.run import is_newest

_RECOVERY_SECONDS_MAX = 1_800.0
_LINES_OF_A_START = 60
_TOO_SHORT = "recovery ended before configured recovery target was reached"
_LAST_COMMIT = re.compile(r"last completed transaction was at log time (\S+ \S+?)(?:\.\d+)?(?:\+00| UTC)")


def choose_backup(archive: Path, until: datetime | None) -> Path:
    """The newest backup of an archive, or the newest that was whole at the wished moment.

    Raises: BackupRefused where there is none, naming the earliest moment that can be had.
    """
    backups = whole_backups(archive)
    if not backups:
        raise BackupRefused(f"There is no backup in {archive}.")
    reachable = [folder for whole_at, folder in backups if until is None or whole_at <= until]
    if not reachable:
        raise BackupRefused(f"The earliest backup was whole at {backups[0][0].isoformat()}: choose a later moment.")
    return reachable[-1]


@dataclass(frozen=True, slots=True)
class Restored:
    """Books that came back."""

    findings: Sequence[Finding]
    """What is wrong with them: nothing, if they are as they were."""
    forgotten: Forgotten
    """Whoever was erased after the backup, or after the moment that was wished for."""


def restore_backup(settings: Settings, folder: Path, *, until: datetime | None = None) -> Restored:
    """Bring a backup back, check its books, and erase again whom the archive's list of erased persons names.

    The published figures are made anew by the next load.
    Raises: BackupRefused, before anything is written, for a damaged backup or a place that is not empty.
    """
    manifest = Manifest.read(folder)
    manifest.check_files(folder)
    _check_place(settings, manifest, until)
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in STATE_FILES:
        if (folder / name).exists():
            shutil.copy2(folder / name, settings.home / name)
    carry_erased(folder.parent, settings.home)
    if manifest.kind is BackupKind.CLUSTER:
        log = folder.parent / manifest.log if manifest.log is not None else None
        return _restore_cluster(settings, folder / "data", Recovery(log=log, until=until))
    _restore_tables(settings, folder / "tables.dump")
    return _checked(settings)


def _checked(settings: Settings) -> Restored:
    ensure_roles(settings)
    findings = run_checks(settings)
    # Books of an earlier version are brought to this one first, by `qooerp migrate` or `qooerp up`, which forget too.
    is_current = is_newest(settings.database_url(DatabaseRole.OWNER))
    return Restored(findings, forget_again(settings) if is_current else Forgotten())


def _check_place(settings: Settings, manifest: Manifest, until: datetime | None) -> None:
    if (manifest.kind is BackupKind.CLUSTER) != settings.uses_embedded_postgres:
        wanted = "without DATABASE_URL" if manifest.kind is BackupKind.CLUSTER else "with DATABASE_URL"
        raise BackupRefused(f"This backup is a {manifest.kind}: restore it {wanted}.")
    taken = [name for name in ("postgres", *STATE_FILES) if (settings.home / name).exists()]
    if taken:
        raise BackupRefused(
            f"{settings.home} has books already ({', '.join(taken)}): set QOOERP_HOME to an empty folder. "
            "Nothing is ever restored over living books."
        )
    if manifest.kind is BackupKind.DUMP:
        _check_database(settings)
    if until is None:
        return
    if manifest.kind is BackupKind.DUMP:
        raise BackupRefused("A dump knows one moment. For another one use your server's own point-in-time recovery.")
    if until < manifest.whole_at:
        raise BackupRefused(f"This backup was whole at {manifest.whole_at.isoformat()}: choose a later moment.")


def _check_database(settings: Settings) -> None:
    with psycopg.connect(settings.admin_database_url()) as connection:
        if connection.execute("select to_regnamespace('kernel')").fetchone() != (None,):
            raise BackupRefused("The database of DATABASE_URL has books already: name an empty one.")


def _restore_cluster(settings: Settings, data: Path, recovery: Recovery) -> Restored:
    settings.secrets.forget(WAL_SECRET)
    server = EmbeddedPostgres(settings.home, database=settings.database_name, archive=settings.wal_dir)
    server.adopt(data, recovery)
    try:
        with server:
            _wait_until_recovered(server, settings)
            return _checked(settings)
    except (PostgresFailed, psycopg.OperationalError):
        said = server.log_tail(_LINES_OF_A_START)
        if _TOO_SHORT not in said:
            raise
        # Half of what was wished for is nothing: the next try finds the place as empty as this one did.
        server.remove()
        for name in STATE_FILES:
            (settings.home / name).unlink(missing_ok=True)
        raise BackupRefused(_too_short(said, recovery)) from None


def _wait_until_recovered(server: EmbeddedPostgres, settings: Settings) -> None:
    deadline = time.monotonic() + _RECOVERY_SECONDS_MAX
    while _recovers(settings):
        if time.monotonic() > deadline:
            raise BackupRefused(f"The log is still being read after {_RECOVERY_SECONDS_MAX:.0f} s: {server.log_file}")
        time.sleep(0.1)


def _too_short(said: str, recovery: Recovery) -> str:
    """What to do about a log that ends before the wished moment, by what the server said when it came to its end."""
    last = _LAST_COMMIT.findall(said)
    end = f"its last commit is of {last[-1]} UTC" if last else "nothing was written after this backup"
    advice = (
        "Choose that moment or an earlier one, or leave out --until." if last else "Leave out --until to restore it."
    )
    told = f"The log does not reach {recovery.until:%Y-%m-%d %H:%M:%S %Z}: {end}. {advice}"
    if recovery.log is not None and recovery.log.exists():
        return told
    return f"{told} The archive holds no log: one is kept there while the program runs with QOOERP_ARCHIVE_DIR."


def _recovers(settings: Settings) -> bool:
    with psycopg.connect(settings.admin_database_url()) as connection:
        return connection.execute("select pg_is_in_recovery()").fetchone() == (True,)


def _restore_tables(settings: Settings, dump: Path) -> None:
    ensure_logins(settings)
    run_program("pg_restore", _options(settings, dump), url=settings.admin_database_url())


def _options(settings: Settings, dump: Path) -> Sequence[str]:
    database = psycopg.conninfo.conninfo_to_dict(settings.admin_database_url())["dbname"]
    return ["--exit-on-error", "--single-transaction", f"--dbname={database}", str(dump)]
