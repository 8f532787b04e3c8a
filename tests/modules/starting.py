"""Starts subsets of the core, each as if the other modules were not installed: `python -m tests.modules.starting`.

Reads a list of subsets from standard input, the smaller ones first, and writes one line for each: its schemas and the
shares of tests that passed, or the error. A subset that holds all modules started so far grows out of them in this
process; any other is started in a process forked from it, so that what the two have in common is imported once.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import sys
import traceback
from collections.abc import Sequence
from typing import Any


class Installed:
    """Refuses to find any module of the core but those installed."""

    def __init__(self) -> None:
        self.modules: set[str] = set()

    def find_spec(self, name: str, *_: Any) -> None:
        """Nothing: whether a module is where it should be is for others to say.  Raises: ImportError."""
        parts = name.split(".")
        if parts[0] == "transactional" and len(parts) > 1 and parts[1] not in self.modules:
            raise ImportError(f"{name} is not installed")


def import_all(modules: Sequence[str]) -> None:
    """Import every file of these modules."""
    for module in sorted(modules):
        package = importlib.import_module(f"transactional.{module}")
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(found.name)


def start(modules: Sequence[str], owner: str, app: str) -> dict[str, Any]:
    """The schemas of the modules' tables, which now stand, and the shares of tests that passed on them."""
    import psycopg  # noqa: PLC0415

    import_all(modules)
    from transactional.kernel.ids import new_id  # noqa: PLC0415
    from transactional.kernel.making import all_statements  # noqa: PLC0415
    from transactional.kernel.model import Base  # noqa: PLC0415
    from transactional.kernel.principal import system_principal  # noqa: PLC0415
    from transactional.kernel.session import Database  # noqa: PLC0415

    tables = Base.metadata.sorted_tables
    schemas = sorted({str(table.schema) for table in tables})
    with psycopg.connect(owner, cursor_factory=psycopg.ClientCursor) as connection:
        for statement in all_statements(tables, schemas):
            connection.execute(statement)
    database, passed = Database(app), []
    for module in sorted(modules):
        for share in importlib.import_module(f"tests.modules.{module}").SHARE:
            # Of a tenant of its own, so that none meets what another one left.
            with database.transaction(system_principal(new_id(), channel="test", user_id=new_id())) as session:
                share(session)
            passed.append([module, share.__name__])
    database.close()
    return {"schemas": schemas, "passed": passed}


def tell(name: str, modules: Sequence[str], urls: Sequence[str]) -> None:
    """Start one subset and write what came of it."""
    try:
        outcome = start(modules, *urls)
    except Exception:  # noqa: BLE001  # whatever it is, the test of this subset shows it
        outcome = {"error": traceback.format_exc()}
    sys.stdout.write(json.dumps({"name": name, **outcome}) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Start every subset that is asked for."""
    installed = Installed()
    sys.meta_path.insert(0, installed)
    wanted: list[tuple[str, list[str], list[str]]] = json.load(sys.stdin)
    for position, (name, modules, urls) in enumerate(wanted):
        grows = all(set(modules) <= set(later) for _, later, _ in wanted[position + 1 :])
        if grows:
            installed.modules = set(modules)
            tell(name, modules, urls)
        elif os.fork() == 0:
            installed.modules = set(modules)
            tell(name, modules, urls)
            os._exit(0)
        else:
            os.wait()


if __name__ == "__main__":
    main()
