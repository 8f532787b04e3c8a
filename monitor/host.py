"""Figures of this machine and of our processes on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

SERVICES = (
    ("API", "cli.serve_api"),
    ("Worker", "pipelines.worker"),
    ("Scores", "pipelines.scores"),
    ("Monitor", "monitor.main"),
    ("Dashboards", "streamlit"),
    ("Dagster", "dagster-webserver"),
    ("Dagster daemon", "dagster-daemon"),
    ("Dagster code", "dagster"),
    ("PostgreSQL", "postgres"),
)
"""What a command line tells; the first that fits names the service."""


def service_of(command: str) -> str:
    """The service a process belongs to; `other` for what we cannot tell."""
    return next((name for name, sign in SERVICES if sign in command), "other")


class HostCollector(Collector):
    """Processor, memory, disk and network of the machine, and what each service takes of them."""

    def __init__(self, home: Path, *, root: psutil.Process | None = None) -> None:
        """Watch the disk of the state folder and the processes below `root`, as a rule the supervisor."""
        self._home = home
        self._root = root

    def collect(self) -> Iterable[Metric]:
        """The figures now."""
        yield from self._machine()
        yield from self._disk()
        yield from self._network()
        yield from self._processes()

    def _machine(self) -> Iterator[Metric]:
        seconds = CounterMetricFamily("qooerp_host_cpu_seconds", "Processor time.", labels=["mode"])
        for mode, value in psutil.cpu_times()._asdict().items():
            if mode in {"user", "nice", "system", "idle", "iowait", "steal"}:
                seconds.add_metric([mode], value)
        yield seconds
        yield GaugeMetricFamily("qooerp_host_cpus", "Processors.", value=psutil.cpu_count() or 1)
        yield GaugeMetricFamily("qooerp_host_load1", "Processes that want to run.", value=psutil.getloadavg()[0])
        memory = psutil.virtual_memory()
        told = GaugeMetricFamily("qooerp_host_memory_bytes", "Memory.", labels=["state"])
        told.add_metric(["total"], memory.total)
        told.add_metric(["available"], memory.available)
        yield told
        yield GaugeMetricFamily("qooerp_memory_limit_bytes", "What we may have at most.", value=memory_limit())
        taken = container_seconds()
        if taken is not None:
            yield CounterMetricFamily("qooerp_container_cpu_seconds", "Processor time of the container.", value=taken)

    def _disk(self) -> Iterator[Metric]:
        usage = psutil.disk_usage(str(self._home))
        told = GaugeMetricFamily("qooerp_disk_bytes", "The disk of the state folder.", labels=["state"])
        told.add_metric(["total"], usage.total)
        told.add_metric(["free"], usage.free)
        yield told
        logs = sum(file.stat().st_size for file in (self._home / "logs").glob("*") if file.is_file())
        yield GaugeMetricFamily("qooerp_log_bytes", "All logs.", value=logs)

    def _network(self) -> Iterator[Metric]:
        counted = psutil.net_io_counters()
        if counted is None:
            return
        moved = CounterMetricFamily("qooerp_host_network_bytes", "Bytes over the network.", labels=["direction"])
        moved.add_metric(["received"], counted.bytes_recv)
        moved.add_metric(["sent"], counted.bytes_sent)
        yield moved
        failed = CounterMetricFamily("qooerp_host_network_errors", "Lost or broken packets.", labels=["direction"])
        failed.add_metric(["received"], counted.errin + counted.dropin)
        failed.add_metric(["sent"], counted.errout + counted.dropout)
        yield failed

    def _processes(self) -> Iterator[Metric]:
        cpu = CounterMetricFamily("qooerp_process_cpu_seconds", "Processor time.", labels=["service", "instance_id"])
        memory = GaugeMetricFamily("qooerp_process_memory_bytes", "Memory.", labels=["service", "instance_id"])
        sockets = GaugeMetricFamily("qooerp_process_connections", "Connections.", labels=["service", "instance_id"])
        for process in self._family():
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                labels = [service_of(" ".join(process.cmdline())), str(process.pid)]
                times = process.cpu_times()
                if labels[0] == "PostgreSQL":
                    continue
                cpu.add_metric(labels, times.user + times.system)
                memory.add_metric(labels, process.memory_info().rss)
                sockets.add_metric(labels, len(process.net_connections("inet")))
        yield from (cpu, memory, sockets)

    def _family(self) -> list[psutil.Process]:
        root = self._root or psutil.Process().parent() or psutil.Process()
        with suppress(psutil.NoSuchProcess):
            return [root, *root.children(recursive=True)]
        return []


def memory_limit() -> int:
    """The memory of this container or machine."""
    with suppress(OSError, ValueError):
        return int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii"))
    return int(psutil.virtual_memory().total)


def container_seconds() -> float | None:
    """The processor time that this container has taken; nothing where its limits are not told by control groups."""
    with suppress(OSError, ValueError):
        told = Path("/sys/fs/cgroup/cpu.stat").read_text(encoding="ascii").split()
        return int(told[told.index("usage_usec") + 1]) / 1e6
    return None
