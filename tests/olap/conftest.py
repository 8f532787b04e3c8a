"""The test company published once a session, and askers of different rights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from olap.asker import Asker
from olap.engines.duckdb import DuckDBEngine
from olap.pivot import PivotQuery, PivotResult, pivot
from olap.query import MetricQuery, QueryResult
from olap.service import Numbers
from tests.olap.company import ACME, TODAY, ZENITH, acme, publish, zenith
from tests.olap.semantics import write_manifest
from tests.olap.tables import YEAR, Table

EVERYTHING = frozenset({"*"})


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with the lake of two tenants and the manifest."""
    home = tmp_path_factory.mktemp("olap")
    (home / "lake").mkdir()
    publish(home / "lake", {ACME: acme(), ZENITH: zenith()})
    write_manifest(home / "dbt")
    return home


@pytest.fixture(scope="session")
def numbers(published: Path) -> Numbers:
    """The metrics layer over it, on the day the company is looked at."""
    return Numbers(DuckDBEngine.over(published / "lake", threads=1), published / "dbt", today=lambda: TODAY)


@pytest.fixture
def everyone() -> Asker:
    """Somebody of Acme with every right."""
    return Asker(ACME, EVERYTHING)


@pytest.fixture
def ask(numbers: Numbers, everyone: Asker) -> Callable[..., QueryResult]:
    """Asks a question written as JSON would be; `by` is another asker."""

    def asked(by: Asker | None = None, **question: Any) -> QueryResult:
        return numbers.query(MetricQuery.from_data(question), by or everyone)

    return asked


@pytest.fixture
def table(numbers: Numbers, everyone: Asker) -> Table:
    """Asks for a cross table written as JSON would be, of the first quarter where no time is given."""

    def asked(by: Asker | None = None, **definition: Any) -> PivotResult:
        definition = {"metrics": ["net_revenue"], "time": YEAR, **definition}
        return pivot(numbers, PivotQuery.from_data(definition), by or everyone)

    return asked
