"""Answers of an earlier day as they may be shown now: figures and quotations obey the rights of whoever reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ai.questions.plans import as_data
from ai.questions.service import Reply
from ai.questions.texts import text_of
from olap.asker import Asker
from olap.errors import MetricsError
from olap.query import MetricQuery
from olap.service import Numbers
from reports.run import check_question

SEEN = "seen"
"""Beside a kept reply: the queries whose figures it tells, and which part of the books its asker saw."""
_EMPTY: Mapping[str, Any] = {
    **dict.fromkeys(("metric_query", "working", "result", "derived", "chart", "drill", "other")),
    **{name: [] for name in ("understood", "mended", "citations", "choices", "parts")},
}


def seen_in(reply: Reply, asker: Asker) -> dict[str, Any]:
    """What has to be the asker's to see as long as a reply is shown."""
    return {"queries": list(_queries_of(reply)), "scope": asker.scope_hash}


def _queries_of(reply: Reply) -> Iterator[dict[str, Any]]:
    if reply.metric_query is not None:
        yield dict(reply.metric_query)
    if reply.planned is not None and reply.planned.without is not None:
        yield dict(as_data(reply.planned.without))
    for each in (*reply.parts, *([reply.other] if reply.other else [])):
        yield from _queries_of(each)


class SeenNow:
    """What one person may see now of what was answered before."""

    def __init__(self, numbers: Numbers, asker: Asker, documents: frozenset[str]) -> None:
        """`documents` are the ids of those that the person may read."""
        self._numbers, self._asker, self._documents = numbers, asker, documents

    def reply(self, kept: Mapping[str, Any]) -> dict[str, Any]:
        """A kept reply as it was, or that it is not shown."""
        shown = {name: value for name, value in kept.items() if name != SEEN}
        if self._may_see(kept):
            return shown
        text = text_of("forbidden", self._asker.locale)
        return {**shown, **_EMPTY, "status": "declined", "text": text, "reason": "forbidden"}

    def _may_see(self, kept: Mapping[str, Any]) -> bool:
        cited = {str(each["document_id"]) for each in kept.get("citations") or () if each.get("document_id")}
        if not cited <= self._documents:
            return False
        told: Mapping[str, Any] = kept.get(SEEN) or {"queries": list(_kept_queries(kept)), "scope": ""}
        queries = told["queries"]
        # Figures of other rows than one sees now are not one's own any more.
        return not queries or (told["scope"] == self._asker.scope_hash and all(map(self._may_ask, queries)))

    def _may_ask(self, query: Mapping[str, Any]) -> bool:
        try:
            check_question(self._numbers, MetricQuery.from_data(query), self._asker)
        except MetricsError:
            return False
        return True


def _kept_queries(kept: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The queries of a reply that was kept without them."""
    if kept.get("metric_query"):
        yield kept["metric_query"]
    for each in kept.get("parts") or ():
        yield from _kept_queries(each)
