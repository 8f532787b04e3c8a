"""Every metric of the test company answered by Apache Spark and by DuckDB over the same published files."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from olap.asker import Asker
from olap.engines.spark import SparkEngine, local_session
from olap.lake import Lake
from olap.query import MetricQuery
from olap.service import Numbers
from tests.olap.company import TODAY
from tests.olap.semantics import manifest

pytestmark = [
    pytest.mark.spark,
    pytest.mark.timeout(900),
    # PySpark warns about versions of other libraries; what it answers is compared.
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="the extra spark is not installed"),
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java 17"),
]
METRICS = sorted(each["name"] for each in manifest()["metrics"])
CLOSE = Decimal("0.00000001")
QUESTIONS: tuple[dict[str, Any], ...] = (
    {"time": {"start": "2026-01-01", "end": "2026-03-16"}},
    {"time": {"start": "2026-01-01", "end": "2026-03-16", "grain": "month"}},
)


@pytest.fixture(scope="module")
def spark(published: Path) -> Iterator[Numbers]:
    """The metrics layer over the same lake, computed by Spark."""
    session = local_session()
    yield Numbers(SparkEngine(Lake(published / "lake"), session), published / "dbt", today=lambda: TODAY)
    session.stop()


def is_same(ours: Any, theirs: Any) -> bool:
    """Whether two cells are equal, quotients to eight places."""
    if isinstance(ours, Decimal) and isinstance(theirs, Decimal | int):
        return abs(ours - theirs) < CLOSE
    return bool(ours == theirs)


@pytest.mark.parametrize("metric", METRICS)
def test_spark_equals_duckdb(metric: str, spark: Numbers, numbers: Numbers, everyone: Asker) -> None:
    for question in QUESTIONS:
        query = MetricQuery.from_data({"metrics": [metric], **question})
        theirs, ours = spark.query(query, everyone).rows, numbers.query(query, everyone).rows
        assert len(theirs) == len(ours)
        for one, other in zip(ours, theirs, strict=True):
            assert one.keys() == other.keys()
            assert all(is_same(one[name], other[name]) for name in one), (one, other)


def test_spark_hides_what_the_asker_may_not_see(spark: Numbers, numbers: Numbers, everyone: Asker) -> None:
    rules = {"invoice": [[{"field": "customer.region_id", "operator": "in", "values": ["region-north"]}]]}
    asker = Asker(everyone.tenant_id, frozenset({"*"}), rules)
    query = MetricQuery.from_data({"metrics": ["net_revenue"], "group_by": ["customer", "item_category"]})
    assert spark.query(query, asker).rows == numbers.query(query, asker).rows
    aged = MetricQuery.from_data(
        {"metrics": ["ar_open_amount"], "group_by": ["aging_bucket"], "time": {"as_of": "2026-03-01"}}
    )
    assert spark.query(aged, everyone).rows == numbers.query(aged, everyone).rows
