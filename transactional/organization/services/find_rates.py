"""What one currency is worth in another on a day."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from transactional.kernel.errors import Refused, invalid
from transactional.kernel.money import round_amount
from transactional.kernel.rows import read
from transactional.kernel.session import Session
from transactional.organization.models import Currency, ExchangeRate, RateKind

ONE = Decimal(1)
RATE_PLACES = 10


class RateMissing(Refused):
    """No rate of this pair is recent enough."""

    code = "exchange_rate_missing"
    message = "There is no exchange rate from {source} to {target} on {on} or within {days} days before: enter one."


class RateTable:
    """The rates of some currency pairs by day."""

    def __init__(self, rates: Iterable[ExchangeRate], knows: Callable[[str], bool] = lambda _: True) -> None:
        """Keep the rates of each pair in order of their days, and how to find out whether there is a currency."""
        self._knows = knows
        pairs: defaultdict[tuple[str, str], list[tuple[date, Decimal]]] = defaultdict(list)
        for row in rates:
            pairs[row.from_currency_code, row.to_currency_code].append((row.valid_on, row.rate))
        self._pairs = {pair: sorted(found) for pair, found in pairs.items()}
        self._known: dict[tuple[str, str, date], tuple[date, Decimal] | None] = {}

    def rate(self, source: str, target: str, on: date, *, age_days_max: int) -> Decimal:
        """How much of `target` one `source` is worth: the last rate up to the day, the inverse pair's if need be.

        Raises: RateMissing where the last one is older than the set age; Invalid for a currency that there is not.
        """
        found = self.find_rate(source, target, on, age_days_max=age_days_max)
        if found is not None:
            return found
        if not self._knows(source):
            raise invalid("currency_code", f"there is no currency {source}", "unknown_currency")
        raise RateMissing(source=source, target=target, on=on.isoformat(), days=age_days_max)

    def find_rate(self, source: str, target: str, on: date, *, age_days_max: int) -> Decimal | None:
        """As `rate`; nothing where the last one is older than the set age."""
        if source == target:
            return ONE
        oldest = on - timedelta(days=age_days_max)
        direct = self._last(source, target, on)
        if direct and direct[0] >= oldest:
            return direct[1]
        inverse = self._last(target, source, on)
        return round_amount(ONE / inverse[1], RATE_PLACES) if inverse and inverse[0] >= oldest else None

    def _last(self, source: str, target: str, on: date) -> tuple[date, Decimal] | None:
        key = (source, target, on)
        if key not in self._known:
            days: Sequence[tuple[date, Decimal]] = self._pairs.get((source, target), ())
            position = bisect_right(days, on, key=lambda pair: pair[0])
            self._known[key] = days[position - 1] if position else None
        return self._known[key]


def find_rates(
    session: Session, currency_codes: Iterable[str], *, until: date, kind: RateKind = RateKind.SPOT
) -> RateTable:
    """The rates of a kind among some currencies up to a day; no statement where there is but one currency."""
    codes = set(currency_codes)
    if len(codes) < 2:  # noqa: PLR2004 a pair needs two
        return RateTable(())
    statement = select(ExchangeRate).where(
        ExchangeRate.kind == kind,
        ExchangeRate.from_currency_code.in_(codes),
        ExchangeRate.to_currency_code.in_(codes),
        ExchangeRate.valid_on <= until,
    )
    return RateTable(read(session, statement), lambda code: _is_currency(session, code))


def _is_currency(session: Session, code: str) -> bool:
    return session.execute(select(Currency.code).where(Currency.code == code)).first() is not None
