"""The demo companies' marts against what their simulator planted."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from ai.anomalies.controls.model import Settings as Rules
from ai.anomalies.controls.testing import document_count, examine_books
from ai.evals.anomalies import Outcome, judge_demo
from olap.engines.duckdb import DuckDBEngine
from pipelines.scores.books import read_books
from pipelines.scores.run import DOCUMENT_DAYS, MEMORY_LIMIT
from runtime.settings import Settings


def judge_demos(settings: Settings) -> list[Outcome]:
    """One outcome a demo company, the documents of the last year only."""
    engine = DuckDBEngine.over(settings.lake_dir, memory_limit=MEMORY_LIMIT)
    since = datetime.now(UTC).date() - timedelta(days=DOCUMENT_DAYS)
    outcomes = []
    try:
        files = sorted((settings.home / "demo").glob("truth-*.json"))
        tenants = sorted(engine.lake.current().marts["dim_companies"].files)
        for tenant_id in tenants:
            books = read_books(engine, tenant_id, Rules())
            numbers = set(books["bills"]["number"].to_list()) | set(books["order_lines"]["number"].to_list())
            truth = max(files, key=lambda file: _known(json.loads(file.read_text(encoding="utf-8")), numbers))
            files.remove(truth)
            outcomes.append(judge_demo(examine_books(books, since=since), truth, document_count(books)))
    finally:
        engine.close()
    return outcomes


def _known(truth: dict[str, list[dict[str, list[str]]]], numbers: set[str]) -> int:
    return sum(number in numbers for each in truth["planted"] for number in each["documents"])
