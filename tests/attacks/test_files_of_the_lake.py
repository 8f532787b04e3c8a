"""DuckDB's border: fifteen ways out of a locked database that may read one folder; each is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from olap.engines.duckdb import _locked_database

CANARY = "kestrel-7q9zx4"
PROBES = {
    "a file beside": "select * from read_csv('{secret}')",
    "two dots": "select * from read_csv('{lake}/../secret.csv')",
    "a link": "select * from read_csv('{lake}/link.csv')",
    "a pattern": "select * from read_csv('{lake}/../*.csv')",
    "a text": "select * from read_text('{secret}')",
    "bytes": "select * from read_blob('{secret}')",
    "JSON": "select * from read_json('{secret}')",
    "Parquet": "select * from read_parquet('{secret}')",
    "a guess at the columns": "select * from sniff_csv('{secret}')",
    "a list of files": "select * from glob('{lake}/../*')",
    "another database": "attach '{secret}.db' as other",
    "an extension": "install httpfs",
    "a loaded extension": "load httpfs",
    "a network": "select * from read_csv('http://127.0.0.1:9/x.csv')",
    "a file written": "copy (select 1) to '{secret}'",
    "an export": "export database '{lake}/../out'",
    "the lock": "set lock_configuration = false",
    "the border": "set enable_external_access = true",
    "the folders": "set allowed_directories = ['/']",
    "the paths": "set allowed_paths = ['{secret}']",
    "a reset": "reset enable_external_access",
    "memory": "set memory_limit = '1TB'",
    "a secret kept": "create persistent secret s (type http, bearer_token 'x')",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A locked database, its folder and what lies beside it."""

    database: duckdb.DuckDBPyConnection
    lake: Path
    secret: Path


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    lake, secret = tmp_path / "lake", tmp_path / "secret.csv"
    lake.mkdir()
    secret.write_text(f"a\n{CANARY}\n", encoding="utf-8")
    (lake / "link.csv").symlink_to(secret)
    (lake / "own.csv").write_text("a\n1\n", encoding="utf-8")
    database = _locked_database(lake, "256MB", 1)
    yield Place(database, lake, secret)
    database.close()


def test_the_own_folder_is_read(place: Place) -> None:
    assert place.database.execute(f"select a from read_csv('{place.lake}/own.csv')").fetchall() == [(1,)]


@pytest.mark.parametrize("name", PROBES)
def test_every_way_out_is_refused(place: Place, name: str) -> None:
    before = sorted(place.lake.parent.iterdir())
    statement = PROBES[name].format(lake=place.lake, secret=place.secret)
    with pytest.raises(duckdb.Error) as refused:
        place.database.execute(statement).fetchall()
    assert CANARY not in str(refused.value)
    assert sorted(place.lake.parent.iterdir()) == before
    assert place.secret.read_text(encoding="utf-8") == f"a\n{CANARY}\n"
