"""Asking for many rows by key with one parameter, however many keys there are."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, literal
from sqlalchemy.orm import InstrumentedAttribute


def among(column: InstrumentedAttribute[Any], ids: Iterable[UUID | None]) -> ColumnElement[bool]:
    """Whether a column holds one of these ids, given as one array: a statement takes 65,535 parameters at most."""
    return column == any_(literal(list({key for key in ids if key is not None}), ARRAY(Uuid())))
