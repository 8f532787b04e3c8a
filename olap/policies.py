"""The asker's rights put into the SQL: every mart becomes the rows and columns that the asker may see.

Nothing is trusted to be harmless: a statement that is not one query, or that reads anything but a known mart, is
refused. The form of row filters is that of the operational side, so one definition serves both doors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlglot import exp

from olap.asker import Asker, Condition
from olap.errors import RelationRefused
from olap.rights import (
    DOCUMENTS,
    ENTRIES,
    JUDGED_BY,
    KEYS,
    LOOKUPS,
    NAMING,
    ONLY_OF,
    SUMS,
    UNTOLD,
    Lookup,
    hidden_column,
    lookup_of,
    own_lookup,
    rules_of_mart,
)

Columns = Mapping[str, str]
"""Column names of a mart with their types."""

Relation = Callable[[str], exp.Table]
"""Where the engine keeps a mart."""


def restrict(
    tree: exp.Query, asker: Asker, *, schema: str, marts: Mapping[str, Columns], relation: Relation
) -> exp.Query:
    """The same query over filtered relations only; the tree is changed in place.

    Raises: RelationRefused for anything that is not a known mart of the schema.
    """
    if not isinstance(tree, exp.Query):
        raise RelationRefused(relation="something other than a query")
    for source in tree.find_all(exp.UDTF, exp.Command, exp.DDL, exp.DML, exp.Into):
        if not isinstance(source, exp.Subquery):
            raise RelationRefused(relation=source.key)
    named = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
    used = {column.name for column in tree.find_all(exp.Column)}
    for table in list(tree.find_all(exp.Table)):
        if not isinstance(table.this, exp.Identifier):
            raise RelationRefused(relation=table.sql())
        if not table.db and table.name in named:
            continue
        if table.db != schema or table.name not in marts:
            raise RelationRefused(relation=table.sql())
        table.replace(_filtered(table, used, asker, marts, relation))
    return tree


def visible_columns(mart: str, columns: Columns, asker: Asker) -> list[str]:
    """The columns of a mart that an asker may see, in their order."""
    return [name for name in columns if not hidden_column(asker.hidden_fields, mart, name)]


def mart_query(
    mart: str, asker: Asker, *, marts: Mapping[str, Columns], relation: Relation, wanted: Sequence[str] | None = None
) -> exp.Select:
    """The rows and columns of one mart that an asker may see."""
    visible = visible_columns(mart, marts[mart], asker)
    chosen = visible if wanted is None else [name for name in wanted if name in visible]
    if not chosen:
        # A relation of which nothing is read still has rows to be counted.
        chosen = visible[:1]
    named = _is_nameable(mart, asker, marts, relation)
    columns = [
        exp.column(name, quoted=True)
        if named is None or name not in NAMING[mart]
        else exp.alias_(exp.Case().when(named, exp.column(name, quoted=True)), name, quoted=True)
        for name in chosen
    ]
    query = exp.select(*columns).from_(relation(mart))
    return query.where(*conditions(mart, asker, marts, relation))


def _is_nameable(mart: str, asker: Asker, marts: Mapping[str, Columns], relation: Relation) -> exp.Expression | None:
    """Whether a row that counts in any case may tell whom it was for; nothing where every row may."""
    references = ("customer", "supplier") if mart in NAMING else ()
    tests = [_of_reference(each, mart, asker, marts, relation) for each in references]
    found = [test for test in tests if test is not None]
    return exp.paren(exp.and_(*found)) if found else None


def _of_reference(
    reference: str, mart: str, asker: Asker, marts: Mapping[str, Columns], relation: Relation
) -> exp.Expression | None:
    """Whether a row points at nothing that the asker may not see; nothing where all is seen, or it does not point."""
    filters, lookup = asker.row_filters.get(reference), LOOKUPS.get(reference)
    if filters is None or lookup is None or lookup.reference not in marts[mart]:
        return None
    seen = exp.select(exp.column(lookup.key, quoted=True)).from_(relation(lookup.mart))
    seen = seen.where(
        _among("tenant_id", [asker.tenant_id]), _alternatives(lookup.mart, filters, marts, relation, asker)
    )
    column = exp.column(lookup.reference, quoted=True)
    inside = exp.In(this=column.copy(), query=exp.Subquery(this=seen))
    return exp.paren(exp.or_(column.is_(exp.null()), inside))


def conditions(mart: str, asker: Asker, marts: Mapping[str, Columns], relation: Relation) -> list[exp.Expression]:
    """What must hold for a row of a mart to be seen: its tenant, then the row rules of everything it speaks of."""
    found: list[exp.Expression] = [_among("tenant_id", [asker.tenant_id])]
    thing, references = rules_of_mart(mart)
    if thing is not None and thing in asker.row_filters:
        found.append(_seen(mart, asker.row_filters[thing], asker, marts, relation))
    tests = [_of_reference(each, mart, asker, marts, relation) for each in references]
    found += [test for test in tests if test is not None]
    return found


def _seen(
    mart: str,
    filters: Sequence[Sequence[Condition]],
    asker: Asker,
    marts: Mapping[str, Columns],
    relation: Relation,
) -> exp.Expression:
    """Whether the thing that a mart speaks of is seen, by what the mart carries or by the one that carries it."""
    judge = JUDGED_BY.get(mart)
    if judge is None:
        return _alternatives(mart, filters, marts, relation, asker)
    if judge.mart not in marts:
        return exp.false()
    seen = exp.select(exp.column(judge.key, quoted=True)).from_(relation(judge.mart))
    seen = seen.where(
        _among("tenant_id", [asker.tenant_id]), _alternatives(judge.mart, filters, marts, relation, asker)
    )
    return exp.In(this=exp.column(judge.reference, quoted=True), query=exp.Subquery(this=seen))


def _filtered(
    table: exp.Table, used: set[str], asker: Asker, marts: Mapping[str, Columns], relation: Relation
) -> exp.Subquery:
    wanted = [name for name in marts[table.name] if name in used]
    query = mart_query(table.name, asker, marts=marts, relation=relation, wanted=wanted)
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(table.alias_or_name)))


def _alternatives(
    mart: str,
    alternatives: Sequence[Sequence[Condition]],
    marts: Mapping[str, Columns],
    relation: Relation,
    asker: Asker,
) -> exp.Expression:
    if not alternatives:
        return exp.false()
    each = [
        exp.and_(*[_condition(mart, condition, marts, relation, asker) for condition in every]) if every else exp.true()
        for every in alternatives
    ]
    return exp.paren(exp.or_(*each), copy=False)


def _condition(
    mart: str, condition: Condition, marts: Mapping[str, Columns], relation: Relation, asker: Asker
) -> exp.Expression:
    """One comparison of a row rule, about a row or the journal entry that it belongs to."""
    of = _of_entry if str(condition["field"]).startswith(_OF_ENTRIES) else _of_row
    return of(mart, condition, marts, relation, asker)


def _of_row(
    mart: str, condition: Condition, marts: Mapping[str, Columns], relation: Relation, asker: Asker
) -> exp.Expression:
    """Whether a row passes.  A field that a mart can neither show nor look up hides the row."""
    *steps, last = _led(mart, str(condition["field"]).split("."), marts)
    operator, values = str(condition["operator"]), [str(value) for value in condition["values"]]
    columns = marts[mart]
    if _is_told_now(mart, steps, last, marts):
        return _looked_up(mart, steps, last, condition, marts, relation, asker)
    column = _carried(last, columns, mart, is_own=not steps)
    lookup = lookup_of(mart, steps[0]) if steps else None
    reference = lookup.reference if lookup else f"{steps[0]}_id" if steps else None
    is_lenient = operator in {"in_or_empty", "not_in"}
    if is_lenient and reference is not None and reference not in columns:
        return exp.false() if mart in SUMS else exp.true()
    if column is not None:
        test = _among(column, values, operator)
        if is_lenient and reference is not None:
            return exp.paren(exp.or_(exp.column(reference, quoted=True).is_(exp.null()), test))
        return test
    if reference is None or reference not in columns:
        return exp.false()
    return _looked_up(mart, steps, last, condition, marts, relation, asker)


def _led(mart: str, path: Sequence[str], marts: Mapping[str, Columns]) -> Sequence[str]:
    """A path over what a mart knows: what its own thing's dimension tells and it does not is looked up there."""
    lookup, columns = own_lookup(mart), marts[mart]
    if lookup is None or lookup.mart not in marts or lookup.reference not in columns:
        return path
    first, is_field = path[0], len(path) == 1
    if is_field:
        is_here = _carried(first, columns, mart, is_own=True) is not None
        is_there = _carried(first, marts[lookup.mart], lookup.mart, is_own=True) is not None
    else:
        here, there = lookup_of(mart, first), lookup_of(lookup.mart, first)
        is_here = here is not None and here.reference in columns
        is_there = there is not None and there.reference in marts[lookup.mart]
    return path if is_here or not is_there else [lookup.reference.removesuffix("_id"), *path]


