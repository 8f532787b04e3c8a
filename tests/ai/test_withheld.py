"""What was answered before is shown to who sees the same part of the books still."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ai.questions.service import answer
from api.routers.ai.answers import shown_reply
from api.routers.ai.withheld import SEEN, SeenNow, seen_in
from olap.asker import Asker
from olap.service import Numbers


@pytest.mark.feature("ARCH-08")
def test_figures_of_rows_that_are_seen_no_more_are_withheld(numbers: Numbers, everyone: Asker) -> None:
    reply = answer(numbers, everyone, "net revenue by customer in 2026")
    kept = {**shown_reply(reply), SEEN: seen_in(reply, everyone)}
    rule = {"field": "invoice.customer_id", "operator": "in", "values": []}
    only = replace(everyone, row_filters={"invoice": [[rule]]})
    assert SeenNow(numbers, everyone, frozenset()).reply(kept)["text"] == reply.text
    assert SeenNow(numbers, only, frozenset()).reply(kept)["result"] is None
    before = {name: value for name, value in kept.items() if name != SEEN}
    assert SeenNow(numbers, everyone, frozenset()).reply(before)["text"] == reply.text
    assert SeenNow(numbers, only, frozenset()).reply(before)["text"] != reply.text
