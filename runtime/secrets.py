"""Random secrets of one installation, kept in one file that only its owner can read."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SECRET_BYTES = 32
# Without characters that need quoting in a URL, a shell or a connection string.
PASSWORD_BYTES = 18


class SecretStore:
    """Named secrets in `<home>/secrets.json` (mode 600); a name asked for the first time gets a random value."""

    def __init__(self, home: Path) -> None:
        self.path = home / "secrets.json"

    def get(self, name: str, *, size: int = SECRET_BYTES) -> str:
        """The secret of this name, the same in every process of the installation.

        Units: size in bytes of randomness, used when the secret is made.
        """
        known = self.all().get(name)
        if known is not None:
            return known
        with self._locked():
            values = dict(self.all())
            value = values.setdefault(name, secrets.token_urlsafe(size))
            self._write(values)
        return value

    def password(self, name: str) -> str:
        """The password of this name, short enough to be typed."""
        return self.get(name, size=PASSWORD_BYTES)

    def forget(self, name: str) -> None:
        """Drop the secret of this name; asked for again it is another one."""
        with self._locked():
            self._write({known: value for known, value in self.all().items() if known != name})

    def all(self) -> Mapping[str, str]:
        """Every secret made so far, by name."""
        try:
            return dict(json.loads(self.path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {}

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _write(self, values: Mapping[str, str]) -> None:
        # A reader sees the old file or the new one, never half of it.
        fresh = self.path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(values, file, indent=2, sort_keys=True)
            file.write("\n")
        fresh.replace(self.path)