_OF_ENTRIES = ("lines.", "origin.")
"""The first steps of paths that lead from a journal entry to its lines, and to the document that posted it."""


def _of_entry(
    mart: str, condition: Condition, marts: Mapping[str, Columns], relation: Relation, asker: Asker
) -> exp.Expression:
    """Whether no line of a row's entry, or not the document that posted it, fails a condition.

    A mart that is not of lines itself asks for the entries of which a line fails.
    """
    entries = ENTRIES.get(mart)
    if entries is None or entries.mart not in marts:
        return exp.false()
    first, _, path = str(condition["field"]).partition(".")
    if first == "lines":
        test = _condition(entries.mart, {**condition, "field": path}, marts, relation, asker)
        return _none_hidden(entries, test, relation, asker)
    told = _of_document(entries.mart, {**condition, "field": path}, marts, relation, asker)
    if mart == entries.mart:
        return told
    own = _of_document(mart, {**condition, "field": path}, marts, relation, asker)
    return exp.paren(exp.and_(own, _none_hidden(entries, told, relation, asker)))


def _of_document(
    mart: str, condition: Condition, marts: Mapping[str, Columns], relation: Relation, asker: Asker
) -> exp.Expression:
    """Whether the document behind a row, where it is of the thing that a path begins with, passes the path's rest."""
    thing, _, path = str(condition["field"]).partition(".")
    inner = {**condition, "field": path}
    lookup = DOCUMENTS.get(thing)
    if lookup is not None:
        if lookup.mart not in marts:
            return exp.false()
        test = _condition(lookup.mart, inner, marts, relation, asker)
        return _none_hidden(lookup, test, relation, asker)
    kind = exp.column("document_type", quoted=True)
    step, _, rest = path.partition(".")
    pattern = ONLY_OF.get((thing, step), UNTOLD[thing])
    other = exp.not_(exp.Like(this=kind, expression=exp.Literal.string(pattern)))
    named = LOOKUPS.get(step)
    # No mart has these documents: what the lines do not carry of them is taken for hidden.
    if not rest or named is None or named.reference not in marts[mart]:
        return other
    return exp.paren(exp.or_(other, _condition(mart, inner, marts, relation, asker)))


