"""What the next start prepares: nothing where this one has, everything where anything it depends on is another."""

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cli.prepared import _fingerprint, is_prepared, loaded_mark, mark_prepared, preparing, wait_until_prepared
from runtime.settings import DatabaseRole, Settings


@pytest.fixture
def prepared(settings: Settings, tmp_path: Path) -> Settings:
    """An installation that has been prepared; server and secrets are the session's."""
    for name in ("postgres", "secrets.json"):
        (tmp_path / name).symlink_to(settings.home / name)
    own = settings.model_copy(update={"home": tmp_path})
    assert not is_prepared(own)
    loaded_mark(own).parent.mkdir()
    loaded_mark(own).touch()
    assert not is_prepared(own)
    mark_prepared(own)
    return own


@pytest.fixture
def owner(prepared: Settings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(prepared.database_url(DatabaseRole.OWNER), autocommit=True) as connection:
        yield connection


def test_what_was_prepared_is_prepared_until_the_lake_is_gone(prepared: Settings) -> None:
    assert is_prepared(prepared)
    loaded_mark(prepared).unlink()
    assert not is_prepared(prepared)


def test_another_demo_is_prepared_anew(prepared: Settings) -> None:
    assert not is_prepared(prepared.model_copy(update={"demo_scale": prepared.demo_scale / 2}))


@pytest.mark.parametrize(
    "change",
    [
        "update kernel.schema_revisions set version_num = '0000_older'",
        "drop table identity.tenants cascade; create table identity.tenants (id uuid)",
        "drop schema kernel cascade",
    ],
)
def test_a_database_that_is_another_is_prepared_anew(
    prepared: Settings, owner: psycopg.Connection, change: str
) -> None:
    owner.execute(change)
    assert not is_prepared(prepared)


def test_a_program_that_is_another_prepares_anew(tmp_path: Path) -> None:
    file = tmp_path / "transactional" / "schema.sql"
    file.parent.mkdir()
    file.write_text("select 1", encoding="utf-8")
    before = _fingerprint(tmp_path)
    assert _fingerprint(tmp_path) == before
    file.write_text("select 12", encoding="utf-8")
    assert _fingerprint(tmp_path) != before


def test_who_needs_what_is_prepared_waits_for_its_end(prepared: Settings) -> None:
    waiting = threading.Thread(target=wait_until_prepared, args=(prepared,))
    with preparing(prepared):
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
    waiting.join(20)
    assert not waiting.is_alive()
