"""The base of every table: tenant, identity, audit columns, version, extraction mark.

`TenantRow` is changed in place under a version; `LedgerRow` is written once and never changed.
A column made with `reference()` becomes a composite foreign key that leads with the tenant, so that a row can only
point at rows of its own tenant and the schema can be distributed by tenant unchanged.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    FetchedValue,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    inspect,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, MappedColumn, mapped_column
from sqlalchemy.types import UserDefinedType

from transactional.kernel.ids import new_id
from transactional.kernel.money import AMOUNT_DIGITS, AMOUNT_PLACES, PRICE_PLACES, QUANTITY_PLACES

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


REFERENCE: dict[str, Any] = {"reference": True}
"""The `info` of a table that documents look at and hardly anyone changes: the application keeps its rows."""


GUARD: dict[str, Any] = {"audited": False, "guard": True}
"""The `info` of a table of rows that writers queue at: sums that the books derive. They are changed all the time, and
are neither audited nor promised to the warehouse, so that nothing marks, indexes or buries a change of theirs."""


class Xid8(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The type's name in DDL."""
        return "xid8"


class Base(DeclarativeBase):
    """Every mapped table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        Decimal: Numeric(AMOUNT_DIGITS, AMOUNT_PLACES),
        UUID: Uuid(),
    }

    def __init__(self, **values: Any) -> None:
        """Take values by attribute name. No session watches rows, so they are set without its bookkeeping."""
        unknown = values.keys() - _names(type(self))
        if unknown:
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        self.__dict__.update(values)

    @classmethod
    def __table_cls__(cls, name: str, metadata: MetaData, *args: Any, **options: Any) -> Table:
        """The table, with the composite foreign keys its `reference()` columns ask for."""
        columns = [arg for arg in args if isinstance(arg, Column)]
        if any(column.name == "tenant_id" for column in columns):
            args = (*args, *[_tenant_key(column) for column in columns if "references" in column.info])
            is_extracted = not options.get("info", {}).get("guard", False)
            if is_extracted and any(column.name == "row_xid" for column in columns):
                args = (*args, Index(None, "row_xid"))
        return Table(name, metadata, *args, **options)


@cache
def _names(model: type[Any]) -> frozenset[str]:
    return frozenset(inspect(model).attrs.keys())


def _tenant_key(column: Column[Any]) -> ForeignKeyConstraint:
    target = column.info["references"]
    ends: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"} if column.info.get("is_deferred") else {}
    return ForeignKeyConstraint(["tenant_id", column.name], [f"{target}.tenant_id", f"{target}.id"], **ends)


def reference(target: str, *, is_deferred: bool = False, **options: Any) -> MappedColumn[Any]:
    """A column that points at a row of the same tenant in `target`, named `<schema>.<table>`.

    A deferred one is checked when the transaction ends: the row it points at may be written last.
    """
    return mapped_column(Uuid(), info={"references": target, "is_deferred": is_deferred}, **options)


def lead_to(model: type[Any], column: str, target: str) -> None:
    """Have a column of a module below point at a row of the same tenant in `target`, as `reference` does.

    Said by the module that owns the target: where that is not installed, the column leads nowhere.
    """
    pointing = model.__table__.c[column]
    pointing.info["references"] = target
    model.__table__.append_constraint(_tenant_key(pointing))


def shaped(shape: Mapping[str, Any], example: Any, **options: Any) -> MappedColumn[Any]:
    """A column of JSON whose shape and example the document of the interface tells, as JSON Schema."""
    return mapped_column(JSONB, info={"shape": {"allOf": [dict(shape)], "examples": [example]}}, **options)


FACTS: Final = {"type": "object", "description": "What else is known of it: texts, numbers or lists, by name."}


def quantity(**options: Any) -> MappedColumn[Any]:
    """A quantity column, in the unit that the row names."""
    return mapped_column(Numeric(20, QUANTITY_PLACES), **options)


def price(**options: Any) -> MappedColumn[Any]:
    """A price or cost per unit."""
    return mapped_column(Numeric(20, PRICE_PLACES), **options)


def rate(**options: Any) -> MappedColumn[Any]:
    """A rate or share, as a fraction."""
    return mapped_column(Numeric(20, 10), **options)


def short_text(length: int = 40, **options: Any) -> MappedColumn[Any]:
    """A short text that people type and read."""
    return mapped_column(String(length), **options)


def one_of(column: str, values: type[Any]) -> CheckConstraint:
    """A check that a text column holds one of an enumeration's values."""
    listed = ", ".join(f"'{member.value}'" for member in values)
    return CheckConstraint(f"{column} in ({listed})", name=f"{column}_known")


def unique(*columns: str, **options: Any) -> UniqueConstraint:
    """A unique key within the tenant."""
    return UniqueConstraint("tenant_id", *columns, **options)


class _Value:
    """A column of a row: on the class what statements are made of, on a row its value and nothing else.

    A row's own values come before what has no `__set__`, so that getting and setting them costs no call; the library's
    attribute keeps account of changes that no session ever looks for.
    """

    __slots__ = ("_attribute",)

    def __init__(self, attribute: InstrumentedAttribute[Any]) -> None:
        self._attribute = attribute

    def __get__(self, row: Any, model: type[Any]) -> Any:
        if row is None:
            return self._attribute
        # A value that was not given: nothing, unless a session has read the row and knows why it left it out.
        return self._attribute.__get__(row, model) if _WATCHED in row.__dict__ else None


_WATCHED = "_sa_instance_state"


class _Identified(Base):
    __abstract__ = True

    def __init_subclass__(cls, **options: Any) -> None:
        """Have the rows of a mapped class be plain values."""
        super().__init_subclass__(**options)
        if "__table__" in cls.__dict__:
            for name in cls.__table__.columns.keys():  # noqa: SIM118  # a collection of columns, not of names
                type.__setattr__(cls, name, _Value(cls.__dict__[name]))
            type.__delattr__(cls, "__init__")

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-30)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-29)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"), sort_order=90)
    created_by: Mapped[UUID | None] = mapped_column(sort_order=91)
    row_xid: Mapped[int] = mapped_column(
        Xid8(),
        server_default=text("pg_current_xact_id()"),
        server_onupdate=FetchedValue(),
        deferred=True,
        sort_order=99,
    )


class TenantRow(_Identified):
    """A row that its tenant may change, under a version."""

    __abstract__ = True

    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"), sort_order=92)
    updated_by: Mapped[UUID | None] = mapped_column(sort_order=93)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"), sort_order=94)


class LedgerRow(_Identified):
    """A row that is written once: corrections are further rows, never edits. The database refuses the rest."""

    __abstract__ = True


def singular(table_name: str) -> str:
    """What one row of a table is called, in words."""
    words = table_name.replace("_", " ")
    if words.endswith("series"):
        return words
    if words.endswith("ies"):
        return words[:-3] + "y"
    return words[:-2] if words.endswith("sses") else words.removesuffix("s")


def tenant_tables() -> list[Table]:
    """Every table that belongs to tenants, in creation order."""
    return [table for table in Base.metadata.sorted_tables if "tenant_id" in table.c]


def is_reference(table: Table) -> bool:
    """Whether the application keeps this table's rows between transactions."""
    return bool(table.info.get("reference", False))


def is_guard(table: Table) -> bool:
    """Whether rows of this table are only queued at: nobody outside the operational schemas reads them."""
    return bool(table.info.get("guard", False))


def is_append_only(table: Table) -> bool:
    """Whether rows of this table are written once."""
    return "tenant_id" in table.c and "version" not in table.c
