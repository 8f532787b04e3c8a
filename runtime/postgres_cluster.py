"""The cluster of an embedded server: made, cleared of what a killed server left, run as somebody who may."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

import psutil

from runtime.paths import open_to_others
from runtime.postgres_files import pid_in, somebody_works_in
from runtime.postgres_programs import PostgresFailed
from runtime.processes import die_with_parent
from runtime.system_user import SystemUser

SUPERUSER = "postgres"
START_SECONDS_MAX = 60.0


def make_cluster(data: Path, binaries: Path, user: SystemUser | None, *, password: str, durable: bool) -> None:
    """Make an empty cluster, whose superuser has this password.  Raises: PostgresFailed."""
    # It gets its name when it is whole: whoever is killed half way leaves nothing that looks like a cluster.
    half_made = data.with_name(f"{data.name}.new")
    _wait_for_orphans(half_made)
    for left in (data, half_made):
        shutil.rmtree(left, ignore_errors=True)
    half_made.mkdir(mode=0o700, parents=True)
    password_file = data.parent / "superuser-password"
    descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(password)
    if user is not None:
        user.own(half_made)
        user.own(password_file)
    try:
        _run(
            [
                binaries / "initdb",
                f"--pgdata={half_made}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                # Sorted by code point: the same on every machine, whatever its C library.
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                *([] if durable else ["--no-sync"]),
            ],
            user,
        )
    finally:
        password_file.unlink(missing_ok=True)
    with (half_made / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("\ninclude 'qooerp.conf'  # written anew at each start; put your own settings below\n")
    half_made.rename(data)


def open_archive(archive: Path, user: SystemUser | None) -> None:
    """Make the folder of the log, where the server may write.  Raises: PostgresFailed."""
    archive.mkdir(parents=True, exist_ok=True)
    if user is None:
        return
    if not open_to_others(archive):
        raise PostgresFailed(
            f"The database's system user may not enter {archive}: set QOOERP_ARCHIVE_DIR to a folder that others "
            "may enter, or start the program as an ordinary user."
        )
    user.own(archive)


def clear_stale_pid(data: Path) -> None:
    """Remove postmaster.pid where its number now belongs to another program, as after a container's restart.

    PostgreSQL itself removes one whose process is gone, after looking for orphaned sessions; it only refuses to
    judge a number that is alive, so that case is ours, and we look for the orphans instead.
    """
    pid_file = data / "postmaster.pid"
    pid = pid_in(pid_file)
    if pid is None or not psutil.pid_exists(pid):
        return
    _wait_for_orphans(data)
    pid_file.unlink(missing_ok=True)


def _wait_for_orphans(data: Path) -> None:
    """Nothing, once no process works in the folder whose parent was killed.  Raises: PostgresFailed."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while somebody_works_in(data):
        if time.monotonic() > deadline:
            raise PostgresFailed(f"Sessions of a killed PostgreSQL still work in {data}.")
        time.sleep(0.2)


def _run(command: Sequence[Path | str], user: SystemUser | None) -> None:
    # What we began must not go on in a folder that the next one makes anew.
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd="/",
        check=False,
        preexec_fn=die_with_parent(signal.SIGKILL),  # one system call, nothing else
        **as_user(user),
    )
    if done.returncode != 0:
        raise PostgresFailed(f"{Path(command[0]).name} failed:\n{(done.stderr or done.stdout).strip()}")


class Identity(TypedDict, total=False):
    """What `subprocess` needs to start a program as somebody else."""

    user: int
    group: int
    extra_groups: list[int]


def as_user(user: SystemUser | None) -> Identity:
    """What starts a program as this user, or as ourselves."""
    return {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": []}
