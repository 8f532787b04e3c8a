"""Companies as people name them: by id, by code or by name."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from olap.asker import Asker
from olap.errors import FieldForbidden, invalid
from olap.query import Filter
from olap.service import Numbers, Session

MART = "dim_companies"
NAMED_BY = ("company_id", "company_code", "company_name")


def companies_of(numbers: Numbers, asker: Asker, given: Sequence[str]) -> tuple[str, ...]:
    """The names of some companies, each given by its id, code or name; a name stands for one company of a tenant.

    Raises: FieldForbidden for one that does not exist or lies out of scope, QueryInvalid for a word that is the code of
    one company and the name of another.
    """
    return tuple(dict.fromkeys(_name(word, numbers, asker) for word in given))


def of_companies(numbers: Numbers, asker: Asker, given: Sequence[str]) -> tuple[Filter, ...]:
    """The filter on some companies; none where none is given.  Raises: as `companies_of`."""
    return (Filter("company", "in", companies_of(numbers, asker, given)),) if given else ()


def _name(word: str, numbers: Numbers, asker: Asker) -> str:
    found = {name for name, *words in _known(numbers, asker) if word in words}
    if not found:
        raise FieldForbidden(field=f"company {word}", reason="it does not exist or lies outside your scope")
    if len(found) > 1:
        reason = f"{word!r} is the code of one company and the name of another: give the id"
        raise invalid("company", reason, "ambiguous")
    return found.pop()


def _known(numbers: Numbers, asker: Asker) -> list[tuple[str, ...]]:
    """The name of each company within the asker's scope, and all that it may be called by."""

    def read(session: Session) -> list[tuple[str, ...]]:
        columns = session.snapshot.columns.get(MART, {})
        words = [exp.column(name) for name in NAMED_BY if name in columns]
        tree = exp.select(exp.column("company_name"), *words).from_(
            exp.table_(MART, db=session.vocabulary.manifest.schema)
        )
        return [tuple(map(str, row)) for row in numbers.run(tree, session, "companies").rows]

    return numbers.lasting("companies", asker, read)
