"""A company whose every figure is known by heart, published as pipelines would publish it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

ACME = "00000000-0000-7000-8000-00000000000a"
ZENITH = "00000000-0000-7000-8000-00000000000b"
TODAY = date(2026, 3, 16)

Row = dict[str, Any]

MONEY = pa.decimal128(18, 2)

SCHEMAS: dict[str, dict[str, pa.DataType]] = {
    "fct_sales_invoice_lines": {
        "sales_invoice_line_id": pa.string(),
        "company_id": pa.string(),
        "customer_id": pa.string(),
        "item_id": pa.string(),
        "unit_id": pa.string(),
        "created_by": pa.string(),
        "salesperson_id": pa.string(),
        "invoice_id": pa.string(),
        "invoice_number": pa.string(),
        "invoiced_on": pa.date32(),
        "currency_code": pa.string(),
        "revenue_amount": MONEY,
        "discount_amount": MONEY,
        "cost_amount": MONEY,
    },
    "fct_stock_daily": {
        "stock_day_id": pa.string(),
        "item_id": pa.string(),
        "warehouse_id": pa.string(),
        "stock_on": pa.date32(),
        "on_hand_qty": pa.decimal128(18, 4),
        "value_amount": MONEY,
    },
    "fct_receivable_movements": {
        "receivable_movement_id": pa.string(),
        "customer_id": pa.string(),
        "posted_on": pa.date32(),
        "due_on": pa.date32(),
        "invoice_number": pa.string(),
        "open_amount": MONEY,
    },
    "fct_journal_lines": {
        "journal_line_id": pa.string(),
        "account_id": pa.string(),
        "company_id": pa.string(),
        "posted_on": pa.date32(),
        "entry_id": pa.string(),
        "entry_number": pa.string(),
        "amount": MONEY,
        "debit_amount": MONEY,
        "credit_amount": MONEY,
    },
    "dim_customers": {
        "customer_id": pa.string(),
        "customer_name": pa.string(),
        "region": pa.string(),
        "region_id": pa.string(),
        "country": pa.string(),
    },
    "dim_items": {"item_id": pa.string(), "item_name": pa.string(), "item_category": pa.string()},
    "dim_warehouses": {"warehouse_id": pa.string(), "warehouse_name": pa.string()},
    "dim_companies": {"company_id": pa.string(), "company_name": pa.string()},
    "dim_accounts": {
        "account_id": pa.string(),
        "account_code": pa.string(),
        "account_name": pa.string(),
        "account_type": pa.string(),
        "statement_line": pa.string(),
    },
    "dim_dates": {"date_on": pa.date32(), "fiscal_period": pa.string(), "fiscal_year": pa.string()},
}


def publish(lake: Path, marts: Mapping[str, Mapping[str, Sequence[Row]]], version: int = 1) -> None:
    """Write each mart's rows, tenant by tenant, as one consistent version, and point to it."""
    versions = {}
    for mart in SCHEMAS:
        rows = [{"tenant_id": tenant, **row} for tenant, tables in marts.items() for row in tables.get(mart, [])]
        write_deltalake(lake / mart, _table(mart, rows), mode="overwrite", partition_by=["tenant_id"])
        versions[mart] = DeltaTable(lake / mart).version()
    _point(lake, versions, version)


def publish_mart(lake: Path, tenant: str, mart: str, rows: Sequence[Row], version: int) -> None:
    """Write one tenant's rows of one mart anew, as the worker does, and leave all other files as they are."""
    told = _table(mart, [{"tenant_id": tenant, **row} for row in rows])
    write_deltalake(lake / mart, told, mode="overwrite", predicate=f"tenant_id = '{tenant}'")
    versions = json.loads((lake / "version.json").read_text())["marts"]
    _point(lake, versions | {mart: DeltaTable(lake / mart).version()}, version)


def _table(mart: str, rows: Sequence[Row]) -> pa.Table:
    names = {"tenant_id": pa.string(), **SCHEMAS[mart]}
    return pa.Table.from_pylist(
        [{name: row.get(name) for name in names} for row in rows], schema=pa.schema(list(names.items()))
    )


