"""Master records, through the import that every declared resource has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from importers.booking.desk import Desk
from importers.plan import Plan, Record
from importers.problems import ImportRefused
from transactional.assistant.resources import ASSISTANT_TERMS
from transactional.catalog.resources import (
    ITEM_CATEGORIES,
    ITEM_COSTS,
    ITEM_REVIEWS,
    ITEMS,
    PRICE_LIST_LINES,
    PRICE_LISTS,
    SUPPLIER_ITEMS,
    UNITS_OF_MEASURE,
)
from transactional.finance.resources import TAX_CODES, TAX_RATES
from transactional.inventory.resources import LOCATIONS
from transactional.kernel.importing import FIRST_LINE, import_records
from transactional.kernel.principal import Principal
from transactional.kernel.records import change_record, get_record
from transactional.kernel.resource import Resource
from transactional.kernel.session import Session
from transactional.organization.personnel_resources import (
    EMPLOYEE_ASSIGNMENTS,
    EMPLOYEE_FILES,
    EMPLOYEE_PAYS,
    SALES_QUOTAS,
    SHIFTS,
)
from transactional.organization.resources import EMPLOYEES, EXCHANGE_RATES, UNITS
from transactional.production.resources import SCRAP_REASONS, WORK_CENTRES
from transactional.sales.resources import OFFERS, SALES_REASONS
from transactional.scm.resources import (
    ADDRESSES,
    CUSTOMER_CATEGORIES,
    CUSTOMERS,
    PAYMENT_TERMS,
    REGIONS,
    SALES_ASSIGNMENTS,
    SHIP_METHODS,
    SUPPLIER_CATEGORIES,
    SUPPLIERS,
)

COLLECTIONS: dict[str, Resource] = {
    "tax_codes": TAX_CODES,
    "tax_rates": TAX_RATES,
    "payment_terms": PAYMENT_TERMS,
    "regions": REGIONS,
    "units": UNITS,
    "employees": EMPLOYEES,
    "shifts": SHIFTS,
    "employee_files": EMPLOYEE_FILES,
    "employee_assignments": EMPLOYEE_ASSIGNMENTS,
    "employee_pays": EMPLOYEE_PAYS,
    "sales_quotas": SALES_QUOTAS,
    "sales_assignments": SALES_ASSIGNMENTS,
    "ship_methods": SHIP_METHODS,
    "offers": OFFERS,
    "sales_reasons": SALES_REASONS,
    "exchange_rates": EXCHANGE_RATES,
    "supplier_items": SUPPLIER_ITEMS,
    "item_reviews": ITEM_REVIEWS,
    "work_centres": WORK_CENTRES,
    "units_of_measure": UNITS_OF_MEASURE,
    "item_categories": ITEM_CATEGORIES,
    "items": ITEMS,
    "item_costs": ITEM_COSTS,
    "supplier_categories": SUPPLIER_CATEGORIES,
    "suppliers": SUPPLIERS,
    "scrap_reasons": SCRAP_REASONS,
    "customer_categories": CUSTOMER_CATEGORIES,
    "customers": CUSTOMERS,
    "party_addresses": ADDRESSES,
    "price_lists": PRICE_LISTS,
    "price_list_lines": PRICE_LIST_LINES,
    "assistant_terms": ASSISTANT_TERMS,
}


class RecordsRefused(ImportRefused):
    """Master records that our rules do not take; nothing of the source was written."""

    def __init__(self, collection: str, reasons: Sequence[str]) -> None:
        """Keep every reason, so that the user mends them in one go."""
        self.reasons = list(reasons)
        super().__init__(f"Nothing was imported: {collection}\n" + "\n".join(f"  {reason}" for reason in reasons))


def put_locations(session: Session, plan: Plan, desk: Desk) -> None:
    """The warehouse's locations, made where missing."""
    records = [Record(code, {"code": code, "name": name}) for code, name in plan.locations.items()]
    desk.locations = _put(session, "locations", LOCATIONS, records, desk, {"warehouse_id": desk.warehouse_id})


def put_masters(session: Session, plan: Plan, desk: Desk) -> None:
    """Every master record of the plan, known to the desk by the source's key; what is there already stays.

    Raises: RecordsRefused.
    """
    for collection, records in plan.masters.items():
        resource = COLLECTIONS[collection]
        fixed = {"company_id": desk.company_id} if resource in (ITEM_COSTS, WORK_CENTRES) else {}
        desk.ids[collection] = _put(session, collection, resource, records, desk, fixed)
    desk.usual_location = dict(plan.usual_location)
    desk.item_units = {
        record.key: desk.ids["units_of_measure"][record.links["unit_id"][1]] for record in plan.masters["items"]
    }


def retire(session: Session, plan: Plan, desk: Desk, *, by: Principal) -> None:
    """Switch off what is not active in the source any more, after its documents are in."""
    for collection, key in plan.retired:
        resource = COLLECTIONS[collection]
        record_id = desk.ids[collection][key]
        record = get_record(session, resource, record_id, by=by)
        if record["is_active"]:
            change_record(session, resource, record_id, {"is_active": False}, version=record["version"], by=by)


def _put(
    session: Session,
    collection: str,
    resource: Resource,
    records: Sequence[Record],
    desk: Desk,
    fixed: dict[str, Any],
) -> dict[str, UUID]:
    """Ids by the source's keys; records that others of the collection point at are written first."""
    ids: dict[str, UUID] = {}
    waiting = list(records)
    while waiting:
        ready = [record for record in waiting if _is_ready(record, collection, ids)]
        if not ready:
            raise RecordsRefused(collection, [f"{record.key} stands below itself" for record in waiting])
        rows = [_values(record, desk, collection, ids) | fixed for record in ready]
        _import(session, collection, resource, ready, rows)
        known = _ids_by_key(session, resource)
        for record, row in zip(ready, rows, strict=True):
            ids[record.key] = known[_key(resource, row)]
        waiting = [record for record in waiting if record.key not in ids]
    return ids


def _import(
    session: Session, collection: str, resource: Resource, records: Sequence[Record], rows: Sequence[dict[str, Any]]
) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[row.get(name) for name in columns] for row in rows]
    report = import_records(session, resource, columns, cells, by=session.principal)
    if report.bad:
        reasons = [f"{records[cell.line - FIRST_LINE].key}, {cell.column}: {cell.reason}" for cell in report.bad]
        raise RecordsRefused(collection, reasons)


def _key(resource: Resource, row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in resource.key)


def _ids_by_key(session: Session, resource: Resource) -> dict[tuple[Any, ...], UUID]:
    table = resource.table
    rows = session.execute(select(table.c.id, *[table.c[name] for name in resource.key]))
    return {tuple(row[1:]): row[0] for row in rows}


def _is_ready(record: Record, collection: str, ids: dict[str, UUID]) -> bool:
    return all(key in ids for target, key in record.links.values() if target == collection)


def _values(record: Record, desk: Desk, collection: str, ids: dict[str, UUID]) -> dict[str, Any]:
    links = {
        name: (ids if target == collection else desk.ids[target])[key] for name, (target, key) in record.links.items()
    }
    return {**record.values, **links}
