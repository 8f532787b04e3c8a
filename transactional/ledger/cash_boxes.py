"""Boxes of cash hold what was put into them: never less than nothing at the end of any day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from transactional.kernel.arrays import any_of
from transactional.kernel.session import Session
from transactional.ledger.accounts import ACCOUNTS
from transactional.ledger.errors import CashBoxEmpty
from transactional.ledger.models import JournalLine


def emptied_boxes(session: Session, lines: Iterable[JournalLine]) -> dict[UUID, date]:
    """The boxes that lines take something out of, each with the first day on which they do."""
    accounts = ACCOUNTS.of(session)
    found: dict[UUID, date] = {}
    for line in lines:
        if line.amount < 0 and accounts[line.account_id].is_cash_box:
            found[line.account_id] = min(found.get(line.account_id, line.posted_on), line.posted_on)
    return found


def check_boxes(session: Session, days: Mapping[UUID, date]) -> None:
    """Nothing where each box holds what is taken, from its day on; asked behind the head of the journal.

    Raises: CashBoxEmpty naming the first day on which something is missing.
    """
    by_day = (
        select(
            JournalLine.account_id,
            JournalLine.posted_on,
            func.sum(func.sum(JournalLine.amount))
            .over(partition_by=JournalLine.account_id, order_by=JournalLine.posted_on)
            .label("amount"),
        )
        .where(any_of(JournalLine.account_id, days))
        .group_by(JournalLine.account_id, JournalLine.posted_on)
        .subquery()
    )
    missing = select(by_day).where(by_day.c.amount < 0).order_by(by_day.c.posted_on, by_day.c.account_id)
    found: Sequence[Any] = session.execute(missing).all()
    for account_id, posted_on, amount in found:
        if posted_on >= days[account_id]:
            raise CashBoxEmpty(account=ACCOUNTS.of(session)[account_id].code, amount=amount, on=posted_on)
