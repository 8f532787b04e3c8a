"""Which price holds: by list, priority, unit, quantity break and day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from transactional.catalog.models import Item, PriceList, PriceListLine
from transactional.catalog.units import UnitRefused, UnitTable


@dataclass(frozen=True, slots=True)
class PriceAsk:
    """Whose price of what, how much of it and when.

    `own_list_id` is the customer's list; `supplier_id` takes a supplier's lists.
    """

    kind: str
    item: Item
    unit_id: UUID | None
    qty: Decimal
    currency_code: str
    on: date
    own_list_id: UUID | None = None
    supplier_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """A price per the unit asked for, and the list it comes from."""

    unit_price: Decimal
    discount_share: Decimal
    source: str


class PriceBook:
    """Price lists with their lines."""

    def __init__(self, lists: Iterable[PriceList], lines: Iterable[PriceListLine], units: UnitTable) -> None:
        """Keep the lines by item."""
        self._lists = {row.id: row for row in lists if row.is_active}
        self._units = units
        self._lines: defaultdict[UUID, list[PriceListLine]] = defaultdict(list)
        self._ranked: dict[tuple[str, str, UUID | None, UUID | None], dict[UUID, int]] = {}
        for line in lines:
            if line.price_list_id in self._lists:
                self._lines[line.item_id].append(line)

    def find(self, ask: PriceAsk) -> Price | None:
        """The price that holds: of the first list in order that has one, the largest quantity break reached.

        A price in the very unit asked goes before one converted; the latest start wins where two still tie.
        """
        offers = self._offers(ask)
        reached = [offer for offer in offers if ask.qty >= offer[2]]
        if not reached:
            return None
        _, line, _ = min(reached, key=lambda offer: _order(ask, offer))
        price = self._units.price_in(line.unit_price, ask.item, line.unit_id, ask.unit_id)
        return Price(price, line.discount_share, self._source(line))

    def minimum_qty(self, ask: PriceAsk) -> Decimal | None:
        """The least quantity that any list offers a price for, in the unit asked; nothing where none has a price."""
        return min((offer[2] for offer in self._offers(ask)), default=None)

    def _offers(self, ask: PriceAsk) -> list[tuple[int, PriceListLine, Decimal]]:
        ranks = self._ranks(ask)
        offers = []
        for line in self._lines.get(ask.item.id, ()):
            rank = ranks.get(line.price_list_id)
            if rank is not None and line.valid_from <= ask.on and (line.valid_to is None or ask.on <= line.valid_to):
                least = self._least(line, ask)
                if least is not None:
                    offers.append((rank, line, least))
        return offers

    def _least(self, line: PriceListLine, ask: PriceAsk) -> Decimal | None:
        """A line's quantity break told in the unit asked; nothing where the two units have no ratio."""
        try:
            # A break in boxes is reached by as many pieces: a quantity converts the other way round than a price.
            return self._units.price_in(line.min_qty, ask.item, ask.unit_id, line.unit_id)
        except UnitRefused:
            return None

    def _ranks(self, ask: PriceAsk) -> dict[UUID, int]:
        """The lists that apply, in order: priority, then the party's own list, then default lists, by code."""
        key = (ask.kind, ask.currency_code, ask.own_list_id, ask.supplier_id)
        if key not in self._ranked:
            own = [row for row in self._lists.values() if _applies(row, ask)]
            own.sort(key=lambda row: (-row.priority, not _is_own(row, ask), row.code))
            self._ranked[key] = {row.id: rank for rank, row in enumerate(own)}
        return self._ranked[key]

    def _source(self, line: PriceListLine) -> str:
        name = self._lists[line.price_list_id].name
        return f"{name} from {line.min_qty.normalize():f}" if line.min_qty else name


def _applies(row: PriceList, ask: PriceAsk) -> bool:
    if row.kind != ask.kind or row.currency_code != ask.currency_code:
        return False
    return _is_own(row, ask) or (row.is_default and row.supplier_id is None)


def _is_own(row: PriceList, ask: PriceAsk) -> bool:
    return row.id == ask.own_list_id or (row.supplier_id is not None and row.supplier_id == ask.supplier_id)


def _order(ask: PriceAsk, offer: tuple[int, PriceListLine, Decimal]) -> tuple[int, bool, Decimal, int]:
    rank, line, least = offer
    is_converted = (line.unit_id or ask.item.unit_id) != (ask.unit_id or ask.item.unit_id)
    return rank, is_converted, -least, -line.valid_from.toordinal()
