"""A published version is known from what its commits say, and is the same as when its tables are opened anew."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from olap.lake import Lake, Mart

MART = "fct_orders"


def _rows(tenant: str, *numbers: int) -> pa.Table:
    return pa.table({"tenant_id": [tenant] * len(numbers), "number": list(numbers)})


def _publish(folder: Path, version: int) -> None:
    told = {"version": version, "marts": {MART: DeltaTable(folder / MART).version()}}
    (folder / "new.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "new.json").replace(folder / "version.json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_deltalake(tmp_path / MART, _rows("a", 1, 2), partition_by=["tenant_id"])
    _publish(tmp_path, 1)
    return tmp_path


def _now(lake: Lake) -> Mart:
    return lake.current().marts[MART]


def _anew(folder: Path) -> Mart:
    return _now(Lake(folder))


def test_versions_are_followed_commit_by_commit(folder: Path) -> None:
    lake, seen = Lake(folder), set[frozenset[str]]()
    seen.add(frozenset(_now(lake).files["a"]))
    for step in range(2, 7):
        table = DeltaTable(folder / MART)
        table.delete(f"tenant_id = 'a' and number = {step - 1}")
        write_deltalake(table, _rows("a", step), mode="append")
        write_deltalake(table, _rows("b", step), mode="append")
        _publish(folder, step)
        assert _now(lake) == _anew(folder)
        seen.add(frozenset(_now(lake).files["a"]))
    assert len(seen) == 6
    assert set(_now(lake).files) == {"a", "b"}


def test_joined_files_and_tenants_that_are_gone_are_followed(folder: Path) -> None:
    lake = Lake(folder)
    _now(lake)
    table = DeltaTable(folder / MART)
    write_deltalake(table, _rows("b", 3), mode="append")
    write_deltalake(table, _rows("b", 4), mode="append")
    table.optimize.compact()
    table.delete("tenant_id = 'a'")
    _publish(folder, 2)
    assert _now(lake) == _anew(folder)
    assert {tenant: len(files) for tenant, files in _now(lake).files.items()} == {"b": 1}


def test_new_columns_are_seen(folder: Path) -> None:
    lake = Lake(folder)
    _now(lake)
    wider = pa.table({"tenant_id": ["a"], "number": [1], "note": ["x"]})
    write_deltalake(folder / MART, wider, mode="overwrite", schema_mode="overwrite", partition_by=["tenant_id"])
    _publish(folder, 2)
    assert _now(lake) == _anew(folder)
    assert list(_now(lake).columns) == ["tenant_id", "number", "note"]


def test_a_commit_that_cannot_be_read_is_no_reason_to_show_an_older_version(folder: Path) -> None:
    lake = Lake(folder)
    _now(lake)
    table = DeltaTable(folder / MART)
    write_deltalake(table, _rows("a", 3), mode="append")
    write_deltalake(table, _rows("a", 4), mode="append")
    table.create_checkpoint()
    log = folder / MART / "_delta_log"
    (log / f"{1:020}.json").unlink()
    _publish(folder, 2)
    assert _now(lake) == _anew(folder)
    assert len(_now(lake).files["a"]) == 3
