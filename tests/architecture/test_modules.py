"""Modules by business domain: each owns its tables, knows those below it, and starts without those above it."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from runtime.postgres import EmbeddedPostgres
from runtime.roles import ensure_roles
from runtime.settings import load_settings
from transactional.kernel.model import Base
from transactional.registry import METADATA

pytestmark = pytest.mark.feature("ARCH-34")
PROJECT = Path(__file__).parents[2]
MODULES = (
    "kernel",
    "identity",
    "organization",
    "platform",
    "scm",
    "project",
    "catalog",
    "ledger",
    "inventory",
    "finance",
    "sales",
    "purchase",
    "production",
    "report",
    "watch",
    "assistant",
    "flows",
)
"""From the ground up; sales, purchase, production, report, watch and assistant stand side by side."""
TWINS = frozenset({"sales", "purchase", "production", "report", "watch", "assistant"})
SUBSETS = (*[MODULES[: count + 1] for count in range(10)], *[(*MODULES[:10], each) for each in sorted(TWINS)])
"""A module with all below it, and each of those side by side without the others."""
_TABLE = re.compile(r"\b(?:from|join|into|update)\s+(" + "|".join(MODULES) + r")\.(\w+)", re.IGNORECASE)


def files_of(module: str) -> list[Path]:
    return sorted((PROJECT / "transactional" / module).rglob("*.py"))


def may_know(module: str, other: str) -> bool:
    if module != other and {module, other} <= TWINS:
        return False
    return MODULES.index(other) <= MODULES.index(module)


def imports_of(tree: ast.AST) -> Iterator[tuple[str, str, str]]:
    """Module, submodule and name of everything a file takes from the transactional core."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("transactional."):
            _, module, *rest = (node.module or "").split(".")
            for name in node.names:
                yield module, ".".join(rest), name.name


@pytest.mark.parametrize("module", MODULES)
def test_no_module_imports_one_above_it_or_what_another_keeps_to_itself(module: str) -> None:
    foreign, private = [], []
    for file in files_of(module):
        for other, _, name in imports_of(ast.parse(file.read_text(encoding="utf-8"))):
            if other not in MODULES or other == module:
                continue
            where = f"{file.relative_to(PROJECT)}: {other} {name}"
            foreign += [where] if not may_know(module, other) else []
            private += [where] if name.startswith("_") else []
    assert foreign == []
    assert private == []


@pytest.mark.parametrize("module", MODULES)
def test_no_module_asks_tables_above_it_by_sql(module: str) -> None:
    found = []
    for file in files_of(module):
        for schema, table in _TABLE.findall(file.read_text(encoding="utf-8")):
            if f"{schema}.{table}" in METADATA.tables and not may_know(module, schema.lower()):
                found.append(f"{file.relative_to(PROJECT)}: {schema}.{table}")
    assert found == []


def models_of(module: str) -> set[str]:
    return {
        mapper.class_.__name__
        for mapper in Base.registry.mappers
        if mapper.class_.__module__ == f"transactional.{module}.models"
    }


@pytest.mark.parametrize("module", [each for each in MODULES if each != "flows"])
def test_every_module_writes_its_own_tables_only(module: str) -> None:
    """A row of another module is made by that module's services, never constructed or updated from outside.

    Flows own no table: setting up a company writes its first records everywhere.
    """
    found = []
    for file in files_of(module):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        foreign = {
            name: other
            for other, part, name in imports_of(tree)
            if part == "models" and other not in {module, "kernel"} and name in models_of(other)
        }
        for node in ast.walk(tree):
            names = [name for name in _written(node) if name in foreign]
            found += [f"{file.relative_to(PROJECT)}: {foreign[name]}.{name}" for name in names]
    assert found == []


def _written(node: ast.AST) -> list[str]:
    """The models whose rows a call makes or changes."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return []
    if node.func.id == "update_all":
        columns = [each for each in node.args[2:] if isinstance(each, ast.Attribute)]
        return [column.value.id for column in columns if isinstance(column.value, ast.Name)]
    return [node.func.id]


def test_the_check_of_writes_sees_a_foreign_write() -> None:
    tree = ast.parse("update_all(session, rows, Item.standard_cost)\nItem(code='A')\n")
    assert [name for node in ast.walk(tree) for name in _written(node)] == ["Item", "Item"]


@pytest.fixture(scope="module")
def outcomes(server: EmbeddedPostgres) -> dict[str, dict[str, Any]]:
    """What starting each subset on a database of its own came to, by the subset's last module."""
    wanted = []
    for subset in SUBSETS:
        settings = load_settings().model_copy(update={"database_name": f"subset_{subset[-1]}"})
        server.create_database(settings.database_name)
        ensure_roles(settings)
        wanted.append([subset[-1], subset, [settings.database_url("owner"), settings.database_url("app")]])
    done = _start(wanted)
    for name, *_ in wanted:
        server.drop_database(f"subset_{name}")
    assert done.returncode == 0, done.stderr[-2_000:]
    return {found["name"]: found for found in map(json.loads, done.stdout.splitlines())}


def _start(wanted: Sequence[Any]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.modules.starting"]
    return subprocess.run(command, cwd=PROJECT, input=json.dumps(wanted), capture_output=True, text=True, check=False)


@pytest.mark.parametrize("subset", SUBSETS, ids=lambda subset: subset[-1])
def test_a_legal_subset_of_modules_starts_and_passes_its_tests(
    outcomes: dict[str, dict[str, Any]], subset: tuple[str, ...]
) -> None:
    """Where the other modules do not exist, every file of the subset is imported, its tables are made, a share of the
    tests of each of its modules passes on them.
    """
    found = outcomes[subset[-1]]
    assert "error" not in found, found["error"][-2_000:]
    with_tables = {table.schema for table in METADATA.sorted_tables}
    assert set(found["schemas"]) == set(subset) & with_tables
    assert {module for module, _ in found["passed"]} == set(subset)


def test_a_subset_that_lacks_a_module_below_does_not_start() -> None:
    done = _start([["sales", ["kernel", "sales"], ["", ""]]])
    assert "is not installed" in json.loads(done.stdout)["error"]


def test_flows_own_no_table() -> None:
    assert models_of("flows") == set()


def test_every_folder_of_the_core_is_a_known_module() -> None:
    folders = {path.name for path in (PROJECT / "transactional").iterdir() if (path / "__init__.py").exists()}
    assert folders - {"migrations"} == set(MODULES)
