"""What is asked of a session goes out together, in its order, and fails as one."""

from contextlib import suppress
from decimal import Decimal

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from tests.conftest import NOW
from transactional.catalog.models import ItemCategory
from transactional.kernel.ids import new_id
from transactional.kernel.models import OutboxEvent
from transactional.kernel.outbox import Event, record
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Database, Session
from transactional.kernel.statements import Lookup

pytestmark = pytest.mark.feature("ARCH-01")

CODES = Lookup(select(ItemCategory.code).order_by(ItemCategory.code))
_SAID = "select %(text)s::text, %(number)s::numeric, %(ids)s::uuid[], %(nothing)s::date, %(truth)s::boolean"


def category(code: str) -> ItemCategory:
    return ItemCategory(id=new_id(), code=code, name=code)


def test_what_is_asked_sees_the_writes_before_it_and_not_those_after(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        insert_all(session, [category("A")])
        between = CODES.ask(session)
        insert_all(session, [category("B")])
        assert CODES.rows(session) == [("A",), ("B",)]
        assert between.rows() == [("A",)]


def test_values_arrive_as_they_were_said(database: Database, principal: Principal) -> None:
    ids = [new_id(), new_id()]
    values = {"text": '50 % "\\', "number": Decimal("-0.10"), "ids": ids, "nothing": None, "truth": False}
    with database.transaction(principal) as session:
        assert session.send(_SAID, values).rows() == [('50 % "\\', Decimal("-0.10"), ids, None, False)]


def write_around_a_refusal(session: Session) -> None:
    insert_all(session, [category("A")])
    session.ask("select 1 / %(zero)s::int", {"zero": 0})
    insert_all(session, [category("B")])


def test_nothing_is_done_after_a_refusal_and_the_connection_serves_on(database: Database, principal: Principal) -> None:
    with pytest.raises(DBAPIError) as refused, database.transaction(principal) as session:
        write_around_a_refusal(session)
    assert isinstance(refused.value.orig, psycopg.errors.DivisionByZero)
    with database.transaction(principal) as session:
        assert CODES.rows(session) == []
        insert_all(session, [category("C")])
    with database.transaction(principal) as session:
        assert CODES.rows(session) == [("C",)]


def go_on_after_a_refusal(session: Session, values: dict[str, object]) -> None:
    insert_all(session, [category("A")])
    with suppress(DBAPIError):
        session.send(_SAID, values)


def test_a_text_that_the_database_would_cut_is_refused(database: Database, principal: Principal) -> None:
    values = {"text": "a\x00b", "number": 1, "ids": [], "nothing": None, "truth": True}
    with pytest.raises(DBAPIError), database.transaction(principal) as session:
        go_on_after_a_refusal(session, values)
    with database.transaction(principal) as session:
        assert CODES.rows(session) == []


def test_what_only_waited_is_undone_too(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        insert_all(session, [category("A")])
        record(session, [happened()])
        session.rollback()
        insert_all(session, [category("B")])
    with database.transaction(principal) as session:
        assert CODES.rows(session) == [("B",)]
        assert list(session.scalars(select(OutboxEvent.topic))) == []


def happened() -> Event:
    return Event("catalog.item_category.tried", "catalog.item_category", new_id(), NOW, {})
