"""Technical metrics: figures of the program itself, worked out of stored measurements; pure.

Each is declared once: pages draw it, alert rules watch it, and both see the same points. A member is one thing that the
figure is told of, as an instance or a table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from runtime.curves import (
    DAY,
    FORECAST_DAYS,
    GROWTH_SECONDS,
    INSTANCE,
    Curves,
    Member,
    busy_share,
    daily_growth,
    forecast,
    growth_share,
    level,
    p95_ms,
    rate_of,
    share_of,
)
from runtime.measurements import History

Unit = Literal["share", "bytes", "bytes_per_second", "count", "count_per_second", "seconds", "milliseconds", "days"]


@dataclass(frozen=True, slots=True)
class TechnicalMetric:
    """A figure: what it is worked out of, by which labels its members differ, and how."""

    name: str
    unit: Unit
    area: Literal["processor", "memory", "disk", "network", "pool", "requests", "services", "pipelines", "business"]
    names: tuple[str, ...]
    labels: tuple[str, ...]
    work_out: Callable[[History], Curves]
    look_back_seconds: float = 0.0
    """How much of the past before the first wanted moment the figure needs."""


def curves_of(metric: TechnicalMetric, history: History, where: Mapping[str, str] | None = None) -> Curves:
    """The points of each member that has these labels."""
    asked = (where or {}).items()
    return {
        member: points
        for member, points in metric.work_out(history).items()
        if all(dict(member).get(name) == value for name, value in asked)
    }


def shown(member: Member) -> str:
    """A member in words."""
    return " ".join(value for _, value in member)


_pool_taken = level("qooerp_database_pool_connections", state="in_use")
_memory_taken = level("qooerp_process_memory_bytes")
_DECLARED: tuple[TechnicalMetric, ...] = (
    TechnicalMetric("host_cpu_share", "share", "processor", ("qooerp_host_cpu_seconds_total",), (), busy_share, 60),
    TechnicalMetric(
        "cpu_share",
        "share",
        "processor",
        ("qooerp_process_cpu_seconds_total",),
        INSTANCE,
        rate_of("qooerp_process_cpu_seconds_total", INSTANCE),
        60,
    ),
    TechnicalMetric(
        "container_cpu_share",
        "share",
        "processor",
        ("qooerp_container_cpu_seconds_total",),
        (),
        rate_of("qooerp_container_cpu_seconds_total"),
        60,
    ),
    TechnicalMetric(
        "memory_bytes",
        "bytes",
        "memory",
        ("qooerp_process_memory_bytes",),
        INSTANCE,
        level("qooerp_process_memory_bytes", INSTANCE),
    ),
    TechnicalMetric(
        "memory_share",
        "share",
        "memory",
        ("qooerp_process_memory_bytes", "qooerp_memory_limit_bytes"),
        (),
        share_of(_memory_taken, level("qooerp_memory_limit_bytes")),
    ),
    TechnicalMetric(
        "memory_limit_bytes",
        "bytes",
        "memory",
        ("qooerp_memory_limit_bytes",),
        (),
        level("qooerp_memory_limit_bytes"),
    ),
    TechnicalMetric(
        "memory_growth_share",
        "share",
        "memory",
        ("qooerp_process_memory_bytes",),
        INSTANCE,
        growth_share,
        GROWTH_SECONDS,
    ),
    TechnicalMetric(
        "disk_free_bytes", "bytes", "disk", ("qooerp_disk_bytes",), (), level("qooerp_disk_bytes", state="free")
    ),
    TechnicalMetric(
        "disk_free_share",
        "share",
        "disk",
        ("qooerp_disk_bytes",),
        (),
        share_of(level("qooerp_disk_bytes", state="free"), level("qooerp_disk_bytes", state="total")),
    ),
    TechnicalMetric("disk_days_to_full", "days", "disk", ("qooerp_disk_bytes",), (), forecast, FORECAST_DAYS * DAY),
    TechnicalMetric("database_bytes", "bytes", "disk", ("qooerp_database_bytes",), (), level("qooerp_database_bytes")),
    TechnicalMetric(
        "table_bytes",
        "bytes",
        "disk",
        ("qooerp_database_table_bytes",),
        ("table",),
        level("qooerp_database_table_bytes", ("table",)),
    ),
    TechnicalMetric("log_bytes", "bytes", "disk", ("qooerp_log_bytes",), (), level("qooerp_log_bytes")),
    TechnicalMetric(
        "log_growth_bytes", "bytes", "disk", ("qooerp_log_bytes",), (), daily_growth("qooerp_log_bytes"), DAY
    ),
    TechnicalMetric(
        "network_rate",
        "bytes_per_second",
        "network",
        ("qooerp_host_network_bytes_total",),
        ("direction",),
        rate_of("qooerp_host_network_bytes_total", ("direction",)),
        60,
    ),
    TechnicalMetric(
        "network_error_rate",
        "count_per_second",
        "network",
        ("qooerp_host_network_errors_total",),
        ("direction",),
        rate_of("qooerp_host_network_errors_total", ("direction",)),
        60,
    ),
    TechnicalMetric(
        "connection_count",
        "count",
        "network",
        ("qooerp_process_connections",),
        INSTANCE,
        level("qooerp_process_connections", INSTANCE),
    ),
    TechnicalMetric(
        "pool_share",
        "share",
        "pool",
        ("qooerp_database_pool_connections", "qooerp_database_pool_size"),
        (),
        share_of(_pool_taken, level("qooerp_database_pool_size")),
    ),
    TechnicalMetric(
        "pool_waiting_count",
        "count",
        "pool",
        ("qooerp_database_pool_waiting",),
        (),
        level("qooerp_database_pool_waiting"),
    ),
    TechnicalMetric(
        "database_connection_count",
        "count",
        "pool",
        ("qooerp_database_connections",),
        ("state",),
        level("qooerp_database_connections", ("state",)),
    ),
    TechnicalMetric(
        "request_rate",
        "count_per_second",
        "requests",
        ("qooerp_http_requests_total",),
        (),
        rate_of("qooerp_http_requests_total"),
        60,
    ),
    TechnicalMetric(
        "request_error_share",
        "share",
        "requests",
        ("qooerp_http_requests_total",),
        (),
        share_of(rate_of("qooerp_http_requests_total", status="5xx"), rate_of("qooerp_http_requests_total")),
        60,
    ),
    TechnicalMetric(
        "request_p95_ms", "milliseconds", "requests", ("qooerp_http_request_seconds_bucket",), (), p95_ms, 60
    ),
    TechnicalMetric(
        "request_shed_rate",
        "count_per_second",
        "requests",
        ("qooerp_http_requests_shed_total",),
        ("priority",),
        rate_of("qooerp_http_requests_shed_total", ("priority",)),
        60,
    ),
    TechnicalMetric(
        "instance_down_count",
        "count",
        "services",
        ("qooerp_instances",),
        ("service",),
        level("qooerp_instances", ("service",), state="down"),
    ),
    TechnicalMetric(
        "queue_length",
        "count",
        "pipelines",
        ("qooerp_queue_length",),
        ("queue", "state"),
        level("qooerp_queue_length", ("queue", "state")),
    ),
    TechnicalMetric(
        "marts_age_seconds",
        "seconds",
        "pipelines",
        ("qooerp_marts_age_seconds",),
        (),
        level("qooerp_marts_age_seconds"),
    ),
    TechnicalMetric(
        "failed_check_count",
        "count",
        "pipelines",
        ("qooerp_pipeline_failed_checks",),
        (),
        level("qooerp_pipeline_failed_checks"),
    ),
    TechnicalMetric(
        "event_rate",
        "count_per_second",
        "business",
        ("qooerp_business_events_total",),
        ("topic",),
        rate_of("qooerp_business_events_total", ("topic",)),
        60,
    ),
)
TECHNICAL_METRICS: Final[Mapping[str, TechnicalMetric]] = {each.name: each for each in _DECLARED}
STORED: Final[frozenset[str]] = frozenset(name for each in _DECLARED for name in each.names)
"""Every series that some metric is worked out of: nothing else is stored."""
DROPPED_LABELS: Final = frozenset({"route", "method"})
"""Labels that nobody looks at in stored measurements: they are added up, or a day would take hundreds of megabytes."""
