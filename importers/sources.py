"""The sources we know: a mapping file and the function that makes a plan of its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import importers.adventureworks.transform
import importers.northwind.transform
import importers.online_retail.transform
from importers.mapping import SourceSpec, load_mapping
from importers.plan import Plan
from importers.problems import ImportRefused
from importers.source import Tables

MakePlan = Callable[[Mapping[str, Any], Tables], Plan]
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Source:
    """How one system's files become a plan."""

    spec: SourceSpec
    make_plan: MakePlan


class UnknownSource(ImportRefused):
    """There is no importer of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no source {name}: choose one of {', '.join(_PLANS)}.")


_PLANS: dict[str, MakePlan] = {
    "adventureworks": importers.adventureworks.transform.make_plan,
    "northwind": importers.northwind.transform.make_plan,
    "online-retail": importers.online_retail.transform.make_plan,
}


def find_source(name: str) -> Source:
    """The source of a name.  Raises: UnknownSource."""
    if name not in _PLANS:
        raise UnknownSource(name)
    return Source(load_mapping(_FOLDER / name.replace("-", "_") / "mapping.toml"), _PLANS[name])
