"""Answers of any length, batch by batch, so that a million rows cost no more memory than a thousand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from olap.access import check_access
from olap.asker import Asker
from olap.checks import check, order_name
from olap.errors import invalid
from olap.evidence import columns_of
from olap.figures import figure
from olap.query import Cell, Column, Evidence, MetricQuery, Order
from olap.service import Numbers, Session, plain_cell


@dataclass(frozen=True)
class Stream:
    """An answer that is read while it comes."""

    columns: tuple[Column, ...]
    evidence: Evidence
    count: int
    rows: Iterator[tuple[Cell, ...]]


@contextmanager
def streamed(numbers: Numbers, query: MetricQuery, asker: Asker) -> Iterator[Stream]:
    """The rows of a question without a bound on their number, all of one version; to be read inside the context.

    Raises: QueryInvalid, also for a comparison and for others, which need all rows at once; MetricForbidden,
    FieldForbidden, NumbersUnavailable.
    """
    if query.compare is not None or query.others:
        raise invalid("compare", "rows of this length are streamed without comparison and others", "not_streamed")
    vocabulary, today = numbers.vocabularies.current(), numbers.today()
    checked = check(query, vocabulary.names, asker=asker, today=today)
    check_access(checked, vocabulary, asker)
    with numbers.engine.snapshot(asker.tenant_id) as snapshot:
        session = Session(vocabulary, snapshot, asker, today, {})
        orders = tuple(Order(order_name(each, checked), each.descending) for each in query.order_by)
        request = replace(numbers.request_of(checked, query.time), order_by=orders, limit=query.limit)
        currencies = numbers.told_apart(checked, session)
        sql = numbers.prepared(vocabulary.planner.tree(request), session, "rows")
        # The statement was written by the compiler; only it is put into this one.
        [(count,)] = snapshot.fetch(f"select count(*) from ({sql}) as counted").rows  # noqa: S608
        columns = currencies.named(columns_of(checked, vocabulary.names, asker.locale))
        measured = {metric.name for metric in checked.metrics}

        def rows() -> Iterator[tuple[Cell, ...]]:
            for batch in snapshot.stream(sql):
                names = batch.schema.names
                columns_of_batch = [column.to_pylist() for column in batch.columns]
                for values in zip(*columns_of_batch, strict=True):
                    found = dict(zip(names, values, strict=True))
                    yield tuple(
                        figure(found[column.name]) if column.name in measured else plain_cell(found[column.name])
                        for column in columns
                    )

        yield Stream(columns, numbers.evidence(checked, session), int(count), rows())
