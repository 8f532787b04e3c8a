"""What could have stood where an input has a name that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from starlette.requests import Request

NAMES_MAX = 40
"""Longer lists help nobody."""


def neighbours_of(request: Request, place: Sequence[str | int]) -> list[str]:
    """The fields that the input has at `place`, where it has an unknown one: the alike, or else all of them.

    `place` is where pydantic found it, without `body`; nothing where the address takes no input of known shape.
    """
    route = request.scope.get("route")
    wanted = getattr(route, "body_field", None)
    if wanted is None or not place:
        return []
    shapes = set(_models(wanted.field_info.annotation))
    for part in place[:-1]:
        shapes = {inner for shape in shapes for inner in _below(shape, part)} or shapes
    names = sorted({name for shape in shapes for name in shape.model_fields})
    alike = get_close_matches(str(place[-1]), names, n=3, cutoff=0.7)
    return alike or names[:NAMES_MAX]


def _below(shape: type[BaseModel], part: str | int) -> Iterator[type[BaseModel]]:
    """The shapes a field may hold; positions in lists and names of alternatives lead nowhere else."""
    if part in shape.model_fields:
        yield from _models(shape.model_fields[str(part)].annotation)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    inner = get_args(annotation)
    for each in inner[:1] if get_origin(annotation) is Annotated else inner:
        yield from _models(each)
