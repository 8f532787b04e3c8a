"""Answers as JSON: decimals as text, as short as they are exact; money with two decimals at least."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
from starlette.responses import Response

JSON = "application/json"
_MONEY_PLACES = 2


def to_json(value: Any) -> bytes:
    """The value as JSON bytes."""
    return orjson.dumps(value, default=_default)


def json_response(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The value as an answer."""
    return Response(to_json(value), status, headers, JSON)


def decimal_text(value: Decimal, *, places_min: int = 0) -> str:
    """A decimal without trailing zeros, but with so many places at least."""
    text = format(value, "f")
    whole, point, fraction = text.partition(".")
    fraction = fraction.rstrip("0") if point else ""
    fraction = fraction.ljust(places_min, "0")
    return f"{whole}.{fraction}" if fraction else whole


def shown(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record with its amounts written as money, those of its lines too."""
    told = dict(record)
    for name, value in record.items():
        kind = type(value)
        if kind is Decimal:
            is_money = name.endswith("_amount") or name == "amount"
            told[name] = decimal_text(value, places_min=_MONEY_PLACES if is_money else 0)
        elif kind is list and value and isinstance(value[0], dict):
            told[name] = [shown(line) for line in value]
    return told


def _default(value: Any) -> Any:
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, frozenset | set | tuple):
        return sorted(value) if isinstance(value, frozenset | set) else list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
