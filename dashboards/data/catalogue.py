"""What the reader may ask for: metrics and dimensions by name, and the companies they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.client import Problem
from dashboards.data.metrics import Question, Reader, reader

_RUN_BY = (
    "net_revenue",
    "order_count",
    "purchase_spend",
    "purchase_order_count",
    "stock_value",
    "stock_quantity",
    "produced_quantity",
    "production_order_count",
    "employee_count",
)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Metrics, dimensions and grains by name, each as the server describes it."""

    metrics: Mapping[str, Mapping[str, Any]]
    dimensions: Mapping[str, Mapping[str, Any]]
    grains: Mapping[str, Mapping[str, Any]]
    shows: Sequence[str] = ()
    """What a cross table can show of a figure instead of itself."""
    hierarchies: Sequence[Sequence[str]] = ()
    """Levels from the widest to the narrowest."""

    def known(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of the names that the reader may ask for, in the given order."""
        return tuple(name for name in names if name in self.metrics)

    def begins_with(self, count: int = 1) -> tuple[str, ...]:
        """What a reader who has chosen nothing sees first: of each trade the figures it is run by."""
        return self.known(_RUN_BY)[:count] or tuple(self.metrics)[:1]

    def areas(self) -> frozenset[str]:
        """The areas of which the reader may see any figure."""
        return frozenset(str(metric.get("area")) for metric in self.metrics.values())

    def has(self, metrics: Iterable[str], dimension: str) -> bool:
        """Whether all metrics can be cut by a dimension."""
        return all(dimension in self.metrics[name]["dimensions"] for name in metrics)

    def shared(self, metrics: Iterable[str]) -> list[str]:
        """The dimensions by which all metrics can be cut, by label."""
        sets = [set(self.metrics[name]["dimensions"]) for name in metrics]
        names = set.intersection(*sets) & set(self.dimensions) if sets else set()
        return sorted(names, key=lambda name: str(self.dimensions[name]["label"]))

    def below(self, name: str) -> list[str]:
        """The levels right below a dimension, one a hierarchy."""
        found = [levels[levels.index(name) + 1] for levels in self.hierarchies if name in levels[:-1]]
        return list(dict.fromkeys(found))

    def above(self, name: str) -> str | None:
        """The level right above a dimension in the first hierarchy that has one."""
        return next((levels[levels.index(name) - 1] for levels in self.hierarchies if name in levels[1:]), None)

    def label(self, name: str) -> str:
        """What a metric, dimension or grain is called in the reader's language."""
        for known in (self.metrics, self.dimensions, self.grains):
            if name in known:
                return str(known[name]["label"])
        return name.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Company:
    """A company of the tenant and what its books are kept in."""

    code: str
    name: str
    currency: str


def catalogue() -> Catalogue:
    """Everything the reader may ask for; nothing where the reader may see no figures.  Raises: Problem."""
    return catalogue_of(reader())


def catalogue_of(mine: Reader) -> Catalogue:
    """The same for a reader at hand.  Raises: Problem."""
    try:
        body = mine.get("/api/metrics")
    except Problem as problem:
        if problem.status != 403:  # noqa: PLR2004  # no right to figures at all
            raise
        body = {}
    return Catalogue(
        metrics=_by_name(body.get("metrics") or ()),
        dimensions=_by_name(body.get("dimensions") or ()),
        grains=_by_name(body.get("grains") or ()),
        shows=tuple(body.get("shows") or ()),
        hierarchies=tuple(map(tuple, (body.get("hierarchies") or {}).values())),
    )


def companies() -> list[Company]:
    """The companies the reader may see, by name; none where that is not allowed.  Raises: Problem."""
    mine = reader()
    try:
        page = mine.get("/api/organization/companies", limit=200, sort="name")
    except Problem as problem:
        if problem.status != 403:  # noqa: PLR2004  # no right to look companies up
            raise
        return []
    return [Company(str(each["code"]), str(each["name"]), str(each["currency_code"])) for each in page["items"]]


def sole_currency() -> str | None:
    """What all companies keep their books in; none where there are several.  Raises: Problem."""
    found = {each.currency for each in companies()}
    return found.pop() if len(found) == 1 else None


def members(dimension: str, *, search: str | None = None, limit: int = 200) -> list[str]:
    """The members of a dimension among what the reader may see.  Raises: Problem."""
    body = reader().get("/api/metrics/dimension-values", dimension=dimension, q=search or None, limit=limit)
    return [str(each) for each in body["items"]]


_SIGNS_OF_LIFE = ("order_count", "net_revenue", "purchase_order_count", "journal_entry_count", "delivered_quantity")


def last_month_with_data(known: Catalogue, mine: Reader) -> str | None:
    """The first day of the last month in which anything happened, so that an old company opens on its last year."""
    names = known.known(_SIGNS_OF_LIFE)
    if not names:
        return None
    question = Question(names[:1], None, by=("month",), order_by=("-month",), limit=1)
    rows = mine.ask(question).rows
    return str(rows[0]["month"]) if rows else None


def _by_name(items: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(each["name"]): each for each in items}
