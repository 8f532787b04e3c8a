"""How a tenant is watched."""

from decimal import Decimal

from sqlalchemy import select

from transactional.kernel.ids import new_id
from transactional.kernel.rows import find_one, insert_all
from transactional.kernel.session import Session
from transactional.watch.models import WatchPolicy
from transactional.watch.states import PaymentAction

_CODE = "default"


def find_policy(session: Session) -> WatchPolicy:
    """The tenant's policy; written with its defaults when it is asked for the first time."""
    found = find_one(session, select(WatchPolicy).where(WatchPolicy.code == _CODE))
    if found is not None:
        return found
    policy = WatchPolicy(
        id=new_id(),
        code=_CODE,
        payment_action=PaymentAction.WARN.value,
        block_score=Decimal("0.6"),
        approval_limit_amount=Decimal(10_000),
        day_starts_hour=6,
        day_ends_hour=22,
    )
    insert_all(session, [policy])
    return policy
