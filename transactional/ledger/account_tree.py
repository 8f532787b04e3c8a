"""The tree of a chart of accounts: accounts stand below groups of their own type."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import exists, select

from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem
from transactional.kernel.reference import read_all
from transactional.kernel.resource import Change
from transactional.kernel.session import Session
from transactional.ledger.models import Account, JournalLine


def check_parents(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """Accounts below one that takes postings or is of another type, with the position of the record."""
    if not any(change.changes(name) for change in changes for name in ("parent_id", "type", "is_posting")):
        return
    tree = {row.id: (row.company_id, row.type, row.is_posting) for row in read_all(session, Account).values()}
    tree |= {
        change.id: (change.value("company_id"), change.value("type"), change.value("is_posting") is not False)
        for change in changes
    }
    posted = _posted(session, [change.id for change in changes if change.changes("type")])
    for position, change in enumerate(changes):
        parent = tree.get(change.value("parent_id"))
        if parent is None or parent[0] != change.value("company_id"):
            # Said by those who look at companies.
            continue
        if parent[2]:
            reason = "takes postings itself: choose a group"
            yield position, FieldProblem("parent_id", reason, "parent_takes_postings")
        elif parent[1] != change.value("type") and change.id not in posted:
            reason = "is of another type than the group above it"
            yield position, FieldProblem("type", reason, "parent_of_another_type")


def _posted(session: Session, account_ids: Sequence[UUID]) -> set[UUID]:
    """Those that have postings: their type is refused for that reason."""
    if not account_ids:
        return set()
    has_lines = exists().where(JournalLine.account_id == Account.id)
    return set(session.scalars(select(Account.id).where(any_of(Account.id, account_ids), has_lines)))
