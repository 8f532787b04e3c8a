"""Broken files: every fault is named with its place, and no document is taken in by halves."""

import gzip
from pathlib import Path

import pytest

from importers.mapping import SourceSpec, load_mapping
from importers.problems import SourceRefused
from importers.source import Tables, read_source

MAPPING = """
name = "shop"

[tables.products]
file = "products.csv"
key = ["id"]
columns.ID = "id: int!"
columns.Name = "name: text!"

[tables.orders]
file = "orders.csv"
key = ["id"]
columns.ID = "id: int!"
columns.Day = "on: day!"

[tables.lines]
file = "lines.csv"
key = ["id"]
part_of = ["order", "orders"]
references = { product = "products" }
columns.ID = "id: int!"
columns.Order = "order: int!"
columns.Product = "product: int!"
columns.Qty = "qty: int!>=1"
columns.Price = "price: decimal!"
columns.Gift = "is_gift: flag"
"""
FILES = {
    "products.csv": "ID,Name\n1,Bell\n2,Saddle\n",
    "orders.csv": "ID,Day,Note\n10,2013-05-01,x\n11,2013-05-02 10:20:30.123,y\n",
    "lines.csv": "ID,Order,Product,Qty,Price,Gift\n100,10,1,2,3.50,true\n101,10,2,1,4.25,\n102,11,1,1,3.5,false\n",
}


@pytest.fixture
def spec(tmp_path: Path) -> SourceSpec:
    path = tmp_path / "mapping.toml"
    path.write_text(MAPPING, encoding="utf-8")
    return load_mapping(path)


def read(spec: SourceSpec, folder: Path, **changed: str) -> Tables:
    for name, content in FILES.items():
        (folder / name).write_text(changed.get(name.removesuffix(".csv"), content), encoding="utf-8")
    return read_source(spec, folder)


def told(tables: Tables) -> list[str]:
    return [str(problem) for problem in tables.problems]


def test_whole_files_are_read_with_their_types(spec: SourceSpec, tmp_path: Path) -> None:
    tables = read(spec, tmp_path)
    assert not tables.problems
    assert [order.on.isoformat() for order in tables["orders"]] == ["2013-05-01", "2013-05-02"]
    assert [(str(row.price), row.is_gift) for row in tables["lines"]] == [
        ("3.50", True),
        ("4.25", None),
        ("3.5", False),
    ]
    assert [row.line for row in tables["lines"]] == [2, 3, 4]


@pytest.mark.parametrize(
    ("row", "place", "reason"),
    [
        ("101,10,2,one,4.25,", "line 3, Qty", "'one' is no whole number"),
        ("101,10,2,0,4.25,", "line 3, Qty", "0 is below 1"),
        ("101,10,2,1,4e2,", "line 3, Price", "'4e2' is no number"),
        ("101,10,2,1,,", "line 3, Price", "is empty"),
        ("101,10,2,1,4.25,maybe", "line 3, Gift", "'maybe' is neither true nor false"),
        ("101,10,7,1,4.25,", "line 3, Product", "7 is unknown in products.csv"),
        ("100,10,2,1,4.25,", "line 3, ID", "100 is on line 2 already"),
        ("101,10,2,1,4.25", "line 3", "5 fields instead of 6"),
    ],
)
def test_a_broken_row_refuses_its_whole_document_and_no_other(
    spec: SourceSpec, tmp_path: Path, row: str, place: str, reason: str
) -> None:
    tables = read(spec, tmp_path, lines=FILES["lines.csv"].replace("101,10,2,1,4.25,", row))
    assert told(tables) == [f"lines.csv, {place}: {reason} (document 10 is left out)"]
    assert [order.id for order in tables["orders"]] == [11]
    assert [line.id for line in tables["lines"]] == [102]


def test_all_wrong_columns_of_a_row_are_named_at_once(spec: SourceSpec, tmp_path: Path) -> None:
    tables = read(spec, tmp_path, lines=FILES["lines.csv"].replace("101,10,2,1,4.25,", "101,10,x,1,y,"))
    assert [problem.column for problem in tables.problems] == ["Price", "Product"]


