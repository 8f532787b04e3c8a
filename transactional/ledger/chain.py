"""The hash chain of a company's journal: each entry's hash covers all its columns, its lines and the hash before.

The bytes begin with a version, so that a later form can be told from this one. `row_xid` is left out: it is the mark of
extraction, which a restore may rewrite. Amounts are written with four decimals, as the database keeps them.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

import orjson

VERSION = b"\x01"
GENESIS = bytes(32)
"""What the first entry's hash follows."""


class ChainedLine(Protocol):
    """The columns of a line that its entry's hash covers."""

    id: Any
    line_number: Any
    company_id: Any
    account_id: Any
    posted_on: Any
    amount: Any
    currency_code: Any
    currency_amount: Any
    party_kind: Any
    party_id: Any
    item_id: Any
    warehouse_id: Any
    cost_centre_id: Any
    project_id: Any
    tax_code_id: Any
    dimensions: Any
    description: Any
    created_at: Any
    created_by: Any


class ChainedEntry(Protocol):
    """The columns of an entry that its hash covers."""

    id: Any
    company_id: Any
    period_id: Any
    journal: Any
    fiscal_year: Any
    number: Any
    posted_on: Any
    description: Any
    origin_type: Any
    origin_id: Any
    reverses_id: Any
    chain_position: Any
    created_at: Any
    created_by: Any


def entry_hash(tenant_id: UUID, previous: bytes, entry: ChainedEntry, lines: Sequence[ChainedLine]) -> bytes:
    """The 32 bytes that seal an entry.  Shapes: lines in the order of their numbers."""
    at = _instant(entry.created_at)
    content = [
        tenant_id,
        entry.id,
        entry.company_id,
        entry.period_id,
        entry.journal,
        entry.fiscal_year,
        entry.number,
        entry.posted_on,
        entry.description,
        entry.origin_type,
        entry.origin_id,
        entry.reverses_id,
        entry.chain_position,
        at,
        entry.created_by,
        [_line_values(line, at if line.created_at == entry.created_at else None) for line in lines],
    ]
    return sha256(VERSION + previous + orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()


def _line_values(line: ChainedLine, at: str | None) -> list[Any]:
    """What is hashed of a line; `at` is the instant of its entry where it shares that."""
    return [
        line.id,
        line.line_number,
        line.company_id,
        line.account_id,
        line.posted_on,
        _amount(line.amount),
        line.currency_code,
        _amount(line.currency_amount),
        line.party_kind,
        line.party_id,
        line.item_id,
        line.warehouse_id,
        line.cost_centre_id,
        line.project_id,
        line.tax_code_id,
        line.dimensions,
        line.description,
        at or _instant(line.created_at),
        line.created_by,
    ]


def _amount(value: Decimal) -> str:
    return f"{value:.4f}"


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()
