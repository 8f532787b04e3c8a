"""The system user under which PostgreSQL runs when the program is started as root, which PostgreSQL itself refuses."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

SYSTEM_USER = "qooerp-postgres"
# Debian, Fedora and most others have useradd; Alpine and other BusyBox systems have adduser with these options.
_WAYS_TO_ADD_A_USER = (
    ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/", "--shell", "/bin/false"),
    ("adduser", "-S", "-D", "-H", "-h", "/", "-s", "/bin/false"),
)


class SystemUserMissing(RuntimeError):
    """No unprivileged user could be made for the database server."""


class SystemUser(NamedTuple):
    """A user of the operating system, as the kernel knows it."""

    name: str
    uid: int
    gid: int

    def own(self, folder: Path) -> None:
        """Give this user the folder and everything in it."""
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def server_user() -> SystemUser | None:
    """The user the database server must change to; None when the caller is an ordinary user and needs no change.

    Raises: SystemUserMissing when root cannot make one.
    """
    if os.geteuid() != 0:
        return None
    return _find_user() or _add_user()


def _find_user() -> SystemUser | None:
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return None
    return SystemUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _add_user() -> SystemUser:
    reasons = []
    for program, *options in _WAYS_TO_ADD_A_USER:
        found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        if found is None:
            continue
        done = subprocess.run([found, *options, SYSTEM_USER], capture_output=True, text=True, check=False)
        # Another process may have made the user between our look and our attempt.
        user = _find_user()
        if user is not None:
            return user
        reasons.append(done.stderr.strip())
    raise SystemUserMissing(
        f"PostgreSQL does not run as root and the system user {SYSTEM_USER} could not be made "
        f"({'; '.join(reasons) or 'neither useradd nor adduser is here'}). "
        "Start the program as an ordinary user, or set DATABASE_URL."
    )