def test_a_broken_head_takes_its_lines_along(spec: SourceSpec, tmp_path: Path) -> None:
    tables = read(spec, tmp_path, orders=FILES["orders.csv"].replace("2013-05-01", "2013-02-30"))
    assert told(tables) == ["orders.csv, line 2, Day: '2013-02-30' is no day (YYYY-MM-DD)"]
    assert [line.id for line in tables["lines"]] == [102]


def test_a_head_given_twice_leaves_neither(spec: SourceSpec, tmp_path: Path) -> None:
    tables = read(spec, tmp_path, orders=FILES["orders.csv"] + "10,2013-05-09,z\n")
    assert told(tables) == ["orders.csv, line 4, ID: 10 is on line 2 already"]
    assert [order.id for order in tables["orders"]] == [11]


def test_a_line_without_a_head_is_listed(spec: SourceSpec, tmp_path: Path) -> None:
    tables = read(spec, tmp_path, lines=FILES["lines.csv"] + "103,99,1,1,1,\n")
    assert told(tables) == ["lines.csv, line 5, Order: 99 is not in orders.csv"]


def test_a_broken_master_row_takes_along_every_document_that_needs_it(spec: SourceSpec, tmp_path: Path) -> None:
    tables = read(spec, tmp_path, products="ID,Name\n1,\n2,Saddle\n")
    assert told(tables) == [
        "lines.csv, line 2, Product: 1 was left out in products.csv (document 10 is left out)",
        "lines.csv, line 4, Product: 1 was left out in products.csv (document 11 is left out)",
        "products.csv, line 2, Name: is empty",
    ]
    assert not tables["orders"]
    assert not tables["lines"]


def test_line_numbers_count_breaks_inside_quotes(spec: SourceSpec, tmp_path: Path) -> None:
    tables = read(spec, tmp_path, products='ID,Name\n1,"Bell,\nloud"\nx,Saddle\n2,Saddle\n')
    assert told(tables) == ["products.csv, line 4, ID: 'x' is no whole number"]


def test_a_missing_column_refuses_the_source(spec: SourceSpec, tmp_path: Path) -> None:
    with pytest.raises(SourceRefused) as refusal:
        read(spec, tmp_path, lines=FILES["lines.csv"].replace("Price", "Cost"), orders="Key,Day\n1,2013-01-01\n")
    assert [str(problem) for problem in refusal.value.problems] == [
        "orders.csv: it lacks the column ID",
        "lines.csv: it lacks the column Price",
    ]


def test_a_wrong_encoding_refuses_the_source(spec: SourceSpec, tmp_path: Path) -> None:
    read(spec, tmp_path)
    (tmp_path / "products.csv").write_bytes("ID,Name\n1,Bell\n2,Café\n".encode("latin-1"))
    with pytest.raises(SourceRefused, match=r"products.csv: line 3 is not UTF-8 \(byte 0xe9\): save it as UTF-8"):
        read_source(spec, tmp_path)


def test_a_missing_file_refuses_the_source(spec: SourceSpec, tmp_path: Path) -> None:
    read(spec, tmp_path)
    (tmp_path / "lines.csv").unlink()
    with pytest.raises(SourceRefused, match=r"lines.csv: there is no such file"):
        read_source(spec, tmp_path)


def test_a_cut_archive_refuses_the_source(spec: SourceSpec, tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(MAPPING.replace("lines.csv", "lines.csv.gz"), encoding="utf-8")
    read(spec, tmp_path)
    (tmp_path / "lines.csv.gz").write_bytes(gzip.compress(FILES["lines.csv"].encode())[:-12])
    with pytest.raises(SourceRefused, match=r"lines.csv.gz: it cannot be unpacked"):
        read_source(load_mapping(path), tmp_path)


def test_an_unclosed_quote_refuses_the_source(spec: SourceSpec, tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match=r"products.csv: from line 3 on it is no CSV"):
        read(spec, tmp_path, products='ID,Name\n1,Bell\n2,"Saddle\n')


def test_a_mapping_that_points_at_nothing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(MAPPING.replace('product = "products"', 'product = "goods"'), encoding="utf-8")
    with pytest.raises(ValueError, match="points at goods, which is no table"):
        load_mapping(path)
