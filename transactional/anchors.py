"""Digests of the hash chains, signed and kept outside the database.

A chain alone finds a changed entry, but neither a cut tail nor one that was hashed anew: for that somebody has to
remember where it ended. Each check remembers it in a file of the state folder, under a signature only the installation
can make; the next check compares.
"""

import hmac
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import orjson

from runtime.settings import Settings

_FILE = "ledger_anchors.json"
_SECRET = "ledger.anchors"  # noqa: S105 the name of a secret, not the secret


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a company's chain ended."""

    chain_position: int
    hash: bytes


class AnchorsForged(RuntimeError):
    """The file of anchors was written by somebody else."""


def read_anchors(settings: Settings) -> dict[UUID, Anchor]:
    """The remembered ends by company; empty before the first check.  Raises: AnchorsForged."""
    path = settings.home / _FILE
    if not path.exists():
        return {}
    document = orjson.loads(path.read_bytes())
    if not hmac.compare_digest(document["signature"], _signature(settings, document["anchors"])):
        raise AnchorsForged(f"{path} does not carry this installation's signature: restore it from a backup.")
    return {
        UUID(company_id): Anchor(record["chain_position"], bytes.fromhex(record["hash"]))
        for company_id, record in document["anchors"].items()
    }


def keep_anchors(settings: Settings, anchors: dict[UUID, Anchor]) -> None:
    """Remember where chains end, in place of what was remembered of the same companies."""
    kept = {**read_anchors(settings), **anchors}
    records = {
        str(company_id): {"chain_position": anchor.chain_position, "hash": anchor.hash.hex()}
        for company_id, anchor in sorted(kept.items())
    }
    document = {"anchors": records, "signature": _signature(settings, records)}
    path = settings.home / _FILE
    _replace(path, orjson.dumps(document, option=orjson.OPT_INDENT_2))


def _replace(path: Path, content: bytes) -> None:
    """The whole file or the old one, never a half."""
    unfinished = path.with_suffix(".new")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _signature(settings: Settings, records: object) -> str:
    key = settings.secrets.password(_SECRET).encode()
    return hmac.new(key, orjson.dumps(records, option=orjson.OPT_SORT_KEYS), sha256).hexdigest()
