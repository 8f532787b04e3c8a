"""What a bookkeeper with patience would compute: every value from the beginning, in plain Python.

Written apart from the product's rules on purpose: the two must agree.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")


def cents(value: Fraction) -> Decimal:
    scaled = abs(value) * 100
    whole = int(scaled) + (1 if scaled - int(scaled) >= Fraction(1, 2) else 0)
    return (Decimal(whole) / 100).quantize(CENT, rounding=ROUND_HALF_UP) * (1 if value >= 0 else -1)


@dataclass(eq=False)
class Event:
    """A move of one item; `taken` says from which event each unit of a FIFO issue came."""

    item: str
    place: int
    kind: str
    qty: int
    on: date
    given: Decimal = Decimal(0)
    link: "Event | None" = None
    returned: int = 0
    value: Decimal = Decimal(0)
    taken: list["Layer"] = field(default_factory=list)


@dataclass(eq=False)
class Layer:
    event: Event
    qty: int
    value: Fraction


class Bookkeeper:
    """All events of all items; values are computed from scratch whenever somebody asks."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, event: Event) -> Event:
        self.events.append(event)
        return event

    def fits(self, item: str, place: int, changes: list[tuple[date, int]]) -> bool:
        """Whether stock never falls below zero with these changes, each after what stands on its day."""
        stood = [(event.on, event.qty) for event in self.events if (event.item, event.place) == (item, place)]
        stands = 0
        for _, qty in sorted(stood + changes, key=lambda change: change[0]):
            stands += qty
            if stands < 0:
                return False
        return True

    def on_hand(self, item: str, place: int) -> int:
        return sum(event.qty for event in self.events if (event.item, event.place) == (item, place))

    def ordered(self, item: str) -> list[Event]:
        own = [event for event in self.events if event.item == item]
        return sorted(own, key=lambda event: event.on)

    def average_values(self, item: str) -> dict[int, Decimal]:
        """What each place's stock is worth by moving average."""
        qtys: dict[int, int] = {}
        values: dict[int, Decimal] = {}
        for event in self.ordered(item):
            event.returned = 0
        for event in self.ordered(item):
            qty, value = qtys.get(event.place, 0), values.get(event.place, Decimal(0))
            event.value = _average_value(event, qty, value)
            qtys[event.place], values[event.place] = qty + event.qty, value + event.value
        return values

    def fifo_values(self, item: str) -> dict[int, Fraction]:
        """What each place's stock is worth by layers, not rounded at all."""
        layers: dict[int, list[Layer]] = {}
        order = {id(event): position for position, event in enumerate(self.ordered(item))}
        for event in self.ordered(item):
            event.taken = []
        for event in self.ordered(item):
            _fifo_step(event, layers.setdefault(event.place, []), order)
        return {place: sum((layer.value for layer in found), Fraction(0)) for place, found in layers.items()}


def _share(event: Event) -> Decimal:
    source = event.link
    if source is None:
        raise AssertionError("nothing to take back")
    basis = source.given if source.kind == "in" else abs(source.value)
    before, source.returned = source.returned, source.returned + abs(event.qty)
    whole = Fraction(basis) / abs(source.qty)
    return cents(whole * source.returned) - cents(whole * before)


def _average_value(event: Event, qty: int, value: Decimal) -> Decimal:
    if event.kind == "in":
        return event.given
    if event.kind == "back_in":
        return _share(event)
    if event.kind == "back_out":
        _share(event)
    if event.kind == "mirror_out":
        share = _share(event)
        return -value if -event.qty == qty else -min(share, value)
    return -value if -event.qty == qty else -cents(Fraction(value) * -event.qty / qty)


def _fifo_step(event: Event, layers: list[Layer], order: dict[int, int]) -> None:
    if event.kind == "in":
        layers.append(Layer(event, event.qty, Fraction(event.given)))
    elif event.kind == "back_in":
        parts = _came_from(event)
        if event.link is not None and (event.link.place == event.place or event.link.kind == "transfer"):
            for part in parts:
                _put_back(part, layers, order)
        else:
            layers.append(Layer(event, event.qty, sum((part.value for part in parts), Fraction(0))))
    else:
        own = [layer for layer in layers if layer.event is event.link]
        _take(event, own + [layer for layer in layers if layer.event is not event.link])
        layers[:] = [layer for layer in layers if layer.qty]


def _take(event: Event, layers: list[Layer]) -> None:
    wanted = -event.qty
    for layer in layers:
        part = min(wanted, layer.qty)
        if part:
            value = layer.value * part / layer.qty
            event.taken.append(Layer(layer.event, part, value))
            layer.qty -= part
            layer.value -= value
            wanted -= part


def _came_from(event: Event) -> list[Layer]:
    """The layers of the issue that comes back, the last taken first."""
    if event.link is None:
        raise AssertionError("nothing to take back")
    parts = []
    wanted, taken = event.qty, event.link.taken
    while wanted:
        last = taken[-1]
        part = min(wanted, last.qty)
        value = last.value * part / last.qty
        last.qty, last.value = last.qty - part, last.value - value
        if not last.qty:
            taken.pop()
        parts.append(Layer(last.event, part, value))
        wanted -= part
    return parts


def _put_back(part: Layer, layers: list[Layer], order: dict[int, int]) -> None:
    found = next((layer for layer in layers if layer.event is part.event), None)
    if found is None:
        found = Layer(part.event, 0, Fraction(0))
        layers.append(found)
        layers.sort(key=lambda layer: order[id(layer.event)])
    found.qty, found.value = found.qty + part.qty, found.value + part.value
