"""The rows of a statement of one's own: what each takes, and what formulas make of other rows.

A row is `{"key", "label"?, "accounts": [...]}` with codes (`4000`), ranges (`4000-4999`) and beginnings (`40*`), or
`{"key", "label"?, "formula": "revenue - cogs"}` over other rows; `"sign": -1` turns credits positive. Nothing of it is
run as code: a formula is numbers, names, the four operations and brackets, read by a grammar of its own.
"""

import ast
import operator
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import isfinite
from typing import Any

from transactional.kernel.errors import FieldProblem
from transactional.kernel.money import round_amount

ROWS_MAX = 300
KEY = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
_KNOWN = frozenset({"key", "label", "accounts", "formula", "sign"})
_CODE = re.compile(r"^[0-9A-Za-z.]+$")
_RANGE = re.compile(r"^([0-9A-Za-z.]+)\s*-\s*([0-9A-Za-z.]+)$")
_BEGINNING = re.compile(r"^([0-9A-Za-z.]+)\*$")
_FORMULA_MAX = 500


@dataclass(frozen=True)
class TemplateRow:
    """One row: accounts that it takes, or a formula over other rows."""

    key: str
    labels: Mapping[str, str]
    accounts: tuple[str, ...] = ()
    formula: str | None = None
    sign: int = 1

    def takes(self, code: str) -> bool:
        """Whether the row counts an account."""
        return any(_takes(each, code) for each in self.accounts)

    @cached_property
    def tree(self) -> ast.expr | None:
        """The formula as a tree, or None."""
        return ast.parse(self.formula, mode="eval").body if self.formula else None

    @property
    def inputs(self) -> tuple[str, ...]:
        """The rows that the formula names."""
        return tuple(_names(self.tree)) if self.tree is not None else ()

    def label_in(self, locale: str) -> str:
        """The label in a language, or in English, or the key."""
        return self.labels.get(locale.partition("-")[0]) or self.labels.get("en") or self.key


def read_rows(rows: Any) -> tuple[list[TemplateRow], list[FieldProblem]]:
    """The rows as given, and everything that is wrong with them; formulas are in an order that can be computed."""
    if not isinstance(rows, list) or not rows or len(rows) > ROWS_MAX:
        return [], [FieldProblem("rows", f"a list of 1 to {ROWS_MAX} rows is expected", "wrong_type")]
    problems: list[FieldProblem] = []
    found = [row for place, given in enumerate(rows) if (row := _row(f"rows/{place}", given, problems))]
    keys = [row.key for row in found]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    problems += [FieldProblem("rows", f"two rows are called {key}", "key_twice") for key in twice]
    if not problems:
        problems += _formula_problems(found)
    return found, problems


def unknown_accounts(rows: Sequence[TemplateRow], codes: Collection[str]) -> Iterable[FieldProblem]:
    """The accounts that rows name in full and that no chart has; ranges and beginnings wait for accounts to come."""
    known = set(codes)
    for place, row in enumerate(rows):
        for position, code in enumerate(row.accounts):
            if _CODE.match(code) and code not in known:
                yield FieldProblem(
                    f"rows/{place}/accounts/{position}", f"there is no account {code}", "account_unknown"
                )


def computed(rows: Sequence[TemplateRow], sums: Mapping[str, Decimal], decimals: int = 2) -> dict[str, Decimal | None]:
    """The figure of every row, from the sums of those that take accounts; nothing where a formula divides by zero.

    Units: amounts are rounded to the currency's `decimals`, each in its row, so that what is shown adds up; shares of
    amounts are not.
    """
    by_key = {row.key: row for row in rows}
    powers = _powers(by_key)
    found: dict[str, Decimal | None] = {}

    def value(key: str) -> Decimal | None:
        if key not in found:
            row = by_key[key]
            plain = sums.get(key, Decimal(0)) if row.tree is None else _evaluated(row.tree, value)
            # Nothing with the other sign is nothing, not a minus before it.
            signed = None if plain is None else row.sign * plain + 0
            is_amount = signed is not None and row.tree is not None and powers[key] == 1
            found[key] = round_amount(signed, decimals) if signed is not None and is_amount else signed
        return found[key]

    return {row.key: value(row.key) for row in rows}


def _row(path: str, given: Any, problems: list[FieldProblem]) -> TemplateRow | None:
    if not isinstance(given, dict):
        problems.append(FieldProblem(path, "an object with key and accounts or formula is expected", "wrong_type"))
        return None
    before = len(problems)
    known = f"is not known; a row has {', '.join(sorted(_KNOWN))}"
    problems += [FieldProblem(f"{path}/{name}", known, "unknown_field") for name in sorted(set(given) - _KNOWN)]
    key, accounts, formula, sign = (given.get(name) for name in ("key", "accounts", "formula", "sign"))
    if not isinstance(key, str) or not KEY.match(key):
        problems.append(FieldProblem(f"{path}/key", "a short name in small letters is expected", "wrong_type"))
    if (accounts is None) == (formula is None):
        problems.append(FieldProblem(path, "either accounts or a formula is expected", "contradiction"))
    if sign not in {None, 1, -1}:
        problems.append(FieldProblem(f"{path}/sign", "1 or -1 is expected", "unknown_choice"))
    problems += _account_problems(f"{path}/accounts", accounts)
    problems += _shape_problems(f"{path}/formula", formula)
    if len(problems) > before:
        return None
    label = given.get("label")
    labels = {str(language): str(text) for language, text in label.items()} if isinstance(label, dict) else {}
    if isinstance(label, str):
        labels = {"en": label}
    return TemplateRow(str(key), labels, tuple(accounts or ()), formula, sign or 1)


