"""Pools of stock of one item in one warehouse: moving average, FIFO layers, standard cost.

Each pool keeps quantity and value; a quantity of zero always leaves a value of exactly zero. What goes out below zero
is valued at the last cost and made good by what comes in next (`take_true_ups`).
Source: IAS 2.21 (standard cost), 2.25 and 2.27 (first-in first-out, weighted average).
"""

from abc import ABC, abstractmethod
from bisect import insort
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from transactional.inventory.costing.steps import TrueUp, unit_cost
from transactional.kernel.errors import BrokenInvariant
from transactional.kernel.money import ZERO, round_amount, split_amount

Age: TypeAlias = tuple[date, int]
"""The day a layer came in and its place among those of the day; it keeps both wherever it is taken to."""
_AGELESS: Age = (date.min, 0)


@dataclass(slots=True)
class Portion:
    """A part of an issue: which layer it came from (none below zero), how much, at what value."""

    layer_id: UUID | None
    qty: Decimal
    value: Decimal
    age: Age = _AGELESS

    def take(self, qty: Decimal, decimals: int, value: Decimal | None = None) -> Decimal:
        """The value of a part, which leaves: that given, or its share; the last part takes the exact rest."""
        if value is None:
            value = self.value if qty == self.qty else round_amount(self.value * qty / self.qty, decimals)
        self.qty -= qty
        self.value -= value
        return value


def take_last(portions: list[Portion], qty: Decimal, decimals: int) -> list[Portion]:
    """The parts that come back of an issue, which leave its portions: what was taken last comes back first."""
    parts = []
    while qty:
        portion = portions[-1]
        part = min(qty, portion.qty)
        parts.append(Portion(portion.layer_id, part, portion.take(part, decimals), portion.age))
        qty -= part
        if not portion.qty:
            portions.pop()
    return parts


@dataclass(frozen=True, slots=True)
class Named:
    """How much to take from a layer first, and at which value, where that is not for the layer to say."""

    layer_id: UUID
    qty: Decimal
    value: Decimal | None = None


def name_first(portions: list[Portion], qty: Decimal, decimals: int, *, is_exact: bool) -> list[Named]:
    """The layers that a quantity of what came in stands in, which leaves its portions: oldest first.

    `is_exact` asks for the value too that it came in with.
    """
    named = []
    while qty and portions:
        portion = portions[0]
        part = min(qty, portion.qty)
        value = portion.take(part, decimals)
        if portion.layer_id is not None:
            named.append(Named(portion.layer_id, part, value if is_exact else None))
        qty -= part
        if not portion.qty:
            portions.pop(0)
    return named


@dataclass(slots=True)
class Incoming:
    """Stock that comes in.  Units: quantity and value positive."""

    step_id: UUID
    qty: Decimal
    value: Decimal
    on: date
    unit_cost: Decimal | None = None
    age: Age = _AGELESS


@dataclass(slots=True)
class Outgoing:
    """Stock that goes out; `named` are layers to take so much from first, `wanted` what a cancellation takes back."""

    step_id: UUID
    qty: Decimal
    unit_cost: Decimal | None = None
    named: Sequence[Named] = ()
    wanted: Decimal | None = None


class Pool(ABC):
    """Quantity and value of an item in a warehouse."""

    def __init__(
        self, decimals: int, qty: Decimal = ZERO, value: Decimal = ZERO, last_unit_cost: Decimal = ZERO
    ) -> None:
        """Begin from a known state; below zero only from the first move on, for what is owed is not in the state."""
        self.decimals = decimals
        self.qty = qty
        self.value = value
        self.last_unit_cost = last_unit_cost
        self._true_ups: list[TrueUp] = []

    @abstractmethod
    def take_in(self, incoming: Incoming) -> Decimal:
        """The value that stock takes on as it comes in."""

    @abstractmethod
    def issue(self, outgoing: Outgoing) -> tuple[Decimal, list[Portion]]:
        """The positive value that leaves, and the portions it is made of; beyond what is there at the last cost."""

    @abstractmethod
    def revalue(self, amount: Decimal, layer_id: UUID | None) -> Decimal:
        """The part of an amount that stock on hand can carry: all of it, or nothing where none is left."""

    def worth(self, qty: Decimal, standard: Decimal | None) -> Decimal:
        """What a quantity is worth at current cost."""
        if standard is not None:
            return round_amount(qty * standard, self.decimals)
        if self.qty > 0:
            return round_amount(qty * self.value / self.qty, self.decimals)
        return round_amount(qty * self.last_unit_cost, self.decimals)

    def take_true_ups(self) -> list[TrueUp]:
        """The corrections of issues below zero since the last look."""
        found, self._true_ups = self._true_ups, []
        return found


