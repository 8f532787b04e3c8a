"""MetricFlow behind one adapter: metric and dimension names go in, SQL comes out.

Nothing else imports MetricFlow. The values of filters never reach it: a filter names a placeholder, which the planner
replaces in the parsed SQL, so one compiled text serves every value and no value can change the text.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Literal, cast

from metricflow.engine.metricflow_engine import (
    MetricFlowEngine,
    MetricFlowQueryRequest,
    OutputColumnOrderMode,
)
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow.sql.render.postgres import PostgresSQLSqlPlanRenderer
from metricflow_semantic_interfaces.references import MetricReference
from metricflow_semantics.errors.error_classes import InvalidQueryException
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup
from metricflow_semantics.model.semantics.linkable_element import LinkableElementType

from olap.errors import Problem, QueryInvalid, invalid

Dialect = Literal["duckdb", "postgres"]

CACHE_SIZE = 2048

# MetricFlow tells of every plan it builds; what matters of it is raised.
logging.getLogger("metricflow").setLevel(logging.ERROR)
logging.getLogger("metricflow_semantics").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Shape:
    """What a compiled text depends on: names only, never values."""

    metrics: tuple[str, ...]
    group_by: tuple[str, ...] = ()
    where: tuple[str, ...] = ()


@dataclass(frozen=True)
class GroupByItem:
    """One thing a metric can be grouped by: an element reached over entities, of an origin model."""

    element: str
    path: tuple[str, ...]
    grain: str | None
    kind: Literal["dimension", "time", "entity"]
    model: str

    @property
    def name(self) -> str:
        """The name MetricFlow knows it by, without a grain."""
        return "__".join((*self.path, self.element))


@dataclass(frozen=True)
class _Client:
    """The little that MetricFlow asks of a database while it only explains."""

    sql_engine_type: SqlEngine
    sql_plan_renderer: DuckDbSqlPlanRenderer | PostgresSQLSqlPlanRenderer

    def render_bind_parameter_key(self, bind_parameter_key: str) -> str:
        """How a bind parameter is written; none is ever made."""
        return f"${bind_parameter_key}"


_CLIENTS: dict[Dialect, _Client] = {
    "duckdb": _Client(SqlEngine.DUCKDB, DuckDbSqlPlanRenderer()),
    "postgres": _Client(SqlEngine.POSTGRES, PostgresSQLSqlPlanRenderer()),
}


class Compiler:
    """Compiles shapes of questions for one manifest and one dialect; safe to share between threads."""

    def __init__(self, manifest_text: str, dialect: Dialect = "duckdb", cache_size: int = CACHE_SIZE) -> None:
        """Build the lookup once: it takes as long as a few hundred questions."""
        self.dialect = dialect
        self._lookup = SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(manifest_text))
        self._engine = MetricFlowEngine(self._lookup, cast("Any", _CLIENTS[dialect]))
        self._lock = threading.Lock()
        self._cache: OrderedDict[Shape, str] = OrderedDict()
        self._cache_size = cache_size
        self._items: dict[str, tuple[GroupByItem, ...]] = {}

    def __len__(self) -> int:
        """How many shapes are compiled and kept."""
        return len(self._cache)

    def compile(self, shape: Shape) -> str:
        """The SQL of a shape.  Raises: QueryInvalid where metric and dimension do not fit together."""
        with self._lock:
            known = self._cache.get(shape)
            if known is not None:
                self._cache.move_to_end(shape)
                return known
            text = self._explain(shape)
            self._cache[shape] = text
            if len(self._cache) > self._cache_size:
                self._cache.popitem(last=False)
            return text

    def base_metric(self, name: str) -> str:
        """The simple metric whose movements a cumulative metric adds up."""
        metric = self._lookup.metric_lookup.get_metric(MetricReference(name))
        params = metric.type_params.cumulative_type_params
        if params is None or params.metric is None:
            raise invalid("metrics", f"{name} adds up nothing", "not_a_balance")
        return str(params.metric.name)

    def items_of(self, metric: str) -> tuple[GroupByItem, ...]:
        """What a metric can be grouped and filtered by.  Shapes: nearest first, by length of path and then name."""
        with self._lock:
            if metric not in self._items:
                self._items[metric] = self._find_items(metric)
            return self._items[metric]

    def _explain(self, shape: Shape) -> str:
        request = MetricFlowQueryRequest.create(
            metric_names=list(shape.metrics),
            group_by_names=list(shape.group_by),
            where_constraints=list(shape.where) or None,
            output_column_order_mode=OutputColumnOrderMode.INPUT_ORDER,
        )
        try:
            return str(self._engine.explain(request).sql_statement.sql)
        except InvalidQueryException as error:
            raise QueryInvalid([_told(shape, error)]) from error

    def _find_items(self, metric: str) -> tuple[GroupByItem, ...]:
        kinds = {
            LinkableElementType.DIMENSION: "dimension",
            LinkableElementType.TIME_DIMENSION: "time",
            LinkableElementType.ENTITY: "entity",
        }
        found = self._lookup.metric_lookup.get_common_group_by_items([MetricReference(metric)])
        items = {
            GroupByItem(
                element=spec.element_name,
                path=tuple(spec.entity_link_names),
                grain=spec.time_grain.name if spec.time_grain else None,
                kind=kinds[spec.element_type],  # type: ignore[arg-type]  # the three kinds above
                model=spec.origin_semantic_model_names[0],
            )
            for spec in found.annotated_specs
            if spec.element_type in kinds and spec.date_part is None
        }
        return tuple(sorted(items, key=lambda item: (len(item.path), item.name, item.grain or "")))


def _told(shape: Shape, error: InvalidQueryException) -> Problem:
    first_line = next((line.strip() for line in str(error).splitlines() if line.strip()), "it cannot be compiled")
    named = ", ".join(shape.metrics)
    return Problem("metrics", f"{named} cannot be asked this way: {first_line}", "incompatible")
