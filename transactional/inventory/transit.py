"""Where goods on the way stand: one warehouse a company, valued on the account for goods in transit."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text

from transactional.inventory.models import Location, LocationKind
from transactional.kernel.ids import derived_id
from transactional.kernel.reference import read_all
from transactional.kernel.session import Session
from transactional.ledger.accounts import ACCOUNT_MAP
from transactional.ledger.models import AccountRole
from transactional.organization.models import Company

_MAKE_WAREHOUSE = text(
    "insert into inventory.warehouses (tenant_id, id, code, name, company_id, created_by, updated_by)"
    " values (:tenant, :id, :code, :name, :company, :author, :author) on conflict do nothing"
)
_MAKE_LOCATION = text(
    "insert into inventory.locations"
    " (tenant_id, id, warehouse_id, code, name, kind, is_default, created_by, updated_by)"
    " values (:tenant, :id, :warehouse, 'TRANSIT', 'In transit', :kind, true, :author, :author)"
    " on conflict do nothing"
)
_MAKE_MAPPING = text(
    "insert into ledger.account_mappings"
    " (tenant_id, id, company_id, role, account_id, warehouse_id, created_by, updated_by)"
    " values (:tenant, :id, :company, :role, :account, :warehouse, :author, :author) on conflict do nothing"
)


def transit_warehouse_id(session: Session, company_id: UUID) -> UUID:
    """The warehouse a company's goods on the way stand in, there or not."""
    return derived_id(session.tenant_id, company_id, "transit warehouse")


def ensure_transit(session: Session, company_ids: Iterable[UUID]) -> dict[UUID, tuple[UUID, UUID]]:
    """Warehouse and location of goods in transit by company, made on first use.

    Raises: RoleUnmapped where the chart names no account for goods in transit.
    """
    wanted = set(company_ids)
    if not wanted:
        return {}
    known = read_all(session, Location)
    found = {}
    for company_id in sorted(wanted):
        warehouse_id = transit_warehouse_id(session, company_id)
        location_id = derived_id(session.tenant_id, company_id, "transit location")
        if location_id not in known:
            _make_transit(session, company_id, warehouse_id, location_id)
        found[company_id] = (warehouse_id, location_id)
    return found


def _make_transit(session: Session, company_id: UUID, warehouse_id: UUID, location_id: UUID) -> None:
    account_id = ACCOUNT_MAP.of(session).resolve(company_id, AccountRole.IN_TRANSIT)
    code = read_all(session, Company)[company_id].code
    common = {"tenant": session.tenant_id, "author": session.principal.user_id, "company": company_id}
    names = {"code": f"TRANSIT-{code}"[:40], "name": "Goods in transit"}
    session.execute(_MAKE_WAREHOUSE, {**common, **names, "id": warehouse_id})
    place = {"warehouse": warehouse_id, "kind": LocationKind.TRANSIT.value}
    session.execute(_MAKE_LOCATION, {**common, **place, "id": location_id})
    mapping = {
        "id": derived_id(session.tenant_id, company_id, "transit account"),
        "role": AccountRole.INVENTORY.value,
        "account": account_id,
        "warehouse": warehouse_id,
    }
    session.execute(_MAKE_MAPPING, {**common, **mapping})
    session.forget_references()
