"""How the figures came to be, as far as an administrator is told."""

from collections.abc import Callable

import psycopg
import pytest

from runtime.settings import Settings

pytestmark = [pytest.mark.feature("3.4.15"), pytest.mark.feature("ARCH-17")]


def test_there_are_no_loads_before_the_first_one(make_tenant: Callable[..., object]) -> None:
    admin = make_tenant("north")
    answer = admin.http.get("/api/metrics/loads")  # type: ignore[attr-defined]
    assert answer.json() == {"items": [], "next_cursor": None, "total": None}


def test_loads_are_told_newest_first_and_without_what_belongs_to_others(
    make_tenant: Callable[..., object], settings: Settings
) -> None:
    with psycopg.connect(settings.admin_database_url()) as connection:
        connection.execute("create schema if not exists raw")
        connection.execute(
            "create table raw.load_runs (batch_id bigint, run_id uuid, kind text, started_at timestamptz,"
            " finished_at timestamptz, watermark timestamptz, rows_loaded jsonb, checks jsonb, state text,"
            " published_version bigint, error text)"
        )
        connection.execute("grant usage on schema raw to qooerp_app")
        connection.execute("grant select on raw.load_runs to qooerp_app")
        for batch, passed in ((1, "true"), (2, "false")):
            connection.execute(
                "insert into raw.load_runs values (%s, gen_random_uuid(), 'micro', '2026-03-16 09:00+00',"
                " '2026-03-16 09:00:01.5+00', '2026-03-16 09:00+00', '{\"orders\": 3, \"items\": 4}',"
                " jsonb_build_array(jsonb_build_object('passed', %s::boolean)), 'published', %s, 'secret of another')",
                (batch, passed, batch),
            )
    items = make_tenant("north").http.get("/api/metrics/loads").json()["items"]  # type: ignore[attr-defined]
    assert [(each["batch_id"], each["rows"], each["seconds"], each["failed_checks"]) for each in items] == [
        (2, 7, "1.5", 1),
        (1, 7, "1.5", 0),
    ]
    assert len({each["run_id"] for each in items}) == 2
    assert "secret" not in str(items)
