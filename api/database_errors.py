"""What the database refuses, said in our words: its own are never shown."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import FastAPI
from psycopg import errors
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Busy, domain_response
from transactional.kernel.errors import DomainError, FieldProblem, Invalid, Refused, Unavailable
from transactional.kernel.model import singular
from transactional.kernel.session import DIALECT
from transactional.registry import METADATA


class AlreadyUsed(Refused):
    """Another record has this value."""

    code = "already_used"
    message = "Another {thing} has the same {fields}."


class PointedAt(Refused):
    """Rows of another table point at a record that is to go."""

    code = "still_used"
    message = "This record is used by {user}: disable it instead."


class AgainstARule(Refused):
    """A rule of the database said no."""

    code = "against_a_rule"
    message = "The database refused this by its rule {rule}."


class DatabaseDown(Unavailable):
    """Nothing can be read or written now."""

    code = "database_down"
    # The answer to a commit can be lost on its way, so nothing is said about what was changed.
    message = (
        "The database does not answer. Send the same request with its Idempotency-Key again: it takes effect once."
    )


class DiskFull(Unavailable):
    """The database has no room to write."""

    code = "disk_full"
    message = "The disk of the database is full: nothing was written. Tell whoever runs the server to make room."


Result = TypeVar("Result")
_TRY_AGAIN = (errors.DeadlockDetected, errors.SerializationFailure)
_TABLES = {table.name: table for table in METADATA.sorted_tables}


def is_worth_retrying(error: DBAPIError) -> bool:
    """Whether the same transaction may well succeed at a second try."""
    return isinstance(error.orig, _TRY_AGAIN)


def refusal_of(error: Exception) -> DomainError | None:
    """A database error as a refusal; nothing for one that is a defect of ours."""
    if isinstance(error, PoolTimeout):
        return Busy()
    if not isinstance(error, DBAPIError):
        return None
    for kinds, said in _SAID:
        if isinstance(error.orig, kinds):
            return said(error.orig)
    if isinstance(error.orig, errors.DataError) and error.orig.sqlstate is None:
        return _no_text()  # the driver sent nothing: it met a character that no database holds
    return DatabaseDown() if isinstance(error, OperationalError) or error.connection_invalidated else None


def _no_text() -> DomainError:
    return Invalid([FieldProblem("", "holds characters that are no text", "no_text")])


def _constraint(cause: errors.Error) -> str:
    return cause.diag.constraint_name or ""


def _already_used(cause: errors.UniqueViolation) -> DomainError:
    table = cause.diag.table_name or ""
    fields = [name for name in _columns_of(table, _constraint(cause)) if name != "tenant_id"]
    return AlreadyUsed(thing=singular(table), fields=", ".join(fields) or "key")


def _broken_reference(cause: errors.ForeignKeyViolation) -> DomainError:
    table, constraint = cause.diag.table_name or "", _constraint(cause)
    if "still referenced" in (cause.diag.message_detail or ""):
        return PointedAt(user=table, table=table)
    columns = [name for name in _columns_of(table, constraint) if name != "tenant_id"]
    return Invalid([FieldProblem(name, "there is no such record", "unknown_reference") for name in columns])


def _columns_of(table: str, constraint: str) -> list[str]:
    known = _TABLES.get(table)
    if known is None:
        return []
    keys: list[Any] = [*known.constraints, *known.indexes]
    for candidate in keys:
        # Long names are cut with a hash behind them: as the schema was written, so they are compared.
        if candidate.name and DIALECT.identifier_preparer.format_constraint(candidate) == constraint:
            return [column.name for column in candidate.columns]
    tail = re.sub(rf"^(uq|fk)_{table}_", "", constraint)
    return [column.name for column in known.c if column.name in tail]


_SAID: tuple[tuple[tuple[type[errors.Error], ...], Callable[[Any], DomainError]], ...] = (
    ((errors.UniqueViolation,), _already_used),
    ((errors.ForeignKeyViolation,), _broken_reference),
    ((errors.CheckViolation,), lambda cause: AgainstARule(rule=_constraint(cause).removeprefix("ck_"))),
    ((errors.DiskFull,), lambda _: DiskFull()),
    ((errors.RestrictViolation,), lambda _: AgainstARule(rule="written once")),
    ((errors.LockNotAvailable, errors.QueryCanceled, *_TRY_AGAIN), lambda _: Busy()),
    (
        (errors.UntranslatableCharacter, errors.CharacterNotInRepertoire),
        lambda _: _no_text(),
    ),
    (
        (errors.NumericValueOutOfRange,),
        lambda _: Invalid([FieldProblem("", "holds a number that is too large", "too_large_number")]),
    ),
    (
        (errors.StringDataRightTruncation,),
        lambda _: Invalid([FieldProblem("", "holds a text that is too long", "too_long_text")]),
    ),
)


def install_database_handlers(app: FastAPI) -> None:
    """Answer what the database refuses outside a call's own transaction, as while its token is looked up, alike."""

    async def on_database(request: Request, error: Exception) -> Response:
        refusal = refusal_of(error)
        if refusal is None:
            raise error
        return domain_response(request, refusal)

    app.add_exception_handler(DBAPIError, on_database)
    app.add_exception_handler(PoolTimeout, on_database)


def guarded(work: Callable[[], Result]) -> Result:
    """What the work gives; a refusal of the database in our words.  Raises: DomainError."""
    try:
        return work()
    except (DBAPIError, PoolTimeout) as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error
    except UnicodeEncodeError as error:  # half a character, as JSON may write one
        raise _no_text() from error