def _none_hidden(lookup: Lookup, test: exp.Expression, relation: Relation, asker: Asker) -> exp.Expression:
    """Whether a row points at nothing of a mart that fails a test."""
    if test == exp.true():
        return test
    fails = exp.not_(exp.func("coalesce", test, exp.false()))
    hidden = exp.select(exp.column(lookup.key, quoted=True)).distinct().from_(relation(lookup.mart))
    hidden = hidden.where(_among("tenant_id", [asker.tenant_id]), fails)
    column = exp.column(lookup.reference, quoted=True)
    among = exp.In(this=column.copy(), query=exp.Subquery(this=hidden))
    return exp.paren(exp.or_(column.is_(exp.null()), exp.not_(among)))


def _is_told_now(mart: str, steps: Sequence[str], last: str, marts: Mapping[str, Columns]) -> bool:
    """Whether a reference has to be followed although the mart may carry a column of that name.

    A fact keeps the region that its customer had then, and its own author; rights go by what is so now, of whom the
    path leads to, as the operational side reads them.
    """
    lookup = lookup_of(mart, steps[0]) if steps else None
    if lookup is None or lookup.mart not in marts or lookup.reference not in marts[mart]:
        return False
    if lookup.mart.startswith("fct_") and last != "created_by":
        return False
    return len(steps) > 1 or _carried(last, marts[lookup.mart], lookup.mart, is_own=True) is not None


def _looked_up(
    mart: str,
    steps: Sequence[str],
    last: str,
    condition: Condition,
    marts: Mapping[str, Columns],
    relation: Relation,
    asker: Asker,
) -> exp.Expression:
    lookup = lookup_of(mart, steps[0])
    if lookup is None or lookup.mart not in marts:
        return exp.false()
    operator = "in" if condition["operator"] == "in_or_empty" else condition["operator"]
    inner: dict[str, Any] = {**condition, "field": ".".join([*steps[1:], last]), "operator": operator}
    test = _condition(lookup.mart, inner, marts, relation, asker)
    seen = exp.select(exp.column(lookup.key, quoted=True)).from_(relation(lookup.mart))
    seen = seen.where(_among("tenant_id", [asker.tenant_id]), test)
    column = exp.column(lookup.reference, quoted=True)
    inside: exp.Expression = exp.In(this=column, query=exp.Subquery(this=seen))
    if condition["operator"] in {"in_or_empty", "not_in"}:
        inside = exp.paren(exp.or_(column.copy().is_(exp.null()), inside))
    return inside


def _carried(field: str, columns: Columns, mart: str, *, is_own: bool) -> str | None:
    """The column of a mart that holds a field; a dimension calls its own key by its own name.

    What a record says itself goes before what it is told as, once it was merged into another.
    """
    candidates = [field, f"{field}_id"]
    key = KEYS.get(mart) if is_own else None
    if key is not None:
        candidates = [key] if field == "id" else [f"own_{field}", *candidates, f"{key.removesuffix('id')}{field}"]
    return next((name for name in candidates if name in columns), None)


def _among(column: str, values: Sequence[str], operator: str = "in") -> exp.Expression:
    subject = exp.column(column, quoted=True)
    literals = [exp.Literal.string(value) for value in values]
    if operator == "not_in":
        if not literals:
            return exp.true()
        return exp.paren(exp.or_(subject.is_(exp.null()), exp.not_(exp.In(this=subject.copy(), expressions=literals))))
    if operator not in {"in", "in_or_empty"} or not literals:
        return exp.false()
    if len(literals) == 1:
        return exp.EQ(this=subject, expression=literals[0])
    return exp.In(this=subject, expressions=literals)
