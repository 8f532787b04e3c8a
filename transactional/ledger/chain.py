"""The hash chain of a company's journal: each entry's hash covers all its columns, its lines and the hash before.

An entry's content is hashed before its place is known. The database gives places under the lock of the chain's end, and
hashes them with the content (`ledger.place_entries`). The bytes begin with a version, so that a later form can be told
from this one. `row_xid` is left out: it is the mark of extraction, which a restore may rewrite. Amounts are
written with four decimals, as the database keeps them.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from operator import attrgetter
from typing import Any, TypeAlias
from uuid import UUID

import orjson

VERSION = b"\x02"
GENESIS = bytes(32)
"""What the first entry's hash follows."""


Values: TypeAlias = tuple[Any, ...]
ENTRY_COLUMNS = (
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
)
"""What an entry's content covers of it, in the order in which it is hashed."""
PLACE_COLUMNS = ("number", "chain_position")
"""What tells its place: hashed with its content and the hash before."""
LINE_COLUMNS = (
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
)
"""What it covers of each of its lines, in that order."""
_AMOUNT, _CURRENCY_AMOUNT, _AT = map(LINE_COLUMNS.index, ("amount", "currency_amount", "created_at"))
_values_of_entry: Callable[[Any], Values] = attrgetter(*ENTRY_COLUMNS)
_values_of_line: Callable[[Any], Values] = attrgetter(*LINE_COLUMNS)


def content_hash(tenant_id: UUID, entry: object, lines: Sequence[object]) -> bytes:
    """The 32 bytes that an entry comes to, wherever it stands.  Shapes: lines in the order of their numbers."""
    return content_of(tenant_id, _values_of_entry(entry), map(_values_of_line, lines))


def content_of(tenant_id: UUID, entry: Values, lines: Iterable[Values]) -> bytes:
    """The same from values.  Shapes: those of ENTRY_COLUMNS, and of LINE_COLUMNS for each line; ids may be text."""
    *values, created_at, created_by = entry
    at = _instant(created_at)
    content = [tenant_id, *values, at, created_by, [_hashed(line, created_at, at) for line in lines]]
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()


def entry_hash(previous: bytes, number: int, position: int, content: bytes) -> bytes:
    """The 32 bytes that seal an entry in its place."""
    return sha256(VERSION + previous + number.to_bytes(8) + position.to_bytes(8) + content).digest()


def _hashed(line: Values, entry_created_at: datetime, at: str) -> list[Any]:
    """What is hashed of a line; `at` is the instant of its entry, which most share."""
    values = [*line]
    values[_AMOUNT] = _amount(line[_AMOUNT])
    values[_CURRENCY_AMOUNT] = _amount(line[_CURRENCY_AMOUNT])
    values[_AT] = at if line[_AT] == entry_created_at else _instant(line[_AT])
    return values


def _amount(value: Decimal) -> str:
    # What rounds to nothing on the credit side is nothing: the database keeps no sign of a zero.
    return f"{value:z.4f}"


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()
