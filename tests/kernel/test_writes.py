"""Small writes go out together; what they find wrong is said all the same."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.factories.books import make_books
from transactional.catalog.models import ItemCategory, UnitOfMeasure
from transactional.kernel.errors import StaleVersion
from transactional.kernel.ids import new_id
from transactional.kernel.models import AuditRecord, OutboxEvent
from transactional.kernel.outbox import Event, record
from transactional.kernel.principal import Principal
from transactional.kernel.rows import delete_all, insert_all, lock_by_id, update_all
from transactional.kernel.session import Database, Session
from transactional.kernel.wire import Statement
from transactional.ledger.periods import hold_periods
from transactional.organization.models import Company

pytestmark = pytest.mark.feature("ARCH-01")


def category(code: str) -> ItemCategory:
    return ItemCategory(id=new_id(), code=code, name=code)


def test_writes_of_several_tables_are_one_round_trip(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        said = watch(session)
        insert_all(session, [category("A"), category("B")])
        insert_all(session, [UnitOfMeasure(id=new_id(), code="EA", name="each")])
        assert said == []
        assert session.scalar(select(func.count()).select_from(ItemCategory)) == 2
    [first, *later] = said
    assert [sql.startswith("insert into catalog.") for sql in first].count(True) == 2
    assert later == [["commit"]]


def test_a_row_is_inserted_changed_and_deleted_in_one_transaction(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        row = category("A")
        insert_all(session, [row])
        row.name = "Changed"
        update_all(session, [row], ItemCategory.name)
        row.name = "Again"
        update_all(session, [row], ItemCategory.name)
        insert_all(session, [category("B")])
        delete_all(session, [row])
    with database.transaction(principal) as session:
        actions = session.scalars(
            select(AuditRecord.action).where(AuditRecord.row_id == row.id).order_by(AuditRecord.id)
        )
        assert list(actions) == ["insert", "update", "update", "delete"]


def test_a_stale_row_is_refused_among_other_writes(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        company_id = make_books(session).company_id
    with pytest.raises(StaleVersion), database.transaction(principal) as session:
        write_beside_a_stale_one(session, company_id)
    with database.transaction(principal) as session:
        assert "MINE" not in set(session.scalars(select(ItemCategory.code)))


def write_beside_a_stale_one(session: Session, company_id: UUID) -> None:
    [company] = lock_by_id(session, Company, [company_id])
    company.version -= 1
    insert_all(session, [category("MINE")])
    update_all(session, [company], Company.name)
    insert_all(session, [UnitOfMeasure(id=new_id(), code="BOX", name="box")])


def write_a_stale_one(session: Session, category_id: UUID) -> None:
    [row] = lock_by_id(session, ItemCategory, [category_id])
    insert_all(session, [category("MINE")])
    row.version -= 1
    update_all(session, [row], ItemCategory.name)


def watch(session: Session) -> list[list[str]]:
    """What the session sends from now on, one list a round trip."""
    said: list[list[str]] = []
    exchange = session.wire.exchange

    def noting(statements: Sequence[Statement]) -> None:
        said.append([statement.sql for statement in statements])
        exchange(statements)

    session.__dict__["wire"] = SimpleNamespace(exchange=noting)
    return said


def test_what_is_rolled_back_to_a_savepoint_was_neither_written_nor_told(
    database: Database, principal: Principal
) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        before = category("BEFORE")
        insert_all(session, [before])
        record(session, [event("told", before.id)])
        trial = session.begin_nested()
        insert_all(session, [category("TRIAL")])
        record(session, [event("tried", before.id)])
        hold_periods(session, [(books.company_id, date(2026, 3, 16))])
        trial.rollback()
        assert not session.held
        insert_all(session, [category("AFTER")])
    with database.transaction(principal) as session:
        codes = set(session.scalars(select(ItemCategory.code)))
        assert {"BEFORE", "AFTER"} <= codes
        assert "TRIAL" not in codes
        assert list(session.scalars(select(OutboxEvent.topic))) == ["told"]


def test_what_is_rolled_back_whole_leaves_nothing_behind_and_nobody_s_connection_is_used(
    database: Database, principal: Principal
) -> None:
    with database.transaction(principal) as session:
        before = session.connection().connection.driver_connection
        insert_all(session, [category("GONE")])
        record(session, [event("gone", new_id())])
        session.rollback()
        assert "wire" not in session.__dict__
        with database.transaction(principal) as other:
            assert other.connection().connection.driver_connection is before
            insert_all(other, [category("KEPT")])
    with database.transaction(principal) as session:
        assert list(session.scalars(select(ItemCategory.code))) == ["KEPT"]
        assert list(session.scalars(select(OutboxEvent.topic))) == []


def event(topic: str, aggregate_id: UUID) -> Event:
    return Event(topic, "catalog.item_category", aggregate_id, datetime(2026, 3, 16, tzinfo=UTC))


def test_a_commit_travels_with_a_guarded_write_and_is_refused_with_it(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        row = category("A")
        insert_all(session, [row])
    with database.transaction(principal) as session:
        [row] = lock_by_id(session, ItemCategory, [row.id])
        said = watch(session)
        row.name = "Changed"
        update_all(session, [row], ItemCategory.name)
    assert [statement for trip in said for statement in trip][-1] == "commit"
    assert len(said) == 1
    with pytest.raises(StaleVersion), database.transaction(principal) as session:
        write_a_stale_one(session, row.id)
    with database.transaction(principal) as session:
        assert set(session.scalars(select(ItemCategory.code))) == {"A"}
        assert session.scalar(select(ItemCategory.version)) == 2


def test_what_follows_a_rollback_is_a_transaction_of_the_same_tenant(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        insert_all(session, [category("UNDONE")])
        assert session.scalar(select(func.count()).select_from(ItemCategory)) == 1
        session.rollback()
        insert_all(session, [category("KEPT")])
    with database.transaction(principal) as session:
        assert list(session.scalars(select(ItemCategory.code))) == ["KEPT"]
