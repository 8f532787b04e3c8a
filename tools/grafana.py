"""Write the Grafana dashboards from their declaration: `.venv/bin/python -m tools.grafana`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "deploy" / "grafana" / "dashboards"
WIDTH, HEIGHT, COLUMNS = 12, 8, 24

Panel = tuple[str, str, tuple[tuple[str, str], ...]]
"""Title, unit as Grafana calls it, and expressions with their legends."""

DASHBOARDS: dict[str, tuple[Panel, ...]] = {
    "Service": (
        ("Requests a second", "reqps", (("sum by (status) (rate(qooerp_http_requests_total[1m]))", "{{status}}"),)),
        (
            "Time to answer",
            "s",
            (
                (
                    "histogram_quantile(0.5, sum by (le) (rate(qooerp_http_request_seconds_bucket[5m])))",
                    "p50",
                ),
                (
                    "histogram_quantile(0.95, sum by (le) (rate(qooerp_http_request_seconds_bucket[5m])))",
                    "p95",
                ),
            ),
        ),
        (
            "Slowest routes, p95",
            "s",
            (
                (
                    (
                        "topk(10, histogram_quantile(0.95,"
                        " sum by (le, route) (rate(qooerp_http_request_seconds_bucket[5m]))))"
                    ),
                    "{{route}}",
                ),
            ),
        ),
        (
            "Failed on our side",
            "reqps",
            (("sum by (route) (rate(qooerp_http_errors_total[5m])) or vector(0)", "{{route}}"),),
        ),
        (
            "Refused",
            "reqps",
            (
                ("sum by (priority) (rate(qooerp_http_requests_shed_total[1m]))", "overload: {{priority}}"),
                ("sum by (scope) (rate(qooerp_http_requests_limited_total[1m]))", "limit: {{scope}}"),
            ),
        ),
        (
            "Waiting and running",
            "short",
            (
                ("sum by (priority) (qooerp_http_requests_waiting)", "waiting: {{priority}}"),
                ("sum by (priority) (qooerp_http_requests_running)", "running: {{priority}}"),
                ("sum(qooerp_http_requests_in_flight)", "in flight"),
            ),
        ),
        (
            "Cache hits",
            "percentunit",
            (
                (
                    (
                        'sum by (cache) (rate(qooerp_cache_lookups_total{result="hit"}[5m]))'
                        " / sum by (cache) (rate(qooerp_cache_lookups_total[5m]))"
                    ),
                    "{{cache}}",
                ),
            ),
        ),
        ("Instances", "short", (("qooerp_instances", "{{service}}: {{state}}"),)),
    ),
    "Database": (
        (
            "Connections",
            "short",
            (("qooerp_database_connections", "{{state}}"), ("qooerp_database_connections_max", "max")),
        ),
        (
            "Pool",
            "short",
            (
                ("sum by (state) (qooerp_database_pool_connections)", "{{state}}"),
                ("sum(qooerp_database_pool_waiting)", "waiting"),
                ("sum(qooerp_database_pool_size)", "size"),
            ),
        ),
        ("Transactions a second", "ops", (("rate(qooerp_database_transactions_total[1m])", "{{end}}"),)),
        (
            "Read from memory",
            "percentunit",
            (
                (
                    (
                        'rate(qooerp_database_blocks_total{where="memory"}[5m])'
                        " / ignoring (where) sum without (where) (rate(qooerp_database_blocks_total[5m]))"
                    ),
                    "share",
                ),
            ),
        ),
        (
            "Locks and long transactions",
            "short",
            (
                ("qooerp_database_locks_waiting", "locks waited for"),
                ("qooerp_database_transaction_seconds_max", "oldest transaction, s"),
                ("increase(qooerp_database_deadlocks_total[1h])", "deadlocks an hour"),
            ),
        ),
        (
            "Largest tables",
            "bytes",
            (("topk(10, qooerp_database_table_bytes)", "{{table}}"), ("qooerp_database_bytes", "all")),
        ),
    ),
    "Queues": (
        ("Waiting", "short", (("qooerp_queue_length", "{{queue}}: {{state}}"),)),
        ("Age of the figures", "s", (("qooerp_marts_age_seconds", "age"),)),
    ),
    "Pipelines": (
        ("Batches an hour", "short", (("increase(qooerp_pipeline_runs_total[1h])", "{{state}}"),)),
        (
            "Time of a batch",
            "s",
            (
                (
                    "histogram_quantile(0.95, sum by (le, part) (rate(qooerp_pipeline_run_seconds_bucket[10m])))",
                    "{{part}} p95",
                ),
            ),
        ),
        (
            "Rows a second",
            "short",
            (
                ("rate(qooerp_pipeline_rows_loaded_total[5m])", "landed"),
                ("rate(qooerp_pipeline_rows_written_total[5m])", "of marts"),
            ),
        ),
        (
            "Behind, and checks that failed",
            "short",
            (
                ("qooerp_pipeline_behind_seconds", "behind, s"),
                ("qooerp_pipeline_failed_checks", "failed checks"),
                ("time() - qooerp_pipeline_looked_timestamp_seconds", "since the worker looked, s"),
            ),
        ),
        ("Published marts on disk", "bytes", (("qooerp_lake_bytes", "lake"),)),
    ),
    "Business": (
        ("Documents an hour", "short", (("increase(qooerp_business_events_total[1h])", "{{topic}}"),)),
        (
            "Written over HTTP an hour",
            "short",
            (("sum by (module) (increase(qooerp_documents_written_total[1h])) or vector(0)", "{{module}}"),),
        ),
    ),
    "Host": (
        (
            "Processor of the machine",
            "percentunit",
            (
                (
                    (
                        'sum by (mode) (rate(qooerp_host_cpu_seconds_total{mode!="idle"}[1m]))'
                        " / scalar(max(qooerp_host_cpus))"
                    ),
                    "{{mode}}",
                ),
            ),
        ),
        (
            "Processor by service",
            "percentunit",
            (("sum by (service) (rate(qooerp_process_cpu_seconds_total[1m]))", "{{service}}"),),
        ),
        (
            "Memory by service",
            "bytes",
            (
                ("sum by (service) (qooerp_process_memory_bytes)", "{{service}}"),
                ("qooerp_memory_limit_bytes", "limit"),
                ("qooerp_host_memory_bytes", "machine: {{state}}"),
            ),
        ),
        (
            "Disk, and days until it is full",
            "bytes",
            (
                ("qooerp_disk_bytes", "{{state}}"),
                ("qooerp_log_bytes", "logs"),
                (
                    (
                        'qooerp_disk_bytes{state="free"}'
                        ' / clamp_min(-deriv(qooerp_disk_bytes{state="free"}[6h]), 1) / 86400'
                    ),
                    "days",
                ),
            ),
        ),
        (
            "Network",
            "Bps",
            (
                ("rate(qooerp_host_network_bytes_total[1m])", "{{direction}}"),
                ("rate(qooerp_host_network_errors_total[5m])", "errors: {{direction}}"),
            ),
        ),
        (
            "Connections by service, and load",
            "short",
            (
                ("sum by (service) (qooerp_process_connections)", "{{service}}"),
                ("qooerp_host_load1", "load"),
            ),
        ),
    ),
}


def expressions() -> list[str]:
    """Every expression of every panel."""
    return [expr for panels in DASHBOARDS.values() for _, _, asked in panels for expr, _ in asked]


def dashboard(title: str, panels: tuple[Panel, ...]) -> dict[str, Any]:
    """One dashboard as Grafana reads it."""
    return {
        "uid": f"qooerp-{title.lower()}",
        "title": f"qooerp: {title}",
        "tags": ["qooerp"],
        "schemaVersion": 39,
        "time": {"from": "now-1h", "to": "now"},
        "refresh": "15s",
        "panels": [_panel(number, panel) for number, panel in enumerate(panels)],
    }


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    title, unit, asked = panel
    source = {"type": "prometheus", "uid": "prometheus"}
    column, row = number * WIDTH % COLUMNS, number * WIDTH // COLUMNS
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": title,
        "datasource": source,
        "gridPos": {"x": column, "y": row * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + place), "datasource": source, "expr": expr, "legendFormat": legend}
            for place, (expr, legend) in enumerate(asked)
        ],
    }


def texts() -> dict[str, str]:
    """What is written, by file name."""
    made = {f"{title.lower()}.json": dashboard(title, panels) for title, panels in DASHBOARDS.items()}
    return {name: json.dumps(told, indent=1) + "\n" for name, told in made.items()}


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, told in texts().items():
        (FOLDER / name).write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
