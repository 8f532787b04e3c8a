"""What an asker may choose from: metrics with their definitions, dimensions with their labels, and the time grains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from olap.access import check_field, hidden_behind, why_forbidden
from olap.asker import Asker
from olap.buckets import AGE_FROM
from olap.engines.base import Snapshot
from olap.errors import NotPublished, Problem, QueryInvalid
from olap.evidence import GRAIN_LABELS, definition
from olap.hierarchies import hierarchies
from olap.manifest import Dimension, Metric
from olap.members import containing, member_query
from olap.resolve import neighbours
from olap.service import Numbers, Session
from olap.vocabulary import Vocabulary

VALUES_MAX = 1_000


@dataclass(frozen=True)
class Catalogue:
    """The catalogue as data, in the asker's language."""

    metrics: tuple[Mapping[str, Any], ...]
    dimensions: tuple[Mapping[str, Any], ...]
    grains: tuple[Mapping[str, Any], ...]
    hierarchies: Mapping[str, tuple[str, ...]]
    data_version: str | None


def catalogue(numbers: Numbers, asker: Asker, locale: str | None = None) -> Catalogue:
    """Everything that an asker may ask for; what rests on a right or column the asker lacks is not told."""
    return replace(described(numbers, asker, locale), data_version=numbers.engine.version().id)


def described(numbers: Numbers, asker: Asker, locale: str | None = None) -> Catalogue:
    """The same whatever has been published: one object for all askers of the same rights."""
    vocabulary, language = numbers.vocabularies.current(), locale or asker.locale
    # Of the asker's row rules only whether there are any decides which metrics are told.
    key = (asker.permissions, asker.hidden_fields, bool(asker.row_filters), language)
    known: Catalogue | None = vocabulary.described.get(key)
    if known is None:
        known = _described(vocabulary, asker, language)
        vocabulary.described.put(key, known)
    return known


def _described(vocabulary: Vocabulary, asker: Asker, language: str) -> Catalogue:
    seen = [metric for metric in vocabulary.manifest.listed_metrics() if is_visible(metric, vocabulary, asker)]
    dimensions = _dimensions(seen, vocabulary, asker, language)
    names = {each["name"] for each in dimensions}
    return Catalogue(
        metrics=tuple(_metric(metric, vocabulary, names, language) for metric in seen),
        dimensions=tuple(dimensions),
        grains=tuple(
            {"name": name, "label": GRAIN_LABELS.get(language[:2], {}).get(name, name.replace("_", " ").capitalize())}
            for name in vocabulary.manifest.grains
        ),
        hierarchies=hierarchies(vocabulary.manifest, names),
        data_version=None,
    )


def is_visible(metric: Metric, vocabulary: Vocabulary, asker: Asker) -> bool:
    """Whether an asker may be told of a metric."""
    return why_forbidden(metric, vocabulary, asker) is None


def dimension_values(
    numbers: Numbers, asker: Asker, name: str, *, search: str | None = None, limit: int = 100
) -> list[str]:
    """The members of a dimension among the rows that an asker may see, in order.

    Raises: QueryInvalid for an unknown dimension or one without members, FieldForbidden for a hidden one, NotPublished
    for one that no load has filled yet.
    """
    return member_names(numbers, asker, name, search=search, limit=min(limit, VALUES_MAX))


def member_names(numbers: Numbers, asker: Asker, name: str, *, search: str | None = None, limit: int) -> list[str]:
    """The same without a bound of its own, for who keeps them.  Raises: as `dimension_values`."""
    if search and "\x00" in search:
        raise QueryInvalid([Problem("q", "a text without null characters is expected", "unreadable")])
    vocabulary = numbers.vocabularies.current()
    dimension = vocabulary.names.find_dimension(name)
    if dimension is None or dimension.is_time or dimension.is_as_of:
        known = sorted(vocabulary.manifest.dimension_names)
        reason = f"{name!r} is no dimension with members; {neighbours(name, known)}"
        raise QueryInvalid([Problem("dimension", reason, "unknown_dimension")])
    check_field("", name, vocabulary, asker)

    def read(session: Session) -> list[str]:
        _check_published(dimension, session.snapshot, vocabulary)
        tree = member_query(dimension, vocabulary.names)
        if search:
            tree = tree.where(containing(tree.selects[0].unalias().copy(), search))
        return [str(row[0]) for row in numbers.run(tree.limit(limit), session, "members").rows]

    return numbers.lasting(("members", name, search, limit), asker, read)


def _check_published(dimension: Dimension, snapshot: Snapshot, vocabulary: Vocabulary) -> None:
    """Nothing where the columns of a dimension are there.  Raises: NotPublished."""
    for mart, column in sorted(vocabulary.lineage.of_dimension("", dimension.name)):
        if column not in snapshot.columns.get(mart, {}):
            raise NotPublished(reason=f"the column {column} of the mart {mart} has not been published yet")


def fiscal_start_month(numbers: Numbers, asker: Asker) -> int:
    """The month in which the fiscal year of the asker's company begins; January where no calendar tells."""
    calendar = numbers.vocabularies.current().manifest.calendar
    column = calendar.fiscal.get("fiscal_year")

    def read(session: Session) -> int:
        session.read.add(calendar.mart)
        if column is None or calendar.mart not in session.snapshot.columns:
            return 1
        starts = exp.select(exp.Min(this=exp.column(calendar.day)).as_("starts_on"))
        tree = starts.from_(exp.table_(calendar.mart, db=calendar.schema)).group_by(exp.column(column))
        days = [row[0] for row in numbers.run(tree.order_by("starts_on"), session, "calendar").rows]
        # The first year of the spine may be cut; a whole one begins where the fiscal year does.
        return int(days[1].month) if len(days) > 1 else 1

    return numbers.lasting("fiscal_start_month", asker, read)


def _dimensions(metrics: list[Metric], vocabulary: Vocabulary, asker: Asker, language: str) -> list[Mapping[str, Any]]:
    """The dimensions that any visible metric can be grouped by, by name."""
    found: dict[str, Dimension] = {}
    for metric in metrics:
        for name in vocabulary.names.dimensions_of([metric.name]):
            dimension = vocabulary.names.dimension(metric.name, name)
            if name in found or dimension is None:
                continue
            if asker.hidden_fields and hidden_behind(vocabulary.lineage.of_dimension(metric.name, name), asker):
                continue
            found[name] = dimension
    return [
        {
            "name": name,
            "label": dimension.label_in(language),
            "type": "date" if dimension.is_time else "text",
            "is_document": dimension.is_document,
            "is_as_of": dimension.is_as_of,
            "is_age": AGE_FROM in dimension.meta,
            "synonyms": {language: list(words) for language, words in dimension.synonyms.items()},
        }
        for name, dimension in sorted(found.items())
    ]


def _metric(metric: Metric, vocabulary: Vocabulary, dimensions: set[str], language: str) -> dict[str, Any]:
    shared = vocabulary.names.dimensions_of([metric.name])
    return {
        **definition(metric, vocabulary, language),
        "type": metric.type,
        "area": metric.area,
        "good_direction": metric.good_direction,
        "additivity": _additivity(metric),
        "synonyms": {language: list(words) for language, words in metric.synonyms.items()},
        "dimensions": [name for name in shared if name in dimensions],
    }


def _additivity(metric: Metric) -> str:
    """Over which dimensions figures may be added up: all, all but time, or none."""
    given = metric.meta.get("additivity")
    if given:
        return str(given)
    if metric.is_semi_additive:
        return "semi_additive"
    return "additive" if metric.is_summed else "non_additive"
