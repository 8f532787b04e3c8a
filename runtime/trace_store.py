"""Kept traces: files of the state folder by day and trace id, and OTLP where an address is set."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import queue
import shutil
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runtime.settings import Settings
from runtime.tracing import Span
from runtime.version import VERSION

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

_WAITING_MAX = 1_000
"""Traces that wait to be written; more of them are dropped and counted, for tracing must not fill the memory."""
_log = logging.getLogger("runtime.traces")


@dataclass(frozen=True, slots=True)
class Kept:
    """The spans of one trace that one process has kept."""

    trace_id: str
    tenant_id: str | None
    user_id: str | None
    spans: Sequence[Span]


class TraceFiles:
    """The folder of kept traces: a day's folder holds 256 files, and a trace is in the one its id says."""

    def __init__(self, home: Path, *, days: int) -> None:
        """Keep so many days."""
        self._folder, self._days = home / "traces", days

    def append(self, kept: Kept, service: str, *, today: date) -> None:
        """Add lines to the trace's file, in one write, so that processes do not mix theirs."""
        file = self._file(today, kept.trace_id)
        if not file.parent.is_dir():
            self._sweep(today)
            file.parent.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps(_line(kept, each, service), ensure_ascii=False, default=str) for each in kept.spans]
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, ("\n".join(lines) + "\n").encode())
        finally:
            os.close(handle)

    def find(self, trace_id: str) -> list[dict[str, Any]]:
        """Every span kept of a trace, in the order in which they began."""
        found: list[dict[str, Any]] = []
        for folder in sorted(self._folder.glob("????-??-??")):
            with suppress(FileNotFoundError):
                file = folder / self._file(date.min, trace_id).name
                lines = file.read_text(encoding="utf-8").splitlines()
                told = [read for line in lines if trace_id in line and (read := _read(line))]
                found += [each for each in told if each["trace_id"] == trace_id]
        return sorted(found, key=lambda each: str(each["began_at"]))

    def recent(self, tenant_id: str, start: datetime, end: datetime) -> list[dict[str, Any]]:
        """The first span of every trace that a tenant's requests left between two moments, newest first."""
        found = []
        for folder in sorted(self._folder.glob("????-??-??")):
            if start.date() <= date.fromisoformat(folder.name) <= end.date():
                for file in folder.iterdir():
                    found += [each for each in _roots(file, tenant_id) if start <= _began(each) <= end]
        return sorted(found, key=_began, reverse=True)

    def _file(self, day: date, trace_id: str) -> Path:
        return self._folder / day.isoformat() / f"{hashlib.sha256(trace_id.encode()).hexdigest()[:2]}.jsonl"

    def _sweep(self, today: date) -> None:
        oldest = (today - timedelta(days=self._days)).isoformat()
        for folder in self._folder.glob("????-??-??"):
            if folder.name < oldest:
                shutil.rmtree(folder, ignore_errors=True)


class Tracer:
    """Writes kept traces on a thread of its own, so that no request waits for a disk or a collector."""

    def __init__(self, settings: Settings, service: str) -> None:
        """Nothing is written or sent before the first trace."""
        self.share = settings.trace_share
        self.files = TraceFiles(settings.home, days=settings.trace_days)
        self._service, self._endpoint = service, settings.otlp_endpoint
        self._waiting: queue.Queue[Kept | None] = queue.Queue(_WAITING_MAX)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._exporter: SpanExporter | None = None
        self.dropped = 0

    @property
    def is_on(self) -> bool:
        """Whether anything is traced."""
        return self.share > 0

    def keep(self, kept: Kept) -> None:
        """Have a trace written soon."""
        self._start()
        try:
            self._waiting.put_nowait(kept)
        except queue.Full:
            self.dropped += 1

    def close(self) -> None:
        """Everything kept so far is written."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None
        if self._exporter is not None:
            self._exporter.shutdown()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="traces", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while (kept := self._waiting.get()) is not None:
            try:
                self.files.append(kept, self._service, today=datetime.now(UTC).date())
                if self._endpoint:
                    self._export(kept)
            except Exception:  # noqa: BLE001  # a full disk or a dead collector ends no tracing
                _log.exception("a trace was lost")

    def _export(self, kept: Kept) -> None:
        # Imported here: it takes half a second, and most installations have no collector.
        from runtime.otlp import exporter_to, readable  # noqa: PLC0415  # heavy

        if self._exporter is None:
            self._exporter = exporter_to(self._endpoint)
        self._exporter.export(readable(kept, service=self._service, version=VERSION))


def _line(kept: Kept, span: Span, service: str) -> Mapping[str, Any]:
    return {
        "trace_id": kept.trace_id,
        "span_id": span.span_id,
        "parent_id": span.parent_id,
        "name": span.name,
        "service": service,
        "process": os.getpid(),
        "began_at": datetime.fromtimestamp(span.began_ns / 1e9, tz=UTC).isoformat(),
        "milliseconds": round(span.took_ns / 1e6, 3),
        "is_error": span.is_error,
        "tenant_id": kept.tenant_id,
        "user_id": kept.user_id,
        "attributes": span.attributes,
    }


def _roots(file: Path, tenant_id: str) -> list[dict[str, Any]]:
    told = file.read_text(encoding="utf-8").splitlines()
    found = [_read(line) for line in told if '"parent_id": null' in line and tenant_id in line]
    return [each for each in found if each is not None and each["tenant_id"] == tenant_id]


def _began(span: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(span["began_at"]))


def _read(line: str) -> dict[str, Any] | None:
    try:
        read = json.loads(line)
    except ValueError:
        return None  # half a line: the process was killed while it wrote
    return read if isinstance(read, dict) else None
