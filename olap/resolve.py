"""From public names to what MetricFlow calls them, metric by metric."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from olap.compiler import Compiler, GroupByItem
from olap.manifest import Dimension, Manifest, Metric
from olap.query import Attributes

TIME_PREFIX = "metric_time"


class Names:
    """The vocabulary of one manifest: which names exist, and where each metric finds a dimension."""

    def __init__(self, manifest: Manifest, compiler: Compiler) -> None:
        """Nothing is looked up before it is asked for."""
        self.manifest = manifest
        self.compiler = compiler
        self._dimensions = {
            (model.name, dimension.element): dimension
            for model in manifest.models.values()
            for dimension in model.dimensions
        }
        self.items_of = lru_cache(maxsize=None)(self._items_of)
        self.own_items_of = lru_cache(maxsize=None)(self._own_items_of)
        self.leaves_of = lru_cache(maxsize=None)(self._leaves_of)

    def grain_of(self, name: str) -> str | None:
        """The grain that a name such as month or metric_time__month stands for, or None."""
        plain = name.removeprefix(f"{TIME_PREFIX}__")
        if plain in {TIME_PREFIX, "date"}:
            return "day"
        return plain if plain in self.manifest.grains else None

    def item(self, metric: str, name: str) -> GroupByItem | None:
        """Where a metric finds a dimension; None where it has no such dimension."""
        found = {self.items_of(leaf).get(name) for leaf in self.leaves_of(metric)}
        return next(iter(found)) if found and None not in found else None

    def dimension(self, metric: str, name: str, attributes: Attributes | None = None) -> Dimension | None:
        """The dimension behind a public name as a metric sees it; None for keys of entities."""
        for leaf in self.leaves_of(metric):
            item = self.items_as(leaf, attributes).get(name)
            if item is not None:
                return self._dimensions.get((item.model, item.element))
        return None

    def dimensions_of(self, metrics: Iterable[str]) -> list[str]:
        """The public names by which all of the metrics can be grouped together, by name."""
        shared: set[str] | None = None
        for metric in metrics:
            for leaf in self.leaves_of(metric):
                names = set(self.items_of(leaf))
                shared = names if shared is None else shared & names
        return sorted(shared or ())

    def find_dimension(self, name: str) -> Dimension | None:
        """Any dimension of that public name, those of dimension marts before those of facts."""
        found = [dimension for dimension in self._dimensions.values() if dimension.name == name]
        return min(found, key=lambda each: (each.mart.startswith("fct_"), each.mart, each.element), default=None)

    def grains_of(self, metric: str) -> tuple[str, ...]:
        """The time grains at which a metric can be told, finest first: a monthly fact knows no days."""
        told = [
            {item.grain for item in self.compiler.items_of(self.base(known)) if item.element == TIME_PREFIX}
            for known in (self.manifest.metrics[leaf] for leaf in self.leaves_of(metric))
        ]
        return tuple(grain for grain in self.manifest.grains if all(grain in each for each in told))

    def finest_grain(self, metric: str) -> str:
        """The grain at which the days of a range are compared."""
        return next(iter(self.grains_of(metric)), "day")

    def _leaves_of(self, metric: str) -> tuple[str, ...]:
        """The metrics without inputs that a metric rests on; itself where it is compiled in one piece."""
        known = self.manifest.metrics[metric]
        if not known.inputs or known.is_whole:
            return (metric,)
        return tuple(dict.fromkeys(leaf for each in known.inputs for leaf in self.leaves_of(each.metric)))

    def _items_of(self, leaf: str) -> dict[str, GroupByItem]:
        """What a metric without inputs can be grouped by, by its own rows or by those that also tell it."""
        other = self.manifest.metrics[leaf].also_told_by
        return {**(self._items_of(other) if other else {}), **self._own_items_of(leaf)}

    def _own_items_of(self, leaf: str) -> dict[str, GroupByItem]:
        """What a metric's own rows can be grouped by, under public names.

        The nearest one wins; of two equally near the one that tells what held on the row's day.
        """
        base = self.base(self.manifest.metrics[leaf])
        found: dict[str, GroupByItem] = {}
        keys: dict[str, GroupByItem] = {}
        for item in self.compiler.items_of(base):
            if item.element == TIME_PREFIX:
                continue
            if item.kind == "entity":
                if not item.path:
                    keys.setdefault(f"{item.element}_id", item)
                continue
            dimension = self._dimensions.get((item.model, item.element))
            if dimension is None or dimension.is_hidden or not (item.kind == "dimension" or item.grain == "day"):
                continue
            known = found.setdefault(dimension.name, item)
            if dimension.is_dated and len(known.path) == len(item.path):
                found[dimension.name] = item
        return {**keys, **found}

    def items_as(self, leaf: str, attributes: Attributes | None) -> Mapping[str, GroupByItem]:
        """The same, with attributes of master data as they were when the row was made, or as they are now."""
        own = self.items_of(leaf)
        if attributes is None:
            return own
        return {name: self._twin(leaf, name, attributes) or item for name, item in own.items()}

    def lacks(self, metric: str, name: str, attributes: Attributes) -> bool:
        """Whether a dimension has the other side somewhere and a metric's rows do not tell it."""
        dimension = self.dimension(metric, name)
        if dimension is None or attributes not in dimension.meta:
            return False
        return any(self._twin(leaf, name, attributes) is None for leaf in self.leaves_of(metric))

    def _twin(self, leaf: str, name: str, attributes: Attributes) -> GroupByItem | None:
        """Where a metric finds a dimension's other side: under a name of its own, or dated under the same name."""
        item = self.items_of(leaf)[name]
        dimension = self._dimensions.get((item.model, item.element))
        if dimension is None:
            return None
        twin = dimension.meta.get(attributes)
        if twin is not None and twin != name:
            return self.items_of(leaf).get(str(twin))
        wants_dated = attributes == "then"
        if dimension.is_dated == wants_dated:
            return item
        return next(
            (
                each
                for each in self.compiler.items_of(self.base(self.manifest.metrics[leaf]))
                if (known := self._dimensions.get((each.model, each.element))) is not None
                and known.name == name
                and known.is_dated == wants_dated
            ),
            None,
        )

    def teller(self, leaf: str, fields: Iterable[str]) -> str:
        """The metric that tells a figure by some dimensions: itself, or the other one where its rows lack one."""
        other = self.manifest.metrics[leaf].also_told_by
        if other is None:
            return leaf
        borrowed = self.items_of(leaf).keys() - self.own_items_of(leaf).keys()
        return other if borrowed & set(fields) else leaf

    def base(self, metric: Metric) -> str:
        """The metric whose rows are aggregated: a balance rests on its movements."""
        if metric.kind == "cumulative" and not metric.is_whole:
            return self.compiler.base_metric(metric.name)
        return metric.name


def neighbours(name: str, known: Sequence[str]) -> str:
    """A phrase that names what was probably meant, or what there is."""
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    if not close:
        words = set(name.lower().replace("-", "_").split("_"))
        close = [each for each in known if words & set(each.split("_"))][:3]
    if close:
        return f"did you mean {', '.join(close)}?"
    return f"known are {', '.join(known[:12])}" + (" and others" if len(known) > 12 else "")  # noqa: PLR2004
