"""The book of seals: one signed line a seal, in a file of the state folder, each naming the hash of the line before.

Whoever changes the database cannot change this file, and whoever changes the file cannot sign. The key is Ed25519: a
copy of the file kept elsewhere and the public half of the key are enough to check it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from runtime.settings import Settings

VERSION = 1
"""The form of a seal; it stands in each, and before the bytes of every digest."""
FILE = "seals.jsonl"
_SECRET = "seals.key"  # noqa: S105  # the name of a secret, not the secret


@dataclass(frozen=True, slots=True)
class SealedTable:
    """What a seal says of a table: the columns it covers, how many rows it added, and a digest over them."""

    columns: tuple[str, ...]
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Seal:
    """What became visible between two snapshots of one database."""

    number: int
    sealed_at: str
    system_identifier: str
    snapshot: str
    tables: dict[str, SealedTable]
    previous: str
    """The hash of the seal before; empty in the first."""
    version: int = VERSION
    amends: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    """By table and by number of an earlier seal: the digest its rows had, and the one they have from now on."""
    reason: str = ""
    """Why rows that were sealed have changed; empty where none have."""

    @property
    def content(self) -> bytes:
        """The bytes that are signed and hashed; a seal that amends nothing says nothing of it."""
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        if not self.amends:
            told = {name: value for name, value in told.items() if name not in {"amends", "reason"}}
        return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)

    @property
    def hash(self) -> str:
        """What the next seal names."""
        return sha256(bytes([self.version]) + self.content).hexdigest()


class SealsForged(RuntimeError):
    """The book of seals was written by somebody else, or a line of it is missing."""


class SealsMissing(RuntimeError):
    """A book of seals that was named is not there, or has no seal."""


class SealBook:
    """The seals of one installation."""

    def __init__(self, settings: Settings, path: Path | None = None) -> None:
        """The installation's own book, or a copy of it kept elsewhere."""
        self.path = path or settings.home / FILE
        self._settings = settings

    def read(self) -> list[Seal]:
        """Every seal, oldest first.  Raises: SealsForged."""
        if not self.path.is_file():
            return []
        seals: list[Seal] = []
        for line in self.path.read_bytes().split(b"\n"):
            if line:
                seals.append(self._checked(line, seals[-1] if seals else None))
        return seals

    def last(self) -> Seal | None:
        """The newest seal, its signature checked.  Raises: SealsForged."""
        if not self.path.exists() or not self.path.stat().st_size:
            return None
        with self.path.open("rb") as file:
            file.seek(max(0, self.path.stat().st_size - _LINE_BYTES_MAX))
            return self._opened(file.read().rstrip(b"\n").rpartition(b"\n")[2])

    def append(self, seal: Seal) -> None:
        """Write a seal down, to stay."""
        line = {"seal": orjson.Fragment(seal.content), "signature": self._key.sign(seal.content).hex()}
        with self.path.open("ab") as file:
            file.write(orjson.dumps(line) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else seals meanwhile."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._drop_torn_line()
            yield

    def _drop_torn_line(self) -> None:
        """A process killed while it wrote leaves half a line: what it was to say is sealed anew."""
        content = self.path.read_bytes() if self.path.exists() else b""
        if content and not content.endswith(b"\n"):
            with self.path.open("r+b") as file:
                file.truncate(content.rfind(b"\n") + 1)

    def _checked(self, line: bytes, before: Seal | None) -> Seal:
        seal = self._opened(line)
        expected = (before.number + 1, before.hash) if before else (1, "")
        if (seal.number, seal.previous) != expected:
            raise SealsForged(f"{self.path}: seal {seal.number} does not follow the one before it.")
        return seal

    def _opened(self, line: bytes) -> Seal:
        try:
            document: dict[str, Any] = orjson.loads(line)
            seal = _seal_of(document["seal"])
            self._key.public_key().verify(bytes.fromhex(document["signature"]), seal.content)
        except (InvalidSignature, KeyError, TypeError, ValueError):
            raise SealsForged(
                f"{self.path} holds a line without this installation's signature: restore it from a backup."
            ) from None
        return seal

    @property
    def _key(self) -> Ed25519PrivateKey:
        secret = self._settings.secrets.get(_SECRET)
        return Ed25519PrivateKey.from_private_bytes(sha256(secret.encode()).digest())


_LINE_BYTES_MAX = 16 * 2**20
"""An amendment names every seal whose rows it changed."""


def _seal_of(record: dict[str, Any]) -> Seal:
    tables = {
        name: SealedTable(tuple(each["columns"]), each["rows"], each["digest"])
        for name, each in record["tables"].items()
    }
    amends = {
        table: {number: (before, after) for number, (before, after) in each.items()}
        for table, each in record.get("amends", {}).items()
    }
    return Seal(**{**record, "tables": tables, "amends": amends})
