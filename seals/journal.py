"""The journal's own chain, read a second time: other code than the one that writes it comes to the same hashes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import orjson
import psycopg
from psycopg.rows import dict_row

_VERSION = b"\x02"
_BATCH = 5_000
_ENTRY = [
    "tenant_id",
    "id",
    "company_id",
    "period_id",
    "journal",
    "fiscal_year",
    "posted_on",
    "description",
    "origin_type",
    "origin_id",
    "reverses_id",
    "created_at",
    "created_by",
]
_LINE = [
    "id",
    "line_number",
    "company_id",
    "account_id",
    "posted_on",
    "amount",
    "currency_code",
    "currency_amount",
    "party_kind",
    "party_id",
    "item_id",
    "warehouse_id",
    "cost_centre_id",
    "project_id",
    "tax_code_id",
    "dimensions",
    "description",
    "created_at",
    "created_by",
]
_ENTRIES = "select * from ledger.journal_entries order by tenant_id, company_id, chain_position"
_LINES = "select * from ledger.journal_lines where entry_id = any(%s) order by tenant_id, entry_id, line_number"
_HEADS = "select tenant_id, company_id, chain_position, hash from ledger.ledger_heads"


def journal_breaks(connection: psycopg.Connection) -> Iterator[tuple[str, str]]:
    """Where the chain of a company's journal does not hold, and why."""
    ends: dict[tuple[Any, Any], tuple[int, bytes]] = {}
    for entry, lines in _entries(connection):
        key = entry["tenant_id"], entry["company_id"]
        position, previous = ends.get(key, (0, bytes(32)))
        where = f"ledger.journal_entries, company {key[1]}, position {entry['chain_position']}"
        if entry["chain_position"] != position + 1:
            yield where, f"position {position + 1} is missing"
        if bytes(entry["previous_hash"]) != previous:
            yield where, "does not follow the entry before it"
        elif bytes(entry["hash"]) != _hash(previous, entry, lines):
            yield where, "was changed after it was posted"
        ends[key] = entry["chain_position"], bytes(entry["hash"])
    with connection.cursor() as cursor:
        for tenant_id, company_id, position, end in cursor.execute(_HEADS):
            if ends.get((tenant_id, company_id), (0, bytes(32))) != (position, bytes(end)):
                yield f"ledger.ledger_heads, company {company_id}", "the head does not name the last entry"


def _entries(connection: psycopg.Connection) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Entries in the order of their chains, each with its lines, read batch by batch."""
    with (
        connection.cursor(name="entries", row_factory=dict_row) as entries,
        connection.cursor(row_factory=dict_row) as reading,
    ):
        entries.itersize = _BATCH
        entries.execute(_ENTRIES)
        while batch := entries.fetchmany(_BATCH):
            reading.execute(_LINES, [[entry["id"] for entry in batch]])
            lines: dict[Any, list[dict[str, Any]]] = {}
            for line in reading:
                lines.setdefault((line["tenant_id"], line["entry_id"]), []).append(line)
            for entry in batch:
                yield entry, lines.get((entry["tenant_id"], entry["id"]), [])


def _hash(previous: bytes, entry: dict[str, Any], lines: list[dict[str, Any]]) -> bytes:
    content = [*[_value(entry[name]) for name in _ENTRY], [[_value(line[name]) for name in _LINE] for line in lines]]
    place = struct.pack(">qq", entry["number"], entry["chain_position"])
    return sha256(
        _VERSION + previous + place + sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()
    ).digest()


def _value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:.4f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value
