"""Conditions on many ids as one parameter: a statement has room for 65,535 parameters, an array for any number."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, ColumnElement, Uuid, any_, bindparam
from sqlalchemy.orm import InstrumentedAttribute


def any_of(column: InstrumentedAttribute[Any] | Column[Any], ids: Iterable[UUID | None]) -> ColumnElement[bool]:
    """Whether a column holds one of the ids; an absent id matches nothing."""
    return column == any_(bindparam(None, list({key for key in ids if key is not None}), type_=ARRAY(Uuid())))
