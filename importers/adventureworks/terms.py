"""What AdventureWorks offers and on what terms: special offers, reviews, and what its vendors can deliver."""

from __future__ import annotations

from collections.abc import Iterator

from importers.plan import Record
from importers.source import Tables


def plan_terms(tables: Tables) -> dict[str, list[Record]]:
    """Records by collection; items and suppliers that they point at come before."""
    numbers = {product.id: product.number for product in tables["products"]}
    accounts = {vendor.id: vendor.account for vendor in tables["vendors"]}
    return {
        "ship_methods": [
            Record(str(row.id), {"code": f"{row.id}", "name": row.name}) for row in tables["ship_methods"]
        ],
        "offers": list(_offers(tables)),
        "sales_reasons": [
            Record(str(row.id), {"code": f"{row.id}", "name": row.name, "kind": row.kind})
            for row in tables["sales_reasons"]
        ],
        "supplier_items": [
            Record(
                f"{row.vendor} {row.product}",
                {
                    "unit_price": row.price,
                    "last_unit_price": row.last_price,
                    "last_received_on": row.last_received_on,
                    "lead_time_days": row.lead_days,
                    "min_qty": row.min_qty,
                    "max_qty": row.max_qty,
                },
                {"supplier_id": ("suppliers", accounts[row.vendor]), "item_id": ("items", numbers[row.product])},
            )
            for row in tables["vendor_prices"]
        ],
        "item_reviews": [
            Record(
                str(row.id),
                {
                    "reviewer": row.reviewer,
                    "reviewed_on": row.reviewed_on,
                    "rating": row.rating,
                    "comment": row.comment,
                },
                {"item_id": ("items", numbers[row.product])},
            )
            for row in tables["reviews"]
        ],
    }


def _offers(tables: Tables) -> Iterator[Record]:
    for row in tables["offers"]:
        values = {
            "code": f"{row.id}",
            "name": row.name,
            "kind": row.kind,
            "audience": row.audience,
            "discount_share": row.discount,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "min_qty": row.min_qty,
            "max_qty": row.max_qty,
        }
        yield Record(str(row.id), values)
