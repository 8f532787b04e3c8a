"""Every declared resource of every module, and what can be said about them together."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Table

from transactional.assistant.resources import RESOURCES as ASSISTANT
from transactional.catalog.resources import RESOURCES as CATALOG
from transactional.finance.resources import RESOURCES as FINANCE
from transactional.identity.resources import LOGINS, ROLES, USERS
from transactional.identity.rights import RIGHTS_ELSEWHERE
from transactional.identity.role_rules import RoleRules
from transactional.inventory.resources import RESOURCES as INVENTORY
from transactional.kernel.policy import Owner
from transactional.kernel.resource import About, Field, Resource
from transactional.ledger.resources import RESOURCES as LEDGER
from transactional.organization.personnel_resources import RESOURCES as PERSONNEL
from transactional.organization.resources import RESOURCES as ORGANIZATION
from transactional.platform.resources import AUDIT_LOG, EVENTS
from transactional.platform.resources import RESOURCES as PLATFORM
from transactional.production.resources import RESOURCES as PRODUCTION
from transactional.project.resources import RESOURCES as PROJECT
from transactional.purchase.resources import RESOURCES as PURCHASE
from transactional.sales.resources import RESOURCES as SALES
from transactional.scm.resources import RESOURCES as SCM
from transactional.watch.resources import RESOURCES as WATCH

_OTHERS: tuple[Resource, ...] = (
    USERS,
    LOGINS,
    *ORGANIZATION,
    *PERSONNEL,
    *PLATFORM,
    *SCM,
    *PROJECT,
    *CATALOG,
    *LEDGER,
    *INVENTORY,
    *FINANCE,
    *SALES,
    *PURCHASE,
    *PRODUCTION,
    *WATCH,
    *ASSISTANT,
)


def _fields(resources: tuple[Resource, ...]) -> Mapping[str, tuple[Field, ...]]:
    found: dict[str, tuple[Field, ...]] = {}
    for resource in resources:
        for name, known in resource.fields.items():
            for code in resource.codes_of(name):
                found[code] = (*found.get(code, ()), known)
    return found


def _states(resources: tuple[Resource, ...]) -> Mapping[str, tuple[str, ...]]:
    return {each.thing: each.fields["state"].choices for each in resources if "state" in each.fields}


def _rights(resources: tuple[Resource, ...]) -> frozenset[str]:
    return frozenset({right for resource in resources for right in resource.rights()} | {*RIGHTS_ELSEWHERE})


def _things(resources: tuple[Resource, ...]) -> Mapping[str, tuple[Table, Owner]]:
    return {resource.thing: (resource.table, resource.owner) for resource in resources}


RIGHTS: frozenset[str] = _rights((*_OTHERS, ROLES))
"""Every right there is."""
THINGS: Mapping[str, tuple[Table, Owner]] = _things((*_OTHERS, ROLES))
"""What row rules may speak of."""
_RULES = RoleRules(
    RIGHTS,
    _fields((*_OTHERS, ROLES)),
    _states((*_OTHERS, ROLES)),
    {thing: table for thing, (table, _) in THINGS.items()},
)
TELLING = tuple(each for each in _OTHERS if each.telling)
"""What tells of a field that may be hidden elsewhere."""
BOOKS = "metric.finance.read"
"""The right on figures of the books."""
SEALED = frozenset({"audit_record.before", "audit_record.after", "event.payload"})
"""What tells of any record whatever it held: hidden from those from whom rows or fields are hidden."""
RESOURCES: tuple[Resource, ...] = (
    *_OTHERS,
    replace(
        ROLES,
        validate=_RULES.problems,
        prepare=(_RULES.check_held, _RULES.attribute_problems),
        deleting=_RULES.check_deletable,
    ),
)
_ABOUT = {AUDIT_LOG.thing: "row_id", EVENTS.thing: "aggregate_id"}
"""What tells of records of any thing, with the column that holds their ids."""
_RECORDS = {each.thing: each for each in RESOURCES if each.thing not in _ABOUT}
RESOURCES = tuple(
    replace(each, about=About(_ABOUT[each.thing], _RECORDS)) if each.thing in _ABOUT else each for each in RESOURCES
)
BY_THING: Mapping[str, Resource] = {resource.thing: resource for resource in RESOURCES}


THINGS_OF_TABLE: Mapping[str, tuple[str, ...]] = {
    table.fullname: tuple(thing for thing, (each, _) in THINGS.items() if each is table)
    for table in {table for table, _ in THINGS.values()}
}
"""The things whose records a table holds: sales and purchase invoices share one."""


def resource_of_table(name: str) -> Resource | None:
    """The resource that serves a table, for links from one record to another."""
    return next((resource for resource in RESOURCES if resource.table.fullname == name), None)
