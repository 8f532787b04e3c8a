"""All control points over one tenant's books, their hits joined where they speak of the same documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from ai.anomalies.controls import digits, ledger, payables, payments, purchasing, selling
from ai.anomalies.controls.model import CONTROLS, Books
from ai.anomalies.model import Document, Hit, Incident, Words, together

MODULES = (digits, ledger, payables, payments, purchasing, selling)
ALARM = 0.5
"""Hits on the same documents that come to less together are no incident: one weak sign is found everywhere."""
_BILLS = frozenset({"purchase_invoice"})
_SENTENCES_MAX = 4
_COUNTED = {
    "bills": "invoice_id",
    "order_lines": "order_id",
    "sale_lines": "invoice_id",
    "entry_lines": "entry_id",
    "payments": "payment_id",
    "moves": "document_id",
}


def examine_books(books: Books, *, since: date | None = None) -> list[Incident]:
    """Incidents by falling money at risk.  `since`: the first day a hit may have."""
    hits = [hit for each in CONTROLS.values() for hit in each.run(books, each)]
    if since is not None:
        hits = [hit for hit in hits if hit.on >= since]
    made = [_incident(group) for group in _joined(hits)]
    alarms = [each for each in made if each.score >= ALARM]
    return sorted(alarms, key=lambda each: (-each.money_at_risk, -each.score, each.pattern))


def document_count(books: Books) -> int:
    """How many documents the control points look at."""
    return sum(books[name][column].n_unique() for name, column in _COUNTED.items() if books[name].height)


def _joined(hits: Sequence[Hit]) -> Iterable[list[Hit]]:
    """Hits that share a document, directly or through others."""
    parents = list(range(len(hits)))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    first: dict[str, int] = {}
    for place, hit in enumerate(hits):
        for document in hit.documents:
            if document.type == "supplier":
                continue
            parents[root(place)] = root(first.setdefault(document.id, place))
    groups: defaultdict[int, list[Hit]] = defaultdict(list)
    for place, hit in enumerate(hits):
        groups[root(place)].append(hit)
    return groups.values()


def _incident(group: list[Hit]) -> Incident:
    ranked = sorted(group, key=lambda hit: (-hit.strength, hit.control, hit.pattern))
    strongest = list({hit.control: hit for hit in reversed(ranked)}.values())
    told = sorted(strongest, key=lambda hit: (-hit.strength, hit.control))[:_SENTENCES_MAX]
    documents = tuple({each.id: each for hit in ranked for each in hit.documents}.values())
    lead = ranked[0]
    return Incident(
        pattern=f"document:{lead.pattern}"[:300],
        kind="document",
        reason=Words(" ".join(hit.reason.en for hit in told), "".join(hit.reason.zh for hit in told)),
        score=together([hit.strength for hit in strongest]),
        money_at_risk=max(hit.money_at_risk for hit in group),
        first_on=min(hit.on for hit in group),
        last_on=max(hit.on for hit in group),
        hits=tuple(ranked[:50]),
        observed=lead.observed,
        low=lead.low,
        high=lead.high,
        documents=documents[:50],
        bills=tuple(document.id for document in documents if _is_bill(document)),
    )


def _is_bill(document: Document) -> bool:
    return document.type in _BILLS
