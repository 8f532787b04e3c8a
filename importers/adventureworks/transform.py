"""AdventureWorks in our terms: the plan of its import, by pure functions of its tables.

How stock, production and buying are read from a source that does not tell everything:

- `Production.ProductInventory` is the count at the end. An item is received at, made into and sold from one shelf, that
  of finished goods where it has one, otherwise the one that holds most; what lies on its other shelves has lain there
  from the start.
- What is made takes its components by the bill of materials in force when the work order started, at the end of that
  month, as far as the components are made here too: their books then close almost to the piece. For bought components
  the bill of materials cannot be right (it asks for 38 million pieces where 2 million were bought, in mixed units), so
  what was bought and is neither sold nor on the shelf has been used up (`importers.stock`).
- What arrives is decided by the order's status, not by its lines: pending orders have not been approved, approved ones
  have not arrived, rejected ones never will, although their lines already carry quantities received.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from importers.adventureworks.costs import CostBook
from importers.adventureworks.masters import plan_masters
from importers.adventureworks.production import plan_stock_papers, usual_shelves
from importers.adventureworks.purchases import plan_purchases
from importers.adventureworks.sales import plan_sales
from importers.plan import CompanyPlan, CostChange, Plan, recorded
from importers.source import Row, Tables

_RECORDED: tuple[tuple[str, str, str, Callable[[Row], str]], ...] = (
    ("departments", "departments", "units", lambda row: f"D{row.id}"),
    ("employees", "employees", "employees", lambda row: str(row.id)),
    ("units of measure", "units", "units_of_measure", lambda row: str(row.code)),
    ("item categories", "categories", "item_categories", lambda row: f"C{row.id}"),
    ("item subcategories", "subcategories", "item_categories", lambda row: f"S{row.id}"),
    ("items", "products", "items", lambda row: str(row.number)),
    ("suppliers", "vendors", "suppliers", lambda row: str(row.account)),
    ("customers", "customers", "customers", lambda row: str(row.account)),
    ("tax rates of states", "state_taxes", "tax_rates", lambda row: str(row.id)),
)
"""Name in the report, table, collection, and the record that a row becomes."""


def make_plan(settings: Mapping[str, Any], tables: Tables) -> Plan:
    """The whole import, from departments to payments."""
    company = CompanyPlan(
        code=settings["company_code"],
        name=settings["company_name"],
        currency_code=settings["currency_code"],
        country_code=settings["country_code"],
        first_year=settings["opening_on"].year,
        last_year=settings["counted_on"].year,
        warehouse_name=settings["warehouse_name"],
        tax_rate=Decimal(settings["tax_rate"]),
    )
    plan = Plan(company, locations={str(row.id): row.name for row in tables["locations"]})
    plan.masters = plan_masters(settings, tables)
    plan.figures = [
        recorded(name, len(tables.read[table]), collection, map(key_of, tables[table]))
        for name, table, collection, key_of in _RECORDED
    ]
    plan.retired = [("suppliers", vendor.account) for vendor in tables["vendors"] if not vendor.is_active]
    codes = {product.id: product.number for product in tables["products"]}
    shelves = usual_shelves(settings, tables)
    plan.usual_location = {codes[product]: str(shelf) for product, shelf in shelves.items()}
    costs = CostBook(settings, tables)
    plan.cost_changes = [
        CostChange(number, day, cost) for number in codes.values() for day, cost in costs.steps(number)[1:]
    ]
    prices = [record.key for record in plan.masters["price_list_lines"]]
    plan.figures.append(recorded("list prices", len(tables.read["prices"]), "price_list_lines", prices))
    plan_sales(settings, tables, plan)
    plan_purchases(settings, tables, plan)
    plan_stock_papers(settings, tables, plan, shelves, costs)
    plan.final_stock = {(codes[row.product], str(row.location)): Decimal(row.qty) for row in tables["inventory"]}
    return plan
