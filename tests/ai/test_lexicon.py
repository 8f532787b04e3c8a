"""What words may mean follows what is published, and is not made again for what a publication left as it was."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from ai.questions.lexicon import Lexicon, read_lexicon
from ai.questions.service import answer
from olap.asker import Asker
from olap.engines.duckdb import DuckDBEngine
from olap.service import Numbers
from tests.olap.company import ACME, TODAY, acme, publish, publish_mart
from tests.olap.semantics import write_manifest

ASKER = Asker(ACME, frozenset({"*"}))


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    (tmp_path / "lake").mkdir()
    publish(tmp_path / "lake", {ACME: acme()})
    write_manifest(tmp_path / "dbt")
    return tmp_path / "lake"


@pytest.fixture
def numbers(lake: Path) -> Iterator[Numbers]:
    engine = DuckDBEngine.over(lake, threads=1)
    yield Numbers(engine, lake.parent / "dbt", today=lambda: TODAY)
    engine.close()


def test_phrases_and_names_outlast_a_publication_that_changed_neither(lake: Path, numbers: Numbers) -> None:
    before = read_lexicon(numbers, ASKER)
    publish_mart(lake, ACME, "fct_sales_invoice_lines", acme()["fct_sales_invoice_lines"], version=2)
    after = read_lexicon(numbers, ASKER)
    assert after is not before
    assert after.book is before.book
    assert after.members is before.members


def test_two_askers_of_the_same_rights_share_the_phrases_and_not_the_names(lake: Path, numbers: Numbers) -> None:
    beta = {"field": "name", "operator": "in", "values": ["Beta SARL"]}
    one, other = (Asker(ACME, ASKER.permissions, {"customer": rules}) for rules in ([[beta]], []))
    first, second = read_lexicon(numbers, one), read_lexicon(numbers, other)
    assert first.book is second.book
    assert (first.members.held["customer"], second.members.held["customer"]) == (["Beta SARL"], [])


def test_what_several_ask_for_first_is_read_once(numbers: Numbers) -> None:
    together = Barrier(6)

    def read(_: int) -> Lexicon:
        together.wait(20)
        return read_lexicon(numbers, ASKER)

    with ThreadPoolExecutor(6) as pool:
        first, *others = pool.map(read, range(6))
    assert all(each is first for each in others)


def test_a_customer_is_known_by_name_as_soon_as_published(lake: Path, numbers: Numbers) -> None:
    question = "net revenue of Delta Werke"
    assert answer(numbers, ASKER, question).status == "declined"
    customers = acme()["dim_customers"]
    renamed = [each | {"customer_name": "Delta Werke"} for each in customers if each["customer_id"] == "customer-beta"]
    publish_mart(lake, ACME, "dim_customers", renamed, version=2)
    found = answer(numbers, ASKER, question)
    assert found.status == "answered"
    assert "Delta Werke" in found.text
