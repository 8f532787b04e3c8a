"""What customers want, day by day: growth, season, weekdays, promotions and chance. Pure, from one seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import cos, pi
from random import Random

from simulator.world import CustomerPlan, ItemPlan

GROWTH_PER_YEAR = 0.18
WEEKDAY_WEIGHTS = (1.15, 1.1, 1.0, 1.0, 0.9, 0.12, 0.0)
PRICE_RISE = Decimal("1.04")


@dataclass(frozen=True, slots=True)
class Promotion:
    """A category sold with a discount for some weeks."""

    category: str
    starts_on: date
    ends_on: date
    discount_share: Decimal
    lift: float


@dataclass(frozen=True, slots=True)
class WantedLine:
    """So many of an item."""

    item: int
    qty: int
    discount_share: Decimal


@dataclass(frozen=True, slots=True)
class WantedOrder:
    """An order as the customer would place it."""

    ordered_on: date
    customer: int
    warehouse: int
    lines: tuple[WantedLine, ...]


def promotions(first: date, last: date) -> list[Promotion]:
    """Spring and Black Friday weeks of every year in the range."""
    found = []
    for year in range(first.year, last.year + 1):
        found.append(Promotion("TENT", date(year, 5, 2), date(year, 5, 23), Decimal("0.15"), 1.9))
        found.append(Promotion("WEAR", date(year, 11, 20), date(year, 12, 1), Decimal("0.25"), 2.6))
        found.append(Promotion("SHOE", date(year, 3, 10), date(year, 3, 24), Decimal("0.10"), 1.6))
    return [promotion for promotion in found if promotion.starts_on <= last and promotion.ends_on >= first]


def season_of(item: ItemPlan, day: date) -> float:
    """How much the month favours an item: 1 on average, highest in its peak month."""
    return 1 + item.seasonality * cos(2 * pi * (day.month + day.day / 30 - item.peak_month - 0.5) / 12)


def orders(
    random: Random,
    *,
    days: tuple[date, date],
    total: int,
    items: Sequence[ItemPlan],
    customers: Sequence[CustomerPlan],
) -> Iterator[WantedOrder]:
    """About `total` orders between two days, oldest first."""
    first, last = days
    running = promotions(first, last)
    weights = {day: _day_weight(day, first) for day in _days(first, last)}
    scale = total / sum(weights.values())
    sizes = [customer.size for customer in customers]
    for day, weight in weights.items():
        lifts = {offer.category: offer for offer in running if offer.starts_on <= day < offer.ends_on}
        appeal = [item.popularity * season_of(item, day) * _lift(lifts, item) for item in items]
        for _ in range(_poisson_like(random, weight * scale)):
            customer = random.choices(range(len(customers)), weights=sizes)[0]
            yield WantedOrder(
                ordered_on=day,
                customer=customer,
                warehouse=1 if customers[customer].country in {"NL", "FR", "US"} else 0,
                lines=tuple(_lines(random, items, appeal, lifts, customers[customer].size)),
            )


def _lines(
    random: Random, items: Sequence[ItemPlan], appeal: Sequence[float], lifts: dict[str, Promotion], size: float
) -> Iterator[WantedLine]:
    count = random.choices((1, 2, 3, 4, 6, 8), weights=(3, 4, 4, 3, 2, 1))[0]
    chosen = dict.fromkeys(random.choices(range(len(items)), weights=appeal, k=count))
    for item in chosen:
        bulk = 1 + 6 * size
        qty = max(1, round(random.lognormvariate(1.0, 0.7) * bulk * (3 if items[item].unit_cost < 10 else 1)))
        promotion = lifts.get(items[item].category)
        regular = random.choice((Decimal(0), Decimal(0), Decimal("0.03"), Decimal("0.05")))
        yield WantedLine(item, qty, promotion.discount_share if promotion else regular)


def _lift(lifts: dict[str, Promotion], item: ItemPlan) -> float:
    promotion = lifts.get(item.category)
    return promotion.lift if promotion else 1.0


def _day_weight(day: date, first: date) -> float:
    years = (day - first).days / 365
    busy = 1.25 if day.month in {5, 6, 11, 12} else 1.0
    return float(WEEKDAY_WEIGHTS[day.weekday()] * (1 + GROWTH_PER_YEAR) ** years * busy)


def _poisson_like(random: Random, mean: float) -> int:
    """A count around a mean; the normal approximation is close enough and needs one draw."""
    return max(0, round(random.gauss(mean, mean**0.5))) if mean > 0 else 0


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += timedelta(days=1)
