"""Folding a timeline: steps in their order become values, across all pools they touch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from transactional.inventory.costing.pools import (
    Age,
    FifoPool,
    Incoming,
    Named,
    Outgoing,
    Pool,
    Portion,
    StandardPool,
    name_first,
    take_last,
)
from transactional.inventory.costing.steps import Mode, Outcome, Place, Step, TrueUp
from transactional.inventory.errors import ReturnExceedsMove
from transactional.kernel.errors import BrokenInvariant
from transactional.kernel.money import ZERO, round_amount

_LATEST = 1 << 62
"""Steps of one day come after layers that are known with their sequence."""


@dataclass(slots=True)
class Source:
    """A step that others take back: how much it moved, what it is worth now, how much came back so far."""

    qty: Decimal
    basis: Decimal
    returned_qty: Decimal = ZERO
    place: Place | None = None
    portions: list[Portion] = field(default_factory=list)
    """FIFO: the layers an issue took from, those that a transfer brought, or those that a return opened again."""
    is_transfer: bool = False
    is_return: bool = False
    """Whether it took something back itself, and so may have opened layers again."""
    contra: Decimal = ZERO
    """What the contra account took of it, without the quantity's sign."""
    origin: "Source | None" = None
    """Of a return: what it took back, which can come back again once the return itself is taken back."""

    def release(self, qty: Decimal, portions: Sequence[Portion] = ()) -> None:
        """What came back is gone again: it may come back anew, from the layers it had been taken of."""
        self.returned_qty -= qty
        self.portions.extend(portions)

    def share(self, qty: Decimal, decimals: int) -> Decimal:
        """The value of a quantity that comes back; shares of the whole quantity add up to the whole value.

        Raises: ReturnExceedsMove.
        """
        before, after = self.returned_qty, self.returned_qty + qty
        if after > self.qty:
            raise ReturnExceedsMove(moved_qty=self.qty, returned_qty=before, wanted_qty=qty)
        self.returned_qty = after
        return round_amount(self.basis * after / self.qty, decimals) - round_amount(
            self.basis * before / self.qty, decimals
        )


class Fold:
    """Values of steps, given pools and the steps that are taken back."""

    def __init__(self, pools: dict[Place, Pool]) -> None:
        """Begin with the pools as they stand before the first step."""
        self.pools = pools
        self.sources: dict[UUID, Source] = {}
        self.outcomes: dict[UUID, Outcome] = {}
        self.true_ups: list[TrueUp] = []
        self._runs = _LATEST

    def run(self, steps: Iterable[Step]) -> None:
        """Every step gets its outcome.  Raises: ReturnExceedsMove."""
        for step in steps:
            self._runs += 1
            pool = self.pools[step.place]
            outcome, portions = self._apply(step, pool)
            self.outcomes[step.id] = outcome
            if step.qty:
                basis = outcome.contra if step.qty > 0 else -outcome.value
                self.sources[step.id] = Source(
                    qty=abs(step.qty),
                    basis=basis,
                    place=step.place,
                    portions=portions,
                    is_transfer=step.is_transfer,
                    contra=abs(outcome.contra),
                    origin=self.sources.get(step.source_id) if step.source_id is not None else None,
                )
            self._learn(pool)

    def _learn(self, pool: Pool) -> None:
        """An issue whose real cost came in is returned at that cost; a transfer arrived at what it left for."""
        for true_up in pool.take_true_ups():
            self.true_ups.append(true_up)
            source = self.sources[true_up.step_id]
            if not source.is_transfer:
                source.basis -= true_up.amount

    def _apply(self, step: Step, pool: Pool) -> tuple[Outcome, list[Portion]]:
        if step.mode is Mode.RECEIVE:
            given = pool.worth(step.qty, step.unit_cost) if step.given is None else step.given
            return Outcome(self._take_in(step, pool, given), given), []
        if step.mode is Mode.RETURN_IN:
            return self._return_in(step, pool)
        if step.mode is Mode.MIRROR_IN:
            return self._mirror_in(step, pool)
        if step.mode is Mode.VALUE:
            value = pool.revalue(step.given or ZERO, step.source_id)
            return Outcome(value, value), []
        if step.mode is Mode.RESTATE:
            if not isinstance(pool, StandardPool) or step.unit_cost is None:
                raise BrokenInvariant("only a standard is restated")
            value = pool.restate(step.unit_cost)
            return Outcome(value, value), []
        return self._go_out(step, pool)

    def _take_in(self, step: Step, pool: Pool, value: Decimal) -> Decimal:
        return pool.take_in(self._incoming(step, value))

    def _incoming(self, step: Step, value: Decimal) -> Incoming:
        age: Age = (step.on, self._runs)
        return Incoming(step.id, step.qty, value, step.on, step.unit_cost, age)

    def _return_in(self, step: Step, pool: Pool) -> tuple[Outcome, list[Portion]]:
        source = self._source(step)
        share = source.share(step.qty, pool.decimals)
        if isinstance(pool, FifoPool) and source.portions:
            parts = take_last(source.portions, step.qty, pool.decimals)
            share = sum((part.value for part in parts), ZERO)
            if step.is_transfer:
                pool.arrive(self._incoming(step, share), parts)
                return Outcome(share, share), _brought(step, parts)
            if source.place == step.place and pool.qty >= 0:
                pool.restore(self._incoming(step, share), parts)
                return Outcome(share, share), _brought(step, parts)
        return Outcome(self._take_in(step, pool, share), share), []

    def _mirror_in(self, step: Step, pool: Pool) -> tuple[Outcome, list[Portion]]:
        source = self._source(step)
        outcome, _ = self._return_in(step, pool)
        if source.origin is not None:
            source.origin.release(step.qty)
        contra = round_amount(source.contra * step.qty / source.qty, pool.decimals)
        return Outcome(outcome.value, contra if step.given is None else step.given), []

    def _go_out(self, step: Step, pool: Pool) -> tuple[Outcome, list[Portion]]:
        qty = -step.qty
        if step.mode is Mode.ISSUE:
            value, portions = pool.issue(Outgoing(step.id, qty, step.unit_cost))
            return Outcome(-value, -value), portions
        source = self._source(step)
        share = source.share(qty, pool.decimals)
        contra = share if step.given is None else step.given
        wanted = share if step.mode is Mode.MIRROR_OUT else None
        named = name_first(source.portions, qty, pool.decimals, is_exact=not source.is_transfer)
        if not named and step.source_id is not None:
            named = [Named(step.source_id, qty)]
        value, portions = pool.issue(Outgoing(step.id, qty, step.unit_cost, named, wanted))
        if source.origin is not None and step.mode is Mode.MIRROR_OUT and not source.is_transfer:
            source.origin.release(qty, portions)
        return Outcome(-value, -(value if step.is_transfer else contra)), portions

    def _source(self, step: Step) -> Source:
        if step.source_id is None or step.source_id not in self.sources:
            raise BrokenInvariant(f"step {step.id} takes back a step that was not folded")
        return self.sources[step.source_id]


def _brought(step: Step, parts: list[Portion]) -> list[Portion]:
    """The layers that a transfer brought, oldest first, for who takes it on or back."""
    found = [Portion(part.layer_id or step.id, part.qty, part.value, part.age) for part in parts]
    return sorted(found, key=lambda part: part.age)