def _point(lake: Path, versions: Mapping[str, int], version: int) -> None:
    pointer = {
        "version": version,
        "marts": dict(versions),
        "watermark": "2026-03-16T09:29:58+00:00",
        "loaded_at": "2026-03-16T09:30:00+00:00",
        "checks": {"passed": 12, "failed": 0},
    }
    fresh = lake / "version.json.new"
    fresh.write_text(json.dumps(pointer))
    fresh.replace(lake / "version.json")


def money(text: str | int) -> Decimal:
    """An amount with its two places."""
    return Decimal(text).quantize(Decimal("0.01"))


def calendar_rows(first: date = date(2024, 1, 1), last: date = date(2026, 12, 31)) -> list[Row]:
    """Every day; the fiscal year begins in April and is named by the year in which it ends."""
    days = [first + timedelta(days=index) for index in range((last - first).days + 1)]
    return [_fiscal(day) for day in days]


def _fiscal(day: date) -> Row:
    year = day.year + (day.month >= 4)
    return {"date_on": day, "fiscal_period": f"FY{year}-P{(day.month - 4) % 12 + 1:02d}", "fiscal_year": f"FY{year}"}


def invoice_line(number: int, customer: str | None, item: str | None, on: date, revenue: str, **more: Any) -> Row:
    """A line of an invoice; cost is half the revenue and there is no discount unless told otherwise."""
    line = {
        "sales_invoice_line_id": f"line-{number}-{item}-{revenue}",
        "company_id": "company-1",
        "customer_id": customer,
        "item_id": item,
        "unit_id": "unit-north",
        "created_by": "user-ann",
        "salesperson_id": "employee-ann",
        "invoice_id": f"invoice-{number}",
        "invoice_number": f"SI-2026-{number:05d}",
        "invoiced_on": on,
        "currency_code": "EUR",
        "revenue_amount": money(revenue),
        "discount_amount": money(0),
        "cost_amount": (money(revenue) / 2).quantize(Decimal("0.01")),
    }
    return line | more


def acme() -> dict[str, list[Row]]:
    """The tenant that most tests look at."""
    return {
        "fct_sales_invoice_lines": [
            invoice_line(1, "customer-alpha", "item-bike", date(2025, 1, 10), "100.00"),
            invoice_line(2, "customer-alpha", "item-bike", date(2026, 1, 5), "200.00", discount_amount=money("50.00")),
            invoice_line(2, "customer-alpha", "item-bell", date(2026, 1, 5), "10.00"),
            invoice_line(3, "customer-beta", "item-bike", date(2026, 1, 31), "300.00", unit_id="unit-south"),
            invoice_line(
                4, "customer-gamma", "item-bell", date(2026, 2, 1), "40.01", created_by="user-bob", unit_id="unit-south"
            ),
            # A sale over the counter: no customer, and an item that has no category.
            invoice_line(5, None, "item-odd", date(2026, 2, 14), "7.50"),
            invoice_line(6, "customer-alpha", "item-bike", date(2026, 3, 15), "120.00"),
        ],
        "fct_stock_daily": _stock(),
        "fct_receivable_movements": [
            _movement(1, "customer-alpha", date(2026, 1, 5), date(2026, 2, 4), "210.00"),
            _movement(2, "customer-beta", date(2026, 1, 31), date(2026, 3, 2), "300.00"),
            _movement(1, "customer-alpha", date(2026, 2, 20), date(2026, 2, 4), "-210.00"),
            _movement(2, "customer-beta", date(2026, 3, 10), date(2026, 3, 2), "-100.00"),
        ],
        "fct_journal_lines": _journal(),
        "dim_customers": [
            _customer("alpha", "Alpha GmbH", "North", "DE"),
            _customer("beta", "Beta SARL", "South", "FR"),
            _customer("gamma", 'Gamma\'s "Best" {{ Ltd }}', None, "GB"),
        ],
        "dim_items": [
            {"item_id": "item-bike", "item_name": "Bike", "item_category": "Vehicles"},
            {"item_id": "item-bell", "item_name": "Bell", "item_category": "Parts"},
            {"item_id": "item-odd", "item_name": "Odd thing", "item_category": None},
        ],
        "dim_warehouses": [
            {"warehouse_id": "warehouse-1", "warehouse_name": "Main"},
            {"warehouse_id": "warehouse-2", "warehouse_name": "Outlet"},
        ],
        "dim_companies": [{"company_id": "company-1", "company_name": "Acme SE"}],
        "dim_accounts": [
            _account("1000", "Bank", "asset"),
            _account("1200", "Receivables", "asset"),
            _account("3000", "Equity", "equity"),
            _account("4000", "Revenue", "income"),
            _account("5000", "Cost of sales", "expense"),
        ],
        "dim_dates": calendar_rows(),
    }


