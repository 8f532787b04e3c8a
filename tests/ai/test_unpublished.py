"""After an upgrade that adds a mart only questions that need it wait for the first load."""

import json
from datetime import date
from pathlib import Path

import pytest

from ai.questions.service import answer
from olap.asker import Asker
from olap.catalogue import member_names
from olap.engines.duckdb import DuckDBEngine
from olap.errors import NotPublished
from olap.service import Numbers
from tests.olap.company import ACME, acme, publish
from tests.olap.semantics import write_manifest

NEW = "dim_items"


@pytest.fixture
def upgraded(tmp_path: Path) -> Numbers:
    """A lake whose last load was before a mart of the manifest came in."""
    (tmp_path / "lake").mkdir()
    publish(tmp_path / "lake", {ACME: acme()})
    write_manifest(tmp_path / "dbt")
    pointer = tmp_path / "lake" / "version.json"
    told = json.loads(pointer.read_text())
    del told["marts"][NEW]
    pointer.write_text(json.dumps(told))
    return Numbers(DuckDBEngine.over(tmp_path / "lake", threads=1), tmp_path / "dbt", today=lambda: date(2026, 3, 16))


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize("question", ["net revenue in 2026", "net revenue by region", "net revenue of Alpha GmbH"])
def test_what_needs_no_new_mart_is_answered(upgraded: Numbers, everyone: Asker, question: str) -> None:
    assert answer(upgraded, everyone, question).status == "answered"


def test_what_needs_it_says_that_it_is_not_there_yet(upgraded: Numbers, everyone: Asker) -> None:
    with pytest.raises(NotPublished, match=NEW):
        answer(upgraded, everyone, "net revenue by item")
    with pytest.raises(NotPublished, match=NEW):
        member_names(upgraded, everyone, "item", limit=1)
