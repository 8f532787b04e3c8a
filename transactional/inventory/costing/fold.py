"""Folding a timeline: steps in their order become values, across all pools they touch."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from transactional.inventory.costing.pools import FifoPool, Incoming, Outgoing, Pool, Portion, StandardPool, take_last
from transactional.inventory.costing.steps import Mode, Outcome, Place, Step, TrueUp
from transactional.inventory.errors import ReturnExceedsMove
from transactional.kernel.errors import BrokenInvariant
from transactional.kernel.money import ZERO, round_amount


@dataclass(slots=True)
class Source:
    """A step that others take back: how much it moved, what it is worth now, how much came back so far."""

    qty: Decimal
    basis: Decimal
    returned_qty: Decimal = ZERO
    place: Place | None = None
    portions: list[Portion] = field(default_factory=list)
    is_transfer: bool = False

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

    def run(self, steps: Iterable[Step]) -> None:
        """Every step gets its outcome.  Raises: ReturnExceedsMove."""
        for step in steps:
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
            return self._return_in(step, pool), []
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
        return pool.take_in(Incoming(step.id, step.qty, value, step.on, step.unit_cost))

    def _return_in(self, step: Step, pool: Pool) -> Outcome:
        source = self._source(step)
        share = source.share(step.qty, pool.decimals)
        if isinstance(pool, FifoPool) and source.portions:
            parts = take_last(source.portions, step.qty, pool.decimals)
            share = sum((part.value for part in parts), ZERO)
            if source.place == step.place and pool.qty >= 0:
                pool.restore(step.id, parts)
                return Outcome(share, share)
        return Outcome(self._take_in(step, pool, share), share)

    def _go_out(self, step: Step, pool: Pool) -> tuple[Outcome, list[Portion]]:
        qty = -step.qty
        if step.mode is Mode.ISSUE:
            value, portions = pool.issue(Outgoing(step.id, qty, step.unit_cost))
            return Outcome(-value, -value), portions
        share = self._source(step).share(qty, pool.decimals)
        contra = share if step.given is None else step.given
        wanted = share if step.mode is Mode.MIRROR_OUT else None
        value, portions = pool.issue(Outgoing(step.id, qty, step.unit_cost, step.source_id, wanted))
        return Outcome(-value, -(value if step.is_transfer else contra)), portions

    def _source(self, step: Step) -> Source:
        if step.source_id is None or step.source_id not in self.sources:
            raise BrokenInvariant(f"step {step.id} takes back a step that was not folded")
        return self.sources[step.source_id]
