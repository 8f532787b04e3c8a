"""PostgreSQL's own programs for copies, run without a password on their command line."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from backups.manifest import BackupRefused
from runtime.postgres_programs import client_program


def run_program(name: str, options: Sequence[str], *, url: str | None = None) -> None:
    """Run a client program of the packaged version against a server.

    Raises: BackupRefused with what the program said.
    """
    environment = dict(os.environ)
    if url is not None:
        environment |= _connection(url)
    done = subprocess.run(
        [client_program(name), *options], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BackupRefused(f"{name} failed: {done.stderr.strip() or done.stdout.strip()}{_advice(done.stderr)}")


def _connection(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    return {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
    }


def _advice(said: str) -> str:
    if "row-level security" in said:
        return "\nDATABASE_URL's login has to be a superuser or have BYPASSRLS to copy every tenant's rows."
    if "server version mismatch" in said:
        return "\nUse the pg_dump of the server's own version for this database."
    return ""
