"""What a start has prepared, the next one need not prepare; whoever needs it waits for whoever prepares."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg

from runtime.erased import read_erased
from runtime.paths import PROJECT_FOLDER
from runtime.settings import DatabaseRole, Settings

_READ = ("cli", "runtime", "simulator", "transactional")
"""The packages that preparing runs through."""
# Another server, another database, another schema, or tables made anew by a restore.
_DATABASE = """
    select (select system_identifier::text from pg_control_system()), revision.version_num,
        to_regclass('identity.tenants')::oid::bigint
    from kernel.schema_revisions as revision
"""


@contextmanager
def preparing(settings: Settings) -> Iterator[None]:
    """While it lasts, whoever waits for what is prepared goes on waiting; it ends with this process at the latest."""
    with (settings.home / "prepare.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def wait_until_prepared(settings: Settings) -> None:
    """Come back when nobody prepares anything."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "prepare.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)


def is_prepared(settings: Settings) -> bool:
    """Whether this very program has prepared this very database, and its marts were loaded."""
    try:
        kept = _mark(settings).read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return loaded_mark(settings).exists() and kept == _state(settings)


def mark_prepared(settings: Settings) -> None:
    """Have the next start of this program know that there is nothing left to prepare."""
    _mark(settings).write_text(_state(settings), encoding="utf-8")


def loaded_mark(settings: Settings) -> Path:
    """The file that says that the marts were loaded: beside what it speaks of, so that who removes that loads again."""
    return settings.lake_dir / ".loaded"


def _mark(settings: Settings) -> Path:
    return settings.home / "prepared.json"


def _state(settings: Settings) -> str:
    demo = settings.demo_scale if settings.demo_mode else None
    # Whom a list brought from elsewhere names has to be forgotten here too.
    erased = [str(each.erasure_id) for each in read_erased(settings.home)]
    return json.dumps({"program": _fingerprint(), "database": _identity(settings), "demo": demo, "erased": erased})


def _fingerprint(folder: Path = PROJECT_FOLDER) -> str:
    """A text that changes with any file of the program that preparing reads."""
    digest = sha256()
    for package in _READ:
        for path in sorted((folder / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                seen = path.stat()
                digest.update(f"{path.relative_to(folder)} {seen.st_size} {seen.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _identity(settings: Settings) -> list[Any] | None:
    with psycopg.connect(settings.database_url(DatabaseRole.OWNER)) as connection:
        try:
            found = connection.execute(_DATABASE).fetchone()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
            return None
    return list(found) if found else None
