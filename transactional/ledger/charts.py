"""Charts of accounts as data: a template or a file says accounts, their tree and which roles they play.

A chart is JSON: `{"name": ..., "accounts": [{"code", "name", "type", "parent"?, "statement_line"?,
"cash_flow_class"?, "currency_code"?, "roles"?: [...], "is_control"?, "is_group"?, "is_cash_box"?,
"asset_life_months"?}]}`, parents before their children. An account with `asset_life_months` holds the cost of fixed
assets that last so long.
"""

from dataclasses import dataclass
from importlib import resources
from typing import Any

import orjson

from transactional.kernel.errors import FieldProblem, Invalid, invalid
from transactional.ledger.models import AccountRole, AccountType, CashFlowClass
from transactional.ledger.roles import CONTROL_ROLES

_KNOWN = frozenset(
    {
        "code",
        "name",
        "type",
        "parent",
        "statement_line",
        "cash_flow_class",
        "currency_code",
        "roles",
        "is_control",
        "is_group",
        "asset_life_months",
        "is_cash_box",
    }
)


@dataclass(frozen=True, slots=True)
class ChartAccount:
    """An account of a chart that is not installed yet."""

    code: str
    name: str
    type: AccountType
    parent: str | None = None
    statement_line: str | None = None
    cash_flow_class: CashFlowClass | None = None
    currency_code: str | None = None
    roles: tuple[AccountRole, ...] = ()
    is_control: bool = False
    is_group: bool = False
    is_cash_box: bool = False
    asset_life_months: int | None = None
    """Of an account that holds the cost of fixed assets: how long such assets last."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of accounts that is not installed yet."""

    name: str
    accounts: tuple[ChartAccount, ...]


def template_names() -> list[str]:
    """The templates that come with the product."""
    folder = resources.files("transactional.ledger").joinpath("templates")
    return sorted(entry.name.removesuffix(".json") for entry in folder.iterdir() if entry.name.endswith(".json"))


def load_template(name: str) -> Chart:
    """A template that comes with the product.  Raises: Invalid naming those there are."""
    names = template_names()
    if name not in names:
        raise invalid("template", f"there is no template {name}: choose one of {', '.join(names)}", "unknown_choice")
    return parse_chart(resources.files("transactional.ledger").joinpath("templates", f"{name}.json").read_bytes())


def parse_chart(content: bytes) -> Chart:
    """The chart in a JSON file.  Raises: Invalid naming every account that is wrong."""
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise invalid("file", f"is not JSON: {error}", "not_json") from error
    if not isinstance(document, dict) or not isinstance(document.get("accounts"), list):
        raise invalid("file", "has no list of accounts", "no_accounts")
    problems: list[FieldProblem] = []
    codes: dict[str, bool] = {}
    roles: set[str] = set()
    accounts = []
    for position, record in enumerate(document["accounts"]):
        found = _problems(f"accounts/{position}", record, codes, roles)
        problems += found
        if not found:
            accounts.append(_account(record))
            codes[record["code"]] = bool(record.get("is_group"))
            roles.update(record.get("roles", ()))
    if problems:
        raise Invalid(problems)
    return Chart(str(document.get("name", "")), tuple(accounts))


def _problems(path: str, record: Any, codes: dict[str, bool], roles: set[str]) -> list[FieldProblem]:
    if not isinstance(record, dict):
        return [FieldProblem(path, "is not an object", "wrong_type")]
    problems = [
        FieldProblem(f"{path}/{name}", "is not known", "unknown_field") for name in sorted(set(record) - _KNOWN)
    ]
    problems += [
        FieldProblem(f"{path}/{name}", "is missing", "missing")
        for name in ("code", "name")
        if not isinstance(record.get(name), str) or not record[name].strip()
    ]
    if record.get("code") in codes:
        problems.append(FieldProblem(f"{path}/code", "is used twice", "code_twice"))
    if record.get("type") not in set(AccountType):
        problems.append(FieldProblem(f"{path}/type", f"must be one of {', '.join(AccountType)}", "unknown_choice"))
    if record.get("cash_flow_class") not in {None, *CashFlowClass}:
        reason = f"must be one of {', '.join(CashFlowClass)}"
        problems.append(FieldProblem(f"{path}/cash_flow_class", reason, "unknown_choice"))
    parent = record.get("parent")
    if parent is not None and not codes.get(parent, False):
        problems.append(
            FieldProblem(f"{path}/parent", f"no group {parent} comes before this account", "unknown_parent")
        )
    return problems + _role_problems(path, record, roles) + _asset_problems(path, record)


def _role_problems(path: str, record: dict[str, Any], roles: set[str]) -> list[FieldProblem]:
    problems = []
    for role in record.get("roles", ()):
        if role not in set(AccountRole):
            problems.append(FieldProblem(f"{path}/roles", f"there is no role {role}", "unknown_choice"))
        elif role in roles:
            problems.append(FieldProblem(f"{path}/roles", f"role {role} is played by an account above", "role_twice"))
        elif record.get("is_group"):
            problems.append(FieldProblem(f"{path}/roles", "a group plays no role", "contradiction"))
    return problems


def _asset_problems(path: str, record: dict[str, Any]) -> list[FieldProblem]:
    months = record.get("asset_life_months")
    if months is None:
        return []
    if not isinstance(months, int) or isinstance(months, bool) or months < 1:
        return [FieldProblem(f"{path}/asset_life_months", "is no number of months above zero", "not_above_zero")]
    if record.get("is_group") or record.get("roles") or record.get("type") != AccountType.ASSET:
        reason = "the cost of fixed assets stands on an account of type asset that plays no role and is no group"
        return [FieldProblem(f"{path}/asset_life_months", reason, "contradiction")]
    return []


def _account(record: dict[str, Any]) -> ChartAccount:
    return ChartAccount(
        code=record["code"],
        name=record["name"],
        type=AccountType(record["type"]),
        parent=record.get("parent"),
        statement_line=record.get("statement_line"),
        cash_flow_class=CashFlowClass(record["cash_flow_class"]) if record.get("cash_flow_class") else None,
        currency_code=record.get("currency_code"),
        roles=tuple(AccountRole(role) for role in record.get("roles", ())),
        # An account that a subledger writes is a control account whether the file says so or not.
        is_control=bool(record.get("is_control"))
        or record.get("asset_life_months") is not None
        or not CONTROL_ROLES.keys().isdisjoint(record.get("roles", ())),
        is_group=bool(record.get("is_group")),
        is_cash_box=bool(record.get("is_cash_box")),
        asset_life_months=record.get("asset_life_months"),
    )
