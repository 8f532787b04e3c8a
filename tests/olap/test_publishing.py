"""New versions are seen at once, whole, and never in the middle of a question."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from olap.asker import Asker
from olap.catalogue import member_names
from olap.drill import DrillQuery
from olap.engines.base import Answer, Snapshot
from olap.engines.duckdb import DuckDBEngine, DuckDBSnapshot
from olap.errors import Forbidden, NumbersUnavailable, QueryTimedOut
from olap.health import health
from olap.query import MetricQuery
from olap.receipt import receipt
from olap.service import Numbers
from tests.olap.company import ACME, TODAY, ZENITH, acme, invoice_line, publish, publish_mart
from tests.olap.semantics import manifest, write_manifest

REVENUE = MetricQuery(("net_revenue",))
ASKER = Asker(ACME, frozenset({"*"}))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "lake").mkdir()
    publish(tmp_path / "lake", {ACME: acme()})
    write_manifest(tmp_path / "dbt")
    return tmp_path


@pytest.fixture
def numbers(home: Path) -> Iterator[Numbers]:
    engine = DuckDBEngine.over(home / "lake", threads=1)
    yield Numbers(engine, home / "dbt", today=lambda: TODAY)
    engine.close()


def revenue(numbers: Numbers) -> object:
    return numbers.query(REVENUE, ASKER).rows[0]["net_revenue"]


def test_a_new_version_is_seen_by_the_next_question(home: Path, numbers: Numbers) -> None:
    assert revenue(numbers) == Decimal("777.51")
    rows = acme()
    rows["fct_sales_invoice_lines"].append(invoice_line(7, "customer-beta", "item-bike", date(2026, 3, 16), "1.00"))
    publish(home / "lake", {ACME: rows}, version=2)
    result = numbers.query(REVENUE, ASKER)
    assert result.rows[0]["net_revenue"] == Decimal("778.51")
    assert result.evidence.data_version == "2"


def test_a_question_under_way_keeps_its_version(home: Path, numbers: Numbers) -> None:
    count, mart = "select count(*) from {}", "fct_sales_invoice_lines"
    with numbers.engine.snapshot(ACME) as old:
        rows = acme()
        rows["fct_sales_invoice_lines"].clear()
        publish(home / "lake", {ACME: rows}, version=2)
        with numbers.engine.snapshot(ACME) as new:
            assert new.version.id == "2"
            assert new.fetch(count.format(new.relation(mart).sql())).rows == [(0,)]
        assert old.version.id == "1"
        assert old.fetch(count.format(old.relation(mart).sql())).rows == [(7,)]


def test_who_holds_a_version_is_answered_from_it_until_it_is_let_go(home: Path, numbers: Numbers) -> None:
    engine = numbers.engine
    assert isinstance(engine, DuckDBEngine)
    with engine.lake.held() as held:
        rows = acme()
        rows["fct_sales_invoice_lines"].append(invoice_line(7, "customer-beta", "item-bike", date(2026, 3, 16), "1.00"))
        publish(home / "lake", {ACME: rows}, version=2)
        assert held.version.id == engine.version().id == "1"
        result = numbers.query(REVENUE, ASKER)
        assert (result.rows[0]["net_revenue"], result.evidence.data_version) == (Decimal("777.51"), "1")
    assert numbers.query(REVENUE, ASKER).evidence.data_version == "2"
    assert revenue(numbers) == Decimal("778.51")


def test_what_a_publication_left_as_it_was_is_not_read_again(
    home: Path, numbers: Numbers, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    fetch = DuckDBSnapshot.fetch

    def noting(self: DuckDBSnapshot, sql: str) -> Answer:
        asked.append(sql)
        return fetch(self, sql)

    monkeypatch.setattr(DuckDBSnapshot, "fetch", noting)
    lines = acme()["fct_sales_invoice_lines"]
    customers = member_names(numbers, ASKER, "customer", limit=100)
    revenue(numbers)
    first = len(asked)
    more = invoice_line(7, "customer-beta", "item-bike", date(2026, 3, 16), "1.00")
    publish_mart(home / "lake", ACME, "fct_sales_invoice_lines", [*lines, more], version=2)
    assert member_names(numbers, ASKER, "customer", limit=100) == customers
    assert len(asked) == first, "no customer has changed"
    assert revenue(numbers) == Decimal("778.51")
    assert len(asked) > first, "the invoices have"
    known = len(asked)
    publish_mart(home / "lake", ZENITH, "fct_sales_invoice_lines", lines, version=3)
    assert numbers.query(REVENUE, ASKER).evidence.data_version == "3"
    assert len(asked) == known, "another tenant's invoices are not ours"


def test_figures_that_stand_are_told_of_the_version_that_is_current(home: Path, numbers: Numbers) -> None:
    by_item = MetricQuery(("net_revenue",), ("item",), totals=True)
    before = numbers.query(by_item, ASKER)
    publish_mart(home / "lake", ACME, "dim_customers", acme()["dim_customers"], version=2)
    after = numbers.query(by_item, ASKER)
    told = replace(before.evidence, data_version="2")
    assert after == replace(before, evidence=told)
    assert numbers.query(by_item, ASKER) == after
    publish_mart(home / "lake", ACME, "fct_sales_invoice_lines", [], version=3)
    gone = numbers.query(by_item, ASKER)
    assert (gone.rows, gone.evidence.data_version) == ((), "3")


def test_figures_that_stand_are_told_to_nobody_who_may_see_less(home: Path, numbers: Numbers) -> None:
    by_item = MetricQuery(("net_revenue",), ("item",))
    nowhere = {"invoice": [[{"field": "customer.region_id", "operator": "in", "values": ["region-none"]}]]}
    for version in (2, 3):
        publish_mart(home / "lake", ACME, "dim_customers", acme()["dim_customers"], version=version)
        assert numbers.query(by_item, ASKER).rows
        assert numbers.query(by_item, Asker(ACME, ASKER.permissions, nowhere)).rows == ()
        with pytest.raises(Forbidden):
            numbers.query(by_item, Asker(ACME, frozenset()))


def test_a_changed_customer_counts_where_only_a_row_rule_reads_customers(home: Path, numbers: Numbers) -> None:
    rule = {"invoice": [[{"field": "customer.region_id", "operator": "in", "values": ["region-west"]}]]}
    seller, by_item = Asker(ACME, ASKER.permissions, rule), MetricQuery(("net_revenue",), ("item",))
    assert numbers.query(by_item, seller).rows == (), "nobody is in the west"
    customers = acme()["dim_customers"]
    moved = [each | {"region_id": "region-west"} for each in customers if each["customer_id"] == "customer-beta"]
    publish_mart(home / "lake", ACME, "dim_customers", moved, version=2)
    assert numbers.query(by_item, seller).rows, "where the customer has moved to"


def test_a_receipt_is_of_one_version_while_others_are_published(
    home: Path, numbers: Numbers, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = list(acme()["fct_sales_invoice_lines"])
    fetch, versions = DuckDBSnapshot.fetch, iter(range(2, 100))

    def publishing(self: DuckDBSnapshot, sql: str) -> Answer:
        version = next(versions)
        lines.append(invoice_line(version, "customer-beta", "item-bike", date(2026, 3, 16), "1.00"))
        publish_mart(home / "lake", ACME, "fct_sales_invoice_lines", lines, version)
        return fetch(self, sql)

    monkeypatch.setattr(DuckDBSnapshot, "fetch", publishing)
    found = receipt(numbers, DrillQuery.from_data({"metric": "gross_margin"}), ASKER)
    assert next(versions) > 4, "several versions came meanwhile"
    assert found.holds is True
    assert (found.version.id, found.figure.evidence.data_version) == ("1", "1")


def test_views_of_states_that_nobody_reads_are_dropped(home: Path, numbers: Numbers) -> None:
    assert isinstance(numbers.engine, DuckDBEngine)

    def schemas() -> int:
        with numbers.engine.cursor() as cursor:  # type: ignore[attr-defined]  # a DuckDB engine
            found = cursor.execute("select count(*) from duckdb_schemas() where schema_name like 'v%'").fetchone()
        return int(found[0]) if found else 0

    count = "select count(*) from {}"

    def look(snapshot: Snapshot) -> None:
        snapshot.fetch(count.format(snapshot.relation("fct_sales_invoice_lines").sql(dialect="duckdb")))

    revenue(numbers)
    at_first = schemas()
    for version in range(2, 8):
        publish_mart(home / "lake", ACME, "fct_sales_invoice_lines", acme()["fct_sales_invoice_lines"], version)
        revenue(numbers)
    assert schemas() == at_first
    with numbers.engine.snapshot(ACME) as old:
        look(old)
        publish_mart(home / "lake", ACME, "fct_sales_invoice_lines", [], version=8)
        with numbers.engine.snapshot(ACME) as new:
            marts = ("fct_sales_invoice_lines", "dim_customers")
            assert [old.state([mart]) == new.state([mart]) for mart in marts] == [False, True]
            assert schemas() == at_first, "nobody has read it"
            look(new)
            assert schemas() == at_first + 1
    assert schemas() == at_first


def test_before_the_first_publication_figures_are_unavailable(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    empty = Numbers(DuckDBEngine.over(tmp_path / "lake"), tmp_path / "dbt", today=lambda: TODAY)
    with pytest.raises(NumbersUnavailable):
        empty.query(REVENUE, ASKER)
    assert health(empty, now=datetime(2026, 3, 16, tzinfo=UTC)).status == "missing"


def test_a_half_written_manifest_leaves_the_last_good_one(home: Path, numbers: Numbers) -> None:
    assert revenue(numbers) == Decimal("777.51")
    (home / "dbt" / "semantic_manifest.json").write_text('{"semantic_models": [')
    numbers.forget()
    assert revenue(numbers) == Decimal("777.51")


def test_a_new_metric_is_known_without_a_restart(home: Path, numbers: Numbers) -> None:
    assert revenue(numbers) == Decimal("777.51")
    changed = manifest()
    next(each for each in changed["metrics"] if each["name"] == "net_revenue")["label"] = "Turnover"
    (home / "dbt" / "semantic_manifest.json").write_text(json.dumps(changed))
    assert numbers.query(REVENUE, ASKER).columns[0].label == "Turnover"


def test_a_question_that_takes_too_long_is_interrupted(home: Path) -> None:
    engine = DuckDBEngine.over(home / "lake", timeout=0.2, threads=1)
    with engine.snapshot(ACME) as snapshot, pytest.raises(QueryTimedOut):
        snapshot.fetch("select sum(a.range * b.range) from range(1000000) a, range(1000000) b")
    engine.close()


def test_health_tells_age_and_failed_checks(home: Path, numbers: Numbers) -> None:
    loaded = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)
    assert health(numbers, now=loaded + timedelta(seconds=10)).status == "fresh"
    late = health(numbers, now=loaded + timedelta(hours=1))
    assert (late.status, late.age_seconds) == ("stale", 3600)
    confirmed = loaded + timedelta(minutes=58)
    (home / "lake" / "confirmed").touch()
    os.utime(home / "lake" / "confirmed", (confirmed.timestamp(), confirmed.timestamp()))
    quiet = health(numbers, now=loaded + timedelta(hours=1))
    assert (quiet.status, quiet.age_seconds) == ("fresh", 120), "nothing happened since, so nothing is missing"
    pointer = json.loads((home / "lake" / "version.json").read_text())
    pointer |= {"version": 3, "checks": [{"name": "ledger_ties", "status": "failed"}]}
    fresh = home / "lake" / "version.json.new"
    fresh.write_text(json.dumps(pointer))
    fresh.replace(home / "lake" / "version.json")
    assert health(numbers, now=loaded).status == "failing"
