"""Whole marts for other tools: the rows and columns that the asker may see, streamed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from olap.asker import Asker
from olap.errors import MartForbidden, UnknownMart
from olap.manifest import AREAS
from olap.policies import mart_query, visible_columns
from olap.rights import area_of, declared_marts, things_of
from olap.service import Numbers

Format = Literal["parquet", "arrow", "csv"]

MEDIA_TYPES: dict[Format, str] = {
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.stream",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class MartInfo:
    """One published mart as its reader sees it."""

    name: str
    columns: tuple[tuple[str, str], ...]


def list_marts(numbers: Numbers, asker: Asker) -> list[MartInfo]:
    """The published marts that an asker may read, with the columns that are not hidden."""
    with numbers.engine.snapshot(asker.tenant_id) as snapshot:
        return [
            MartInfo(name, tuple((each, columns[each]) for each in visible_columns(name, columns, asker)))
            for name, columns in sorted(snapshot.columns.items())
            if why_unreadable(name, asker) is None
        ]


def why_unreadable(mart: str, asker: Asker) -> str | None:
    """Why an asker may not read a mart row by row, or None."""
    if mart not in declared_marts():
        return "nothing is declared about whose its rows are"
    area = area_of(mart)
    if area is None and not any(asker.may(f"metric.{each}.read") for each in AREAS):
        return "you need the right to see some metric"
    if area is not None and not asker.may(f"metric.{area}.read"):
        return f"you need the right metric.{area}.read"
    unread = next((thing for thing in things_of(mart) if not asker.may(f"{thing}.read")), None)
    return f"you need the right {unread}.read" if unread else None


def check_readable(numbers: Numbers, mart: str, asker: Asker) -> None:
    """Nothing where an asker may read a mart.  Raises: UnknownMart, MartForbidden."""
    with numbers.engine.snapshot(asker.tenant_id) as snapshot:
        if mart not in snapshot.columns:
            raise UnknownMart(mart=mart)
    reason = why_unreadable(mart, asker)
    if reason:
        raise MartForbidden(mart=mart, reason=reason)


def stream_mart(numbers: Numbers, mart: str, asker: Asker, format_: Format) -> Iterator[bytes]:
    """The rows of a mart as bytes of a file, a piece at a time, all of one version.

    Raises: UnknownMart, MartForbidden before the first piece.
    """
    check_readable(numbers, mart, asker)
    return _pieces(numbers, mart, asker, format_)


def _pieces(numbers: Numbers, mart: str, asker: Asker, format_: Format) -> Iterator[bytes]:
    with numbers.engine.snapshot(asker.tenant_id) as snapshot:
        query = mart_query(mart, asker, marts=snapshot.columns, relation=snapshot.relation)
        batches = snapshot.stream(query.sql(dialect=numbers.engine.dialect))
        writers = {"parquet": _parquet, "arrow": _arrow, "csv": _csv}
        yield from writers[format_](batches)


class _Sink(io.RawIOBase):
    """A file that gives back what was written since it was last asked."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._parts.append(piece)
        self._at += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._at

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def _parquet(batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    sink = _Sink()
    first = next(batches)
    with pq.ParquetWriter(sink, first.schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield sink.take()
    yield sink.take()


def _arrow(batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    sink = _Sink()
    first = next(batches)
    with pa.ipc.new_stream(sink, first.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield sink.take()
    yield sink.take()


def _csv(batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    first = next(batches)
    yield _lines([first.schema.names])
    for batch in batches:
        yield _lines([[_shown(cell) for cell in row] for row in zip(*batch.to_pydict().values(), strict=True)])


def _lines(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _shown(cell: object) -> object:
    """A cell as text. A text that a spreadsheet would run as a formula is marked as a text."""
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{cell}"
    return "" if cell is None else cell
