"""Cross tables: every total asked at its own grain, then put in order and laid out by pure functions."""

from olap.pivot.making import check_table, pivot
from olap.pivot.query import PivotQuery
from olap.pivot.result import PivotResult

__all__ = ["PivotQuery", "PivotResult", "check_table", "pivot"]
