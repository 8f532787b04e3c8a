"""Who makes goods of goods: modules above the stock ledger, which it asks what their goods are worth.

A module that moves goods into something and other goods out of it says so in its `made_goods`, found by the first word
of its moves' origin: the stock ledger knows no document, and whoever moves stock passes costs on.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast
from uuid import UUID

from transactional.kernel.session import Session


class Maker(Protocol):
    """What a module's `made_goods` tells, given its documents that took in goods whose cost changed."""

    def goods_worth(self, session: Session, origins: Mapping[UUID, date]) -> Mapping[UUID, Decimal]:
        """By stock move, what goods made should have brought, where they brought something else."""
        ...

    def settle_rest(self, session: Session, origins: Mapping[UUID, date], *, at: datetime) -> None:
        """Post what no goods carry; the days are those of the last changes."""
        ...


@cache
def find_maker(origin_type: str) -> Maker | None:
    """The maker behind an origin; nothing where its module makes nothing, or is not installed."""
    package = f"transactional.{origin_type.partition('.')[0]}"
    if find_spec(package) is None or find_spec(f"{package}.made_goods") is None:
        return None
    return cast("Maker", import_module(f"{package}.made_goods"))
