"""Master records of AdventureWorks: who works there, what it makes and buys, from whom and for whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from importers.adventureworks.costs import CostBook
from importers.adventureworks.customers import CustomerFacts
from importers.adventureworks.personnel import plan_personnel
from importers.adventureworks.terms import plan_terms
from importers.plan import Record
from importers.source import Row, Tables

_PERSONAL, _OFFICE = 2, 3
"""Address types of the source: a person's home, a company's main office."""
_GRAMS, _POUND_KG = Decimal(1000), Decimal("0.45359237")


def plan_masters(settings: Mapping[str, Any], tables: Tables) -> dict[str, list[Record]]:
    """Records by collection, in an order in which each finds what it points at."""
    costs = CostBook(settings, tables)
    return {
        "payment_terms": _payment_terms(settings),
        "regions": list(_regions(tables)),
        "units": list(_units(tables)),
        "employees": list(_employees(tables)),
        **plan_personnel(settings, tables),
        "units_of_measure": [
            Record(unit.code, {"code": unit.code, "name": unit.name, "is_whole": unit.code in settings["whole_units"]})
            for unit in tables["units"]
        ],
        "item_categories": list(_categories(settings, tables)),
        "items": list(_items(settings, tables)),
        "scrap_reasons": [
            Record(str(row.id), {"code": f"{row.id}", "name": row.name}) for row in tables["scrap_reasons"]
        ],
        "work_centres": [
            Record(str(row.id), {"code": f"{row.id}", "name": row.name, "labour_hour_cost": row.hour_cost or 0})
            for row in tables["locations"]
        ],
        "item_costs": list(_item_costs(tables, costs)),
        "supplier_categories": [
            Record("PREFERRED", {"code": "PREFERRED", "name": "Preferred vendors"}),
            Record("OTHER", {"code": "OTHER", "name": "Other vendors"}),
        ],
        "suppliers": list(_suppliers(settings, tables)),
        **plan_terms(tables),
        "customer_categories": [
            Record("STORE", {"code": "STORE", "name": "Stores"}),
            Record("PERSON", {"code": "PERSON", "name": "Individual customers"}),
        ],
        "customers": list(_customers(settings, tables)),
        "party_addresses": list(_addresses(tables)),
        "price_lists": [
            Record(
                "LIST",
                {"code": "LIST", "name": "List prices", "kind": "sales", "currency_code": settings["currency_code"]},
            )
        ],
        "price_list_lines": list(_list_prices(tables)),
        "assistant_terms": [
            Record(phrase, {"phrase": phrase, "metric_name": name}) for phrase, name in settings["terms"].items()
        ],
    }


def _payment_terms(settings: Mapping[str, Any]) -> list[Record]:
    return [
        _term("CARD", "Card, charged when the goods leave", 0),
        _term("NET", f"{settings['store_payment_days']} days net", settings["store_payment_days"]),
        _term(
            "SUPPLIER", f"Suppliers: {settings['supplier_payment_days']} days net", settings["supplier_payment_days"]
        ),
    ]


def _term(code: str, name: str, days: int) -> Record:
    installments = [{"share": "1", "days": days, "after": "invoice"}]
    return Record(code, {"code": code, "name": name, "installments": installments})


def _regions(tables: Tables) -> Iterator[Record]:
    for group in dict.fromkeys(territory.group for territory in tables["territories"]):
        yield Record(_code(group), {"code": _code(group), "name": group})
    for territory in tables["territories"]:
        code = f"T{territory.id}"
        yield Record(
            code,
            {"code": code, "name": territory.name, "country_code": territory.country},
            {"parent_id": ("regions", _code(territory.group))},
        )


def _units(tables: Tables) -> Iterator[Record]:
    for group in dict.fromkeys(department.group for department in tables["departments"]):
        yield Record(_code(group), {"code": _code(group), "name": group, "kind": "division"})
    for department in tables["departments"]:
        code = f"D{department.id}"
        yield Record(
            code,
            {"code": code, "name": department.name, "kind": "department"},
            {"parent_id": ("units", _code(department.group))},
        )


def _employees(tables: Tables) -> Iterator[Record]:
    """Employees, superiors before those who report to them."""
    people = tables.by("people", "id")
    current = {row.employee: row.department for row in tables["assignments"] if row.ends_on is None}
    at_node = {employee.node: employee.id for employee in tables["employees"]}
    for employee in sorted(tables["employees"], key=lambda row: (row.node.count("/"), row.id)):
        person = people[employee.id]
        links: dict[str, tuple[str, str]] = {}
        if employee.id in current:
            links["unit_id"] = "units", f"D{current[employee.id]}"
        superior = at_node.get(_above(employee.node))
        if superior is not None and superior != employee.id:
            links["manager_id"] = "employees", str(superior)
        values = {
            "number": str(employee.id),
            "name": f"{person.first_name} {person.last_name}",
            "job_title": employee.job_title,
            "hired_on": employee.hired_on,
            "is_active": employee.is_current,
        }
        yield Record(str(employee.id), values, links)


def _above(node: str) -> str:
    """The node that a node of the reporting line reports to: `/3/1/` to `/3/`."""
    return node.rstrip("/").rpartition("/")[0] + "/"


def _categories(settings: Mapping[str, Any], tables: Tables) -> Iterator[Record]:
    for category in tables["categories"]:
        method = "fifo" if category.name in settings["fifo_categories"] else None
        code = f"C{category.id}"
        yield Record(code, {"code": code, "name": category.name, "costing_method": method})
    for sub in tables["subcategories"]:
        code = f"S{sub.id}"
        yield Record(code, {"code": code, "name": sub.name}, {"parent_id": ("item_categories", f"C{sub.category}")})


def _items(settings: Mapping[str, Any], tables: Tables) -> Iterator[Record]:
    fifo = {row.id for row in tables["categories"] if row.name in settings["fifo_categories"]}
    category_of = {row.id: row.category for row in tables["subcategories"]}
    models = {row.id: row.name for row in tables["models"]}
    for product in tables["products"]:
        links = {"unit_id": ("units_of_measure", "EA")}
        if product.subcategory is not None:
            links["category_id"] = "item_categories", f"S{product.subcategory}"
        values = {
            "code": product.number,
            "name": product.name,
            "kind": "stock",
            "costing_method": _costing(product, category_of.get(product.subcategory) in fifo),
            "list_price": product.list_price or None,
            "standard_cost": product.standard_cost,
            "reorder_point_qty": Decimal(product.reorder_point),
            "safety_stock_qty": Decimal(product.safety_stock),
            "making_days": product.making_days,
            "weight_kg": _weight_kg(product),
            "attributes": _attributes(product, models, settings["codes"]),
        }
        yield Record(product.number, values, links)


def _costing(product: Row, is_fifo: bool) -> str:  # noqa: FBT001  # one fact about the product among its others
    if product.is_made:
        return "standard"
    return "fifo" if is_fifo else "moving_average"


def _weight_kg(product: Row) -> Decimal | None:
    if product.weight is None:
        return None
    weight: Decimal = product.weight
    kilograms = weight * _POUND_KG if product.weight_unit == "LB" else weight / _GRAMS
    return kilograms.quantize(Decimal("0.000001"))


def _attributes(product: Row, models: Mapping[int, str], codes: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What else is known of a product; letters that stand for a word are told as the word."""
    known = {
        "color": product.color,
        "size": product.size,
        "line": codes["line"].get(product.line_code, product.line_code),
        "class": codes["class"].get(product.class_code, product.class_code),
        "style": codes["style"].get(product.style, product.style),
        "model": models.get(product.model),
        "source": "made" if product.is_made else "bought",
        "stage": "finished goods" if product.is_finished_good else "components",
        "sold_from": product.sold_from.isoformat(),
        "sold_until": product.sold_until.isoformat() if product.sold_until else None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _item_costs(tables: Tables, costs: CostBook) -> Iterator[Record]:
    """The first cost of each product; the later ones are changes that value its stock anew."""
    for product in tables["products"]:
        day, cost = costs.steps(product.number)[0]
        values = {"valid_from": day, "unit_cost": cost}
        yield Record(product.number, values, {"item_id": ("items", product.number)})


def _suppliers(settings: Mapping[str, Any], tables: Tables) -> Iterator[Record]:
    places = _places(tables)
    for vendor in tables["vendors"]:
        place = places.get(vendor.id)
        values = {
            "code": vendor.account,
            "name": vendor.name,
            "currency_code": settings["currency_code"],
            "country_code": place[1].country if place else None,
            "credit_rating": vendor.credit_rating,
        }
        category = "PREFERRED" if vendor.is_preferred else "OTHER"
        links = {"category_id": ("supplier_categories", category), "payment_term_id": ("payment_terms", "SUPPLIER")}
        yield Record(vendor.account, values, links)


def _customers(settings: Mapping[str, Any], tables: Tables) -> Iterator[Record]:
    """Every customer number: persons, persons who buy for a store, and stores that never bought."""
    people, stores = tables.by("people", "id"), tables.by("stores", "id")
    emails, phones = tables.by("emails", "entity"), tables.by("phones", "entity")
    countries = {row.id: row.country for row in tables["territories"]}
    places = _places(tables)
    facts = CustomerFacts(settings["codes"], tables)
    heads = {row.store: row.account for row in tables["customers"] if row.store is not None and row.person is None}
    for customer in tables["customers"]:
        store = stores.get(customer.store)
        person = people.get(customer.person)
        place = places.get(customer.store or customer.person)
        values = {
            "code": customer.account,
            "name": _customer_name(customer, store, person),
            "currency_code": settings["currency_code"],
            "country_code": countries[customer.territory],
            "city": place[0].city if place else None,
            "email": emails[customer.person].email if customer.person in emails else None,
            "phone": phones[customer.person].phone if customer.person in phones else None,
            "attributes": facts.of(customer),
        }
        links = {
            "category_id": ("customer_categories", "STORE" if store else "PERSON"),
            "region_id": ("regions", f"T{customer.territory}"),
            "payment_term_id": ("payment_terms", "NET" if store else "CARD"),
        }
        if store and heads.get(customer.store, customer.account) != customer.account:
            links["head_id"] = "customers", heads[customer.store]
        if store and store.salesperson is not None:
            links["salesperson_id"] = "employees", str(store.salesperson)
        yield Record(customer.account, values, links)


def _customer_name(customer: Row, store: Row | None, person: Row | None) -> str:
    if store is not None:
        return str(store.name)
    return f"{person.first_name} {person.last_name}" if person is not None else str(customer.account)


def _places(tables: Tables) -> dict[int, tuple[Row, Row]]:
    """The main address of each entity, with its state."""
    addresses, states = tables.by("addresses", "id"), tables.by("states", "id")
    places: dict[int, tuple[Row, Row]] = {}
    for row in tables["party_addresses"]:
        if row.type in {_PERSONAL, _OFFICE}:
            address = addresses[row.address]
            places.setdefault(row.entity, (address, states[address.state]))
    return places


def _addresses(tables: Tables) -> Iterator[Record]:
    places = _places(tables)
    for vendor in tables["vendors"]:
        if vendor.id in places:
            yield _address("supplier", vendor.account, *places[vendor.id])
    for customer in tables["customers"]:
        entity = customer.store or customer.person
        if entity in places:
            yield _address("customer", customer.account, *places[entity])


def _address(kind: str, party: str, address: Row, state: Row) -> Record:
    values = {
        "party_kind": kind,
        "purpose": "billing",
        "line1": address.line1,
        "line2": address.line2,
        "city": address.city,
        "postal_code": address.postal_code,
        "region": state.name,
        "country_code": state.country,
    }
    return Record(f"{kind} {party}", values, {"party_id": (f"{kind}s", party)})


def _list_prices(tables: Tables) -> Iterator[Record]:
    numbers = {product.id: product.number for product in tables["products"]}
    for row in tables["prices"]:
        item = numbers[row.product]
        days = {"valid_from": row.starts_on, "valid_to": row.ends_on}
        values = {"unit_price": row.price, "min_qty": Decimal(0), **days}
        yield Record(
            f"LIST {item} {row.starts_on}",
            values,
            {"price_list_id": ("price_lists", "LIST"), "item_id": ("items", item)},
        )


def _code(name: str) -> str:
    """A name as a code: `North America` to `NORTH-AMERICA`."""
    return "-".join(name.upper().split())[:40]
