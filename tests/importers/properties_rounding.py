"""Cents that add up."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from importers.rounding import CENT, fit_price, lines_to_cents, to_cents

amounts = st.lists(st.decimals(0, 10_000, places=6), max_size=80)


@given(amounts)
def test_lines_add_up_to_the_rounded_sum_and_none_is_off_by_a_cent(exact: list[Decimal]) -> None:
    cents = lines_to_cents(exact)
    assert sum(cents, Decimal(0)) == to_cents(sum(exact, Decimal(0)))
    assert all(abs(rounded - amount) < CENT for rounded, amount in zip(cents, exact, strict=True))


def test_the_line_that_rounding_treated_worst_takes_the_odd_cent() -> None:
    assert lines_to_cents([Decimal("1.004"), Decimal("2.001")]) == [Decimal("1.01"), Decimal("2.00")]


@given(st.integers(1, 500).map(Decimal), st.decimals("0.01", 4_000, places=4), st.sampled_from([-1, 0, 1]))
def test_a_fitted_price_comes_to_the_net_and_hardly_moves(qty: Decimal, price: Decimal, cents: int) -> None:
    net = max(to_cents(qty * price) + cents * CENT, Decimal(0))
    fitted = fit_price(qty, price, net)
    assert to_cents(qty * fitted) == net
    assert abs(fitted - price) <= 2 * CENT / qty