class ActualPool(Pool):
    """A pool at what its stock did cost."""

    def __init__(
        self, decimals: int, qty: Decimal = ZERO, value: Decimal = ZERO, last_unit_cost: Decimal = ZERO
    ) -> None:
        """Nothing is owed yet."""
        super().__init__(decimals, qty, value, last_unit_cost)
        self._owed: deque[Portion] = deque()
        """What went out below zero, oldest first; `layer_id` holds the issue."""

    def take_in(self, incoming: Incoming) -> Decimal:
        """The whole value; first it makes good what went out below zero."""
        qty, value = self._make_good(incoming)
        if qty:
            self._add(incoming, qty, value)
        self.last_unit_cost = self._cost_after(incoming)
        return incoming.value

    def issue(self, outgoing: Outgoing) -> tuple[Decimal, list[Portion]]:
        """What is there by the method, what is missing at the last cost."""
        covered = min(outgoing.qty, max(self.qty, ZERO))
        portions = self._remove(covered, outgoing) if covered else []
        missing = outgoing.qty - covered
        if missing:
            portions.append(self._go_below_zero(outgoing.step_id, missing))
        return sum((portion.value for portion in portions), ZERO), portions

    @abstractmethod
    def _add(self, incoming: Incoming, qty: Decimal, value: Decimal) -> None: ...

    @abstractmethod
    def _remove(self, qty: Decimal, outgoing: Outgoing) -> list[Portion]: ...

    @abstractmethod
    def _cost_after(self, incoming: Incoming) -> Decimal: ...

    def _go_below_zero(self, step_id: UUID, qty: Decimal) -> Portion:
        value = round_amount(qty * self.last_unit_cost, self.decimals)
        self._owed.append(Portion(step_id, qty, value))
        self.qty -= qty
        self.value -= value
        return Portion(None, qty, value)

    def _make_good(self, incoming: Incoming) -> tuple[Decimal, Decimal]:
        """What is left of incoming stock after the issues below zero got their real cost."""
        left = Portion(None, incoming.qty, incoming.value)
        while self._owed and left.qty:
            owed = self._owed[0]
            if owed.layer_id is None:
                raise BrokenInvariant("what is owed belongs to an issue")
            qty = min(owed.qty, left.qty)
            estimated, real = owed.take(qty, self.decimals), left.take(qty, self.decimals)
            self.qty += qty
            self.value += estimated
            if estimated != real:
                self._true_ups.append(TrueUp(owed.layer_id, estimated - real, incoming.on))
            if not owed.qty:
                self._owed.popleft()
        return left.qty, left.value


class AveragePool(ActualPool):
    """Moving average: what comes in moves the average, what goes out does not."""

    def revalue(self, amount: Decimal, layer_id: UUID | None) -> Decimal:  # noqa: ARG002 an average has no layers
        """The whole amount while anything is on hand."""
        if self.qty <= 0:
            return ZERO
        self.value += amount
        self.last_unit_cost = unit_cost(self.value, self.qty)
        return amount

    def _add(self, incoming: Incoming, qty: Decimal, value: Decimal) -> None:  # noqa: ARG002 an average has no layers
        self.qty += qty
        self.value += value

    def _remove(self, qty: Decimal, outgoing: Outgoing) -> list[Portion]:
        if qty == self.qty:
            value = self.value
        elif outgoing.wanted is not None and qty == outgoing.qty:
            value = min(outgoing.wanted, max(self.value, ZERO))
        else:
            value = round_amount(qty * self.value / self.qty, self.decimals)
        self.qty -= qty
        self.value -= value
        return [Portion(None, qty, value)]

    def _cost_after(self, incoming: Incoming) -> Decimal:
        if self.qty > 0:
            return unit_cost(self.value, self.qty)
        return unit_cost(incoming.value, incoming.qty)


