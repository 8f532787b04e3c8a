"""A reply of the assistant as JSON."""

from __future__ import annotations

from typing import Any

from ai.questions.service import Reply
from api.routers.metrics.questions import shown_result


def shown_reply(reply: Reply) -> dict[str, Any]:
    """One reply with its figures as text; where several questions were asked in one, each in `parts`."""
    return {
        "status": reply.status,
        "text": reply.text,
        "metric_query": reply.metric_query,
        "result": shown_result(reply.result) if reply.result else None,
        "derived": reply.derived.as_data() if reply.derived else None,
        "chart": reply.chart,
        "understood": list(reply.understood),
        "working": reply.working,
        "mended": [{"said": each.said, "read": each.read} for each in reply.mended],
        "drill": reply.drill,
        "citations": list(reply.citations),
        "choices": list(reply.choices),
        "reason": reply.reason,
        "read_by": reply.read_by,
        "other": shown_reply(reply.other) if reply.other else None,
        "parts": [shown_reply(each) for each in reply.parts],
    }
