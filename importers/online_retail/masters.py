"""Master records of Online Retail, read off its invoice lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from statistics import median_low
from typing import Any

from importers.countries import country_code, region_key
from importers.plan import Record
from importers.source import Row


def item_code(code: str) -> str:
    """A stock code as an item's code: `85123a` and `85123A` are one item."""
    return code.strip().upper()


def median_prices(rows: Iterable[Row]) -> dict[str, Decimal]:
    """The middle of the prices above zero each item was sold at; zero where it never was."""
    prices: defaultdict[str, list[Decimal]] = defaultdict(list)
    for row in rows:
        sold = prices[item_code(row.code)]
        if row.price > 0:
            sold.append(row.price)
    return {code: median_low(found) if found else Decimal(0) for code, found in prices.items()}


def plan_masters(
    settings: Mapping[str, Any], rows: list[Row], goods: Collection[str], costs: Mapping[str, Decimal]
) -> dict[str, list[Record]]:
    """Regions by country, items by stock code, customers by number."""
    currency = settings["currency_code"]
    net = {"code": "OPEN", "name": "On account", "installments": [{"share": "1", "days": 0, "after": "invoice"}]}
    return {
        "payment_terms": [Record("OPEN", net)],
        "regions": list(_regions(rows)),
        "units_of_measure": [Record("EA", {"code": "EA", "name": "Piece", "is_whole": True})],
        "items": list(_items(rows, goods, costs)),
        "item_costs": list(_costs(settings, goods, costs)),
        "customers": list(_customers(rows, settings, currency)),
    }


def _regions(rows: Iterable[Row]) -> Iterator[Record]:
    for name in sorted({row.country for row in rows}):
        code = region_key(name)
        yield Record(code, {"code": code, "name": name, "country_code": country_code(name)})


def _items(rows: Iterable[Row], goods: Collection[str], costs: Mapping[str, Decimal]) -> Iterator[Record]:
    texts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        known = texts[item_code(row.code)]
        if row.description and row.price > 0:
            known[" ".join(row.description.split())] += 1
    for code, known in sorted(texts.items()):
        name = min(known, key=lambda text: (-known[text], text)) if known else code
        is_goods = code in goods
        values = {
            "code": code,
            "name": name[:200],
            "kind": "stock" if is_goods else "service",
            "costing_method": "standard" if is_goods else "moving_average",
            "standard_cost": costs[code] if is_goods else None,
        }
        yield Record(code, values, {"unit_id": ("units_of_measure", "EA")})


def _costs(settings: Mapping[str, Any], goods: Collection[str], costs: Mapping[str, Decimal]) -> Iterator[Record]:
    for code in sorted(goods):
        values = {"valid_from": settings["opening_on"], "unit_cost": costs[code]}
        yield Record(f"{code} cost", values, {"item_id": ("items", code)})


def _customers(rows: Iterable[Row], settings: Mapping[str, Any], currency: str) -> Iterator[Record]:
    """Each number with the country it bought from last."""
    countries = {row.customer: row.country for row in rows if row.customer is not None}
    for number, country in sorted(countries.items()):
        values = {
            "code": str(number),
            "name": f"Customer {number}",
            "currency_code": currency,
            "country_code": country_code(country),
        }
        links = {"region_id": ("regions", region_key(country)), "payment_term_id": ("payment_terms", "OPEN")}
        yield Record(str(number), values, links)
    cash = settings["cash_customer"]
    values = {"code": cash, "name": settings["cash_customer_name"], "currency_code": currency}
    yield Record(cash, values, {"payment_term_id": ("payment_terms", "OPEN")})
