"""Makes a backup: the database and what the state folder alone knows, whole or not at all."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from backups.manifest import BackupKind, BackupRefused, Manifest, digests
from backups.programs import run_program
from runtime.erased import carry_erased
from runtime.roles import WAREHOUSE_SCHEMAS
from runtime.settings import Settings

STATE_FILES = ("secrets.json", "ledger_anchors.json", "seals.jsonl")
"""Without the secrets nobody signs in, without anchors and seals nobody proves that no tail was cut."""


def make_backup(settings: Settings) -> Path:
    """The folder of a new, whole backup of the running database, readable by its owner only.

    The embedded server is copied file by file, so that with its archived log any later moment can be restored; of a
    server the user brought the tables are dumped, and its own log keeps the moments between.
    Raises: BackupRefused; then nothing that looks like a backup is left behind.
    """
    archive = settings.archive_dir
    archive.mkdir(mode=0o755, parents=True, exist_ok=True)
    began = datetime.now(UTC)
    unfinished = archive / f".{began:%Y%m%dT%H%M%S%f}.part"
    unfinished.mkdir(mode=0o700)
    try:
        _write(settings, unfinished)
        finished = archive / f"{began:%Y%m%dT%H%M%SZ-%f}"
        unfinished.rename(finished)
        carry_erased(settings.home, archive)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return finished


def _write(settings: Settings, folder: Path) -> None:
    kind = BackupKind.CLUSTER if settings.uses_embedded_postgres else BackupKind.DUMP
    with psycopg.connect(settings.admin_database_url()) as connection:
        revision = _revision(connection)
        server_version = connection.info.server_version
    (_copy_cluster if kind is BackupKind.CLUSTER else _dump_tables)(settings, folder)
    for name in STATE_FILES:
        if (settings.home / name).exists():
            shutil.copy2(settings.home / name, folder / name)
    # Taken after the copy has ended: the log up to here is part of it.
    whole_at = datetime.now(UTC)
    Manifest(
        kind=kind,
        whole_at=whole_at,
        revision=revision,
        server_version=server_version,
        log=settings.wal_dir.name if settings.wal_dir is not None else None,
        files=digests(folder),
    ).write(folder)


def _copy_cluster(settings: Settings, folder: Path) -> None:
    options = [
        "--pgdata",
        str(folder / "data"),
        "--checkpoint=fast",
        "--wal-method=stream",
        "--manifest-checksums=SHA256",
    ]
    run_program("pg_basebackup", options, url=settings.admin_database_url())
    if settings.wal_dir is not None:
        _check_archiving(settings)


def _check_archiving(settings: Settings) -> None:
    with psycopg.connect(settings.admin_database_url()) as connection:
        failing = connection.execute(
            "select last_failed_wal, last_failed_time from pg_stat_archiver"
            " where last_failed_time > coalesce(last_archived_time, '-infinity')"
        ).fetchone()
    if failing is not None:
        raise BackupRefused(
            f"The log is not archived since {failing[1].isoformat()} ({failing[0]} into {settings.wal_dir}): see the "
            "server's log, make room or give it the right to write there, and back up again."
        )


def _dump_tables(settings: Settings, folder: Path) -> None:
    # Marts are made again from the tables: the loader sees another server and reads everything anew.
    left_out = [f"--exclude-schema={schema}" for schema in WAREHOUSE_SCHEMAS]
    options = ["--format=custom", f"--file={folder / 'tables.dump'}", *left_out]
    run_program("pg_dump", options, url=settings.admin_database_url())


def _revision(connection: psycopg.Connection) -> str:
    if connection.execute("select to_regclass('kernel.schema_revisions')").fetchone() == (None,):
        raise BackupRefused("This database has no books yet: there is nothing to keep.")
    row = connection.execute("select version_num from kernel.schema_revisions").fetchone()
    return str(row[0]) if row else ""
