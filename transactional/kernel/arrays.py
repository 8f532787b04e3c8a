"""Conditions on many ids as one parameter: a statement has room for 65,535 parameters, an array for any number."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, any_, bindparam
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import UserDefinedType


class _Ids(UserDefinedType[Any]):
    """Ids that are sent as the text of an array."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: Any) -> str:
        """What the text is read as."""
        return "uuid[]"

    def bind_processor(self, dialect: Any) -> Callable[[Any], str]:
        """Make the text."""
        del dialect
        return uuid_array


def any_of(column: InstrumentedAttribute[Any] | ColumnElement[Any], ids: Iterable[UUID | None]) -> ColumnElement[bool]:
    """Whether a column holds one of the ids; an absent id matches nothing."""
    return column == any_(bindparam(None, list(ids), type_=_Ids()))


def uuid_array(ids: Iterable[UUID | None]) -> str:
    """Ids as the text of an array, each once: the driver, element by element, takes several times as long."""
    return "{" + ",".join({f"{key.int:032x}" for key in ids if key is not None}) + "}"


def values_among(column: Any, values: Sequence[Any]) -> ColumnElement[bool]:
    """Whether a column holds one of many values of its type."""
    condition: ColumnElement[bool] = column == any_(bindparam(None, list(values), type_=ARRAY(column.type)))
    return condition
