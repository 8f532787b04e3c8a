"""What a report says it leaves out."""

from __future__ import annotations

from typing import Any

import pytest

from olap.asker import Asker
from olap.query import MetricQuery
from reports.run import left_out_of
from reports.sheet import Line, Sheet

ASKER = Asker("t1", frozenset({"*"}))


@pytest.mark.parametrize(
    ("levels", "others", "is_cut"),
    [((0, 0), False, True), ((0,), False, False), ((0, 1), False, False), ((0, 0, 1), True, False)],
)
def test_a_limit_leaves_rows_out_only_where_no_row_of_others_stands_for_them(
    *, levels: tuple[int, ...], others: bool, is_cut: bool
) -> None:
    evidence: Any = None
    sheet = Sheet("Customers", (), tuple(Line((), level) for level in levels), None, evidence)
    question = MetricQuery(metrics=("net_revenue",), group_by=("customer",), limit=2, others=others)
    assert bool(left_out_of(question, sheet, ASKER)) == is_cut