def zenith() -> dict[str, list[Row]]:
    """Another tenant, with the same ids on purpose: only the tenant tells them apart."""
    return {
        "fct_sales_invoice_lines": [
            invoice_line(1, "customer-alpha", "item-bike", date(2026, 1, 5), "9999.00"),
        ],
        "dim_customers": [_customer("alpha", "Zenith's customer", "North", "US")],
        "dim_items": [{"item_id": "item-bike", "item_name": "Zenith bike", "item_category": "Vehicles"}],
        "dim_dates": calendar_rows(),
    }


def _customer(key: str, name: str, region: str | None, country: str) -> Row:
    region_id = f"region-{region.lower()}" if region else None
    return {
        "customer_id": f"customer-{key}",
        "customer_name": name,
        "region": region,
        "region_id": region_id,
        "country": country,
    }


def _account(code: str, name: str, kind: str) -> Row:
    return {
        "account_id": f"account-{code}",
        "account_code": code,
        "account_name": name,
        "account_type": kind,
        "statement_line": kind.capitalize(),
    }


def _stock() -> list[Row]:
    """Bikes: 10 in Main, 6 from February on; 1 in Outlet. Bells: 100 in Main. A bike is worth 50, a bell 0.50."""
    rows = []
    day = date(2026, 1, 1)
    while day <= TODAY:
        bikes = 10 if day < date(2026, 2, 1) else 6
        for item, warehouse, quantity, worth in (
            ("item-bike", "warehouse-1", bikes, Decimal(50)),
            ("item-bike", "warehouse-2", 1, Decimal(50)),
            ("item-bell", "warehouse-1", 100, Decimal("0.5")),
        ):
            rows.append(
                {
                    "stock_day_id": f"{item}-{warehouse}-{day}",
                    "item_id": item,
                    "warehouse_id": warehouse,
                    "stock_on": day,
                    "on_hand_qty": Decimal(quantity),
                    "value_amount": (quantity * worth).quantize(Decimal("0.01")),
                }
            )
        day += timedelta(days=1)
    return rows


def _movement(number: int, customer: str, posted: date, due: date, amount: str) -> Row:
    return {
        "receivable_movement_id": f"movement-{number}-{posted}",
        "customer_id": customer,
        "posted_on": posted,
        "due_on": due,
        "invoice_number": f"SI-2026-{number:05d}",
        "open_amount": money(amount),
    }


def _journal() -> list[Row]:
    entries = [
        (1, date(2025, 12, 31), [("1000", "1000.00"), ("3000", "-1000.00")]),
        (2, date(2026, 1, 5), [("1200", "210.00"), ("4000", "-210.00")]),
        (3, date(2026, 1, 31), [("5000", "80.00"), ("1000", "-80.00")]),
        (4, date(2026, 2, 20), [("1000", "210.00"), ("1200", "-210.00")]),
    ]
    return [
        {
            "journal_line_id": f"entry-{number}-{account}",
            "account_id": f"account-{account}",
            "company_id": "company-1",
            "posted_on": on,
            "entry_id": f"entry-{number}",
            "entry_number": f"JE-{number:04d}",
            "amount": money(amount),
            "debit_amount": max(money(amount), money(0)),
            "credit_amount": max(-money(amount), money(0)),
        }
        for number, on, lines in entries
        for account, amount in lines
    ]
