"""The kind of chart that a question names: as a pie chart says how to show the figures, not which."""

from __future__ import annotations

import re

from charts.kinds import KINDS, Shape
from olap.query import QueryResult

_NAMED = {
    "bar": "bar|column|柱状|柱形|条形",
    "line": "line|折线|曲线",
    "pie": "pie|doughnut|donut|饼|环形",
    "area": "area|面积",
    "stacked": "stacked bar|stacked column|stacked|堆积柱状|堆叠柱状|堆积|堆叠",
    "heat": "heat|热力",
    "funnel": "funnel|漏斗",
    "waterfall": "waterfall|瀑布",
}
_KIND_OF = {word: kind for kind, words in _NAMED.items() for word in words.split("|")}
_BY_LENGTH = "|".join(sorted(map(re.escape, _KIND_OF), key=len, reverse=True))
_ENGLISH = re.compile(
    rf"[,;]?\s*\b(?:(?:shown?|drawn?|plotted|displayed)\s+)?(?:as|in|on|with)\s+(?:an?\s+)?({_BY_LENGTH})[\s-]*"
    r"(?:chart|graph|plot|diagram|map)s?\b",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    rf"[，,]?\s*(?:请)?(?:用|以|画成|做成|画|做)?(?:一张|一个)?({_BY_LENGTH})图(?:表)?(?:来)?(?:表示|显示|展示|呈现)?"
)


def without_chart(question: str) -> tuple[str, str | None]:
    """The question without the chart that it names, and the chart's kind; None where it names none."""
    found = _ENGLISH.search(question) or _CHINESE.search(question)
    if found is None:
        return question, None
    rest = f"{question[: found.start()]} {question[found.end() :]}".strip()
    return (rest, _KIND_OF[found[1].lower()]) if rest else (question, None)


def can_be_drawn(kind: str, result: QueryResult) -> bool:
    """Whether a kind of chart takes a result of this shape."""
    roles = [column.role for column in result.columns]
    is_compared = any(column.name.endswith("_previous") for column in result.columns)
    shape = Shape("time" in roles, roles.count("dimension"), roles.count("metric"), is_compared)
    return KINDS[kind].fits(shape)
