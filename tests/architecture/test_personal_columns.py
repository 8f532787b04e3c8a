"""Each column of a table about persons is declared: it tells of the person, or it stays when that is forgotten."""

import pytest
from sqlalchemy import Table
from sqlalchemy.types import String

from transactional.flows.persons import PERSONS
from transactional.kernel.personal import PSEUDONYM, personal_of, replacements
from transactional.kernel.resource import AUDIT_COLUMNS
from transactional.registry import METADATA

_OF_EVERY_ROW = {"tenant_id", "id", "row_xid", *AUDIT_COLUMNS}
_NAMES_OF_FACTS = ("email", "phone", "iban", "born", "birth", "gender", "marital", "tax_number", "attributes", "line1")
"""Parts of names of columns that tell of persons wherever they stand."""
_NO_PERSONS = {
    # Of the house itself, and of goods.
    "catalog.items",
    "finance.bank_accounts",
    "organization.companies",
}
_RECORDS = {record.model.__table__ for person in PERSONS.values() for record in person.records}
_GONE = {owned.model.__table__ for person in PERSONS.values() for owned in person.leftovers}
_DECLARED = sorted(table.fullname for table in METADATA.sorted_tables if personal_of(table) is not None)


def _undeclared(table: Table) -> set[str]:
    declared = personal_of(table)
    assert declared is not None, table.fullname
    return {*table.c.keys()} - {*declared.telling, *declared.facts, *declared.kept} - _OF_EVERY_ROW


@pytest.mark.feature("USER-08")
@pytest.mark.parametrize("name", _DECLARED)
def test_each_column_is_declared_once_and_can_be_emptied(name: str) -> None:
    table = METADATA.tables[name]
    declared = personal_of(table)
    assert declared is not None
    named = [*declared.telling, *declared.facts, *declared.kept]
    assert _undeclared(table) == set()
    assert sorted(named) == sorted(set(named))
    assert set(named) <= {*table.c.keys()} - _OF_EVERY_ROW
    if table in _RECORDS:
        for column, value in replacements(table).items():
            assert value is not None or table.c[column].nullable
            if isinstance(table.c[column].type, String) and not table.c[column].nullable:
                assert PSEUDONYM in value


@pytest.mark.feature("USER-08")
def test_what_a_person_leaves_in_the_past_is_declared() -> None:
    with_past = {table for table in _RECORDS | _GONE if table.info.get("audited", True)}
    assert sorted(table.fullname for table in with_past) == _DECLARED


@pytest.mark.feature("USER-08")
def test_no_other_table_has_a_column_that_tells_of_persons() -> None:
    found = {
        table.fullname
        for table in METADATA.sorted_tables
        for column in table.c
        if any(part in column.name for part in _NAMES_OF_FACTS)
    }
    assert found - set(_DECLARED) == _NO_PERSONS