class FifoPool(ActualPool):
    """Layers by receipt, used oldest first; a return opens its layer again."""

    def __init__(self, decimals: int, layers: list[Portion] | None = None, last_unit_cost: Decimal = ZERO) -> None:
        """Begin with open layers, oldest first."""
        layers = layers or []
        qty = sum((layer.qty for layer in layers), ZERO)
        value = sum((layer.value for layer in layers), ZERO)
        super().__init__(decimals, qty, value, last_unit_cost)
        self.layers: dict[UUID, Portion] = {layer.layer_id: layer for layer in layers if layer.layer_id is not None}
        """Every layer met, used up ones too."""
        self._open = [(layer.age, layer_id) for layer_id, layer in self.layers.items() if layer.qty]
        """The layers that still hold stock, oldest first."""

    def restore(self, incoming: Incoming, parts: list[Portion]) -> None:
        """Put returned parts back into the layers they came from; what had no layer becomes one."""
        for part in parts:
            self._put_back(
                part.layer_id or incoming.step_id, part.qty, part.value, part.age if part.layer_id else incoming.age
            )

    def arrive(self, incoming: Incoming, parts: list[Portion]) -> None:
        """Take the parts of a transfer in, each as the layer that it was; first they make good what is owed."""
        for part in sorted(parts, key=lambda each: each.age):
            own = (part.layer_id, part.age) if part.layer_id else (incoming.step_id, incoming.age)
            self.take_in(Incoming(own[0], part.qty, part.value, incoming.on, age=own[1]))
        self.last_unit_cost = self._cost_after(incoming)

    def revalue(self, amount: Decimal, layer_id: UUID | None) -> Decimal:
        """The whole amount: on the layer named while anything of it is left, else spread by value over all."""
        if layer_id is None:
            open_layers = [self.layers[open_id] for _, open_id in self._open]
        else:
            layer = self.layers.get(layer_id)
            open_layers = [layer] if layer is not None and layer.qty else []
        if not open_layers:
            return ZERO
        parts = split_amount(amount, [layer.value for layer in open_layers], self.decimals)
        for layer, part in zip(open_layers, parts, strict=True):
            layer.value += part
        self.value += amount
        return amount

    def _put_back(self, layer_id: UUID, qty: Decimal, value: Decimal, age: Age) -> None:
        layer = self.layers.setdefault(layer_id, Portion(layer_id, ZERO, ZERO, age))
        if not layer.qty:
            insort(self._open, (layer.age, layer_id))
        layer.qty += qty
        layer.value += value
        self.qty += qty
        self.value += value

    def _add(self, incoming: Incoming, qty: Decimal, value: Decimal) -> None:
        self._put_back(incoming.step_id, qty, value, incoming.age)

    def _remove(self, qty: Decimal, outgoing: Outgoing) -> list[Portion]:
        portions = []
        for named in outgoing.named:
            own = self.layers.get(named.layer_id)
            if own is not None and own.qty and qty:
                portions.append(self._use(own, min(qty, own.qty, named.qty), named))
                qty -= portions[-1].qty
        while qty:
            layer = self.layers[self._open[0][1]]
            portions.append(self._use(layer, min(qty, layer.qty)))
            qty -= portions[-1].qty
        return portions

    def _use(self, layer: Portion, qty: Decimal, named: Named | None = None) -> Portion:
        # What is left of the layer carries what it is worth besides; the last of it leaves at what is there.
        wanted = named.value if named is not None and named.qty == qty < layer.qty else None
        value = layer.take(qty, self.decimals, wanted if wanted is not None and wanted <= layer.value else None)
        self.qty -= qty
        self.value -= value
        if not layer.qty and layer.layer_id is not None:
            self._open.remove((layer.age, layer.layer_id))
        return Portion(layer.layer_id, qty, value, layer.age)

    def _cost_after(self, incoming: Incoming) -> Decimal:
        return unit_cost(incoming.value, incoming.qty)


class StandardPool(Pool):
    """Standard cost: stock stands at the standard in force, differences are variances."""

    def take_in(self, incoming: Incoming) -> Decimal:
        """The quantity at standard; what brings the quantity to zero brings the value there too."""
        value = self._at_standard(incoming.qty, incoming.unit_cost)
        if self.qty + incoming.qty == 0:
            value = -self.value
        self.qty += incoming.qty
        self.value += value
        return value

    def issue(self, outgoing: Outgoing) -> tuple[Decimal, list[Portion]]:
        """The quantity at standard; the last of it takes the exact rest."""
        value = self._at_standard(outgoing.qty, outgoing.unit_cost)
        if self.qty == outgoing.qty:
            value = self.value
        self.qty -= outgoing.qty
        self.value -= value
        return value, []

    def revalue(self, amount: Decimal, layer_id: UUID | None) -> Decimal:  # noqa: ARG002 a standard takes no other value
        """Nothing."""
        return ZERO

    def restate(self, standard: Decimal) -> Decimal:
        """The change of value when all stock is valued at a new standard."""
        change = round_amount(self.qty * standard, self.decimals) - self.value
        self.value += change
        self.last_unit_cost = standard
        return change

    def _at_standard(self, qty: Decimal, standard: Decimal | None) -> Decimal:
        if standard is None:
            raise BrokenInvariant("a standard-cost step carries its standard")
        self.last_unit_cost = standard
        return round_amount(qty * standard, self.decimals)
