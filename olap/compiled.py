"""The statement of a question, with the asker's rights in it, without running it."""

from __future__ import annotations

from dataclasses import replace

from olap.asker import Asker
from olap.checks import order_name
from olap.plan import Request
from olap.query import Evidence, MetricQuery, Order
from olap.service import Numbers, Session


def compiled(numbers: Numbers, query: MetricQuery, asker: Asker) -> Evidence:
    """What would stand behind the answer.  Raises: QueryInvalid, Forbidden, NumbersUnavailable, as the answer would."""
    with numbers.engine.snapshot(asker.tenant_id) as snapshot:
        session = Session(numbers.vocabularies.current(), snapshot, asker, numbers.today(), {})
        checked = numbers.checked(query, session)
        numbers.told_apart(checked, session)
        request: Request = numbers.request_of(checked, query.time)
        if query.compare is None:
            orders = tuple(Order(order_name(each, checked), each.descending) for each in query.order_by)
            request = replace(request, order_by=orders, limit=query.limit)
        session.statements.clear()
        numbers.prepared(session.vocabulary.planner.tree(request), session, "rows")
        return numbers.evidence(checked, session)
