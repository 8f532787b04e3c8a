"""The ready reports that come with the program, by area; each is a definition like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from olap.asker import Asker
from olap.errors import MetricsError
from olap.service import Numbers
from reports.definition import Definition
from reports.run import check_definition

FOLDER = Path(__file__).parent / "library"


@dataclass(frozen=True)
class Template:
    """A ready report."""

    key: str
    area: str
    title: Mapping[str, str]
    definition: Definition


@cache
def templates() -> Mapping[str, Template]:
    """Every ready report by key.  Raises: QueryInvalid for a file that means nothing."""
    found = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8")):
            definition = Definition.from_data({**entry["definition"], "title": entry["title"]})
            found[entry["key"]] = Template(entry["key"], file.stem, entry["title"], definition)
    return found


def templates_for(numbers: Numbers, asker: Asker) -> list[Template]:
    """The ready reports all of whose figures an asker may see."""
    return [each for each in templates().values() if _is_for(numbers, each, asker)]


def _is_for(numbers: Numbers, template: Template, asker: Asker) -> bool:
    try:
        check_definition(numbers, template.definition, asker)
    except MetricsError:
        return False
    return True
