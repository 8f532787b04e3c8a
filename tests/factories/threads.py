"""Doing the same thing many times at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

from transactional.kernel.errors import DomainError

_WORKERS = 12
"""Within the connections that one test's pool has."""


@dataclass
class Outcomes:
    """How many succeeded, and the refusals of the others; anything else is raised."""

    won: int = 0
    refusals: list[type[DomainError]] = field(default_factory=list)


def at_once(act: Callable[[int], None], count: int) -> Outcomes:
    """Call a function with 0 … count - 1, all started together as far as workers reach."""
    workers = min(count, _WORKERS)
    barrier = Barrier(workers)
    outcomes = Outcomes()

    def run(number: int) -> type[DomainError] | None:
        if number < workers:
            barrier.wait(timeout=30)
        try:
            act(number)
        except DomainError as refusal:
            return type(refusal)
        return None

    with ThreadPoolExecutor(workers) as pool:
        for refusal in pool.map(run, range(count)):
            if refusal is None:
                outcomes.won += 1
            else:
                outcomes.refusals.append(refusal)
    return outcomes
