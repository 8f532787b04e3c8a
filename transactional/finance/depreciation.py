"""Straight-line depreciation, pure: cost, residual value and life in, the amount of a period out."""

from datetime import date, timedelta
from decimal import Decimal

from transactional.finance.models import Asset, AssetSource
from transactional.kernel.money import ZERO, round_amount

_MONTHS = 12
_ONE_DAY = timedelta(days=1)


def months_until(first: date, last: date) -> int:
    """The whole months from the beginning of a day's month to another day's end: none where that lies before."""
    is_whole = (last + _ONE_DAY).month != last.month
    return max((last.year - first.year) * _MONTHS + last.month - first.month + is_whole, 0)


def is_borne_in(asset: Asset, ends_on: date) -> bool:
    """Whether the books bear an asset in the period that ends on a day.

    One that came with an opening balance has lost there what it lost until that day.
    """
    if asset.capitalized_on is None or asset.in_service_on > ends_on:
        return False
    if asset.source == AssetSource.OPENING:
        return asset.capitalized_on < ends_on
    return asset.capitalized_on <= ends_on


def amount_of_period(asset: Asset, posted: Decimal, starts_on: date, ends_on: date, decimals: int) -> Decimal:
    """What an asset loses in a period: what is left over the months that are left, the whole rest in the last.

    `posted` is what it has lost in these books; what it lost in others before comes to that.

    The month of coming into service counts whole, in the period that it ends in. A new life or residual value changes
    later periods only.  Source: IAS 16.50-51, IAS 8.36.
    """
    left = asset.cost_amount - asset.residual_amount - (asset.opening_depreciation_amount or ZERO) - posted
    elapsed = months_until(asset.in_service_on, starts_on - _ONE_DAY)
    months = months_until(asset.in_service_on, ends_on) - elapsed
    if months < 1 or left <= 0:
        return ZERO
    months_left = asset.life_months - elapsed
    return left if months_left <= months else round_amount(left * months / months_left, decimals)
