"""Statements of people against sources outside: parsed, one, and reading only.

This is the first of three guards. The statement also runs in a read-only transaction, and under a login that may not
write: adding a source refuses any other.
"""

from __future__ import annotations

import re

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from olap.errors import Problem, QueryInvalid
from transactional.report.errors import StatementForbidden

DIALECT = "postgres"
_WRITES = (exp.DML, exp.DDL, exp.Command, exp.Into, exp.Lock)
# Functions that change something, wait, or reach files and other servers, read-only transaction or not.
_ACTS = re.compile(
    r"^(dblink|lo_|pg_read_|pg_ls_|pg_stat_file|pg_file_|pg_terminate_|pg_cancel_|pg_sleep|pg_advisory_|pg_try_advisory_"
    r"|pg_notify|pg_logical_|pg_create_|pg_drop_|pg_switch_|pg_reload_|pg_rotate_|pg_promote|pg_backup_|pg_start_"
    r"|pg_stop_|pg_wal_|pg_replication_|pg_export_|pg_import_|pg_log_|nextval|setval|set_config"
    r"|(query|table|cursor|schema|database)_to_xml)"
)


def check_statement(text: str) -> exp.Query:
    """The one reading statement that a text holds.

    Raises: QueryInvalid for none, several, or what cannot be read; StatementForbidden for more than reading.
    """
    try:
        found = [each for each in sqlglot.parse(text, dialect=DIALECT) if each is not None]
    except (SqlglotError, RecursionError) as error:
        raise _unreadable("cannot be read as a statement") from error
    for each in found:
        _check_reads(each)
    if len(found) != 1:
        raise _unreadable("one statement is expected")
    [only] = found
    if not isinstance(only, exp.Query):
        raise _unreadable("a select is expected")
    return only


def _check_reads(tree: exp.Expr) -> None:
    if not isinstance(tree, exp.Query) and isinstance(tree, exp.Condition):
        raise _unreadable("a select is expected")
    if not isinstance(tree, exp.Query):
        raise StatementForbidden(what=_called(tree))
    for node in tree.find_all(*_WRITES):
        raise StatementForbidden(what=_called(node))
    for node in tree.find_all(exp.Func):
        name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
        if _ACTS.match(name):
            raise StatementForbidden(what=f"{name}()")


def _called(node: exp.Expr) -> str:
    """The first word of what is refused, as its writer knows it."""
    word = node.name if isinstance(node, exp.Command) else {"lock": "for update"}.get(node.key, node.key)
    return word.lower()


def _unreadable(reason: str) -> QueryInvalid:
    return QueryInvalid([Problem("statement", reason, "statement_unreadable")])