def _account_problems(path: str, accounts: Any) -> Iterable[FieldProblem]:
    if accounts is None:
        return
    if not isinstance(accounts, list) or not accounts:
        yield FieldProblem(path, "a list of accounts such as 4000, 4000-4999 or 40* is expected", "wrong_type")
        return
    for place, each in enumerate(accounts):
        if not isinstance(each, str) or not any(form.match(each) for form in (_CODE, _RANGE, _BEGINNING)):
            yield FieldProblem(f"{path}/{place}", "an account such as 4000, 4000-4999 or 40* is expected", "wrong_type")
        elif (ends := _RANGE.match(each)) and ends[2] < ends[1]:
            yield FieldProblem(f"{path}/{place}", f"the range ends with {ends[2]} before it starts", "range_reversed")


def _shape_problems(path: str, formula: Any) -> Iterable[FieldProblem]:
    if formula is None:
        return
    said = "a formula of row keys, numbers, + - * / and brackets is expected"
    try:
        tree = ast.parse(formula, mode="eval").body if len(formula) <= _FORMULA_MAX else None
    except (SyntaxError, TypeError, ValueError, RecursionError, MemoryError):
        tree = None
    if tree is None or not _is_plain(tree):
        yield FieldProblem(path, said, "unreadable_formula")


def _formula_problems(rows: Sequence[TemplateRow]) -> list[FieldProblem]:
    by_key = {row.key: row for row in rows}
    problems = [
        FieldProblem(
            f"rows/{place}/formula", f"names the unknown row {name}; rows are {', '.join(by_key)}", "unknown_row"
        )
        for place, row in enumerate(rows)
        for name in dict.fromkeys(row.inputs)
        if name not in by_key
    ]
    if problems:
        return problems
    return [
        FieldProblem(f"rows/{place}/formula", f"{row.key} is computed from itself", "circular_formula")
        for place, row in enumerate(rows)
        if row.formula and row.key in _reached(row, by_key)
    ]


def _reached(row: TemplateRow, by_key: Mapping[str, TemplateRow]) -> set[str]:
    seen: set[str] = set()
    todo = list(row.inputs)
    while todo:
        key = todo.pop()
        if key not in seen:
            seen.add(key)
            todo += by_key[key].inputs
    return seen


def _takes(pattern: str, code: str) -> bool:
    if ends := _RANGE.match(pattern):
        # A range of short codes holds the longer ones that begin with its last: 4000-49 takes 4999.
        return ends[1] <= code and (code <= ends[2] or code.startswith(ends[2]))
    if start := _BEGINNING.match(pattern):
        return code.startswith(start[1])
    return pattern == code


def _powers(rows: Mapping[str, TemplateRow]) -> dict[str, int]:
    """How often an amount stands in each row as a factor: once in an amount, never in a share of amounts."""
    found: dict[str, int] = {}

    def of_row(key: str) -> int:
        if key not in found:
            tree = rows[key].tree
            found[key] = 1 if tree is None else of(tree)
        return found[key]

    def of(node: ast.expr) -> int:
        if isinstance(node, ast.Name):
            return of_row(node.id)
        if isinstance(node, ast.UnaryOp):
            return of(node.operand)
        if not isinstance(node, ast.BinOp):
            return 0
        left, right = of(node.left), of(node.right)
        if isinstance(node.op, ast.Mult):
            return left + right
        return left - right if isinstance(node.op, ast.Div) else max(left, right)

    return {key: of_row(key) for key in rows}


def _is_plain(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return (
            isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div)
            and _is_plain(node.left)
            and _is_plain(node.right)
        )
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub) and _is_plain(node.operand)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float) and not isinstance(node.value, bool) and isfinite(node.value)
    return isinstance(node, ast.Name)


def _names(node: ast.expr) -> list[str]:
    return [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]


_OPERATIONS: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _evaluated(node: ast.expr, value: Callable[[str], Decimal | None]) -> Decimal | None:
    """The figure of a formula that was checked before; nothing where it divides by zero or rests on such a one."""
    if isinstance(node, ast.Name):
        return value(node.id)
    if isinstance(node, ast.UnaryOp):
        inner = _evaluated(node.operand, value)
        return None if inner is None else -inner
    if isinstance(node, ast.BinOp):
        left, right = _evaluated(node.left, value), _evaluated(node.right, value)
        if left is None or right is None or (isinstance(node.op, ast.Div) and right == 0):
            return None
        return _OPERATIONS[type(node.op)](left, right)
    return Decimal(str(node.value)) if isinstance(node, ast.Constant) else None
