"""The questions of the evaluation, one case for each value and phrasing."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

QUESTIONS = Path(__file__).with_name("questions.yml")


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the statement that knows its answer, or with what the reply must be instead of one."""

    id: str
    world: str
    kind: str
    question: str
    sql: str | None = None
    expects: str | None = None
    is_ordered: bool = False
    rights: tuple[str, ...] = ("*",)
    query: Mapping[str, Any] | None = None
    """Parts that the reply's metric query has to have, too: the right figure by the wrong question is chance."""


def read_cases(path: Path = QUESTIONS) -> list[Case]:
    """Every case of the file."""
    return [case for group in yaml.safe_load(path.read_text(encoding="utf-8")) for case in _cases(group)]


def _cases(group: Mapping[str, Any]) -> Iterator[Case]:
    for values in _bindings(group.get("with") or {}):
        sql = _filled(group["sql"], values) if "sql" in group else None
        for kind, questions in group["ask"].items():
            for question in questions:
                yield Case(
                    id=group["id"],
                    world=group["world"],
                    kind=kind,
                    question=_filled(question, values),
                    sql=sql,
                    expects=group.get("expects"),
                    is_ordered=bool(group.get("ordered")),
                    rights=tuple(group.get("rights", ("*",))),
                    query=_filled_parts(group.get("query"), values),
                )


def _bindings(given: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    for values in itertools.product(*given.values()):
        yield dict(zip(given, map(str, values), strict=True))


def _filled_parts(parts: Mapping[str, Any] | None, values: Mapping[str, str]) -> Mapping[str, Any] | None:
    if parts is None:
        return None
    found: Mapping[str, Any] = json.loads(_filled(json.dumps(parts), values))
    return found


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text
