"""Which mart columns a figure rests on, read from the SQL that computes it."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from olap.compiler import Shape
from olap.resolve import Names

MartColumn = tuple[str, str]


class Lineage:
    """The columns behind metrics and dimensions of one vocabulary; worked out once each."""

    def __init__(self, names: Names) -> None:
        """Nothing is compiled before it is asked for."""
        self.names = names
        self._metrics: dict[str, frozenset[MartColumn]] = {}

    def of_metric(self, name: str) -> frozenset[MartColumn]:
        """The mart columns that a metric's SQL names.  A column written without its mart counts for each mart read."""
        if name not in self._metrics:
            found: set[MartColumn] = set()
            for leaf in self.names.leaves_of(name):
                metric = self.names.manifest.metrics[leaf]
                text = self.names.compiler.compile(Shape((self.names.base(metric),), (), metric.filters))
                found |= columns_read(sqlglot.parse_one(text, dialect=self.names.compiler.dialect))
            self._metrics[name] = frozenset(found)
        return self._metrics[name]

    def of_dimension(self, metric: str, name: str) -> frozenset[MartColumn]:
        """The mart columns that a dimension's expression names."""
        known = metric in self.names.manifest.metrics
        dimension = self.names.dimension(metric, name) if known else self.names.find_dimension(name)
        if dimension is None:
            return frozenset()
        tree = sqlglot.parse_one(dimension.expression, dialect=self.names.compiler.dialect)
        return frozenset((dimension.mart, column.name) for column in tree.find_all(exp.Column))


def columns_read(tree: exp.Expr) -> frozenset[MartColumn]:
    """The (mart, column) pairs that selects over marts name in a statement."""
    found: set[MartColumn] = set()
    for select in tree.find_all(exp.Select):
        marts = {table.alias_or_name: table.name for table in _sources(select) if table.db}
        if not marts:
            continue
        for column in select.find_all(exp.Column):
            if column.find_ancestor(exp.Select) is not select:
                continue
            named = [marts[column.table]] if column.table in marts else []
            found |= {(mart, column.name) for mart in (named if column.table else marts.values())}
    return frozenset(found)


def _sources(select: exp.Select) -> list[exp.Table]:
    clauses = [select.args.get("from_") or select.args.get("from"), *(select.args.get("joins") or [])]
    return [clause.this for clause in clauses if clause is not None and isinstance(clause.this, exp.Table)]
