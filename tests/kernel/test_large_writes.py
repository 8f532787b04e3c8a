"""Many rows are on their way while what comes next is made ready; whatever is wrong with them counts all the same."""

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from tests.conftest import NOW
from transactional.catalog.models import ItemCategory
from transactional.kernel.errors import StaleVersion
from transactional.kernel.ids import new_id
from transactional.kernel.outbox import Event, record
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all, lock_by_id, update_all
from transactional.kernel.session import Database, Session
from transactional.kernel.statements import Lookup
from transactional.kernel.writes import ROWS_MAX

pytestmark = pytest.mark.feature("ARCH-01")

MANY = ROWS_MAX + 1
COUNT = Lookup(select(func.count()).select_from(ItemCategory))


def categories(prefix: str, *further: str) -> list[ItemCategory]:
    codes = [f"{prefix}{number}" for number in range(MANY)]
    return [ItemCategory(id=new_id(), code=code, name=code) for code in [*codes, *further]]


def held(session: Session) -> int:
    [(count,)] = COUNT.rows(session)
    return count


def is_under_way(session: Session) -> bool:
    return bool(session.wire._under_way)


def test_many_rows_are_under_way_until_something_is_looked_at(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        insert_all(session, categories("A"))
        assert is_under_way(session)
        insert_all(session, categories("B"))
        assert held(session) == 2 * MANY
        assert not is_under_way(session)
        insert_all(session, categories("C"))
        # A statement of the library's own is asked over the same connection.
        assert session.scalar(select(func.count()).select_from(ItemCategory)) == 3 * MANY
        insert_all(session, categories("D"))
    with database.transaction(principal) as session:
        assert held(session) == 4 * MANY


def write_doubles(session: Session) -> None:
    insert_all(session, categories("A", "A0"))
    assert is_under_way(session)
    insert_all(session, categories("B"))
    record(session, [Event("told", "catalog.item_category", new_id(), NOW)])


def test_rows_refused_on_their_way_are_not_committed_and_the_connection_serves_on(
    database: Database, principal: Principal
) -> None:
    with pytest.raises(DBAPIError) as refused, database.transaction(principal) as session:
        write_doubles(session)
    assert isinstance(refused.value.orig, psycopg.errors.UniqueViolation)
    with database.transaction(principal) as session:
        assert held(session) == 0
        insert_all(session, categories("C"))
    with database.transaction(principal) as session:
        assert held(session) == MANY


def leave_under_way(session: Session) -> None:
    insert_all(session, categories("LOST", "LOST0"))
    raise LookupError("something else went wrong")


def test_what_is_under_way_is_undone_with_its_savepoint_or_transaction(
    database: Database, principal: Principal
) -> None:
    with database.transaction(principal) as session:
        insert_all(session, categories("KEPT"))
        trial = session.begin_nested()
        insert_all(session, categories("TRIED", "TRIED0"))
        trial.rollback()
        with pytest.raises(LookupError), session.begin_nested():
            leave_under_way(session)
        assert held(session) == MANY
    with pytest.raises(LookupError), database.transaction(principal) as session:
        leave_under_way(session)
    with database.transaction(principal) as session:
        assert held(session) == MANY


def test_a_stale_row_among_many_is_refused_before_anything_is_committed(
    database: Database, principal: Principal
) -> None:
    rows = categories("A")
    with database.transaction(principal) as session:
        insert_all(session, rows)
    with pytest.raises(StaleVersion), database.transaction(principal) as session:
        change_one_stale(session, rows)
    with database.transaction(principal) as session:
        assert session.scalar(select(func.count()).where(ItemCategory.name == "Changed")) == 0


def change_one_stale(session: Session, rows: list[ItemCategory]) -> None:
    found = lock_by_id(session, ItemCategory, [row.id for row in rows])
    found[0].version -= 1
    for row in found:
        row.name = "Changed"
    update_all(session, found, ItemCategory.name)


def test_a_text_that_the_database_cannot_hold_is_refused_and_nothing_of_it_committed(
    database: Database, principal: Principal
) -> None:
    with pytest.raises(DBAPIError), database.transaction(principal) as session:
        insert_all(session, categories("A", "with\x00nothing"))
    with database.transaction(principal) as session:
        assert held(session) == 0
