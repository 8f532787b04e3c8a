"""What records name by id or word without a foreign key: it has to be there all the same."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import DefaultClause, select

from transactional.kernel.errors import FieldProblem
from transactional.kernel.resource import Change, Resource, table_named
from transactional.kernel.session import Session


def lost_pointers(
    session: Session, resource: Resource, changes: Sequence[Change]
) -> Iterable[tuple[int, FieldProblem]]:
    """Ids of rows that there are not, where no foreign key would say so."""
    for name, target in resource.points.items():
        given = {change.values[name] for change in changes if change.values.get(name) and change.changes(name)}
        if not given:
            continue
        table = table_named(target)
        known: set[UUID] = set(session.scalars(select(table.c.id).where(table.c.id.in_(given))))
        for position, change in enumerate(changes):
            if change.values.get(name) in given - known:
                yield position, FieldProblem(name, "leads nowhere", "unknown_reference")


def unknown_words(
    session: Session, resource: Resource, changes: Sequence[Change]
) -> Iterable[tuple[int, FieldProblem]]:
    """Words that stand nowhere in the table they are taken from; what a column holds by itself is known."""
    for name, (target, column) in resource.words.items():
        if not any(change.changes(name) for change in changes):
            continue
        known = set(session.scalars(select(table_named(target).c[column]).distinct()))
        default = resource.table.c[name].server_default
        known |= {str(default.arg)} if isinstance(default, DefaultClause) else set()
        for position, change in enumerate(changes):
            word = change.values.get(name)
            if word is not None and change.changes(name) and word not in known:
                yield position, FieldProblem(name, f"is none of {', '.join(sorted(known))}", "unknown_choice")
