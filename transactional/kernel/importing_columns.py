"""What the fields of a schema have to do with the columns of a file."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from transactional.kernel.cells import as_day, as_text, plain


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation holds, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (model_in(part) for part in getattr(annotation, "__args__", ()))
    return next((each for each in found if each), None)


def fits_a_cell(schema: type[BaseModel], name: str) -> bool:
    """Whether a field is one value: lists have no place in a cell."""
    kinds = _kinds_in(schema.model_fields[name].annotation)
    return not any(getattr(kind, "__origin__", kind) is list for kind in kinds)


def named(schema: type[BaseModel], title: str) -> str | None:
    """The field a title is about: by its name, or for a reference by `customer` or `customer_code`."""
    names = (title, f"{title}_id", f"{title.removesuffix('_code')}_id", f"{title.removesuffix('_number')}_id")
    return next((name for name in names if name in schema.model_fields), None)


def parser(schema: type[BaseModel], name: str) -> Callable[[Any], Any]:
    """How a cell becomes what the schema may take for a field."""
    kinds = _kinds_in(schema.model_fields[name].annotation)
    if date in kinds:
        return as_day
    if any(type(kind) is int for kind in kinds):
        return _as_number
    return as_text if kinds & {str, UUID} else plain


def _as_number(cell: Any) -> Any:
    """A cell as one of a few whole numbers, which a file has as text; anything else as it stands."""
    text = as_text(cell)
    return int(text) if isinstance(text, str) and text.isdecimal() else text


def _kinds_in(annotation: Any) -> set[Any]:
    parts = getattr(annotation, "__args__", ())
    return {annotation} | {kind for part in parts for kind in _kinds_in(part)}
